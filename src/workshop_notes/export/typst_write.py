"""Write the content of a page as Typst code that calls the functions of `book.typ`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from functools import partial

from lxml.html import HtmlElement

from workshop_notes.export import typst_code, typst_tables
from workshop_notes.export.addresses import external
from workshop_notes.export.reader import HEADINGS, Document, classes
from workshop_notes.export.typst_inlines import Book, InlineWriter, address
from workshop_notes.export.typst_text import LONG, PIECE, literal
from workshop_notes.html.direction import way_of


def places(document: Document) -> list[str]:
    """List the places that a page offers to links: itself and its headings."""
    ids = [heading.get("id") for heading in document.tree.iter(*HEADINGS)]
    return [document.place, *(f"{document.place}#{each}" for each in ids[1:] if each)]


def write(document: Document, book: Book, *, level: int, outlined: bool = True) -> str:
    """Return Typst code for a page.

    Args:
        document: the page.
        book: what it can refer to.
        level: the level of its first heading in the file.
        outlined: whether that heading stands in the table of contents.
    """
    return _TypstWriter(document, book, level, outlined).page()


class _TypstWriter(InlineWriter):
    def __init__(self, document: Document, book: Book, level: int, outlined: bool) -> None:
        super().__init__(document, book)
        self.first, self.last = level, level - 1
        self.outlined = outlined
        pairs = list(itertools.pairwise(document.tree))
        # The answer of a question follows its facts.
        self.leads = {b for a, b in pairs if "facts" in classes(a)}
        # What introduces code stays with it.
        self.introduces = {a for a, b in pairs if _is_code(b)}

    def page(self) -> str:
        """Return the page, and at its end the addresses that its sources do not list."""
        parts = [self.block(block) for block in self.document.tree]
        if rest := self.notes.unlisted():
            rows = ",".join(f"({number},{{{address(target)}}})" for number, target in rest)
            parts.append(f"notes({rows})")
        return "\n".join(parts)

    def blocks(self, blocks: Iterable[HtmlElement]) -> str:
        """Return blocks as one block of code."""
        return "{" + ";".join(map(self.block, blocks)) + "}"

    def block(self, block: HtmlElement) -> str:
        """Return a call for one block, in the direction that its words are read in."""
        words = (each.text_content() for each in block.iter("p", *HEADINGS))
        call = self._block(block)
        return (
            f"from-right({call})" if way_of(itertools.chain.from_iterable(words)) == "rtl" else call
        )

    def _block(self, block: HtmlElement) -> str:
        if _is_code(block):
            return typst_code.typst(next(block.iter("pre")), self.width - 16)
        if block.tag in HEADINGS:
            return self._heading(block)
        if block.tag == "p":
            return self._paragraph(block)
        if block.tag == "table":
            return self._table(block)
        if block.tag in {"ul", "ol"}:
            return self._list(block)
        if block.tag == "hr":
            return "rule()"
        name = "quoted" if block.tag == "blockquote" else "adm"
        title, rest = "", list(block)
        if rest and "admonition-title" in classes(rest[0]):
            title = f"par(b({self.inlines(rest.pop(0))}));"
        return self._narrow(20, lambda: f"{name}({{{title}{self.blocks(rest)[1:-1]}}})")

    def _narrow(self, points: float, write: Callable[[], str]) -> str:
        """Write something that has less room than the page."""
        before, self.width = self.width, max(self.width - points, 120.0)
        try:
            return write()
        finally:
            self.width = before

    def _heading(self, block: HtmlElement) -> str:
        # No level may be left out (ISO 14289-1, 7.4.2), whatever a page does.
        top = self.last < self.first
        level = (
            self.first if top else min(self.first + max(int(block.tag[1]) - 1, 1), self.last + 1)
        )
        self.last = level
        place = self.document.place if top else f"{self.document.place}#{block.get('id', '')}"
        shown = ",outlined:true" if top and self.outlined else ""
        label = literal(self.book.labels.get(place, f"x:{place}"))
        self.in_heading = True
        body = self.inlines(block)
        self.in_heading = False
        return f"hd({level},{label},{body}{shown})"

    def _paragraph(self, block: HtmlElement) -> str:
        pictures = block.findall("./img")
        words_only = block.text_content().strip()
        role = next(iter(classes(block)), "")
        if pictures and not words_only:
            return f"figures({','.join(map(self.picture, pictures))})"
        if role == "download" and not self.book.address:
            return "none"
        body = self.inlines(block)
        if role in {"badge", "facts"}:
            return f"{role}({body})"
        if block in self.leads:
            return f"lead({body})"
        leads = words_only.endswith(":") and self.width == self.book.paper.width
        return f"before({body})" if leads or block in self.introduces else f"par({body})"

    def _list(self, block: HtmlElement) -> str:
        entries = block.findall("./li")
        tight = all(part.tag != "p" or len(entry) == 1 for entry in entries for part in entry)
        start = int(block.get("start", "1"))
        items = []
        for number, entry in enumerate(entries, start):
            first = next(iter(entry), None)
            if block is self.notes.sources:
                body = self._source(entry)
            elif tight and first is not None and first.tag == "p" and first.find(".//img") is None:
                body = self.inlines(first)
            else:
                body = self._narrow(20, partial(self.blocks, entry))
            items.append(f"enum.item({number},{body})" if block.tag == "ol" else body)
        spaced = "true" if tight else "false"
        if block.tag == "ul":
            return f"ul({spaced},{','.join(items)})"
        call = f"ol({spaced},{start},{','.join(items)})"
        return f"small({call})" if block is self.notes.sources else call

    def _source(self, item: HtmlElement) -> str:
        """Return one source, with each address below the line that names it."""
        parts = []
        for part in item:
            parts.append(self.block(part))
            parts += [f"addr({{{address(link.get('href'))}}})" for link in external(part)]
        return "whole({" + ";".join(parts) + "})"

    def _table(self, table: HtmlElement) -> str:
        # A page can be turned between blocks, not inside one; that is better than tiny letters.
        can_lie = self.width == self.book.paper.width
        smallest = typst_tables.SIZES[-2 if can_lie else -1]
        chosen = typst_tables.layout(table, self.width, smallest)
        lies = chosen is None and can_lie
        if lies:
            chosen = typst_tables.layout(table, self.book.paper.lying)
        self.long, self.piece = typst_tables.LONG, typst_tables.PIECE
        try:
            if chosen is None:
                return self._records(table)
            size, widths = chosen
            columns = ",".join(f"{width:.1f}pt" for width in widths)
            aligns = _aligns(table)
            head, body = (
                "".join(f"({self._row(row)})," for row in part) for part in typst_tables.rows(table)
            )
            call = f"tbl({size}pt,({columns},),({aligns}),({head}),({body}))"
            return f"lying({call})" if lies else call
        finally:
            self.long, self.piece = LONG, PIECE

    def _row(self, row: list[HtmlElement]) -> str:
        cells = []
        for cell in row:
            body = self._cell(cell)
            columns, height = (typst_tables.span(cell, name) for name in ("colspan", "rowspan"))
            if columns > 1 or height > 1:
                body = f"table.cell(colspan:{columns},rowspan:{height},{body})"
            cells.append(f"{body},")
        return "".join(cells)

    def _cell(self, cell: HtmlElement) -> str:
        is_line = len(cell) == 1 and cell[0].tag == "p"
        body = self.inlines(cell[0]) if is_line else self.blocks(cell)
        return f"b({body})" if cell.tag == "th" else f"[#{body}]" if body == "{}" else body

    def _records(self, table: HtmlElement) -> str:
        """Return a table that is too wide for any paper: each row as a paragraph of its cells."""
        head, body = typst_tables.rows(table)
        names = [cell.text_content() for cell in (head or [[]])[-1]]
        rows = []
        for row in body:
            parts = []
            for number, cell in enumerate(row):
                name = names[number] if number < len(names) else str(number + 1)
                label = f"b({self.words(f'{name}: ')});" if name else ""
                parts.append(label + self._words_of(cell))
            rows.append("{" + ";h(1.2em);".join(parts) + "}")
        return f"records({','.join(rows)})"

    def _words_of(self, cell: HtmlElement) -> str:
        """Return the words of a cell within a line, whatever blocks it has."""
        blocks = cell.iter("p", "pre", *HEADINGS)
        words = [
            self.code(b.text_content().rstrip("\n")) if b.tag == "pre" else self.inlines(b)
            for b in blocks
        ]
        return "{" + f";{literal(' ')};".join(words) + "}"


def _is_code(block: HtmlElement) -> bool:
    return block.tag == "pre" or "highlight" in classes(block)


def _aligns(table: HtmlElement) -> str:
    head, body = typst_tables.rows(table)
    names = []
    for cell in max(head + body, key=len, default=[]):
        style = re.search(r"text-align: *(\w+)", cell.get("style", ""))
        align = cell.get("align") or (style[1] if style else "")
        name = align if align in {"left", "right", "center"} else "start"
        names += [f"{name}+top"] * typst_tables.span(cell, "colspan")
    return "".join(f"{name}," for name in names)
