"""Write what stands inside a line as Typst code that calls the functions of `book.typ`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workshop_notes.content.pictures import Picture
from workshop_notes.export import images, nodes, typst_text
from workshop_notes.export.addresses import Notes, web_address
from workshop_notes.export.nodes import Document, Inline
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
    "strong": "b", "emphasis": "i", "sub": "sub", "sup": "super", "deleted": "strike",
    "mark": "highlight",
}  # fmt: skip
_PILLS = ("facts__status--", "badge--")


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

    def inlines(self, inlines: list[Inline]) -> str:
        """Return inlines as one block of code."""
        return "{" + ";".join(filter(None, map(self.inline, inlines))) + "}"

    def inline(self, inline: Inline) -> str:
        """Return one inline as code, or nothing."""
        if isinstance(inline, nodes.Text):
            return self.words(inline.text)
        if isinstance(inline, nodes.Code):
            return self._code(inline.text)
        if isinstance(inline, nodes.Break):
            return "linebreak()"
        if isinstance(inline, nodes.Image):
            return f"box({self.picture(inline)})"
        if isinstance(inline, nodes.Link):
            return self._link(inline)
        body = self.inlines(inline.inlines)
        for prefix in _PILLS:
            if prefix in inline.role:
                state = inline.role.split(prefix)[1].split()[0]
                return f"{{pill({literal(state)},{body});h(8pt)}}"
        if inline.role.startswith("facts__"):
            return f"{{{body};h(8pt)}}"
        return f"{_SPANS[inline.kind]}({body})" if inline.kind else body

    def words(self, text: str) -> str:
        """Return text that may be broken inside long words."""
        return typst_text.words(text, self.long, self.piece)

    def _code(self, text: str) -> str:
        shown = self.words(text)
        whole = literal(text)
        return f"c({whole})" if shown == whole else f"c({whole},{{{shown}}})"

    def picture(self, image: nodes.Image) -> str:
        """Return a picture in the size at which it is printed."""
        picture = self.book.pictures[image.place]
        height = self.book.paper.height - 60
        width, height = images.points(picture, image.width, self.width, height)
        path, alt = literal(f"/{image.place}"), literal(image.alt)
        return f"picture({path},{alt},{width:.1f}pt,{height:.1f}pt)"

    def _link(self, link: nodes.Link) -> str:
        body = self.inlines(link.inlines)
        if body == "{}":
            return body
        target = link.target
        if not link.is_external:
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


def address(target: str) -> str:
    """Return an address as printed: it may be broken at its joints."""
    return ";z;".join(map(literal, pieces(target)))
