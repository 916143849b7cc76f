"""The numbers of external addresses, which paper cannot follow and so must print."""

from __future__ import annotations

from workshop_notes.export import nodes
from workshop_notes.export.nodes import Block, Document, Link, ListBlock


class Notes:
    """The numbered addresses of a page.

    A question lists its sources: an address there has the number of its source, and is printed
    below the line that holds its link. Every other address gets the next number, and is printed at
    the end.

    Attributes:
        sources: the list of sources, where the page has one.
    """

    def __init__(self, document: Document) -> None:
        self.sources = _sources(document)
        self._numbers: dict[str, int] = {}
        self._printed: set[int] = set()
        self._listed = 0
        if self.sources is not None:
            for number, item in enumerate(self.sources.items, self.sources.start):
                self._listed = number
                links = [link for block in item for link in external(block)]
                self._printed.update(map(id, links))
                for link in links:
                    self._numbers.setdefault(link.target, number)
        self._last = self._listed

    def is_printed(self, link: Link) -> bool:
        """Tell whether the address of a link is printed right below it, in the sources."""
        return id(link) in self._printed

    def number(self, address: str) -> int:
        """Return the number of an address; a new one gets the next."""
        if address not in self._numbers:
            self._last += 1
            self._numbers[address] = self._last
        return self._numbers[address]

    def unlisted(self) -> list[tuple[int, str]]:
        """Return (number, address) of what no source lists."""
        return [(n, address) for address, n in self._numbers.items() if n > self._listed]


def external(block: Block) -> list[Link]:
    """Return the links of a block that leave the site, without those of the blocks inside it."""
    return [i for i in nodes.inlines_of(block) if isinstance(i, Link) and i.is_external]


def _sources(document: Document) -> ListBlock | None:
    """Return the list below the heading of the sources."""
    seen = False
    for block in document.blocks:
        seen = seen or (isinstance(block, nodes.Heading) and block.id == "sources")
        if seen and isinstance(block, ListBlock) and block.ordered:
            return block
    return None


def web_address(place: str) -> str:
    """Return the address of a place below the site's own."""
    path, mark, fragment = place.partition("#")
    is_page = path and "." not in path.rpartition("/")[2]
    return f"{path}{'/' * bool(is_page)}{mark}{fragment}"
