"""What a page says in words, and what in it needs a proof."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from workshop_notes.content.pages import Page

NOT_CONFIRMED = "not confirmed"
"""What a sentence says that nobody can check."""

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SPELT = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "twenty|thirty|forty|fifty|sixty|ninety|hundred|hundreds|thousand|thousands|dozen|twice"
)
_VALUE = re.compile(
    rf"(?:\b\d{{1,2}} )?\b(?:{_MONTHS}) \d{{4}}\b"
    r"|(?<![\w.-])\d+(?:[.,:/-]\d+)*(?!\w)"
    rf"|\b(?:{_SPELT})\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?;:|])\s+")
WORKSHOP = "2020"
"""The year of the workshop, which names its notes."""


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item, a heading, a row of a table, or the description, as it is read.

    Attributes:
        line: its first line in the file, counted from 1.
        text: its words without markup; the cells of a row stand with ` | ` between them.
        code: where in `text` words in code font begin and end.
        links: the addresses that it links to.
    """

    line: int
    text: str
    code: tuple[tuple[int, int], ...] = ()
    links: tuple[str, ...] = ()

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield where each sentence, or cell, begins and ends."""
        hidden = list(self.text)
        for start, end in self.code:
            hidden[start:end] = "x" * (end - start)
        start, shown = 0, "".join(hidden)
        for match in _SENTENCE_END.finditer(shown):
            yield start, match.start()
            start = match.end()
        yield start, len(self.text)

    def values(self) -> Iterator[tuple[int, int]]:
        """Yield where the numbers, dates and words in code font begin and end."""
        yield from self.code
        for match in _VALUE.finditer(self.text):
            inside = any(start <= match.start() < end for start, end in self.code)
            if not inside and match[0] != WORKSHOP:
                yield match.span()


def blocks(page: Page) -> list[Block]:
    """Return what a page says: its description, then its body but for title and code blocks."""
    matter = page.matter
    found = [Block(matter.lines["description"], str(matter.values["description"]))]
    row: list[Block] | None = None
    heading = ""
    for token in MarkdownIt("commonmark").enable("table").parse(matter.body):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            found.append(_joined(row))
            row = None
        elif token.type == "heading_open":
            heading = token.tag
        elif token.type == "heading_close":
            heading = ""
        elif token.type == "inline" and heading != "h1" and not token.content.startswith("--8<--"):
            block = _block(token, matter.body_line + token.map[0])
            found.append(block) if row is None else row.append(block)
    return [block for block in found if block.text.strip()]


def _block(token: Token, line: int) -> Block:
    text, code, links = "", [], []
    for child in token.children or []:
        if child.type == "code_inline":
            code.append((len(text), len(text) + len(child.content)))
            text += child.content
        elif child.type in {"text", "image"}:
            text += child.content
        elif child.type in {"softbreak", "hardbreak"}:
            text += " "
        elif child.type == "link_open":
            links.append(str(child.attrs["href"]))
    return Block(line, text, tuple(code), tuple(links))


def _joined(cells: list[Block]) -> Block:
    text, code, links = "", [], []
    for cell in cells:
        text += " | " if text else ""
        code += [(start + len(text), end + len(text)) for start, end in cell.code]
        links += cell.links
        text += cell.text
    return Block(cells[0].line, text, tuple(code), tuple(links))
