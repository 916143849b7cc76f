"""Write what was found into the ledger, and change not one byte of anything else.

The text is edited by the lines of the two keys that the checker owns, `evidence` and `check`: a
round trip through a YAML library wraps lines anew and moves comments. ruamel says where they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workshop_notes.content import ledger as ledgers
from workshop_notes.content.files import write_if_changed
from workshop_notes.content.ledger import Source
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.yaml_text import load

_PLAIN = re.compile(r"(?:https?://)?[A-Za-z][\w ,./();=%+~?&-]*[\w./)]|\d{4}-\d\d-\d\d")
_NOT_TEXT = {"null", "true", "false", "yes", "no", "on", "off"}


@dataclass(frozen=True)
class Change:
    """What becomes of one entry.

    Attributes:
        source: the entry as it was when it was asked.
        evidence: the new value.
        check: the new value.
    """

    source: Source
    evidence: Mapping[str, str]
    check: Mapping[str, Any]


def write(path: Path, shown: Path, changes: list[Change]) -> list[str]:
    """Write changes into the ledger at once.

    The file is read anew. An entry that somebody changed or removed meanwhile is left alone.

    Args:
        path: the ledger.
        shown: the path that messages name.
        changes: at most one for each key.

    Returns:
        The keys that were left alone.

    Raises:
        ContentError: when the file has become unreadable, or can't be edited; it is untouched then.
    """
    ledger = ledgers.read(path, shown)
    now = {source.key: source for source in ledger.sources}
    usable = {}
    for change in changes:
        found = now.get(change.source.key)
        if found and replace(found, line=0) == replace(change.source, line=0):
            usable[found.key] = change
    text = path.read_bytes().decode("utf-8")
    edited = _edited(text, usable)
    if edited != text:
        _prove(edited, shown, now, usable)
        write_if_changed(path.resolve(), edited)  # where a link leads, not in the link's place
    return [change.source.key for change in changes if change.source.key not in usable]


def adopt(path: Path, shown: Path, proposed: Path) -> None:
    """Take over what a proposed ledger says of each source, where that is the newer.

    So the checks of a proposal that nobody has merged yet are not forgotten. An entry that differs
    in anything but what a check writes is another source, and keeps what it says.

    Args:
        path: the ledger.
        shown: the path that messages name.
        proposed: the ledger as it was proposed.

    Raises:
        ContentError: when one of the two cannot be read, or ours cannot be edited.
    """
    theirs = {source.key: source for source in ledgers.read(proposed, proposed).sources}
    changes = []
    for ours in ledgers.read(path, shown).sources:
        found = theirs.get(ours.key)
        if found is None or _last_look(found) < _last_look(ours):
            continue
        if replace(found, line=ours.line, evidence=ours.evidence, check=ours.check) == ours:
            changes.append(Change(ours, found.evidence, found.check))
    write(path, shown, changes)


def _last_look(source: Source) -> str:
    """Return the last day on which an entry says that somebody looked, as `YYYY-MM-DD`."""
    return max(ledgers.days({"evidence": source.evidence, "check": source.check}), default="")


def _edited(text: str, changes: Mapping[str, Change]) -> str:
    document = load(text)
    entries = document.value["sources"]
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    # From the end, so that the numbers of the lines before stay true.
    for place in reversed(range(len(entries))):
        entry = entries[place]
        change = changes.get(str(entry["key"]))
        if change is None:
            continue
        last = place + 1 == len(entries)
        first = document.line("sources", place) - 1
        following = len(lines) if last else document.line("sources", place + 1) - 1
        keys = {key: document.places["sources", place, key] for key in entry}
        indent = " " * next(iter(keys.values()))[1]
        starts = [*sorted(line - 1 for line, _ in keys.values()), following]
        wanted = {"evidence": change.evidence, "check": change.check}
        blocks = {
            key: _span(lines, keys[key][0] - 1, starts, indent) for key in wanted if key in entry
        }
        new: list[tuple[int, int, list[str]]] = []
        for key, value in wanted.items():
            if value == _text(entry.get(key, {})):
                continue
            old = lines[slice(*blocks[key])] if key in blocks else []
            block = [line + newline for line in _block(key, value, indent, old)]
            if key in blocks:
                new.append((*blocks[key], block if value else []))
            elif value:
                at = blocks["evidence"][1]  # the schema requires it
                new.append((at, at, block))
        if any(begin <= first for begin, _, _ in new):
            raise ContentError([_refused(Path("sources.yml"), first + 1)])
        # For the same line, what replaces goes before what is put behind it.
        for begin, end, block in sorted(new, key=lambda item: (item[0], item[1]), reverse=True):
            lines[begin:end] = block
    return "".join(lines)


def _span(lines: list[str], begin: int, starts: list[int], indent: str) -> tuple[int, int]:
    """Return the lines of one key, without the blank lines and comments that follow its value."""
    end = min(start for start in starts if start > begin)
    while end > begin + 1:
        line = lines[end - 1]
        is_inner = len(line) - len(line.lstrip()) > len(indent)
        if line.strip() and not (line.lstrip().startswith("#") and not is_inner):
            break
        end -= 1
    return begin, end


def _block(key: str, value: Mapping[str, Any], indent: str, old: list[str]) -> list[str]:
    """Write one key; lines that stay as they are, and comments, are taken from the old ones."""
    comment = re.search(r"\s+#.*$", old[0].rstrip()) if old else None
    made = [f"{indent}{key}:{comment[0] if comment else ''}"]
    kept = {line.strip().partition(":")[0]: line.rstrip("\r\n") for line in old[1:]}
    made += [line.rstrip("\r\n") for line in old[1:] if line.lstrip().startswith("#")]
    for name, child in value.items():
        if isinstance(child, Mapping):
            made += _block(name, child, f"{indent}  ", [])
            continue
        line = f"{indent}  {name}: {_scalar(child)}"
        before = kept.get(name, "")
        remark = re.search(r"\s+#.*$", before) if key == "evidence" else None
        made.append(line + (remark[0] if remark else ""))
    return made


def _scalar(value: str) -> str:
    """Write one value: plain where YAML allows it without a doubt, else as JSON (YAML 1.2, 7.3)."""
    is_plain = _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _text(child) for key, child in value.items()}
    return str(value)


def _prove(
    edited: str, shown: Path, before: Mapping[str, Source], changes: Mapping[str, Change]
) -> None:
    """Read the new text back: it must say what was meant, and nothing else may differ."""
    try:
        ledger, problems = ledgers.parse(edited, shown)
    except ContentError:
        raise ContentError([_refused(shown, 1)]) from None
    if problems:
        raise ContentError([_refused(shown, 1)])
    after = {source.key: replace(source, line=0) for source in ledger.sources}
    wanted = {}
    for key, source in before.items():
        change = changes.get(key)
        new: dict[str, Any] = {"evidence": change.evidence, "check": change.check} if change else {}
        wanted[key] = replace(source, line=0, **new)
    for key, source in wanted.items():
        if after.get(key) != source:
            raise ContentError([_refused(shown, before[key].line)])


def _refused(shown: Path, line: int) -> Problem:
    what = "the result of the check can't be written into this entry"
    return Problem(shown, line, what, "write each key of the entry on a line of its own")
