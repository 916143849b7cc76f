"""Set a built site, and read the PDF back as a screen reader does: tags, and the words of each."""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import ImageOps
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    ContentStream,
    DictionaryObject,
    StreamObject,
    TextStringObject,
)

from tests.site import articles
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project
from workshop_notes.export import edition
from workshop_notes.export.pdf import Printer
from workshop_notes.export.reader import Document, read_document

A4, LETTER = (595.3, 841.9), (612.0, 792.0)
"""Width and height in points (ISO 216; ANSI/ASME Y14.1)."""
MM = 72 / 25.4
"""A millimetre in points."""
PAINTS = {b"Tj", b"TJ", b"'", b'"', b"Do", b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"sh"}
"""What puts ink on the page (ISO 32000-1, table 51)."""
PLACES = re.compile(rb"(\((?:\\.|[^()\\])*\))|(?:-?[\d.]+ )+(?:[mlcw]|cm|re|scn|Tm|Tr)\b", re.S)
"""Where ink goes and in which colour (tables 57, 59, 74, 104 to 108), but for words in strings."""


def documents(project: Project, site: Path) -> list[Document]:
    """Read the pages of a built site in the order of the menu."""
    return [read_document(project, article) for article in articles(project, site)]


def printer(project: Project, site: Path) -> Printer:
    """Return what sets a built site, as `make offline` does."""
    at = edition.read(project, read_pages(project))
    return Printer(project, at, documents(project, site), site)


@dataclass
class Node:
    """An element of the tag tree.

    Attributes:
        kind: its type, such as `H1`, `P`, `Link` or `Code`.
        page: the page that it starts on, from 0, or -1 when nothing is on paper.
        alt: what it shows, for a figure.
        parts: its words and children in reading order.
        annotations: the areas to click on, for a link.
    """

    kind: str
    alt: str = ""
    page: int = -1
    parts: list[str | Node] = field(default_factory=list)
    annotations: list[DictionaryObject] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words inside it, without what is printed for paper alone."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def children(self) -> list[Node]:
        """The elements directly inside it."""
        return [part for part in self.parts if isinstance(part, Node)]

    def walk(self) -> Iterator[Node]:
        """Yield it and everything inside it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def tag_tree(path: Path) -> Node:
    """Return the tags of a PDF with their words."""
    words = _painted(path.read_bytes()).words
    reader = pypdf.PdfReader(path)
    pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
    root = Node("Root")
    _read(reader.trailer["/Root"]["/StructTreeRoot"], root, -1, pages, words)
    return root


def _read(element: DictionaryObject, node: Node, page: int, pages: dict, words: dict) -> None:
    if "/Pg" in element:
        page = pages[element.raw_get("/Pg").idnum]
    kids = element.get("/K", ArrayObject())
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, int):
            node.parts.append(words.get((page, int(kid)), ""))
            node.page = page if node.page < 0 else node.page
        elif kid.get("/Type") == "/MCR":
            number = pages[kid.raw_get("/Pg").idnum] if "/Pg" in kid else page
            node.parts.append(words.get((number, int(kid["/MCID"])), ""))
            node.page = number if node.page < 0 else node.page
        elif kid.get("/Type") == "/OBJR":
            node.annotations.append(kid["/Obj"])
        elif "/S" in kid:
            child = Node(str(kid["/S"]).removeprefix("/"), str(kid.get("/Alt", "")))
            _read(kid, child, page, pages, words)
            node.parts.append(child)
            node.page = child.page if node.page < 0 else node.page


@dataclass
class Painted:
    """What the pages of a PDF are painted with.

    Attributes:
        words: the words of each marked content by page and number; artifacts have no number.
        unmarked: (page, operator) of what is neither tagged nor an artifact.
    """

    words: dict[tuple[int, int], str] = field(default_factory=dict)
    unmarked: list[tuple[int, bytes]] = field(default_factory=list)


@lru_cache(maxsize=4)
def _painted(data: bytes) -> Painted:
    """Read the operators themselves (ISO 32000-1, 9.4.3, 9.10.3 and 14.6), which takes seconds.

    The readers at hand join lines, drop hyphens at their ends, and add spaces.
    """
    painted = Painted()
    found = painted.words
    maps: dict[int, dict[bytes, str]] = {}
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(data)).pages):
        fonts = page["/Resources"].get("/Font", DictionaryObject())
        properties = page["/Resources"].get("/Properties", DictionaryObject())
        letters: dict[bytes, str] = {}
        open_marks: list[tuple[int, bool]] = []
        content = StreamObject()  # without what makes it twice as long to read
        content.set_data(PLACES.sub(lambda each: each[1] or b" ", page.get_contents().get_data()))
        for operands, operator in ContentStream(content, page.pdf).operations:
            if operator in PAINTS and not open_marks:
                painted.unmarked.append((number, operator))
            if operator == b"Tf":
                name = fonts.raw_get(operands[0]).idnum
                if name not in maps:
                    maps[name] = _letters(fonts[operands[0]])
                letters = maps[name]
            elif operator in {b"BDC", b"BMC"}:
                more = operands[1] if len(operands) > 1 else DictionaryObject()
                more = properties[more].get_object() if isinstance(more, str) else more
                mark = int(more.get("/MCID", open_marks[-1][0] if open_marks else -1))
                mark = -1 if operands[0] == "/Artifact" else mark
                said = more.get("/ActualText")
                open_marks.append((mark, said is not None))
                if said is not None and mark >= 0:
                    found[number, mark] = found.get((number, mark), "") + str(said)
            elif operator == b"EMC":
                open_marks.pop()
            elif operator in {b"Tj", b"TJ"} and open_marks and open_marks[-1][0] >= 0:
                mark, is_said = open_marks[-1]
                strings = operands[0] if operator == b"TJ" else operands
                if not is_said:
                    text = "".join(_decoded(part, letters) for part in strings)
                    found[number, mark] = found.get((number, mark), "") + text
    return painted


def _decoded(string: object, letters: dict[bytes, str]) -> str:
    if not isinstance(string, (ByteStringObject, TextStringObject)):
        return ""  # the distance to the next letters
    data = string.original_bytes
    return "".join(letters[data[place : place + 2]] for place in range(0, len(data), 2))


def _letters(font: DictionaryObject) -> dict[bytes, str]:
    """Read which letters the two bytes of a glyph stand for (ISO 32000-1, 9.10.3)."""
    table = font["/ToUnicode"].get_data().decode("ascii")
    return {
        bytes.fromhex(code): bytes.fromhex(letters).decode("utf-16-be")
        for part in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S)
        for code, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part)
    }


def texts(path: Path) -> list[str]:
    """Return the text of each page as a program extracts it."""
    found = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]
    # What stands for a hyphen at the end of a line, which may be one of an address.
    return [re.sub("[\x02\ufffe]", "-", text) for text in found]


def bookmarks(path: Path) -> list[tuple[int, str, int]]:
    """List (depth from 0, title, page from 0) of the bookmarks."""
    reader = pypdf.PdfReader(path)
    found: list[tuple[int, str, int]] = []

    def read(items: list, depth: int) -> None:
        for item in items:
            if isinstance(item, list):
                read(item, depth + 1)
            else:
                found.append((depth, item.title, reader.get_destination_page_number(item)))

    read(reader.outline, 0)
    return found


def target(reader: pypdf.PdfReader, link: DictionaryObject) -> str | tuple[int, float]:
    """Return where a link leads: an address, or a page (from 0) and the height on it in points."""
    action = link.get("/A", DictionaryObject()).get_object()
    if "/URI" in action:
        return str(action["/URI"])
    place = link.get("/Dest", action.get("/D"))
    if not isinstance(place, ArrayObject):
        place = reader.named_destinations[str(place)].dest_array
    return reader.get_page_number(place[0].get_object()), float(place[3])


def unmarked(path: Path) -> list[tuple[int, bytes]]:
    """List (page, operator) of what is painted and is neither tagged nor an artifact."""
    return _painted(path.read_bytes()).unmarked


def said(node: Node) -> str:
    """The words of an element without the numbers of lists and the lettering of drawings."""
    if node.kind in {"Lbl", "Figure"}:
        return ""
    return "".join(part if isinstance(part, str) else said(part) for part in node.parts)


@dataclass(frozen=True)
class Laid:
    """How a page is laid out, in points below its upper margin.

    Attributes:
        height: the room between the margins.
        end: where the last ink ends.
        lies: whether the page lies on its side.
        code: where each block of code begins and ends, without its title.
    """

    height: float
    end: float
    lies: bool
    code: list[tuple[float, float]]


def laid_out(path: Path) -> list[Laid]:
    """Measure the pages of a PDF."""
    found = []
    for page in pypdfium2.PdfDocument(path):
        top, bottom = page.get_height() - 27 * MM, 24 * MM  # as book.typ has them
        objects = [(each, *each.get_bounds()[1::2]) for each in page.get_objects()]
        inside = [(o, low, high) for o, low, high in objects if bottom - 2 < low and high < top + 2]
        ends = [top - low for _, low, _ in inside]
        code = [(top - high, top - low) for o, low, high in inside if _filled_as_code(o)]
        titled = {place for place, after in pairwise(code) if abs(place[1] - after[0]) < 2}
        lies = page.get_width() > page.get_height()
        code = [place for place in code if place not in titled]
        found.append(Laid(top - bottom, max(ends, default=0), lies, code))
    return found


def _filled_as_code(thing: pypdfium2.PdfObject) -> bool:
    parts = [ctypes.c_uint() for _ in range(4)]
    pypdfium2.raw.FPDFPageObj_GetFillColor(thing.raw, *map(ctypes.byref, parts))
    path = thing.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH
    return path and [part.value for part in parts[:3]] == [0xF5, 0xF4, 0xEF]


def inside_margins(path: Path, size: tuple[float, float]) -> int:
    """Look at each page: its size, and that the outer 8 mm are white; return their number."""
    document = pypdfium2.PdfDocument(path)
    for number, page in enumerate(document):
        if page.get_width() > page.get_height() and number:
            size = max(size), min(size)  # a page on its side, for a wide table
        else:
            size = min(size), max(size)
        assert page.get_size() == pytest.approx(size, abs=0.1)
        ink = ImageOps.invert(page.render(scale=1).to_pil().convert("L")).getbbox()
        left, top, right, bottom = ink
        edge = 8 * MM
        assert left > edge and top > edge, (number, ink)
        assert right < size[0] - edge and bottom < size[1] - edge, (number, ink)
    return len(document)
