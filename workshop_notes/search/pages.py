"""Read the built pages: title, and the text of each section under its heading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lxml import html

_SKIPPED_TAGS = frozenset({"form", "nav", "noscript", "script", "style", "svg"})
_SKIPPED_CLASSES = frozenset({"headerlink", "md-content__button", "md-source-file"})
_BLOCKS = frozenset(
    "blockquote br dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre "
    "table tbody td th thead tr ul".split()
)
_SPACE = re.compile(r"\s+")


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


def read(site: Path, path: Path) -> BuiltPage | None:
    """Read a built page, or return nothing where a page has no article or no title.

    Args:
        site: the folder of the built site.
        path: the page.
    """
    text = path.read_text(encoding="utf-8")
    start = text.find("<article")
    end = text.rfind("</article>")
    if start < 0 or end < 0:
        return None
    reader = _Reader()
    reader.walk(html.fragment_fromstring(text[start : end + len("</article>")]))
    reader.close()
    if not reader.title:
        return None
    return BuiltPage(locate(site, path), reader.title, reader.sections)


class _Reader:
    """Collects sections while it walks through an article."""

    def __init__(self) -> None:
        self.title = ""
        self.sections: list[Section] = []
        self.heading, self.fragment = "", ""
        self.words: list[str] = []
        self.excluded = 0  # the level of the heading whose section is left out

    def walk(self, element) -> None:
        """Take in an element and what it holds."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED_TAGS:
            return
        if _SKIPPED_CLASSES.intersection((element.get("class") or "").split()):
            return
        level = int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "1234" else 0
        out = element.get("data-search-exclude") is not None
        if level:
            self._start(element, level, out)
            return
        if out:
            return
        if tag == "img" and not self.excluded and "#only-dark" not in element.get("src", ""):
            self.words.append(f" {element.get('alt', '')} ")
        if not self.excluded and element.text:
            self.words.append(element.text)
        for child in element:
            self.walk(child)
            if not self.excluded and child.tail:
                self.words.append(child.tail)
        if tag in _BLOCKS or element.get("class") == "filename":
            self.words.append(" ")

    def _start(self, element, level: int, out: bool) -> None:
        """Begin a section at a heading."""
        for link in element.find_class("headerlink"):
            link.drop_tree()
        heading = _clean(element.text_content())
        if level == 1:
            self.title = self.title or heading
            return
        if self.excluded and level > self.excluded:
            return
        self.close()
        self.excluded = level if out else 0
        self.heading, self.fragment = heading, element.get("id") or ""

    def close(self) -> None:
        """End the section that is being read."""
        if not self.excluded and (self.heading or not self.sections):
            self.sections.append(Section(self.heading, self.fragment, _clean("".join(self.words))))
        self.words = []


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
