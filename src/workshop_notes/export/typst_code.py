"""Blocks of code as Typst code: coloured for paper, and folded where the paper ends."""

from __future__ import annotations

import itertools
import operator
import unicodedata

from lxml.html import HtmlElement

from workshop_notes.export.markdown import code_of
from workshop_notes.export.reader import classes
from workshop_notes.export.typst_text import literal

Line = list[tuple[str, str]]
"""The parts of a line: (colour, text)."""

ADVANCE = 0.602
"""Width of a character of DejaVu Sans Mono, in times its size (its `hmtx` table: 1233/2048)."""
SIZES = (8.0, 7.6, 7.3)
"""Sizes of code in points: at the last one a line of 100 characters fits between A4's margins."""
_KEPT = 3
"""Lines at either end of a block that no page break divides."""
_MARK = 2
"""Columns of the mark before what continues a line."""

_COLOURS = {
    "k": "k", "kn": "k", "ow": "k", "nf": "k", "nc": "k", "nd": "k", "nt": "k", "fm": "k",
    "kc": "m", "m": "m", "mi": "m", "mf": "m", "mh": "m", "ne": "m", "no": "m", "l": "s",
    "s": "s", "sa": "s", "sd": "s", "c": "o", "o": "o", "p": "o", "g": "o", "gp": "o",
}  # fmt: skip
"""Which colour of `book.typ` a class of Pygments has: teal, ochre, rust or grey, as on the site."""


def colour(kind: str) -> str:
    """Return the function of `book.typ` for a class of Pygments, or nothing for plain ink."""
    family = "" if kind.startswith("n") else kind[:1]
    return _COLOURS.get(kind) or _COLOURS.get(family, "")


def columns(width: float, size: float) -> int:
    """Return how many characters of code of a size fit into a width, both in points."""
    return int(width / (ADVANCE * size))


def size(lines: list[Line], width: float) -> float:
    """Return the largest size at which no line is folded; the first one if each folds some.

    Args:
        lines: the code.
        width: the width for its text, in points.
    """
    longest = max(sum(cells(c) for _, part in line for c in part) for line in lines)
    return next((each for each in SIZES if longest <= columns(width, each)), SIZES[0])


def cells(character: str) -> int:
    """Return the columns that a character takes (Unicode Standard Annex 11, and marks none)."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _lines(pre: HtmlElement) -> list[Line]:
    """Read code with the classes that Pygments gave to its parts."""
    lines: list[Line] = [[]]

    def add(kind: str, text: str | None) -> None:
        for number, part in enumerate((text or "").expandtabs(4).split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append((colour(kind), part))

    def read(element: HtmlElement, kind: str) -> None:
        add(kind, element.text)
        for child in element:
            read(child, next(iter(classes(child)), "") if child.tag == "span" else kind)
            add(kind, child.tail)

    read(pre, "")
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _fold(line: Line, width: int) -> list[Line]:
    """Fold a line; what continues it begins with the colour `again` and no text."""
    text = "".join(part for _, part in line)
    if len(text) <= width and text.isascii():
        return [line]
    cuts: list[int] = []
    start = used = 0
    for place, character in enumerate(text):
        room = width if not cuts else width - _MARK
        if used + cells(character) > room:
            space = text.rfind(" ", start + 2 * room // 3, place)
            start = space + 1 if space > 0 and text[start:space].strip() else place
            cuts.append(start)
            used = sum(map(cells, text[start:place]))
        used += cells(character)
    return _cut(line, cuts)


def _cut(line: Line, cuts: list[int]) -> list[Line]:
    """Cut a line of parts at places in its text."""
    result: list[Line] = [[]]
    place = 0
    for name, text in line:
        while cuts and cuts[0] < place + len(text):
            inside = cuts.pop(0) - place
            if inside:
                result[-1].append((name, text[:inside]))
            result.append([("again", "")])
            text, place = text[inside:], place + inside
        result[-1].append((name, text))
        place += len(text)
    return result


def typst(pre: HtmlElement, width: float) -> str:
    """Return a call of `code` for a block.

    Args:
        pre: the block.
        width: the width for its text, in points.
    """
    code, _, name = code_of(pre)
    read = _lines(pre)
    points = size(read, width)
    room = columns(width, points)
    lines = []
    for line in (part for each in read for part in _fold(each, room)):
        parts = []
        for name_of_colour, group in itertools.groupby(line, key=operator.itemgetter(0)):
            parts.append(_part(name_of_colour, "".join(text for _, text in group)))
        lines.append(";".join(parts) or '""')
    title = literal(name) if name else "none"
    ends = len(lines) if len(lines) < 2 * _KEPT + 2 else _KEPT
    pieces = [lines[:ends], lines[ends:-ends], lines[ends:][-ends:]]
    bodies = ",".join("{" + ";linebreak();".join(piece) + "}" for piece in pieces if piece)
    return f"code({points}pt,{title},{literal(code)},{bodies})"


def _part(name: str, text: str) -> str:
    if name == "again":
        return "again"
    return f"{name}({literal(text)})" if name else literal(text)
