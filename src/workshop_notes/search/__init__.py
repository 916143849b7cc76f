"""Search that works on a server and from a disk: an index of small scripts, loaded when asked for.

`pages` reads the built pages, `words` takes texts apart, `postings` weighs the words, `encode`
writes them in characters, `write` makes the files. `scripts/` holds what reads them in a browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workshop_notes.search.pages import IndexedPage
from workshop_notes.search.postings import Postings
from workshop_notes.search.write import Writer

SCRIPTS = ("words", "marks", "lookup", "rank", "box")
"""The scripts of `scripts/`, each of which uses those before it."""

FOLDER = "search"
"""The folder of the index below that of the site."""

LIST_WEIGHT = 0.62
"""Weight of pages that answer no question, so that the question comes first."""

SHOWN_TEXT = 300
"""Characters of prose kept of each section, for what a result shows; all its words count."""

FOLLOW_UP_WEIGHT = 0.83
"""Weight of a question that follows up another: of two that say the same, the first comes first."""


_HALF_WORD = re.compile(r"\s\S{0,60}$")
_LEFT_OUT = re.compile(r"^\s*//(?!#).*\n|^\s+", re.M)


class Index:
    """The search index of one site, which grows page by page.

    Args:
        folder: the folder of the index.
        known: what the search is told of the site's subject.
    """

    def __init__(self, folder: Path, known: Mapping[str, Sequence[str]]) -> None:
        self._postings, self._writer = Postings(), Writer(folder, scripts(known))

    def add(self, page: IndexedPage, words: dict[str, Any], weight: float, place: str) -> None:
        """Take in the next page.

        Args:
            page: what `pages.read` found in it.
            words: its front matter: `description`, `tags`, `aliases`.
            weight: what its words count, from 0 to 1.
            place: what a result says above its title: the part of the site, and what the page is.
        """
        description = words.get("description", "")
        self._postings.add(
            page,
            description=description,
            tags=words.get("tags"),
            aliases=words.get("aliases"),
            factor=weight,
        )
        shown = [replace(each, text=_cut(each.text)) for each in page.sections]
        self._writer.add(replace(page, sections=shown), description, place)

    def close(self) -> None:
        """Write what is left, once every page has been added."""
        self._writer.close(self._postings)


def _cut(text: str) -> str:
    """Return of a section's text what a result shows."""
    prose = text.partition("\n")[0]
    return prose if len(prose) <= SHOWN_TEXT else _HALF_WORD.sub("", prose[:SHOWN_TEXT]) + " …"


def scripts(known: Mapping[str, Sequence[str]], *, box: bool = True) -> str:
    """Return the scripts of the search as one, without lines of comment and indentation.

    Args:
        known: words of the site that are `faint`, `neighbours` of its subject, and those that
            are the `same` as others.
        box: whether with that which a page is needed for.
    """
    folder = Path(__file__).parent / "scripts"
    names = SCRIPTS if box else SCRIPTS[:-1]
    texts = ((folder / f"{name}.js").read_text(encoding="utf-8") for name in names)
    words, *rest = (_LEFT_OUT.sub("", text) for text in texts)
    lists = [known.get(key, []) for key in ("faint", "neighbours", "same")]
    told = json.dumps(lists, separators=(",", ":"))
    return f"{words}notesSearch.know(...{told})\n{''.join(rest)}"
