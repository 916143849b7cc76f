"""The badge beside code on a page: what was run of it, with what, and when."""

from __future__ import annotations

import json

from workshop_notes.directives.components import long_date
from workshop_notes.examples.execution import BADGES, Run


def badge(run: Run) -> str:
    """Return the badge of a run, from what the run recorded.

    Args:
        run: a run whose badge file is there.

    Returns:
        One line of HTML.

    Raises:
        FileNotFoundError: when it has never been run.
    """
    record = json.loads(run.badge_file.read_text(encoding="utf-8"))
    versions = _list([f"{name} {version}" for name, version in record["versions"].items()])
    words = {
        "executed": f"with {versions}",
        "stand-in": f"for {_list(record['stands_in'])}, with {versions}",
        "checked": f"against AWS's API model, with {versions}: accepted, not sent",
    }
    kind = record["badge"]
    note = " Measured: another run differs a little." if run.measured else ""
    return (
        f'<p class="badge badge--{kind}" data-search-exclude><strong>{BADGES[kind]}</strong> '
        f"{words[kind]}, on {long_date(record['date'])}.{note}</p>"
    )


def _list(words: list[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
