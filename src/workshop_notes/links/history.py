"""What the weeks found of each source, and the text that an answer rests on: `checks.jsonl`.

One line for each source and copy, in the order of their keys, so that a change is read as a diff:
how often it was asked and in vain, its verdicts with the first and the last day of each, a hash of
all words that were read, and the sentences round the expected ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from workshop_notes.content.files import write_if_changed
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.schema import validator
from workshop_notes.links.journal import Note

NAME = "checks.jsonl"
KEPT = 20
"""How many verdicts and changes of a source are remembered."""

_ROW = validator("history")


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Read the history: rows by key, none where the file is not there yet.

    Raises:
        ContentError: with the first line that is none of ours.
    """
    rows = {}
    lines = path.read_bytes().splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not _ROW.is_valid(row):
            what, remedy = "not a line that the check wrote", "delete the line, or restore the file"
            raise ContentError([Problem(path, number, what, remedy)])
        rows[row["key"]] = row
    return rows


def adopt(path: Path, proposed: Path) -> None:
    """Take over the rows of a proposed history that are the newer ones."""
    rows = read(path)
    for key, row in read(proposed).items():
        if key not in rows or _last_day(row) >= _last_day(rows[key]):
            rows[key] = row
    _write(path, rows)


def write(path: Path, notes: Mapping[str, Note]) -> dict[str, str]:
    """Add what a run found.

    Args:
        path: the file.
        notes: what was found, by the key of a source or copy.

    Returns:
        By key, how the sentences that an answer rests on differ from those read before, word by
        word: `[-gone-] {+new+}`.
    """
    rows, changed = read(path), {}
    for key, note in notes.items():
        row = rows.setdefault(key, {"key": key, "asked": 0, "unknown": 0, "verdicts": []})
        day, found = note.time.date().isoformat(), note.outcome
        row["asked"] += 1
        row["unknown"] += found.is_unknown
        if row["verdicts"] and row["verdicts"][-1][2] == found.verdict:
            row["verdicts"][-1][1] = day
        else:
            row["verdicts"] = [*row["verdicts"], [day, day, found.verdict]][-KEPT:]
        if not found.text:
            continue
        before = row.get("passages", []) if row.get("question") == note.question else []
        pairs = zip(before, found.passages, strict=False)
        if text := " … ".join(words_changed(*each) for each in pairs if each[0] != each[1]):
            changed[key] = text
            row["changes"] = [*row.get("changes", []), [day, text]][-KEPT:]
        row |= {"question": note.question, "text": found.text, "passages": found.passages}
    _write(path, rows)
    return changed


def words_changed(before: str, after: str) -> str:
    """Return a difference word by word, in the form of `git diff --word-diff`."""
    old, new = before.split(), after.split()
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += old[a:b] if b - a < 12 else [*old[a : a + 5], "…", *old[b - 5 : b]]
        parts += [f"[-{' '.join(old[a:b])}-]"] if kind in ("delete", "replace") else []
        parts += [f"{{+{' '.join(new[c:d])}+}}"] if kind in ("insert", "replace") else []
    return " ".join(parts)


def _last_day(row: Mapping[str, Any]) -> str:
    return str(row["verdicts"][-1][1])


def _write(path: Path, rows: Mapping[str, Any]) -> None:
    lines = [json.dumps(rows[key], ensure_ascii=False) + "\n" for key in sorted(rows)]
    if lines:
        write_if_changed(path, "".join(lines))
