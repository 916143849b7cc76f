"""Read the built pages: title, and the text of each section under its heading.

The engine writes well-formed pages, of which only the article is read, so regular expressions
do: they take a tenth of a parser's time. A test compares them with a parser on every page.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

_INSIDE = r"""[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*"""
"""What stands in a tag after its name; quoted values may hold the sign that ends a tag."""

_SILENT = re.compile(
    rf"<!--.*?-->|<(script|style|svg|nav|form|noscript|button)\b{_INSIDE}>.*?</\1>"
    rf'|<a class="headerlink"{_INSIDE}>.*?</a>',
    re.S,
)
_EXCLUDED = re.compile(rf"<(?!h[1-6]\b)(\w+)\b{_INSIDE}\sdata-search-exclude\b{_INSIDE}>")
_HEADING = re.compile(rf"<h([1-4])\b({_INSIDE})>(.*?)</h\1>", re.S)
_ID = re.compile(r'\sid="([^"]*)"')
_IMAGE = re.compile(rf"<img\b({_INSIDE})>")
_ALT = re.compile(r'\salt="([^"]*)"')
_BLOCK = re.compile(
    r"</?(?:blockquote|br|dd|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|table|tbody"
    rf"|td|th|thead|tr|ul)\b{_INSIDE}>"
)
_TAG = re.compile(rf"</?\w{_INSIDE}>")


@dataclass(frozen=True)
class Section:
    """A part of a page: its heading, the fragment that leads to it, and its text.

    The part above the first heading has neither heading nor fragment.
    """

    heading: str
    fragment: str
    text: str


@dataclass(frozen=True)
class BuiltPage:
    """What the search knows of a page.

    Attributes:
        location: its address below the site's: `day-1/schedule-jobs/`, or `…/schedule-jobs.html`.
        title: the text of its first-level heading.
        sections: its parts in order, those marked `data-search-exclude` left out.
    """

    location: str
    title: str
    sections: list[Section]


def locate(site: Path, path: Path) -> str:
    """Return the address of a page below the site's, without the `index.html` at its end."""
    name = path.relative_to(site).as_posix()
    return name.removesuffix("index.html") if name.rpartition("/")[2] == "index.html" else name


def read(site: Path, path: Path, text: str) -> BuiltPage | None:
    """Read a built page, or return nothing where a page has no article or no title.

    Args:
        site: the folder of the built site.
        path: the page.
        text: the HTML in it.
    """
    start, end = text.find("<article"), text.rfind("</article>")
    if start < 0 or end < 0:
        return None
    title, sections = split(text[start:end])
    return BuiltPage(locate(site, path), title, sections) if title else None


def split(article: str) -> tuple[str, list[Section]]:
    """Split an article into its title and its sections.

    Args:
        article: HTML as the engine writes it.
    """
    article = _without_excluded(_SILENT.sub(" ", article))
    article = _IMAGE.sub(_words_of_image, article)
    title, sections = "", []
    heading, fragment, excluded = "", "", 0  # excluded: the level of a heading that is left out
    parts = _HEADING.split(article)  # text, then level, attributes, heading and text again
    for number in range(0, len(parts), 4):
        if number:
            level, attributes = int(parts[number - 3]), parts[number - 2]
            words = plain(parts[number - 1])
            if level == 1:
                title = title or words
            elif not excluded or level <= excluded:
                excluded = level if "data-search-exclude" in attributes else 0
                heading = words
                fragment = match[1] if (match := _ID.search(attributes)) else ""
        words = plain(parts[number])
        if excluded:
            continue
        if sections and sections[-1].fragment == fragment:  # what stood above and below the title
            words = f"{sections.pop().text} {words}".strip()
        sections.append(Section(heading, fragment, words))
    return title, sections


def plain(markup: str) -> str:
    """Return the text of HTML, with a space where a block begins or ends."""
    text = html.unescape(_TAG.sub("", _BLOCK.sub(" ", markup)))
    return " ".join(text.split())


def _without_excluded(article: str) -> str:
    """Leave out the elements marked `data-search-exclude`, with all that they hold."""
    while match := _EXCLUDED.search(article):
        depth, end = 0, len(article)
        for tag in re.finditer(rf"<(/?){match[1]}\b{_INSIDE}>", article[match.start() :]):
            depth += -1 if tag[1] else 1
            if not depth:
                end = match.start() + tag.end()
                break
        article = f"{article[: match.start()]} {article[end:]}"
    return article


def _words_of_image(match: re.Match[str]) -> str:
    """Return what a picture shows, in words, and once where it has a dark twin."""
    alt = _ALT.search(match[1])
    return f" {alt[1]} " if alt and "#only-dark" not in match[1] else " "
