"""Tables that pandas wrote as HTML, as plain tables that scroll and can be read out."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from workshop_notes.notebooks.source import Refused

_STRUCTURE = {"table", "thead", "tbody", "tfoot", "tr", "th", "td"}
_WORDS = {"a", "b", "br", "caption", "code", "div", "em", "h3", "h4", "i", "p", "span", "strong"}
_MOST_ROWS = 100
_NUMBER = re.compile(r"[-+\u2212]?[\d,.]+(e[-+]?\d+)?\s*%?|nan|<na>|none|n/a|-|", re.I)


@dataclass
class _Cell:
    head: bool
    columns: int
    rows: int
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


@dataclass
class _Table:
    head: list[list[_Cell]] = field(default_factory=list)
    body: list[list[_Cell]] = field(default_factory=list)


def convert(content: str) -> str:
    """Turn HTML that holds tables and words into HTML that holds nothing else.

    Args:
        content: the output of a cell, for example of a pandas data frame.

    Returns:
        Tables without attributes but those that readers need, and paragraphs.

    Raises:
        Refused: for an element that is neither table nor words, named in the message.
    """
    parser = _TableReader()
    parser.feed(content)
    parser.close()
    parts = []
    for part in parser.parts:
        if isinstance(part, _Table):
            parts.append(_written(part))
        elif words := " ".join("".join(part).split()):
            parts.append(f"<p>{html.escape(words)}</p>")
    return "\n\n".join(parts)


class _TableReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[_Table | list[str]] = []
        self.in_head = self.in_style = False
        self.cell: _Cell | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "style":
            self.in_style = True
        elif tag not in _STRUCTURE | _WORDS:
            remedy = "show text, a table or a figure instead"
            raise Refused(f"an output with the HTML element <{tag}>", remedy)
        elif tag == "table":
            self.parts.append(_Table())
        elif tag == "thead":
            self.in_head = True
        elif tag == "tr" and (table := self._table()):
            (table.head if self.in_head else table.body).append([])
            self.cell = None
        elif tag in {"th", "td"} and (table := self._table()):
            rows = table.head if self.in_head else table.body
            values = {name: value for name, value in attrs if str(value).isdecimal()}
            columns, height = (int(values.get(name) or 1) for name in ("colspan", "rowspan"))
            self.cell = _Cell(tag == "th", columns, height)
            if rows:
                rows[-1].append(self.cell)
        elif tag in {"br", "p", "div"}:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self.in_style = False
        elif tag == "thead":
            self.in_head = False
        elif tag in {"th", "td"}:
            self.cell = None
        elif tag == "table" or (tag in {"p", "h3", "h4"} and not self._table()):
            self.parts.append([])

    def handle_data(self, data: str) -> None:
        if self.in_style:
            return
        if self.cell is not None:
            self.cell.words.append(data)
        elif not self._table():
            if not self.parts:
                self.parts.append([])
            last = self.parts[-1]
            assert isinstance(last, list)
            last.append(data)

    def _table(self) -> _Table | None:
        last = self.parts[-1] if self.parts else None
        return last if isinstance(last, _Table) else None


def _written(table: _Table) -> str:
    plain = all(cell.columns == 1 for row in table.body for cell in row)
    right = {
        place
        for place in range(max(map(len, table.body), default=0))
        if plain
        and all(_NUMBER.fullmatch(row[place].text) for row in table.body if place < len(row))
        and any(row[place].text for row in table.body if place < len(row))
    }
    head = "".join(_row(row, right, "col") for row in table.head)
    body = "".join(_row(row, right, "row") for row in table.body[:_MOST_ROWS])
    written = f"<table>\n<thead>{head}</thead>\n<tbody>{body}</tbody>\n</table>"
    if len(table.body) > _MOST_ROWS:
        written += f"\n\n<p>{_MOST_ROWS} of {len(table.body):,} rows are shown.</p>"
    return written


def _row(row: list[_Cell], right: set[int], scope: str) -> str:
    cells = []
    for place, cell in enumerate(row):
        # A heading without words names nothing; readers would hear "column" and no more.
        tag = "th" if cell.head and cell.text else "td"
        attributes = f' scope="{scope}"' if tag == "th" else ""
        attributes += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        attributes += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        attributes += ' align="right"' if place in right and cell.columns == 1 else ""
        cells.append(f"<{tag}{attributes}>{html.escape(cell.text)}</{tag}>")
    return "<tr>" + "".join(cells) + "</tr>\n"
