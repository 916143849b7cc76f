"""Links and images of a Markdown page, each with its line.

MkDocs names the page of a dead link but not the line; an author needs both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html.parser import HTMLParser

from markdown import Markdown
from markdown_it import MarkdownIt
from markdown_it.token import Token

from workshop_notes.content.front_matter import KEPT_PAGES, FrontMatter


@dataclass(frozen=True, slots=True)
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


@cache
def _parser() -> MarkdownIt:
    # "linkify" stays off: Python-Markdown does not turn bare addresses into links either.
    # The text of blocks is parsed by `_references`, where it can hold what is looked for.
    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
    parser.normalizeLink = lru_cache(maxsize=KEPT_PAGES)(parser.normalizeLink)
    return parser


def references(matter: FrontMatter) -> tuple[Reference, ...]:
    """List the links and images of a page in their order, in Markdown and in raw HTML."""
    return _references(matter.packed, matter.body_line)


def forget() -> None:
    """Let go of the links of pages that were read."""
    _references.cache_clear()


@lru_cache(maxsize=KEPT_PAGES)
def _references(packed: bytes, first: int) -> tuple[Reference, ...]:
    # Five steps ask for them, and `make serve` asks again after each change to another page.
    body = FrontMatter(packed=packed).body
    found: list[Reference] = []
    parser, definitions = _parser(), {}
    for token in parser.parse(body, definitions):
        line = first + (token.map[0] if token.map else 0)
        if token.type == "html_block":
            found += _in_html(token.content, line)
        elif token.type == "inline" and ("[" in token.content or "<" in token.content):
            plain = _in_plain_text(parser, token.content, line)
            if plain is None:
                inside: list[Token] = []
                parser.inline.parse(token.content, parser, definitions, inside)
                plain = _in_text(inside, line)
            found += plain
    return tuple(found)


_PIECE = re.compile(
    r"(?<!`)`[^`\n]+`(?!`)"
    r"|(?<!!)\[(?P<text>[^\[\]()<`\\&*_!\n]+)\]\((?P<target>[\w./:#?=%-]+)\)",
    re.ASCII,
)
"""Code within a line, or a link whose text and address hold no further markup."""

_MARKUP = re.compile(r"[\[\]<`\\]")
"""What may begin or end a link, or keep it from being one."""


def _in_plain_text(parser: MarkdownIt, content: str, line: int) -> list[Reference] | None:
    """List the links of a paragraph where they are plain, or return nothing where one is not.

    Most are, and the parser takes ten times as long: it looks at every sign.
    """
    if _MARKUP.search(_PIECE.sub("", content)):
        return None
    found = []
    for piece in _PIECE.finditer(content):
        if piece["target"]:
            target = parser.normalizeLink(piece["target"])
            if not parser.validateLink(target):
                return None
            at = line + content.count("\n", 0, piece.start())
            found.append(Reference("link", target, piece["text"].strip(), at))
    return found


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
        self.first, self.found = line, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        line = self.first + self.getpos()[0] - 1
        if tag == "a" and "href" in values:
            self.found.append(Reference("link", values["href"], "", line))
        elif tag == "img":
            self.found.append(
                Reference("image", values.get("src", ""), values.get("alt", ""), line)
            )
        elif tag == "source":
            for part in values.get("srcset", "").split(","):
                if part.strip():
                    self.found.append(Reference("link", part.split()[0], "", line))


def _in_html(content: str, line: int) -> list[Reference]:
    collector = _Collector(line)
    collector.feed(content)
    return collector.found


def anchors(matter: FrontMatter) -> set[str]:
    """Return the ids that links may point to on the page, named as the engine names them."""
    markdown = Markdown(extensions=["toc", "attr_list", "tables", "pymdownx.superfences"])
    collector = _Ids()
    collector.feed(markdown.convert(matter.body))
    return collector.found


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name == "id" and value}
