"""The one reading of a page's Markdown: headings, code, links and directives with their lines.

The tokens are CommonMark's; what the engine reads otherwise is read here as it does: the inside of
an admonition is Markdown, not code. What the engine makes in the end is checked on its own tree
(`checks/rendered.py`); this reading is for what has to be known before, and for lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

DIRECTIVES = (
    *("questions", "changes", "search", "badge", "notebook"),
    *("artifacts", "files", "scores", "steps", "status"),
)
"""What may stand in `<!-- name -->` or `<!-- name: value -->`."""

_COMMENT = re.compile(r"<!-- (?P<name>[a-z]+)(?:: (?P<value>\S+))? -->")
_BOX = re.compile(r"(!!!|\?\?\?\+?) ?[\w-]+")


@dataclass(frozen=True)
class Reference:
    """Something that a page points to.

    Attributes:
        kind: `link` or `image`.
        target: the address as written.
        text: the text of a link, or the alternative text of an image.
        line: its line in the file, counted from 1.
    """

    kind: str
    target: str
    text: str
    line: int

    @property
    def is_external(self) -> bool:
        """Whether it leaves the site over the web."""
        return self.target.startswith(("http://", "https://", "//"))


@dataclass(frozen=True)
class MarkdownCode:
    """A block of code.

    Attributes:
        language: the first word after its fence, or nothing.
        title: the rest of that line.
        lines: what it holds.
        line: the line of its fence, or its first line where it has none.
        fenced: whether it stands between fences, not behind four spaces.
        closed: whether the fence is closed before the file ends.
    """

    language: str
    title: str
    lines: tuple[str, ...]
    line: int
    fenced: bool
    closed: bool

    @property
    def first(self) -> int:
        """The line of the first line that it holds."""
        return self.line + self.fenced

    @property
    def last(self) -> int:
        """The line of its closing fence, or its last one."""
        return self.first + len(self.lines) - (not (self.fenced and self.closed))


@dataclass(frozen=True)
class HeadingLine:
    """A heading: its level from 1, its words as written, and its line."""

    level: int
    text: str
    line: int


@dataclass(frozen=True)
class Directive:
    """A line in whose place something is put.

    Attributes:
        name: what it is for, one of `DIRECTIVES`, or a word that is none.
        value: what stands behind the colon, or nothing.
        line: its line.
    """

    name: str
    value: str
    line: int


@dataclass
class Markdown:
    """What a page holds, in the order of its lines."""

    headings: list[HeadingLine] = field(default_factory=list)
    code: list[MarkdownCode] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    outside_code: list[tuple[int, str]] = field(default_factory=list)
    """Each line that is not in a block of code, with its number."""


@lru_cache(maxsize=20_000)  # pages of the largest site: with one more than fit, none would stay
def read(body: str, first: int) -> Markdown:
    """Read a page; what did not change since, while somebody writes, is not read again.

    Args:
        body: its Markdown, below the front matter.
        first: the line of its first line in the file, counted from 1.
    """
    found = Markdown()
    lines = body.splitlines()
    _read(lines, first, found)
    inside = {n for code in found.code for n in range(code.line, code.last + 1)}
    found.outside_code = [(n, line) for n, line in enumerate(lines, first) if n not in inside]
    for number, line in found.outside_code:
        if match := _COMMENT.fullmatch(line.rstrip()):
            found.directives.append(Directive(match["name"], match["value"] or "", number))
    return found


@cache
def parser() -> MarkdownIt:
    """Return the one reader of Markdown."""
    # "linkify" stays off: Python-Markdown does not turn bare addresses into links either.
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _read(lines: list[str], first: int, found: Markdown) -> None:
    tokens: list[Token] = []
    defined: dict = {}  # addresses that stand apart from their links
    parser().block.parse("\n".join(lines), parser(), defined, tokens)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token.map is None:
            continue
        begin, end = token.map
        if token.type == "paragraph_open" and _BOX.match(tokens[place].content):
            # The inside of an admonition is what stands behind four spaces, until it does not.
            place += 2
            while place < len(tokens) and tokens[place].type == "code_block":
                _, end = tokens[place].map or token.map
                place += 1
            inner = [line[4:] if line[:4].isspace() else line for line in lines[begin + 1 : end]]
            _read(inner, first + begin + 1, found)
        elif token.type in {"fence", "code_block"}:
            found.code.append(_code(token, lines[begin:end], first + begin))
        elif token.type == "heading_open":
            level = int(token.tag[1])
            found.headings.append(HeadingLine(level, tokens[place].content, first + begin))
        elif token.type == "html_block":
            found.references += _in_html(token.content, first + begin)
        elif token.type == "inline" and ("[" in token.content or "<" in token.content):
            inside: list[Token] = []
            parser().inline.parse(token.content, parser(), defined, inside)
            found.references += _in_text(inside, first + begin)


def _code(token: Token, lines: list[str], first: int) -> MarkdownCode:
    fenced = token.type == "fence"
    language, _, title = token.info.strip().partition(" ")
    closed = not fenced or (len(lines) > 1 and lines[-1].strip("> ").startswith(token.markup))
    held = tuple(token.content.splitlines())
    return MarkdownCode(language, title, held, first, fenced, closed)


def _in_text(tokens: list[Token], line: int) -> Iterator[Reference]:
    """Walk the tokens of a paragraph; a line break moves to the next line of the file."""
    open_link: tuple[str, int] | None = None
    words: list[str] = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            line += 1
            words.append(" ")
        elif token.type == "link_open":
            open_link, words = (str(token.attrs["href"]), line), []
        elif token.type == "link_close" and open_link:
            yield Reference("link", open_link[0], "".join(words).strip(), open_link[1])
            open_link = None
        elif token.type == "image":
            yield Reference("image", str(token.attrs["src"]), token.content, line)
        elif token.type == "html_inline":
            yield from _in_html(token.content, line)
        else:
            words.append(token.content)


class _Collector(HTMLParser):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.first = line
        self.found: list[Reference] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        line = self.first + self.getpos()[0] - 1
        if tag == "a" and "href" in values:
            self.found.append(Reference("link", values["href"], "", line))
        elif tag == "img":
            target, text = values.get("src", ""), values.get("alt", "")
            self.found.append(Reference("image", target, text, line))


def _in_html(content: str, line: int) -> list[Reference]:
    collector = _Collector(line)
    collector.feed(content)
    return collector.found
