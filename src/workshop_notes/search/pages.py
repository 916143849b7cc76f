"""Read an article for the search: its title, and the text of each section under its heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from workshop_notes.html.article import Article

_SILENT = {"script", "style", "svg", "nav", "form", "noscript", "button"}
_LABELS = {"headerlink", "filename"}  # the mark at a heading; what stands above a block of code
_BLOCKS = {
    *("blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "hr", "li", "ol", "p"),
    *("pre", "section", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    *(f"h{level}" for level in range(1, 7)),
}
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}


@dataclass
class Section:
    """A part of a page: its heading, the fragment that leads to it, and its text.

    The part above the first heading has neither heading nor fragment. Code comes below the prose,
    after a line break.
    """

    heading: str
    fragment: str
    text: str


@dataclass(frozen=True)
class IndexedPage:
    """What the search knows of a page.

    Attributes:
        location: its address below the site's: `day-1/schedule-jobs/`, or `…/schedule-jobs.html`.
        title: the text of its first-level heading.
        sections: its parts in order, those marked `data-search-exclude` left out.
    """

    location: str
    title: str
    sections: list[Section]


def read(article: Article) -> IndexedPage:
    """Read the content of a page."""
    title, sections = split(article.tree)
    return IndexedPage(article.url, title, sections)


def split(tree: HtmlElement) -> tuple[str, list[Section]]:
    """Split a page into its title and its sections.

    Args:
        tree: its content. What stands above and below the title is one section.
    """
    title, sections = "", [Section("", "", "")]
    parts: list[list[str | _Code]] = [[]]
    excluded = 0  # the level of a heading that is left out, with all below it
    for part in _parts(tree):
        if isinstance(part, str | _Code):
            if not excluded:
                parts[-1].append(part)
            continue
        level, words = _HEADINGS[part.tag], _joined(_texts(part))
        if level == 1:
            title = title or words
        elif not excluded or level <= excluded:
            excluded = level if part.get("data-search-exclude") is not None else 0
            if not excluded:
                sections.append(Section(words, part.get("id", ""), ""))
                parts.append([])
    for section, found in zip(sections, parts, strict=True):
        code = _joined(f"{part.text} " for part in found if isinstance(part, _Code))
        prose = _joined(part if isinstance(part, str) else " " for part in found)
        section.text = f"{prose}\n{code}" if code else prose
    return title, sections


def plain(element: HtmlElement) -> str:
    """Return the text of an element, with a space where a block begins or ends."""
    return _joined(_texts(element))


@dataclass(frozen=True)
class _Code:
    """A block of code."""

    text: str


def _parts(element: HtmlElement) -> list[str | _Code | HtmlElement]:
    """Return the texts of an element, and the code and headings in it, in their order."""
    found: list[str | _Code | HtmlElement] = [element.text or ""]
    for child in element:
        if child.tag in _HEADINGS and not _is_silent(child):
            found.append(child)
        elif not _is_silent(child) and child.get("data-search-exclude") is None:
            space = " " if child.tag in _BLOCKS else ""
            found.append(space)
            if child.tag == "pre":
                found.append(_Code(plain(child)))
            else:
                found += _image(child) if child.tag == "img" else _parts(child)
            found.append(space)
        found.append(child.tail or "")
    return found


def _texts(element: HtmlElement) -> Iterator[str]:
    for part in _parts(element):
        if isinstance(part, str):
            yield part
        else:
            yield f" {part.text if isinstance(part, _Code) else plain(part)} "


def _image(image: HtmlElement) -> Iterator[str]:
    """Yield what a picture shows, in words, and once where it has a dark twin."""
    if not image.get("src", "").endswith("#only-dark"):
        yield f" {image.get('alt', '')} "


def _is_silent(element: HtmlElement) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _SILENT
        or not _LABELS.isdisjoint(element.get("class", "").split())
    )


def _joined(texts: Iterable[str]) -> str:
    return " ".join("".join(texts).split())
