"""Tables that pandas wrote as HTML, as plain tables that scroll and can be read out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from workshop_notes.notebooks.source import Refused

_KNOWN = {
    *("html", "body", "style", "table", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("a", "b", "br", "caption", "code", "div", "em", "h3", "h4", "i", "p", "span", "strong"),
}
_INSIDE = {"caption", "thead", "tbody", "tfoot", "tr"}
_MOST_ROWS = 100
_WIDEST = 1000
"""The most columns that a cell takes (HTML Standard, section 4.9.11)."""
_NUMBER = re.compile(r"[-+\u2212]?[\d,.]+(e[-+]?\d+)?\s*%?|nan|<na>|none|n/a|-|", re.I)


def convert(content: str) -> str:
    """Turn HTML that holds tables and words into HTML that holds nothing else.

    Args:
        content: the output of a cell, for example of a pandas data frame.

    Returns:
        Tables without attributes but those that readers need, and paragraphs.

    Raises:
        Refused: for an element that is neither table nor words, named in the message.
    """
    whole = f"<div>{content}</div>".replace("\0", "").encode("utf-8", "replace")
    root = document_fromstring(whole, HTMLParser(encoding="utf-8", huge_tree=True))
    for element in root.iter(etree.Element):
        if element.tag not in _KNOWN:
            remedy = "show text, a table or a figure instead"
            raise Refused(f"an output with the HTML element <{element.tag}>", remedy)
        if element.tag == "style":
            element.text = None
        elif element.tag in {"br", "p", "div", "td", "th"}:
            element.text = f" {element.text or ''}"
    for table in list(root.iter("table")):  # what cannot be in one, as browsers do
        place = table
        for stray in [each for each in table if each.tag not in _INSIDE]:
            place.addnext(stray)
            place = stray
    parts: list[str] = []
    words = ""
    walk = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, element in walk:
        is_table = element.tag == "table"
        if event == "start" and not is_table:
            words += element.text or ""
            continue
        if event == "start" or element.tag in {"p", "h3", "h4"}:
            parts.append(_paragraph(words))
            words = ""
        if event == "start":
            parts += [_paragraph(element.xpath("string(./caption)")), _table(element)]
            walk.skip_subtree()
        else:
            words += element.tail or ""
    return "\n\n".join(filter(None, [*parts, _paragraph(words)]))


def _paragraph(words: str) -> str:
    words = " ".join(words.split())
    return f"<p>{html.escape(words)}</p>" if words else ""


def _text(cell: HtmlElement) -> str:
    return " ".join(cell.text_content().split())


def _span(cell: HtmlElement, name: str) -> int:
    given = cell.get(name, "")
    return min(int(given[:5]) or 1, _WIDEST) if given.isdecimal() else 1


def _placed(rows: list[list[HtmlElement]]) -> Iterator[list[tuple[int, HtmlElement]]]:
    """Yield each row with the column of each cell, behind those that reach down from above."""
    reaching: dict[int, int] = {}
    for row in rows:
        taken, placed, column = dict(reaching), [], 0
        for cell in row:
            while column in taken:
                column += 1
            placed.append((column, cell))
            width = _span(cell, "colspan")
            taken |= dict.fromkeys(range(column, column + width), _span(cell, "rowspan"))
            column += width
        reaching = {place: height - 1 for place, height in taken.items() if height > 1}
        yield placed


def _table(table: HtmlElement) -> str:
    head = [row.xpath("./th | ./td") for row in table.xpath("./thead/tr")]
    found = [row.xpath("./th | ./td") for row in table.xpath("./tr | ./tbody/tr | ./tfoot/tr")]
    rows = list(_placed(found))
    columns: dict[int, list[str]] = {}
    for row in rows:
        for column, cell in row:
            if _span(cell, "colspan") == 1:
                columns.setdefault(column, []).append(_text(cell))
    right = {
        column
        for column, texts in columns.items()
        if any(texts) and all(map(_NUMBER.fullmatch, texts))
    }
    top = "".join(_row(row, right, "col") for row in _placed(head))
    body = "".join(_row(row, right, "row") for row in rows[:_MOST_ROWS])
    written = f"<table>\n<thead>{top}</thead>\n<tbody>{body}</tbody>\n</table>"
    if len(rows) > _MOST_ROWS:
        written += f"\n\n<p>{_MOST_ROWS} of {len(rows):,} rows are shown.</p>"
    return written


def _row(row: list[tuple[int, HtmlElement]], right: set[int], scope: str) -> str:
    cells = []
    for column, cell in row:
        # A heading without words names nothing; readers would hear "column" and no more.
        text = _text(cell)
        tag = "th" if cell.tag == "th" and text else "td"
        columns, height = _span(cell, "colspan"), _span(cell, "rowspan")
        attributes = f' scope="{scope}"' if tag == "th" else ""
        attributes += f' colspan="{columns}"' if columns > 1 else ""
        attributes += f' rowspan="{height}"' if height > 1 else ""
        attributes += ' align="right"' if column in right and columns == 1 else ""
        cells.append(f"<{tag}{attributes}>{html.escape(text)}</{tag}>")
    return "<tr>" + "".join(cells) + "</tr>\n"
