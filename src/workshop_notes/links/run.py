"""One run of the checker: ask every source, keep each answer as it comes, then write them down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from workshop_notes.content.ledger import COPIES, Source
from workshop_notes.content.project import Project
from workshop_notes.links import anchors, archive, github, history, record, state
from workshop_notes.links.fetch import Client
from workshop_notes.links.journal import Journal, Note, question
from workshop_notes.links.judge import judge
from workshop_notes.links.verdicts import Outcome, Verdict


@dataclass
class LinkCheck:
    """What a run found.

    Attributes:
        sources: the entries it was to ask, as they stood when it began.
        hosts: the settings of single hosts; of those that are ignored nothing is asked.
        notes: what it found and when, by the key of the entry; of a copy, by `KEY/pinned`.
        changes: what the ledger is to say of each entry that was asked.
        left: keys of entries that were edited while the run was under way.
        archived: the address of a copy in a public archive, by the key of the entry.
        changed: how the text that an answer rests on differs from what was read before, by key.
        stopped: whether it was interrupted.
    """

    sources: list[Source]
    hosts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    changes: dict[str, record.Change] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    archived: dict[str, str] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    stopped: bool = False

    @cached_property
    def asked(self) -> list[Source]:
        """What is asked: the sources and the copies that a reader may follow.

        A copy on GitHub is asked for its bytes; it is to be there, whatever it says.
        """
        found = []
        for source in self.sources:
            found.append(source)
            for name in COPIES:
                if address := getattr(source, name):
                    copy = replace(
                        source, key=f"{source.key}/{name}", check=source.check.get(name, {}),
                        url=github.raw_address(address) or address, fragment="", expects=(),
                        redirects=(), moving="", pinned="", second="",
                    )  # fmt: skip
                    found.append(copy)
        return [each for each in found if not self.ignored(each)]

    def ignored(self, source: Source) -> str:
        """Return the reason for which a source is not asked, or nothing."""
        settings = self.hosts.get(urlsplit(source.url).hostname or "", {})
        return settings["reason"] if "ignore" in settings else ""

    @property
    def has_answers(self) -> bool:
        """Whether anything out there answered: without a network nothing does."""
        found = [note.outcome.verdict for note in self.notes.values()]
        return any(verdict is not Verdict.UNREACHABLE for verdict in found)


async def ask(client: Client, source: Source) -> Outcome:
    """Ask one source and judge the answer.

    Args:
        client: an open client.
        source: its entry in the ledger.
    """
    begun = time.monotonic()
    answer = await client.fetch(source.url, whole=anchors.page_number(source.fragment) > 0)
    raw = None
    address = github.raw_address(source.url)
    # The page of a file shows that it is there; its words and lines stand in the raw file.
    if address and answer.body:
        raw = await client.fetch(address)
    found = judge(source, answer, raw)
    return replace(found, seconds=time.monotonic() - begun)


async def ask_all(
    client: Client,
    run: LinkCheck,
    journal: Journal,
    progress: Callable[[], object] = lambda: None,
) -> None:
    """Ask every source that the journal does not know yet, and put what is found into `run`.

    Each outcome is in the journal before the next one, so a run may be cancelled or killed. When
    none of the hosts can be reached, one source of each host was asked, and the rest is not.

    Args:
        client: an open client.
        run: the run; its notes are filled.
        journal: where each outcome is kept at once; this process holds it.
        progress: called after each source.
    """
    known = journal.answers(datetime.now(UTC))

    async def one(source: Source) -> None:
        note = known.get(source.key)
        if note is None or note.question != question(source):
            note = journal.add(source, await ask(client, source))
        run.notes[source.key] = note
        progress()

    # One of each host first: without a network the others need not wait for their turns.
    hosts = {urlsplit(source.url).hostname: source for source in reversed(run.asked)}
    await _together(one, hosts.values())
    if run.has_answers:
        rest = [source for source in run.asked if source.key not in run.notes]
        await _together(one, rest)


async def look_up(client: Client, run: LinkCheck, api: str) -> None:
    """Look up an archived copy of each source that has no second one, and none from before."""

    async def one(source: Source) -> None:
        if found := await archive.closest(client, source, api):
            run.archived[source.key] = found

    wanting = [each for each in run.sources if not each.second and "archived" not in each.check]
    await _together(one, wanting)


async def _together(one: Callable, sources: Iterable[Source]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(one(source))
    except ExceptionGroup as failed:  # the first, such as a full disk, stopped all of them
        raise failed.exceptions[0] from None


def settle(run: LinkCheck) -> None:
    """Work out what the ledger is to say of each source that was asked."""
    after = {
        each.key: state.next_check(each, note.outcome, note.time.date())
        for each in run.asked
        if (note := run.notes.get(each.key))
    }
    for source in run.sources:
        evidence, check = after.get(source.key, (dict(source.evidence), dict(source.check)))
        for name in COPIES:
            if of_copy := after.get(f"{source.key}/{name}"):
                check[name] = of_copy[1]
        if source.key in run.archived:
            check["archived"] = run.archived[source.key]
        if (evidence, check) != (source.evidence, source.check) or source.key in after:
            run.changes[source.key] = record.Change(source, evidence, check)


def write_down(project: Project, run: LinkCheck, journal: Journal) -> None:
    """Write what a run found into the ledger, and forget it in the journal.

    Args:
        project: the project.
        run: the run, settled.
        journal: its journal.

    Raises:
        ContentError: when the ledger cannot be read or edited; the journal is kept then.
    """
    shown = project.relative(project.ledger)
    run.left = record.write(project.ledger, shown, list(run.changes.values()))
    run.changed = history.write(project.root / history.NAME, run.notes)
    journal.forget(run.notes.keys())
