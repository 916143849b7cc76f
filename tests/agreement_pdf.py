"""What a PDF says, held against the page that it was made from, letter by letter.

Nothing of `workshop_notes.export` is used here. White space does not count, as lines break
otherwise on paper, but for the indentation of code, which is measured. Besides the page's own
words, only these may stand in a PDF: numbers of addresses, numbers of pages after a link, the
points and numbers of lists, the addresses themselves, the sign of a wrapped line of code, and the
words in a drawing, each at its place.
"""

from __future__ import annotations

import ctypes
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree, html
from lxml.html import HtmlElement
from pypdf import PdfReader

from tests.agreement import NESTED, without_controls

HEAD_AND_FOOT = 52
"""Points at the top and the bottom of a page where the running header and the footer stand."""

NUMBER = r"\d{0,3}"
PAGE_NUMBER = r"(?:\(p\.\d+\))?"
MARKER = r"(?:[•\u2013]|\d{1,3}\.)?"
WRAPPED = "↳"


class Disagreement(AssertionError):
    """A PDF that lacks what its page says, or says more."""


class Letters(NamedTuple):
    """What pages of a PDF hold, without white space.

    Attributes:
        text: the letters.
        left: where each of them begins, in points from the left.
    """

    text: str
    left: list[float]


class Piece(NamedTuple):
    """A run of words in a page, or a picture.

    Attributes:
        words: the words as they stand, or the address of the picture.
        pattern: what finds them among the letters of a PDF; nothing for a picture.
        is_code: whether it is a block of code.
    """

    words: str
    pattern: str
    is_code: bool = False


class Pdf:
    """A PDF and where its parts begin."""

    def __init__(self, path: Path) -> None:
        self.document = pypdfium2.PdfDocument(path)
        self.reader = PdfReader(path)
        self.starts = {
            mark.get_title(): mark.get_dest().get_index()
            for mark in self.document.get_toc()
            if mark.level < 2
        }

    def pages(self, title: str) -> range:
        """The pages of a part: to where the next part on another page begins."""
        first = self.starts[title]
        last = min((n for n in self.starts.values() if n > first), default=len(self.document))
        return range(first, last)

    def letters(self, pages: range) -> Letters:
        """Everything between header and footer."""
        found = [
            (letter, left)
            for number in pages
            for character, left in self._characters(number)
            for letter in squashed(character)
        ]
        return Letters("".join(letter for letter, _ in found), [left for _, left in found])

    def _characters(self, number: int) -> Iterator[tuple[str, float]]:
        page = self.document[number]
        text, height = page.get_textpage(), page.get_height()
        x, y = ctypes.c_double(), ctypes.c_double()
        for index in range(text.count_chars()):
            pdfium.FPDFText_GetCharOrigin(text, index, x, y)
            if HEAD_AND_FOOT < y.value < height - HEAD_AND_FOOT:
                code = pdfium.FPDFText_GetUnicode(text, index)
                # A hyphen at the end of a line, which pdfium takes for a mark of its own.
                yield "-" if code in (2, 0xFFFE) else chr(code), x.value

    def links(self, pages: range) -> tuple[set[str], set[int]]:
        """The external addresses and the pages that the pages link to."""
        outside, inside = set(), set()
        for number in pages:
            for mark in self.reader.pages[number].get("/Annots", ()):
                mark = mark.get_object()
                if "/A" in mark and "/URI" in mark["/A"]:
                    outside.add(mark["/A"]["/URI"])
                else:
                    inside.add(self._target(mark))
        return outside, inside

    def _target(self, mark) -> int:
        target = mark["/Dest"] if "/Dest" in mark else mark["/A"]["/D"]
        if isinstance(target, (str, bytes)):
            target = self.reader.named_destinations[str(target)].dest_array
        elif not isinstance(target, list):
            target = target.get_object()
        return self.reader.get_page_number(target[0].get_object())


def squashed(text: str) -> str:
    """Text without white space, in one form of each letter."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(rf"[\s\u00ad\u200b\u2060{WRAPPED}\0]+", "", text)


def compare(article: HtmlElement, folder: Path, letters: Letters) -> int:
    """Walk through a page and the letters of its PDF side by side.

    Args:
        article: the article of the built page.
        folder: the folder from which its pictures are addressed.
        letters: what the PDF holds.

    Returns:
        How many pieces were found.

    Raises:
        Disagreement: at the first piece that the PDF lacks, or says in addition.
    """
    place, count, drawn, text = 0, 0, "", letters.text
    for piece in pieces(without_controls(article)):
        if not piece.pattern:
            drawn += words_of_drawing(folder / piece.words)
            continue
        match = re.compile(MARKER + piece.pattern).match(text, place)
        if not match and drawn:
            match = re.compile(MARKER + piece.pattern).search(text, place)
            between = text[place : match.start()] if match else ""
            if Counter(between) != Counter(drawn):
                raise Disagreement(f"the drawing before {piece.words!r} says {between!r}")
        if not match:
            raise Disagreement(f"lacks {piece.words!r}; it says {text[place : place + 90]!r}")
        if piece.is_code:
            check_indentation(piece.words, letters.left[match.start() : match.end()])
        place, drawn, count = match.end(), "", count + 1
    rest = re.sub(r"(?:\d+https?://[!-~]+)+$", "", text[place:].removeprefix("Addresses"))
    if Counter(rest) != Counter(drawn):
        raise Disagreement(f"says in addition {rest[:90]!r}")
    return count


def check_indentation(code: str, left: list[float]) -> None:
    """Hold the columns in which the lines of a block begin to where they begin on paper.

    Args:
        code: the block.
        left: where each of its letters begins, in points.

    Raises:
        Disagreement: for a line that is indented otherwise.
    """
    starts, steps, place = [], [], 0
    for line in code.splitlines():
        letters = squashed(line)
        if letters and letters.isascii():
            starts.append((len(line) - len(line.lstrip(" ")), left[place], line))
            if len(line.split()[0]) > 1:
                steps.append(left[place + 1] - left[place])
        place += len(letters)
    if not steps:
        return
    step = statistics.median(steps)
    margin = min(x - column * step for column, x, _ in starts)
    for column, x, line in starts:
        if abs(x - column * step - margin) > step / 3:
            raise Disagreement(f"indents {line!r} by {(x - margin) / step:.1f}, not {column}")


def pieces(element: HtmlElement) -> Iterator[Piece]:
    """Yield what a page holds, in order."""
    run: list[tuple[str, str]] = []

    def flush(is_code: bool = False) -> Iterator[Piece]:
        words = "".join(words for words, _ in run)
        if squashed(words):
            yield Piece(words, "".join(pattern for _, pattern in run), is_code)
        run.clear()

    def literal(text: str | None) -> None:
        run.append((text or "", re.escape(squashed(text or ""))))

    def walk(node: HtmlElement) -> Iterator[Piece]:
        literal(node.text)
        for child in node:
            if child.tag == "img":
                yield from flush()
                yield Piece(child.get("src").partition("#")[0], "")
            elif child.tag == "a" and child.get("href"):
                yield from walk(child)
                run.append(("", NUMBER + PAGE_NUMBER))
            elif child.tag in (*NESTED, "h1", "h2", "h3", "h4") or "filename" in child.classes:
                yield from flush()
                run.append(("", repeated_head(child)))
                yield from walk(child)
                run.append(("", re.escape("".join(printed_below(child)))))
                yield from flush(child.tag == "pre")
            else:
                yield from walk(child)
            literal(child.tail)

    yield from walk(element)
    yield from flush()


def repeated_head(cell: HtmlElement) -> str:
    """What may stand again before the first cell of a row, where a table goes on overleaf."""
    row = cell.getparent()
    if cell.tag != "td" or row[0] is not cell:
        return ""
    head = "".join(row.xpath("ancestor::table/thead//text()"))
    return f"(?:{re.escape(squashed(head))})?"


def printed_below(paragraph: HtmlElement) -> list[str]:
    """The addresses that are printed below a paragraph: of every link out of a list of sources."""
    if not paragraph.xpath("self::p/parent::li/parent::ol/preceding-sibling::h2[@id='sources']"):
        return []
    addresses = [link.get("href", "") for link in paragraph.iter("a")]
    return [squashed(address) for address in addresses if "://" in address]


def words_of_drawing(path: Path) -> str:
    """The letters in a drawing; a picture made of points has none."""
    if path.suffix != ".svg":
        return ""
    texts = etree.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return "".join(squashed("".join(text.itertext())) for text in texts)


def article_of(path: Path) -> HtmlElement:
    """The article of a built page."""
    return html.parse(str(path), html.HTMLParser(encoding="utf-8")).find(".//article")
