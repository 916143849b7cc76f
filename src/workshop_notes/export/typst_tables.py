"""How wide the columns of a table are, so that none runs off the page."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from workshop_notes.export.reader import CODE, HEADINGS
from workshop_notes.export.typst_text import pieces

SIZES = (9.2, 8.4, 7.6, 6.8, 6.2)
"""Sizes of text in points, tried in turn."""
GAP = 0.9
"""Room at the right of each column, in times the size; `book.typ` says the same."""
LONG, PIECE = 14, 16
"""As in `typst_text`, for the narrow columns of a table."""

_NARROW, _WIDE = set("fijlrtI.,;:'|!()[]/ "), set("mwMWQ@%&—")


def layout(
    table: HtmlElement, width: float, smallest: float = SIZES[-1]
) -> tuple[float, list[float]] | None:
    """Choose a size of text and the widths of the columns.

    The widths are shared as browsers do it (CSS 2.2, section 17.5.2.2): each column gets its
    longest piece that is never broken, and what is left goes by how long its text is.

    Args:
        table: the table.
        width: the room for it, in points.
        smallest: the smallest text, in points.

    Returns:
        The size in points and the width of each column in points, or nothing when the table
        has too many columns even for the smallest text.
    """
    for size in (size for size in SIZES if size >= smallest):
        least, most = _needs(table, size)
        if sum(least) > width:
            continue
        if sum(most) <= width:
            return size, most
        room = width - sum(least)
        wish = [m - n for n, m in zip(least, most, strict=True)]
        total = sum(wish) or 1.0
        return size, [n + room * w / total for n, w in zip(least, wish, strict=True)]
    return None


def rows(table: HtmlElement) -> tuple[list[list[HtmlElement]], list[list[HtmlElement]]]:
    """Return the rows of headings and the rows of data of a table, each a list of its cells."""
    found = list(table.iter("tr"))
    heads = [row for row in found if row.getparent().tag == "thead"]
    body = [row for row in found if row.getparent().tag != "thead"]
    return [row.xpath("./td | ./th") for row in heads], [row.xpath("./td | ./th") for row in body]


def span(cell: HtmlElement, name: str) -> int:
    """Return how many columns (`colspan`) or rows (`rowspan`) a cell takes."""
    return int(cell.get(name, "1"))


def _needs(table: HtmlElement, size: float) -> tuple[list[float], list[float]]:
    """Return for each column the least and the most width that it can use, in points."""
    head, body = rows(table)
    count = max((sum(span(c, "colspan") for c in row) for row in head + body), default=0)
    gap = GAP * size
    least, most = [size + gap] * count, [size + gap] * count
    for row in head + body:
        column = 0
        for cell in row:
            if span(cell, "colspan") == 1 and column < count:
                need, wish = _cell(cell, size)
                least[column] = max(least[column], need + gap)
                most[column] = max(most[column], wish + gap)
            column += span(cell, "colspan")
    return least, most


def _cell(cell: HtmlElement, size: float) -> tuple[float, float]:
    need = wish = 0.0
    bold = 1.06 if cell.tag == "th" else 1.0
    for block in cell.iter("p", "pre", *HEADINGS):
        line = 0.0
        for text, code in _texts(block):
            unit = size * (0.84 if code else 1.0) * bold
            line += _width(text, code) * unit
            for word in text.split():
                parts = pieces(word, PIECE) if len(word) > LONG else [word]
                need = max(need, max(_width(part, code) for part in parts) * unit)
        wish = max(wish, line)
    return need + 2, wish + 4


def _texts(block: HtmlElement) -> Iterator[tuple[str, bool]]:
    """Yield (text, whether it is code) of the words of a block, and of what stands behind links."""
    if block.tag == "pre":
        yield from ((line, True) for line in block.text_content().rstrip("\n").split("\n"))
        return
    for element in block.iter():
        yield element.text or "", element.tag in CODE
        if element.tag == "a":
            yield "(p. 0000)", False
        if element is not block:
            yield element.tail or "", element.getparent().tag in CODE


def _width(text: str, code: bool) -> float:
    """Estimate the width of text in times its size; measured on Source Sans Pro, rounded up."""
    if code:
        return 0.602 * len(text)
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if letter in _NARROW:
        return 0.3
    if letter in _WIDE:
        return 0.86
    return 0.62 if letter.isupper() or letter > "\u2000" else 0.53
