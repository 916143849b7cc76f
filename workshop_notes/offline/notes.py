"""The numbers of external addresses, which paper cannot follow and so must print."""

from __future__ import annotations

from workshop_notes.offline import tree
from workshop_notes.offline.tree import Document, Inline, Link, ListBlock


class Notes:
    """The numbered addresses of a page.

    A question lists its sources: an address there has the number of its source, and is printed
    below its title. Every other address gets the next number, and is printed at the end.

    Attributes:
        sources: the list of sources, where the page has one.
    """

    def __init__(self, document: Document) -> None:
        self.sources = _sources(document)
        self._titles: list[Link] = []
        self._numbers: dict[str, int] = {}
        self._listed = 0
        if self.sources is not None:
            for number, item in enumerate(self.sources.items, self.sources.start):
                self._listed = number
                links = [i for b in item for i in tree.inlines_of(b) if isinstance(i, Link)]
                if links and links[0].is_external:
                    self._titles.append(links[0])
                    self._numbers.setdefault(links[0].target, number)
        self._last = self._listed

    def is_source(self, inline: Inline) -> bool:
        """Tell whether an inline is the title of a source, whose address stands below it."""
        return any(inline is title for title in self._titles)

    def number(self, address: str) -> int:
        """Return the number of an address; a new one gets the next."""
        if address not in self._numbers:
            self._last += 1
            self._numbers[address] = self._last
        return self._numbers[address]

    def unlisted(self) -> list[tuple[int, str]]:
        """Return (number, address) of what no source lists."""
        return [(n, address) for address, n in self._numbers.items() if n > self._listed]


def _sources(document: Document) -> ListBlock | None:
    """Return the list below the heading of the sources."""
    seen = False
    for block in document.blocks:
        seen = seen or (isinstance(block, tree.Heading) and block.id == "sources")
        if seen and isinstance(block, ListBlock) and block.ordered:
            return block
    return None


def web_address(place: str) -> str:
    """Return the address of a place below the site's own."""
    path, mark, fragment = place.partition("#")
    is_page = path and "." not in path.rpartition("/")[2]
    return f"{path}{'/' * bool(is_page)}{mark}{fragment}"
