"""Search that works on a server and from a disk: an index of small scripts, loaded when asked for.

`pages` reads the built pages, `words` takes texts apart, `postings` weighs the words, `encode`
writes them in characters, `write` makes the files. `scripts/` holds what reads them in a browser.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workshop_notes.content.files import Write, write_if_changed
from workshop_notes.content.pages import Page
from workshop_notes.search import pages as built_pages
from workshop_notes.search.postings import Postings
from workshop_notes.search.write import Writer

SCRIPTS = ("words", "marks", "lookup", "rank", "box")
"""The scripts of `scripts/`, each of which uses those before it."""

FOLDER = "search"
"""The folder of the index below that of the site."""

LIST_FACTOR = 0.45
"""Weight of pages that answer no question, so that the question comes first."""


class Index:
    """The search index of one site, which grows page by page.

    Args:
        site: the folder of the built site.
        pages: the pages as they were written, for their descriptions, tags and aliases; a built
            page without one is found by its text alone.
        write: how a file is written.
    """

    def __init__(self, site: Path, pages: Iterable[Page], write: Write = write_if_changed) -> None:
        self._written = {page.name: page for page in pages}
        self._site = site
        self._postings, self._writer = Postings(), Writer(site / FOLDER, scripts(), write)

    def add(self, path: Path, text: str) -> None:
        """Take in the next built page: its file, and the HTML in it."""
        built = None if path.name == "404.html" else built_pages.read(self._site, path, text)
        if built is None:
            return
        found = (self._written.get(name) for name in names(built.location))
        page = next(filter(None, found), None)
        values = page.matter.values if page else {}
        description = values.get("description", "")
        self._postings.add(
            built,
            description=description,
            tags=values.get("tags"),
            aliases=values.get("aliases"),
            factor=1.0 if page and page.is_question else LIST_FACTOR,
        )
        self._writer.add(built, description)

    def close(self) -> None:
        """Write what is left, once every page has been added."""
        self._writer.close(self._postings)


def scripts() -> str:
    """Return the scripts of the search as one."""
    folder = Path(__file__).parent / "scripts"
    return "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)


def names(location: str) -> list[str]:
    """Return the paths below `docs` that a page with an address may have been written as.

    Args:
        location: its address below the site's, on a server or as a file: `day-1/`, `day-1.html`.
    """
    if location.endswith(".html"):
        return [f"{location.removesuffix('.html')}.md"]
    return [f"{location}index.md", f"{location.removesuffix('/')}.md"]
