"""What a PDF says, held against the page that it was made from, letter by letter.

Nothing of `workshop_notes.offline` is used here. White space does not count: lines break otherwise
on paper. Besides the page's own words, only these may stand in a PDF: numbers of addresses,
numbers of pages after a link, the points and numbers of lists, the addresses themselves, the sign
of a wrapped line of code, and the words in a drawing, each at its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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


class Pdf:
    """A PDF and where its parts begin."""

    def __init__(self, path: Path) -> None:
        self.document = pypdfium2.PdfDocument(path)
        self.reader = PdfReader(path)
        self.starts = {
            mark.get_title(): mark.get_dest().get_index()
            for mark in self.document.get_toc(max_depth=2)
        }

    def pages(self, title: str) -> range:
        """The pages of a part: to where the next part on another page begins."""
        first = self.starts[title]
        last = min((n for n in self.starts.values() if n > first), default=len(self.document))
        return range(first, last)

    def letters(self, pages: range) -> str:
        """Everything between header and footer, without white space."""
        return "".join(squashed("".join(self._characters(number))) for number in pages)

    def _characters(self, number: int) -> Iterator[str]:
        page = self.document[number]
        text, height = page.get_textpage(), page.get_height()
        for index in range(text.count_chars()):
            bottom, top = text.get_charbox(index)[1::2]
            if bottom > HEAD_AND_FOOT and top < height - HEAD_AND_FOOT:
                code = pdfium.FPDFText_GetUnicode(text, index)
                # A hyphen at the end of a line, which pdfium takes for a mark of its own.
                yield "-" if code in (2, 0xFFFE) else chr(code)

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


def compare(article: HtmlElement, folder: Path, letters: str) -> int:
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
    place, count, drawn = 0, 0, ""
    for words, pattern in pieces(without_controls(article)):
        if not pattern:
            drawn += words_of_drawing(folder / words)
            continue
        match = re.compile(MARKER + pattern).match(letters, place)
        if not match and drawn:
            match = re.compile(MARKER + pattern).search(letters, place)
            between = letters[place : match.start()] if match else ""
            if Counter(between) != Counter(drawn):
                raise Disagreement(f"the drawing before {words!r} says {between!r}, not {drawn!r}")
        if not match:
            raise Disagreement(f"lacks {words!r}; there it says {letters[place : place + 90]!r}")
        place, drawn, count = match.end(), "", count + 1
    rest = re.sub(r"(?:\d+https?://[!-~]+)+$", "", letters[place:].removeprefix("Addresses"))
    if Counter(rest) != Counter(drawn):
        raise Disagreement(f"says in addition {rest[:90]!r}")
    return count


def pieces(element: HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield (words, pattern) for each run of words in a page, in order.

    A picture is (its address, nothing).
    """
    run: list[tuple[str, str]] = []

    def flush() -> Iterator[tuple[str, str]]:
        words = "".join(words for words, _ in run)
        if squashed(words):
            yield words, "".join(pattern for _, pattern in run)
        run.clear()

    def literal(text: str | None) -> None:
        run.append((text or "", re.escape(squashed(text or ""))))

    def walk(node: HtmlElement) -> Iterator[tuple[str, str]]:
        literal(node.text)
        for child in node:
            if child.tag == "img":
                yield from flush()
                yield child.get("src").partition("#")[0], ""
            elif child.tag == "a" and child.get("href"):
                yield from walk(child)
                run.append(("", NUMBER + PAGE_NUMBER))
            elif child.tag in (*NESTED, "h1", "h2", "h3", "h4") or "filename" in child.classes:
                yield from flush()
                run.append(("", repeated_head(child)))
                yield from walk(child)
                run.append(("", re.escape("".join(printed_below(child)))))
                yield from flush()
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
