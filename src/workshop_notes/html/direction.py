"""Words that are read from right to left, on a page whose menu is not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from lxml.html import HtmlElement

_WAYS = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_CODE = {"pre", "code", "kbd", "samp"}
_BLOCKS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "dl", "blockquote", "details", "div",
}  # fmt: skip


def way_of(letters: Iterable[str], around: str = "ltr") -> str:
    """Return `ltr` or `rtl`, by the first letter that has a direction (Unicode Annex 9, rule P2).

    Args:
        letters: text, or its letters one by one.
        around: what holds where none has.
    """
    kinds = map(unicodedata.bidirectional, letters)
    return next((_WAYS[kind] for kind in kinds if kind in _WAYS), around)


def turn(article: HtmlElement) -> None:
    """Set `dir` where the direction changes; code is read from left to right everywhere.

    It is what `dir="auto"` does in browsers, for readers of e-books too.

    Args:
        article: the content of a page, which is changed.
    """
    kinds = map(unicodedata.bidirectional, set(article.text_content()))
    if any(_WAYS.get(kind) == "rtl" for kind in kinds):  # most pages hold no such letter
        _turn(article, "ltr")


def _turn(element: HtmlElement, around: str) -> None:
    way = around
    if element.tag in _CODE:
        way = "ltr"
    elif element.tag in _BLOCKS:
        way = way_of(element.text_content(), around)
    if way != around:
        element.set("dir", way)
    for child in element.iterchildren("*"):
        _turn(child, way)
