"""How wide the columns of a table are, so that none runs off the page."""

from __future__ import annotations

from workshop_notes.export import nodes
from workshop_notes.export.nodes import Cell, Table
from workshop_notes.export.typst_text import pieces

SIZES = (9.2, 8.4, 7.6, 6.8, 6.2)
"""Sizes of text in points, tried in turn."""
GAP = 0.9
"""Room at the right of each column, in times the size; `book.typ` says the same."""
LONG, PIECE = 14, 16
"""As in `typst_text`, for the narrow columns of a table."""

_NARROW, _WIDE = set("fijlrtI.,;:'|!()[]/ "), set("mwMWQ@%&—")


def layout(
    table: Table, width: float, smallest: float = SIZES[-1]
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


def column_count(table: Table) -> int:
    """Return how many columns a table has."""
    rows = table.head + table.body
    return max((sum(cell.columns for cell in row) for row in rows), default=0)


def _needs(table: Table, size: float) -> tuple[list[float], list[float]]:
    """Return for each column the least and the most width that it can use, in points."""
    count, gap = column_count(table), GAP * size
    least, most = [size + gap] * count, [size + gap] * count
    for row in table.head + table.body:
        column = 0
        for cell in row:
            if cell.columns == 1 and column < count:
                need, wish = _cell(cell, size)
                least[column] = max(least[column], need + gap)
                most[column] = max(most[column], wish + gap)
            column += cell.columns
    return least, most


def _cell(cell: Cell, size: float) -> tuple[float, float]:
    need = wish = 0.0
    bold = 1.06 if cell.heading else 1.0
    for block in nodes.walk(cell.blocks):
        line = 0.0
        for text, code in _texts(block):
            unit = size * (0.84 if code else 1.0) * bold
            line += _width(text, code) * unit
            for word in text.split():
                parts = pieces(word, PIECE) if len(word) > LONG else [word]
                need = max(need, max(_width(part, code) for part in parts) * unit)
        wish = max(wish, line)
    return need + 2, wish + 4


def _texts(block: nodes.Block) -> list[tuple[str, bool]]:
    """List (text, whether it is code) of a block's own inlines."""
    if isinstance(block, nodes.CodeBlock):
        return [(line, True) for line in block.text.split("\n")]
    found = []
    for inline in nodes.inlines_of(block):
        if isinstance(inline, (nodes.Text, nodes.Code)):
            found.append((inline.text, isinstance(inline, nodes.Code)))
        elif isinstance(inline, nodes.Link):
            found.append(("(p. 0000)", False))
    return found


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
