"""What a page holds, apart from any format: blocks, and the inlines inside them.

Addresses are resolved. Inside the site they are *places*, the same for each form of the site:
the page of `docs/day-1/schedule-jobs.md` is `day-1/schedule-jobs`, a section of it
`day-1/schedule-jobs#sources`, the home page is empty, and a file keeps its path. Everything with
a scheme is external and unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """Words, with runs of white space as one space."""

    text: str


@dataclass(frozen=True)
class Code:
    """Code inside a line, as written."""

    text: str


@dataclass(frozen=True)
class Break:
    """The end of a line inside a paragraph."""


@dataclass(frozen=True)
class Span:
    """Inlines with a meaning.

    Attributes:
        kind: `strong`, `emphasis`, `sub`, `sup`, `deleted`, `mark`, or empty for none.
        role: the class that the site gave it, or nothing.
        inlines: what it holds.
    """

    kind: str
    role: str
    inlines: list[Inline]


@dataclass(frozen=True)
class Link:
    """A link.

    Attributes:
        target: an external address, or a place in the site.
        inlines: what is shown.
    """

    target: str
    inlines: list[Inline]

    @property
    def is_external(self) -> bool:
        """Whether it leaves the site."""
        return is_external(self.target)


@dataclass(frozen=True)
class Image:
    """A picture.

    Attributes:
        place: its file in the site.
        alt: what it shows, in words.
        width: the width in CSS pixels that the page asks for, or 0.
    """

    place: str
    alt: str
    width: int


Inline = Text | Code | Break | Span | Link | Image


@dataclass(frozen=True)
class Heading:
    """A heading: its level from 1 to 6, its id and its words."""

    level: int
    id: str
    inlines: list[Inline]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `role` is the first class that the site gave it: `facts`, `badge` or nothing."""

    inlines: list[Inline]
    role: str = ""
    state: str = ""


@dataclass(frozen=True)
class CodeBlock:
    """A block of code.

    Attributes:
        language: Pygments' name of its language.
        title: what stands above it, or nothing.
        tokens: (Pygments' short class or nothing, text), as written.
    """

    language: str
    title: str
    tokens: list[tuple[str, str]]

    @property
    def text(self) -> str:
        """The code, without a last line feed."""
        return "".join(text for _, text in self.tokens).rstrip("\n")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: blocks, and how many columns and rows it takes."""

    blocks: list[Block]
    heading: bool = False
    columns: int = 1
    rows: int = 1
    align: str = ""


@dataclass(frozen=True)
class Table:
    """A table: rows of headings, then rows of data."""

    head: list[list[Cell]]
    body: list[list[Cell]]


@dataclass(frozen=True)
class ListBlock:
    """A list, numbered from `start` if `ordered`; each item is a list of blocks."""

    ordered: bool
    start: int
    items: list[list[Block]]


@dataclass(frozen=True)
class Group:
    """Blocks that belong together: `role` is `admonition`, `quote`, `questions` or `home`."""

    role: str
    title: list[Inline]
    blocks: list[Block]


@dataclass(frozen=True)
class Rule:
    """A line between two thoughts."""


Block = Heading | Paragraph | CodeBlock | Table | ListBlock | Group | Rule


@dataclass(frozen=True)
class Document:
    """One page of the site.

    Attributes:
        place: its place, such as `day-1/schedule-jobs`.
        title: the words of its first heading.
        blocks: what it holds.
    """

    place: str
    title: str
    blocks: list[Block] = field(repr=False)


def is_external(target: str) -> bool:
    """Tell whether an address leaves the site: it has a scheme, which no place has."""
    return "://" in target or target.startswith("mailto:")


def plain(inlines: list[Inline]) -> str:
    """Return the words of inlines; a picture says nothing here."""
    parts = []
    for inline in inlines:
        if isinstance(inline, (Text, Code)):
            parts.append(inline.text)
        elif isinstance(inline, (Span, Link)):
            parts.append(plain(inline.inlines))
        elif isinstance(inline, Break):
            parts.append("\n")
    return "".join(parts)


def children(node: Block) -> list[Block]:
    """Return the blocks inside a block, in reading order."""
    if isinstance(node, Group):
        return node.blocks
    if isinstance(node, ListBlock):
        return [block for item in node.items for block in item]
    if isinstance(node, Table):
        return [block for row in node.head + node.body for cell in row for block in cell.blocks]
    return []


def walk(blocks: list[Block]) -> Iterator[Block]:
    """Yield every block, each before those inside it."""
    for block in blocks:
        yield block
        yield from walk(children(block))


def inlines_of(block: Block) -> Iterator[Inline]:
    """Yield every inline of one block, without those of the blocks inside it, outer ones first."""
    if isinstance(block, (Heading, Paragraph)):
        yield from _deep(block.inlines)
    elif isinstance(block, Group):
        yield from _deep(block.title)


def _deep(inlines: list[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        yield inline
        if isinstance(inline, (Span, Link)):
            yield from _deep(inline.inlines)


def links(document: Document) -> list[Link]:
    """Return every link of a page in reading order."""
    return [
        inline
        for block in walk(document.blocks)
        for inline in inlines_of(block)
        if isinstance(inline, Link)
    ]


def images(document: Document) -> list[Image]:
    """Return every picture of a page in reading order."""
    return [
        inline
        for block in walk(document.blocks)
        for inline in inlines_of(block)
        if isinstance(inline, Image)
    ]
