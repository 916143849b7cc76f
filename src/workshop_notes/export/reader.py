"""Read the content of a page for paper: the one source of the PDF, and of what is compared with it.

Everything that leaves the browser is made from the built HTML, so an engine that builds the same
HTML can take MkDocs' place. What serves the screen alone is left out: search boxes, the theme's
links to headings, pictures for the dark scheme, and whatever carries `data-web-only`.
"""

from __future__ import annotations

import copy
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.export.markdown import text_of
from workshop_notes.html.article import Article

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CODE = {"code", "kbd", "samp", "tt"}
_INLINE = {
    *CODE,
    *("a", "abbr", "b", "br", "cite", "del", "dfn", "em", "i", "img", "ins", "label", "mark"),
    *("picture", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
}
_LINES = {*HEADINGS, "p", "summary"}
"""Blocks of words alone."""
_LISTS = {"ul": "./li", "ol": "./li", "table": ".//td | .//th"}
"""Blocks whose parts hold blocks, and those parts."""
_KNOWN = {
    *_INLINE, *_LINES, *_LISTS,
    *("article", "aside", "blockquote", "caption", "center", "col", "colgroup", "dd", "details"),
    *("div", "dl", "dt", "figcaption", "figure", "footer", "header", "hr", "li", "main", "pre"),
    *("section", "tbody", "td", "tfoot", "th", "thead", "tr"),
}  # fmt: skip
_SCREEN_ONLY = (
    ".//form | .//script | .//style | .//nav | .//button | .//input | .//template | .//noscript"
    " | .//link | .//*[@data-web-only] | .//a[contains(@class, 'headerlink')]"
    " | .//img[contains(@src, '#only-dark')] | .//picture/source"
    " | .//comment() | .//processing-instruction()"
)
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True)
class Document:
    """One page for paper.

    Addresses in it are resolved. Inside the site they are *places*, the same for each form of the
    site: the page of `docs/day-1/schedule-jobs.md` is `day-1/schedule-jobs`, a section of it
    `day-1/schedule-jobs#sources`, the home page is empty, and a file keeps its path. Everything
    with a scheme is external and unchanged.

    Attributes:
        place: its place, such as `day-1/schedule-jobs`.
        title: the words of its first heading.
        tree: its blocks: `h1` to `h6`, `p`, `pre`, `div.highlight`, `table`, `ul`, `ol`, `hr`,
            `blockquote` and `div.admonition`. Entries of lists, cells of tables, quotations and
            admonitions hold blocks as well; all others hold words.
    """

    place: str
    title: str
    tree: HtmlElement


def read_document(project: Project, article: Article) -> Document:
    """Read the content of a page.

    Args:
        project: the project that the site is built from.
        article: the content; what has no form on paper is named by the page's source.

    Raises:
        ContentError: when the page holds what has no form on paper.
    """
    place = place_of(article.name)
    tree = without_screen(article)
    remedy = "show it as a picture with alternative text, or say it in words"
    problems = [
        problem(project, place, f"<{tag}", f"<{tag}> has no form on paper", remedy)
        for tag in _refused(tree)
    ]
    if problems:
        raise ContentError(problems)
    for link in tree.iterfind(".//a[@href]"):
        link.set("href", _resolved(link.get("href"), place, article.url))
    for image in tree.iter("img"):
        image.set("src", _resolved(image.get("src", ""), place, article.url).partition("#")[0])
    _space_singly(tree)
    _fill(tree)
    return Document(place, text_of(next(tree.iter(*HEADINGS))), tree)


def without_screen(article: Article) -> HtmlElement:
    """Return a copy of a page's content without what serves the screen alone."""
    tree = copy.deepcopy(article.tree)
    for element in tree.xpath(_SCREEN_ONLY):
        element.drop_tree()
    return tree


def place_of(path: str) -> str:
    """Return the place of a page or file from its path or address below the site's root."""
    name, ending = posixpath.splitext(path)
    if ending not in {".html", ".md"}:
        return path.rstrip("/")
    folder, last = posixpath.split(name)
    return folder if last == "index" else name


def problem(project: Project, place: str, words: str, what: str, remedy: str) -> Problem:
    """Say what is wrong with a page, at the first line of its source that holds `words`."""
    path = project.docs / f"{place}.md"
    if not place or not path.is_file():
        path = project.docs / place / "index.md"
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next((number for number, line in enumerate(lines, 1) if words and words in line), 1)
    return Problem(project.relative(path), line, what, remedy)


def classes(element: HtmlElement) -> list[str]:
    """Return the classes of an element."""
    return (element.get("class") or "").split()


def _refused(tree: HtmlElement) -> Iterator[str]:
    """Yield the names of the outermost elements that have no form on paper."""
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        parent = element.getparent()
        in_line = parent is not None and parent.tag in _INLINE | _LINES
        if element.tag not in (_INLINE if in_line else _KNOWN):
            yield element.tag
            walk.skip_subtree()


def _resolved(href: str, here: str, url: str) -> str:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return href
    target = here
    if path := unquote(parts.path):
        joined = posixpath.normpath(posixpath.join(url.rpartition("/")[0], path))
        target = "" if joined == "." else place_of(joined)
    return f"{target}#{unquote(parts.fragment)}" if parts.fragment else target


def _space_singly(element: HtmlElement) -> None:
    """Make each run of white space one space, but in code."""
    if element.tag in CODE or element.tag == "pre":
        return
    element.text = _SPACE.sub(" ", element.text or "")
    for child in element:
        _space_singly(child)
        child.tail = _SPACE.sub(" ", child.tail or "")


def _fill(holder: HtmlElement) -> None:
    """Leave only blocks in an element that holds blocks."""
    holder[:] = _blocks(holder)
    holder.text = None


def _blocks(parent: HtmlElement) -> list[HtmlElement]:
    """Return the blocks in an element; words between them become paragraphs."""
    found: list[HtmlElement] = []
    loose = _paragraph(parent.text)
    for element in list(parent):
        if element.tag in _INLINE:
            loose.append(element)
            continue
        tail, element.tail = element.tail, None
        found += [*_worded(loose), *_block(element)]
        loose = _paragraph(tail)
    return [*found, *_worded(loose)]


def _block(element: HtmlElement) -> list[HtmlElement]:
    """Return the blocks that one becomes: a box dissolves, and a folded one is open."""
    tag = element.tag
    if tag == "p":
        return _worded(element)
    if tag in {*HEADINGS, "pre", "hr"} or "highlight" in classes(element):
        return [element]
    if tag == "details":
        element.tag = "div"
        element.set("class", "admonition")
        for title in element.findall("./summary"):
            title.tag = "p"
            title.set("class", "admonition-title")
    is_box = tag not in {*_LISTS, "blockquote"} and "admonition" not in classes(element)
    if is_box:
        for meaning in element.findall("./dd"):
            meaning.tag = "blockquote"
        return _blocks(element)
    for holder in element.xpath(_LISTS.get(tag, ".")):
        _fill(holder)
    return [element]


def _paragraph(text: str | None) -> HtmlElement:
    paragraph = html.Element("p")
    paragraph.text = text
    return paragraph


def _worded(paragraph: HtmlElement) -> list[HtmlElement]:
    """Return a paragraph without white space at its ends, or nothing where no more is in it."""
    paragraph.text = (paragraph.text or "").lstrip(" ")
    if len(paragraph):
        paragraph[-1].tail = (paragraph[-1].tail or "").rstrip(" ")
    else:
        paragraph.text = paragraph.text.rstrip(" ")
    return [paragraph] if paragraph.text or len(paragraph) else []
