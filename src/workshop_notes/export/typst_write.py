"""Write the content of a page as Typst code that calls the functions of `book.typ`."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

from workshop_notes.export import nodes, typst_code, typst_tables
from workshop_notes.export.addresses import external
from workshop_notes.export.nodes import Block, Document, Inline
from workshop_notes.export.typst_inlines import Book, InlineWriter, address
from workshop_notes.export.typst_text import LONG, PIECE, literal
from workshop_notes.html.direction import way_of


def places(document: Document) -> list[str]:
    """List the places that a page offers to links: itself and its headings."""
    headings = [b for b in nodes.walk(document.blocks) if isinstance(b, nodes.Heading)]
    return [document.place, *(f"{document.place}#{h.id}" for h in headings[1:] if h.id)]


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
        self.lead = _lead(document.blocks)
        # What introduces code stays with it.
        pairs = itertools.pairwise(document.blocks)
        self.introduces = {id(a) for a, b in pairs if isinstance(b, nodes.CodeBlock)}

    def page(self) -> str:
        """Return the page, and at its end the addresses that its sources do not list."""
        parts = [self.block(block) for block in self.document.blocks]
        if rest := self.notes.unlisted():
            rows = ",".join(f"({number},{{{address(target)}}})" for number, target in rest)
            parts.append(f"notes({rows})")
        return "\n".join(parts)

    def blocks(self, blocks: list[Block]) -> str:
        """Return blocks as one block of code."""
        return "{" + ";".join(map(self.block, blocks)) + "}"

    def block(self, block: Block) -> str:
        """Return a call for one block, in the direction that its words are read in."""
        words = (nodes.plain(getattr(each, "inlines", [])) for each in nodes.walk([block]))
        call = self._block(block)
        return (
            f"from-right({call})" if way_of(itertools.chain.from_iterable(words)) == "rtl" else call
        )

    def _block(self, block: Block) -> str:
        if isinstance(block, nodes.Heading):
            return self._heading(block)
        if isinstance(block, nodes.Paragraph):
            return self._paragraph(block)
        if isinstance(block, nodes.CodeBlock):
            return typst_code.typst(block, self.width - 16)
        if isinstance(block, nodes.Table):
            return self._table(block)
        if isinstance(block, nodes.ListBlock):
            return self._list(block)
        if isinstance(block, nodes.Rule):
            return "rule()"
        if block.role in {"admonition", "quote"}:
            name = "adm" if block.role == "admonition" else "quoted"
            title = f"par(b({self.inlines(block.title)}));" if block.title else ""
            return self._narrow(20, lambda: f"{name}({{{title}{self.blocks(block.blocks)[1:-1]}}})")
        return ";".join(map(self.block, block.blocks))

    def _narrow(self, points: float, write: Callable[[], str]) -> str:
        """Write something that has less room than the page."""
        before, self.width = self.width, max(self.width - points, 120.0)
        try:
            return write()
        finally:
            self.width = before

    def _heading(self, block: nodes.Heading) -> str:
        # No level may be left out (ISO 14289-1, 7.4.2), whatever a page does.
        top = self.last < self.first
        level = self.first if top else min(self.first + max(block.level - 1, 1), self.last + 1)
        self.last = level
        place = self.document.place if top else f"{self.document.place}#{block.id}"
        shown = ",outlined:true" if top and self.outlined else ""
        label = literal(self.book.labels.get(place, f"x:{place}"))
        self.in_heading = True
        body = self.inlines(block.inlines)
        self.in_heading = False
        return f"hd({level},{label},{body}{shown})"

    def _paragraph(self, block: nodes.Paragraph) -> str:
        pictures = [i for i in block.inlines if isinstance(i, nodes.Image)]
        words_only = nodes.plain(block.inlines).strip()
        if pictures and not words_only:
            return f"figures({','.join(map(self.picture, pictures))})"
        if block.role == "download" and not self.book.address:
            return "none"
        body = self.inlines(block.inlines)
        if block.role == "facts":
            return f"facts({body})"
        if block.role == "badge":
            return f"badge({self._badge(block)})"
        if block is self.lead:
            return f"lead({body})"
        leads = words_only.endswith(":") and self.width == self.book.paper.width
        return f"before({body})" if leads or id(block) in self.introduces else f"par({body})"

    def _badge(self, block: nodes.Paragraph) -> str:
        """Return a badge, whose first strong word has the colour of how far the code was run."""
        parts: list[str] = []
        for inline in block.inlines:
            if isinstance(inline, nodes.Span) and inline.kind == "strong" and not parts:
                parts.append(f"pill({literal(block.state)},{self.inlines(inline.inlines)})")
            else:
                parts.append(self.inline(inline))
        return "{" + ";".join(parts) + "}"

    def _list(self, block: nodes.ListBlock) -> str:
        tight = all(
            not isinstance(part, nodes.Paragraph) or len(item) == 1
            for item in block.items
            for part in item
        )
        items = []
        for number, item in enumerate(block.items):
            first = None
            if block is self.notes.sources:
                first = self._source(item)
            elif (
                tight and item and isinstance(item[0], nodes.Paragraph) and not _has_image(item[0])
            ):
                rest = "".join(";" + self.block(part) for part in item[1:])
                first = f"{{{self.inlines(item[0].inlines)}{rest}}}"
            body = first or self._narrow(20, partial(self.blocks, item))
            items.append(f"enum.item({block.start + number},{body})" if block.ordered else body)
        spaced = "true" if tight else "false"
        if not block.ordered:
            return f"ul({spaced},{','.join(items)})"
        call = f"ol({spaced},{block.start},{','.join(items)})"
        return f"small({call})" if block is self.notes.sources else call

    def _source(self, item: list[Block]) -> str:
        """Return one source, with each address below the line that names it."""
        parts = []
        for part in item:
            parts.append(self.block(part))
            parts += [f"addr({{{address(link.target)}}})" for link in external(part)]
        return "whole({" + ";".join(parts) + "})"

    def _table(self, table: nodes.Table) -> str:
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
            head = "".join(f"({self._row(row)})," for row in table.head)
            body = "".join(f"({self._row(row)})," for row in table.body)
            call = f"tbl({size}pt,({columns},),({aligns}),({head}),({body}))"
            return f"lying({call})" if lies else call
        finally:
            self.long, self.piece = LONG, PIECE

    def _row(self, row: list[nodes.Cell]) -> str:
        cells = []
        for cell in row:
            body = self._cell(cell)
            spans = ""
            if cell.columns > 1 or cell.rows > 1:
                spans = f"colspan:{cell.columns},rowspan:{cell.rows},"
            cells.append(f"table.cell({spans}{body})" if spans else body)
        return "".join(f"{cell}," for cell in cells)

    def _cell(self, cell: nodes.Cell) -> str:
        if len(cell.blocks) == 1 and isinstance(cell.blocks[0], nodes.Paragraph):
            body = self.inlines(cell.blocks[0].inlines)
        else:
            body = self.blocks(cell.blocks)
        return f"b({body})" if cell.heading else f"[#{body}]" if body == "{}" else body

    def _records(self, table: nodes.Table) -> str:
        """Return a table that is too wide for any paper: each row as a paragraph of its cells."""
        heads = [nodes.plain(_inlines(cell)) for cell in (table.head or [[]])[-1]]
        rows = []
        for row in table.body:
            parts = []
            for number, cell in enumerate(row):
                name = heads[number] if number < len(heads) else str(number + 1)
                body = self.inlines(_inlines(cell))
                label = f"b({self.words(f'{name}: ')});" if name else ""
                parts.append(f"{label}{body}")
            rows.append("{" + ";h(1.2em);".join(parts) + "}")
        return f"records({','.join(rows)})"


def _lead(blocks: list[Block]) -> nodes.Paragraph | None:
    """Return the answer of a question: the paragraph that follows its facts."""
    for before, block in itertools.pairwise(blocks):
        if isinstance(before, nodes.Paragraph) and before.role == "facts":
            return block if isinstance(block, nodes.Paragraph) else None
    return None


def _has_image(block: nodes.Paragraph) -> bool:
    return any(isinstance(i, nodes.Image) for i in nodes.inlines_of(block))


def _inlines(cell: nodes.Cell) -> list[Inline]:
    """Return the words of a cell as inlines, whatever blocks it has."""
    found: list[Inline] = []
    for block in nodes.walk(cell.blocks):
        if found:
            found.append(nodes.Text(" "))
        if isinstance(block, nodes.CodeBlock):
            found.append(nodes.Code(block.text))
        elif isinstance(block, (nodes.Paragraph, nodes.Heading)):
            found += block.inlines
    return found


def _aligns(table: nodes.Table) -> str:
    row = max(table.head + table.body, key=len, default=[])
    names = []
    for cell in row:
        name = cell.align if cell.align in {"left", "right", "center"} else "start"
        names += [f"{name}+top"] * cell.columns
    return "".join(f"{name}," for name in names)
