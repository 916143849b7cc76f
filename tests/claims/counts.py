"""Count what is proved of the pages, for the page that says how far the promise goes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from markdown_it import MarkdownIt

from tests.claims.binding import PROOFS, Claim, values
from tests.site import ROOT
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page

COUNTS = ROOT / "claims.json"
"""What `python -m tests.claims` writes, and the page on the state of these notes shows."""

WAYS = {
    "not run": ("not run here", "not run yet"),
    "checked": ("checked, not sent",),
    "saved": ("save as ",),
}
"""What becomes of a block of Python that the copied page does not run, by words of its title."""


def counted(pages: Iterable[Page], claims: list[Claim], ledger: Ledger) -> dict[str, dict]:
    """Count the claims, the values on the pages, and their blocks of Python.

    Args:
        pages: the pages of questions.
        claims: all claims.
        ledger: the ledger.

    Returns:
        Three tables: "claims" by what their check rests on, "values" by what proves them, and
        "blocks" by what becomes of them when the page is copied.
    """
    by = Counter(claim.by for claim in claims)
    proofs: Counter[str] = Counter()
    blocks: Counter[str] = Counter()
    for page in pages:
        proofs.update(value.proof or "nothing" for value in values(page, claims, ledger))
        for token in MarkdownIt("commonmark").parse(page.matter.body):
            if token.type == "fence" and token.info.startswith("python"):
                blocks[_way(token.info)] += 1
    return {
        "claims": {PROOFS[kind]: by[kind] for kind in PROOFS if by[kind]},
        "values": dict(sorted(proofs.items())),
        "blocks": dict(sorted(blocks.items())),
    }


def _way(info: str) -> str:
    """Return what becomes of a block, by the title after its language."""
    title = re.search(r'title="([^"]*)"', info)
    for way, words in WAYS.items():
        if title and any(word in title[1] for word in words):
            return way
    return "run"
