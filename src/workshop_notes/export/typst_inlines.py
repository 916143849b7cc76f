"""Write what stands inside a line as Typst code that calls the functions of `book.typ`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from workshop_notes.content.pictures import Picture
from workshop_notes.export import images, typst_text
from workshop_notes.export.addresses import Notes, is_external, web_address
from workshop_notes.export.markdown import is_raised
from workshop_notes.export.reader import CODE, Document, classes
from workshop_notes.export.typst_text import LONG, PIECE, literal, pieces


@dataclass(frozen=True)
class Paper:
    """A size of paper.

    Attributes:
        name: Typst's name of it.
        width: the room for text across, in points.
        height: the room for text downwards, in points.
        lying: the room for text across when it lies on its side, in points.
    """

    name: str
    width: float
    height: float
    lying: float


PAPERS = {
    "a4": Paper("a4", 459.0, 690.0, 705.0),
    "us-letter": Paper("us-letter", 475.0, 640.0, 655.0),
}
"""The margins are those of `book.typ`: 24 mm at the sides, 27 mm above, 24 mm below."""

_SPANS = {
    "strong": "b", "b": "b", "em": "i", "i": "i", "cite": "i", "var": "i", "dfn": "i",
    "sub": "sub", "sup": "super", "del": "strike", "s": "strike", "mark": "highlight",
}  # fmt: skip
"""The function of `book.typ` or of Typst for an element."""


@dataclass(frozen=True)
class Book:
    """What a page can refer to.

    Attributes:
        paper: the paper.
        labels: the places that the file holds, each with the name of its label.
        pictures: the pictures by their place.
        address: where the site is published, for what the file does not hold, or nothing.
    """

    paper: Paper
    labels: Mapping[str, str]
    pictures: Mapping[str, Picture]
    address: str


class InlineWriter:
    """Writes the inlines of one page, and numbers its external addresses.

    Args:
        document: the page.
        book: what it can refer to.
    """

    def __init__(self, document: Document, book: Book) -> None:
        self.document, self.book = document, book
        self.notes = Notes(document)
        self.width = book.paper.width
        self.long, self.piece = LONG, PIECE
        self.in_heading = False

    def inlines(self, element: HtmlElement) -> str:
        """Return what an element holds within a line, as one block of code."""
        return "{" + ";".join(filter(None, self.parts(element))) + "}"

    def parts(self, element: HtmlElement) -> Iterator[str]:
        """Yield the words and elements in an element as code, or nothing for one of them."""
        yield self.words(element.text)
        for child in element:
            yield self.inline(child)
            yield self.words(child.tail)

    def inline(self, element: HtmlElement) -> str:
        """Return one element within a line as code, or nothing."""
        tag = element.tag
        if tag in CODE:
            return self._code(element)
        if tag in {"br", "wbr"}:
            return "linebreak()" if tag == "br" else ""
        if tag == "img":
            return f"box({self.picture(element)})"
        if tag == "a" and element.get("href") is not None:
            return self._link(element)
        body = self.inlines(element)
        around = element.getparent()
        if tag == "strong" and "badge" in classes(around):  # how far the code was run
            return f"pill({literal(_state(around, 'badge--'))},{body})"
        if state := _state(element, "facts__status--"):
            return f"{{pill({literal(state)},{body});h(8pt)}}"
        if element.get("class", "").startswith("facts__"):
            return f"{{{body};h(8pt)}}"
        return f"{_SPANS[tag]}({body})" if tag in _SPANS else body

    def words(self, text: str | None) -> str:
        """Return text that may be broken inside long words."""
        return typst_text.words(text, self.long, self.piece) if text else ""

    def _code(self, element: HtmlElement) -> str:
        if not is_raised(element):
            return self.code(element.text_content())
        parts = [self.code(element.text)]
        for child in element:
            body = self._code(child)
            parts.append(f"{_SPANS[child.tag]}({{{body}}})" if child.tag in _SPANS else body)
            parts.append(self.code(child.tail))
        return ";".join(filter(None, parts))

    def code(self, text: str | None) -> str:
        """Return code within a line."""
        if not text:
            return ""
        shown, whole = self.words(text), literal(text)
        return f"c({whole})" if shown == whole else f"c({whole},{{{shown}}})"

    def picture(self, image: HtmlElement) -> str:
        """Return a picture in the size at which it is printed."""
        place, wanted = image.get("src"), image.get("width", "")
        picture = self.book.pictures[place]
        pixels = int(wanted) if wanted.isdecimal() else 0
        width, height = images.points(picture, pixels, self.width, self.book.paper.height - 60)
        path, alt = literal(f"/{place}"), literal(image.get("alt", ""))
        return f"picture({path},{alt},{width:.1f}pt,{height:.1f}pt)"

    def _link(self, link: HtmlElement) -> str:
        body = self.inlines(link)
        if body == "{}":
            return body
        target = link.get("href")
        if not is_external(target):
            page = target.partition("#")[0]
            label = self.book.labels.get(target) or self.book.labels.get(page)
            if label:
                plain = page == self.document.place or self.in_heading
                where = "" if plain else f";p-of({literal(label)})"
                return f"{{l({literal(label)},{body}){where}}}"
            if not self.book.address:
                return body
            target = self.book.address + web_address(target)
        call = f"e({literal(target)},{body})"
        if self.notes.is_printed(link):
            return call
        number = self.notes.number(target)
        # What stands in a heading stands in the bookmarks too.
        return call if self.in_heading else f"{{{call};n({number})}}"


def _state(element: HtmlElement, prefix: str) -> str:
    """Return what stands behind a prefix in the classes of an element, or nothing."""
    found = (name.removeprefix(prefix) for name in classes(element) if name.startswith(prefix))
    return next(found, "")


def address(target: str) -> str:
    """Return an address as printed: it may be broken at its joints."""
    return ";z;".join(map(literal, pieces(target)))
