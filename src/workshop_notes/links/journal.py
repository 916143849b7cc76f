"""The journal of a run: each outcome is on the disk before the next one, so none is asked twice."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from workshop_notes.content.files import write_if_changed
from workshop_notes.content.ledger import Source
from workshop_notes.links.verdicts import Hop, Outcome, Verdict

KEPT = timedelta(hours=24)
"""How long an outcome of a run that did not end is used by the next one."""


class Busy(Exception):
    """Another run holds the journal; the text names it."""


@dataclass(frozen=True)
class Note:
    """One line of the journal: an outcome, of which source, and when."""

    time: datetime
    key: str
    question: str
    outcome: Outcome


def question(source: Source) -> str:
    """Return a hash of all that decides a verdict: an outcome serves only the same question."""
    parts = [source.url, source.fragment, source.title, source.expects, source.redirects]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Turn an outcome into what JSON can hold."""
    return {**asdict(outcome), "seconds": round(outcome.seconds, 3)}


class Journal:
    """The journal in a folder, with the lock that keeps a second run out.

    Args:
        folder: where `check-links.jsonl` and `check-links.lock` are; made if it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "check-links.jsonl"
        self.lock = folder / "check-links.lock"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. The system lets go of it when the process ends, however it ends.

        Raises:
            Busy: when another process holds it.
        """
        self.lock.parent.mkdir(exist_ok=True)
        with self.lock.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise Busy(f"{holder} is checking: wait for its end") from None
            file.truncate(0)
            started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
            file.write(f"process {os.getpid()}, since {started},")
            file.flush()
            yield

    def add(self, source: Source, outcome: Outcome) -> Note:
        """Write one outcome, and return when it is on the disk."""
        note = Note(datetime.now(UTC), source.key, question(source), outcome)
        line = json.dumps(asdict(note) | {"outcome": as_json(outcome)}, default=datetime.isoformat)
        try:
            with self.path.open("ab") as file:
                # A line that a killed run left half written must not swallow this one.
                if file.tell() and not self._ends_whole():
                    file.write(b"\n")
                file.write(line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:  # a full disk names no file
            error.filename = error.filename or str(self.path)
            raise
        return note

    def answers(self, now: datetime) -> dict[str, Note]:
        """Return the last answer of each source within `KEPT`; what says nothing is asked again."""
        found = {}
        for note in filter(None, map(_note, self._lines())):
            if timedelta(0) <= now - note.time <= KEPT and not note.outcome.is_unknown:
                found[note.key] = note
        return found

    def forget(self, keys: Set[str]) -> None:
        """Drop the outcomes of these sources: they are in the ledger."""
        lines = self._lines()
        kept = [line for line in lines if (note := _note(line)) and note.key not in keys]
        if kept:
            write_if_changed(self.path, b"".join(kept))
        else:
            self.path.unlink(missing_ok=True)

    def _ends_whole(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _lines(self) -> list[bytes]:
        return self.path.read_bytes().splitlines(keepends=True) if self.path.exists() else []


def _note(line: bytes) -> Note | None:
    """Read a line; nothing for one that a killed run did not finish."""
    try:
        data = json.loads(line)
        outcome = dict(data["outcome"])
        outcome["verdict"] = Verdict(outcome["verdict"])
        outcome["hops"] = tuple(Hop(**hop) for hop in outcome["hops"])
        outcome["passages"] = tuple(outcome["passages"])
        time = datetime.fromisoformat(data["time"])
        if time.tzinfo is None:
            return None
        return Note(time, data["key"], data["question"], Outcome(**outcome))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
