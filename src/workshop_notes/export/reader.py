"""Read the content of a page: the one source of the PDF, and of what is compared with it.

Everything that leaves the browser is made from the built HTML, so an engine that builds the same
HTML can take MkDocs' place. What serves the screen alone is left out: search boxes, the theme's
links to headings, pictures for the dark scheme, and whatever carries `data-web-only`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.export import nodes
from workshop_notes.export.markdown import is_raised
from workshop_notes.export.nodes import Block, Document, Inline
from workshop_notes.html.article import Article

_SPAN = {
    "strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis", "cite": "emphasis",
    "var": "emphasis", "dfn": "emphasis", "sub": "sub", "sup": "sup", "del": "deleted",
    "s": "deleted", "mark": "mark", "span": "", "small": "", "abbr": "", "ins": "", "u": "",
    "q": "", "time": "", "label": "",
}  # fmt: skip
_CODE = {"code", "kbd", "samp", "tt"}
_BOX = {"div", "section", "article", "header", "footer", "figure", "center", "aside", "main"}
_SCREEN = {"form", "script", "style", "nav", "button", "input", "template", "noscript", "link"}
_INLINE = {*_SPAN, *_CODE, "a", "img", "br", "picture", "wbr"}
_HEADING = re.compile(r"h([1-6])")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read_document(project: Project, article: Article) -> Document:
    """Read the content of a page.

    Args:
        project: the project that the site is built from.
        article: the content; what has no form on paper is named by the page's source.

    Raises:
        ContentError: when the page holds what has no form on paper.
    """
    place = place_of(article.name)
    reader = _Reader(project, place, article.url)
    blocks = list(reader.blocks(article.tree))
    if reader.problems:
        raise ContentError(reader.problems)
    title = next(nodes.plain(b.inlines) for b in nodes.walk(blocks) if isinstance(b, nodes.Heading))
    return Document(place, title, blocks)


def place_of(path: str) -> str:
    """Return the place of a page or file from its path or address below the site's root."""
    name, ending = posixpath.splitext(path)
    if ending not in {".html", ".md"}:
        return path.rstrip("/")
    folder, last = posixpath.split(name)
    return folder if last == "index" else name


def source_of(project: Project, place: str) -> Path:
    """Return the Markdown file of a page, as messages name it."""
    path = project.docs / f"{place}.md"
    if not place or not path.is_file():
        path = project.docs / place / "index.md"
    return project.relative(path)


def problem(project: Project, place: str, words: str, what: str, remedy: str) -> Problem:
    """Say what is wrong with a page, at the first line of its source that holds `words`."""
    source = source_of(project, place)
    lines = (project.root / source).read_text(encoding="utf-8").splitlines()
    line = next((number for number, line in enumerate(lines, 1) if words and words in line), 1)
    return Problem(source, line, what, remedy)


class _Reader:
    """Turns the elements of one page into blocks and inlines, and collects what it cannot turn."""

    def __init__(self, project: Project, place: str, url: str) -> None:
        self.project, self.place, self.folder = project, place, url.rpartition("/")[0]
        self.problems: list[Problem] = []

    def blocks(
        self, parent: html.HtmlElement, without: html.HtmlElement | None = None
    ) -> Iterator[Block]:
        """Yield the blocks of an element but one; loose inlines become a paragraph."""
        loose: list[Inline] = self._words(parent.text)
        for element in parent:
            if element is without or not isinstance(element.tag, str) or _screen_only(element):
                loose += self._words(element.tail)
                continue
            if element.tag in _INLINE:
                loose += self._inline(element)
            else:
                yield from _paragraph(loose)
                loose = []
                yield from self._block(element)
            loose += self._words(element.tail)
        yield from _paragraph(loose)

    def _block(self, element: html.HtmlElement) -> Iterator[Block]:
        tag, role = element.tag, _role(element)
        if match := _HEADING.fullmatch(tag):
            yield nodes.Heading(int(match[1]), element.get("id", ""), self.inlines(element))
        elif tag == "p":
            states = [name for name in _classes(element) if name.startswith(f"{role}--")]
            state = states[0].removeprefix(f"{role}--") if states else ""
            if inlines := _trimmed(self.inlines(element)):
                yield nodes.Paragraph(inlines, role, state)
        elif tag in {"ul", "ol"}:
            items = [list(self.blocks(item)) for item in element if item.tag == "li"]
            yield nodes.ListBlock(tag == "ol", int(element.get("start", "1")), items)
        elif tag == "dl":
            for part in element:
                blocks = list(self.blocks(part))
                yield from blocks if part.tag == "dt" else [nodes.Group("quote", [], blocks)]
        elif tag == "pre":
            yield _code(element, "", "")
        elif "highlight" in _classes(element):
            yield self._highlight(element)
        elif tag == "table":
            yield self._table(element)
        elif tag == "hr":
            yield nodes.Rule()
        elif tag in {"blockquote", "details"} or "admonition" in _classes(element):
            yield self._group(element)
        elif tag in _BOX and role in {"questions", "home"}:
            yield nodes.Group(role, [], list(self.blocks(element)))
        elif tag in _BOX or tag == "figcaption":
            yield from self.blocks(element)
        else:
            self._refuse(element)

    def _group(self, element: html.HtmlElement) -> Block:
        """A quotation, an admonition, or a folded box, which paper shows open."""
        title: list[Inline] = []
        first = element[0] if len(element) else None
        if first is not None and ("admonition-title" in _classes(first) or first.tag == "summary"):
            title = _trimmed(self.inlines(first))
        else:
            first = None
        role = "quote" if element.tag == "blockquote" else "admonition"
        return nodes.Group(role, title, list(self.blocks(element, first)))

    def _highlight(self, element: html.HtmlElement) -> Block:
        languages = [c for c in _classes(element) if c.startswith("language-")]
        language = languages[0].removeprefix("language-") if languages else "text"
        titles = element.find_class("filename")
        title = titles[0].text_content() if titles else ""
        return _code(element.find(".//pre"), language, title)

    def _table(self, element: html.HtmlElement) -> Block:
        head: list[list[nodes.Cell]] = []
        body: list[list[nodes.Cell]] = []
        for row in element.iter("tr"):
            cells = [self._cell(cell) for cell in row if cell.tag in {"td", "th"}]
            in_head = row.getparent().tag == "thead" and not body
            (head if in_head else body).append(cells)
        return nodes.Table(head, body)

    def _cell(self, cell: html.HtmlElement) -> nodes.Cell:
        style = re.search(r"text-align: *(\w+)", cell.get("style", ""))
        align = cell.get("align") or (style[1] if style else "")
        columns, rows = int(cell.get("colspan", "1")), int(cell.get("rowspan", "1"))
        return nodes.Cell(list(self.blocks(cell)), cell.tag == "th", columns, rows, align)

    def inlines(self, parent: html.HtmlElement) -> list[Inline]:
        """Return what an element holds, as inlines."""
        found = self._words(parent.text)
        for element in parent:
            if isinstance(element.tag, str) and not _screen_only(element):
                found += self._inline(element)
            found += self._words(element.tail)
        return found

    def _inline(self, element: html.HtmlElement) -> list[Inline]:
        tag = element.tag
        if tag == "a":
            inlines = self.inlines(element)
            href = element.get("href")
            return [nodes.Link(self._resolve(href), inlines)] if href is not None else inlines
        if tag in _CODE and is_raised(element):
            return [_as_code(inline) for inline in self.inlines(element)]
        if tag in _CODE:
            return [nodes.Code(element.text_content())]
        if tag == "br":
            return [nodes.Break()]
        if tag == "wbr":
            return []
        if tag == "img":
            width = re.fullmatch(r"\d+", element.get("width", ""))
            place = self._resolve(element.get("src", "")).partition("#")[0]
            return [nodes.Image(place, element.get("alt", ""), int(width[0]) if width else 0)]
        if tag == "picture":
            return self.inlines(element) if element.find("img") is not None else []
        if tag == "source":
            return []
        if tag in _SPAN:
            kind, role = _SPAN[tag], " ".join(_classes(element))
            inlines = self.inlines(element)
            return [nodes.Span(kind, role, inlines)] if kind or role else inlines
        self._refuse(element)
        return []

    def _words(self, text: str | None) -> list[Inline]:
        return [nodes.Text(_SPACE.sub(" ", text))] if text else []

    def _resolve(self, href: str) -> str:
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            return href
        path = unquote(parts.path)
        target = self.place
        if path:
            joined = posixpath.normpath(posixpath.join(self.folder, path))
            target = "" if joined == "." else place_of(joined)
        return f"{target}#{unquote(parts.fragment)}" if parts.fragment else target

    def _refuse(self, element: html.HtmlElement) -> None:
        what = f"<{element.tag}> has no form on paper"
        remedy = "show it as a picture with alternative text, or say it in words"
        self.problems.append(problem(self.project, self.place, f"<{element.tag}", what, remedy))


def _as_code(inline: Inline) -> Inline:
    if isinstance(inline, nodes.Text):
        return nodes.Code(inline.text)
    if isinstance(inline, nodes.Span):
        return nodes.Span(inline.kind, inline.role, [_as_code(each) for each in inline.inlines])
    return inline


def _classes(element: html.HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


def _role(element: html.HtmlElement) -> str:
    return next(iter(_classes(element)), "")


def _screen_only(element: html.HtmlElement) -> bool:
    return (
        element.tag in _SCREEN
        or element.get("data-web-only") is not None
        or "headerlink" in _classes(element)
        or (element.tag == "img" and element.get("src", "").endswith("#only-dark"))
    )


def _code(pre: html.HtmlElement, language: str, title: str) -> nodes.CodeBlock:
    """Read a block of code with the classes that Pygments gave to its parts."""
    tokens: list[tuple[str, str]] = []

    def read(element: html.HtmlElement, kind: str) -> None:
        if element.text:
            tokens.append((kind, element.text))
        for child in element:
            read(child, _role(child) if child.tag == "span" else kind)
            if child.tail:
                tokens.append((kind, child.tail))

    read(pre, "")
    return nodes.CodeBlock(language, title, tokens)


def _paragraph(inlines: list[Inline]) -> list[Block]:
    trimmed = _trimmed(inlines)
    return [nodes.Paragraph(trimmed)] if trimmed else []


def _trimmed(inlines: list[Inline]) -> list[Inline]:
    """Drop white space at both ends of a paragraph."""
    kept = list(inlines)
    while kept and isinstance(kept[0], nodes.Text) and not kept[0].text.strip(" "):
        kept.pop(0)
    while kept and isinstance(kept[-1], nodes.Text) and not kept[-1].text.strip(" "):
        kept.pop()
    if kept and isinstance(kept[0], nodes.Text):
        kept[0] = nodes.Text(kept[0].text.lstrip(" "))
    if kept and isinstance(kept[-1], nodes.Text):
        kept[-1] = nodes.Text(kept[-1].text.rstrip(" "))
    return kept
