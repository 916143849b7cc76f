"""Say what a run found: a table for people, JSON for programs."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import Any

from workshop_notes.content.ledger import COPIES
from workshop_notes.links.journal import as_json
from workshop_notes.links.run import LinkCheck
from workshop_notes.links.verdicts import REMEDIES, Verdict

WIDTH = 100
LONGEST = 60_000
"""Characters of the table: an issue on GitHub takes 65,536."""


def table(run: LinkCheck) -> str:
    """Return the counts by verdict, then each source that is not fine, with what to do.

    Args:
        run: a run, written down or not.

    Returns:
        Plain text of at most `WIDTH` columns.
    """
    counts = Counter(note.outcome.verdict for note in run.notes.values())
    lines = [f"{'sources':<15}{len(run.sources):>5}"]
    lines += [f"{verdict:<15}{counts[verdict]:>5}" for verdict in Verdict if counts[verdict]]
    if copies := sum("/" in each.key for each in run.asked):
        lines.insert(1, f"{'and copies':<15}{copies:>5}")
    if left := len(run.asked) - len(run.notes):
        lines.append(f"{'not asked':<15}{left:>5}")
    for name, settings in run.hosts.items():
        if "ignore" in settings:
            lines += ["", *_wrapped(f"{name} is not asked: {settings['reason']}")]
    for key, text in run.changed.items():
        told = f"{key}: the text that the answer rests on changed: {text}"
        lines += ["", *_wrapped(told), *_wrapped("read the page again", "    ")]
    for source in run.asked:
        note = run.notes.get(source.key)
        if note is None or note.outcome.verdict is Verdict.FINE:
            continue
        words = [source.key + ":", note.outcome.verdict]
        lines += [
            "",
            *_wrapped(" ".join(words) + (note.outcome.detail and f", {note.outcome.detail}")),
        ]
        lines += _wrapped(source.address, "    ")
        lines += _wrapped(REMEDIES[note.outcome.verdict], "    ")
    for key in run.left:
        lines += ["", f"{key}: its entry was edited meanwhile; what was found is not written"]
    whole = "\n".join(lines)
    if len(whole) <= LONGEST:
        return whole
    return whole[:LONGEST].rpartition("\n\n")[0] + "\n\nThe rest is in the run's report.json."


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "    ",
        break_on_hyphens=False,
    )  # fmt: skip


def document(run: LinkCheck) -> dict[str, Any]:
    """Return the run for programs.

    Returns:
        `interrupted`; `counts` by verdict; and `sources`, a list of objects with `key`, `address`,
        `outcome` (null when it was not asked; else `verdict`, `detail`, `status`, `final`,
        `seconds`, `words`, and `hops`, each with `url` and `status`), and what the ledger is to
        say: `evidence` and `check`; of each copy the `outcome`; and how the text under an answer
        `changed`, in words.
    """
    counts = Counter(note.outcome.verdict.value for note in run.notes.values())
    sources = []
    for source in run.sources:
        note, change = run.notes.get(source.key), run.changes.get(source.key)
        sources.append(
            {
                "key": source.key,
                "address": source.address,
                "outcome": as_json(note.outcome) if note else None,
                "evidence": dict(change.evidence if change else source.evidence),
                "check": dict(change.check if change else source.check),
                "copies": {
                    name: as_json(copy.outcome)
                    for name in COPIES
                    if (copy := run.notes.get(f"{source.key}/{name}"))
                },
                "changed": run.changed.get(source.key, ""),
            }
        )
    return {"interrupted": run.stopped, "counts": dict(counts), "sources": sources}


def is_bad(run: LinkCheck) -> bool:
    """Whether a source is established as bad, or there is a finding against one."""
    checks = [change.check for change in run.changes.values()]
    checks += [check[name] for check in checks for name in COPIES if name in check]
    return any(check.get("verdict", "fine") != "fine" or "finding" in check for check in checks)
