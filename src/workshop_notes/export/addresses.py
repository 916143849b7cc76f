"""The numbers of external addresses, which paper cannot follow and so must print."""

from __future__ import annotations

from lxml.html import HtmlElement

from workshop_notes.export.reader import Document


class Notes:
    """The numbered addresses of a page.

    A question lists its sources: an address there has the number of its source, and is printed
    below the line that holds its link. Every other address gets the next number, and is printed at
    the end.

    Attributes:
        sources: the list of sources, where the page has one.
    """

    def __init__(self, document: Document) -> None:
        lists = document.tree.xpath("./*[@id='sources'][1]/following-sibling::ol[1]")
        self.sources: HtmlElement | None = lists[0] if lists else None
        self._numbers: dict[str, int] = {}
        self._printed: set[HtmlElement] = set()
        self._listed = 0
        if self.sources is not None:
            start = int(self.sources.get("start", "1"))
            for number, item in enumerate(self.sources.iterchildren("li"), start):
                self._listed = number
                links = [link for block in item for link in external(block)]
                self._printed.update(links)
                for link in links:
                    self._numbers.setdefault(link.get("href"), number)
        self._last = self._listed

    def is_printed(self, link: HtmlElement) -> bool:
        """Tell whether the address of a link is printed right below it, in the sources."""
        return link in self._printed

    def number(self, address: str) -> int:
        """Return the number of an address; a new one gets the next."""
        if address not in self._numbers:
            self._last += 1
            self._numbers[address] = self._last
        return self._numbers[address]

    def unlisted(self) -> list[tuple[int, str]]:
        """Return (number, address) of what no source lists."""
        return [(n, address) for address, n in self._numbers.items() if n > self._listed]


def is_external(target: str) -> bool:
    """Tell whether an address leaves the site: it has a scheme, which no place has."""
    return "://" in target or target.startswith("mailto:")


def external(block: HtmlElement) -> list[HtmlElement]:
    """Return the links of a block that leave the site."""
    return [link for link in block.iterfind(".//a[@href]") if is_external(link.get("href"))]


def web_address(place: str) -> str:
    """Return the address of a place below the site's own."""
    path, mark, fragment = place.partition("#")
    is_page = path and "." not in path.rpartition("/")[2]
    return f"{path}{'/' * bool(is_page)}{mark}{fragment}"
