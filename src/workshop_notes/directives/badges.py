"""The badge beside code on a page: what was run of it, with what, and when."""

from __future__ import annotations

import html
import json

from workshop_notes.content.settings import Settings
from workshop_notes.directives.components import long_date
from workshop_notes.examples.execution import BADGES, Run


def badge(run: Run, settings: Settings) -> str:
    """Return the badge of a run, from what the run recorded.

    Args:
        run: a run whose badge file is there.
        settings: the words of the site.

    Returns:
        One line of HTML.

    Raises:
        FileNotFoundError: when it has never been run.
    """
    record = json.loads(run.badge_file.read_text(encoding="utf-8"))
    versions = _list([f"{name} {version}" for name, version in record["versions"].items()])
    model = html.escape(settings.api_model, quote=False)
    words = {
        "executed": f"with {versions}",
        "stand-in": f"for {_list(record['stands_in'])}, with {versions}",
        "checked": f"against {model}, with {versions}: accepted, not sent",
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
