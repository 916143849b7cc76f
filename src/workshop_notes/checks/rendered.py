"""What the engine made of the pages: each link and picture lands, each address is known.

It is checked as a browser reads it, so nothing that the engine makes is overlooked, however it was
written: in an admonition, in raw HTML, in a list. Lines are looked up in the source.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page
from workshop_notes.content.pictures import ALT_LENGTH, KINDS
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.html.article import Article

IMAGE_TYPES = {*KINDS, ".avif"}
LARGEST_FILE = 1_000_000
"""Bytes of a picture: more keep a reader on a train waiting."""

_OPENS = frozenset({"mailto", "tel", "sms", "geo", "xmpp"})
"""Schemes that open a program with which a reader writes or calls."""
_NEEDS = {"a": {"href", "id", "name"}, "img": {"src", "srcset"}, "link": {"href", "imagesrcset"}}
"""Attributes of which an element has one, or leads nowhere."""
_META = re.compile(r"(?:og|twitter):(?:image|url|audio|video)\b.*", re.I)
_CANDIDATE = re.compile(r"(?:^|,)\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s[^,]*)?")  # of a `srcset`
_LEFT = re.compile(r"\[\[[A-Za-z][^\[\]]*\]\]|\]\(|\]\[|\)\[(?:https?:|\S+\.(?:md|html)\b)")
# Without "smart" strings, which would keep the tree.
_IDS = etree.XPath(".//@id | .//a/@name | .//map/@name", smart_strings=False)
_CODE = "pre, code, samp, kbd, script, style, textarea"


class _Link(NamedTuple):
    """An address in a page, or something wrong in it, and what its line is found by."""

    target: str
    tag: str
    words: str


@dataclass(frozen=True)
class PageLinks:
    """What is kept of a page when its tree is let go, to be held against the others.

    Attributes:
        name: its path below `docs`.
        url: its address below that of the site.
        ids: the fragments that can be linked to.
        links: every address in it.
        problems: what is wrong with it, whatever the others hold.
    """

    name: str
    url: str
    ids: Collection[str]
    links: list[_Link]
    problems: list[Problem]


def read(
    project: Project, page: Page | None, article: Article, described: Container[str]
) -> PageLinks:
    """Read what the engine made of a page.

    Args:
        project: the project.
        page: the page as it was written, if somebody wrote it.
        article: its content.
        described: plain words, which lists of pages show: the descriptions of all.
    """
    ids = frozenset(_IDS(article.tree))
    links = [_link(element, target) for element, target in _targets(article.tree)]
    problems = list(_alone(project.relative(page.path), page, article, described)) if page else []
    return PageLinks(article.name, article.url, ids, links, problems)


def _link(element: HtmlElement, target: str) -> _Link:
    words = " ".join(element.text_content().split()) or element.get("alt", "")
    return _Link(target, element.tag, words)


def _alone(
    shown: Path, page: Page, article: Article, described: Container[str]
) -> Iterator[Problem]:
    for element in article.tree.iter(etree.Element):
        dark = element.get("src", "").endswith("#only-dark")  # says what its light twin says
        if element.tag == "img" and not dark and (wrong := _alt(element, page.is_draft)):
            yield Problem(shown, _line(page, _link(element, element.get("src", ""))), *wrong)
        if element.tag in _NEEDS and not _NEEDS[element.tag] & set(element.attrib):
            kind = "an image" if element.tag == "img" else "a link"
            what, remedy = f"{kind} without an address", "write the address, or remove it"
            yield Problem(shown, _line(page, _link(element, f"<{element.tag}")), what, remedy)
        if element.tag == "base" and "href" in element.attrib:
            what = "a base, which changes where every link of the page leads"
            yield Problem(shown, _line(page, _link(element, "<base")), what, "remove it")
    for text in _left(article.tree, described):
        what = f"Markdown that the engine left as text: {text[:60]}"
        remedy = "write [words](address), or put it into code font"
        yield Problem(shown, _line(page, _link(article.tree, text)), what, remedy)


def check(
    project: Project,
    pages: list[Page],
    ledger: Ledger | None,
    site: Collection[PageLinks],
    files: set[str],
    only: Collection[str] | None = None,
) -> list[Problem]:
    """Find links and pictures that do not land, addresses that no source knows, and stray files.

    Args:
        project: the project.
        pages: the pages as they were written.
        ledger: the citation ledger, unless it cannot be read.
        site: what the engine made of each page.
        files: the addresses of all files of the site that are no pages.
        only: the names of the pages that are looked at, where it is not all.
    """
    known = {*ledger.by_address, *ledger.unread, *ledger.copies} if ledger else None
    links = _Site(project, known, {page.url: page for page in site}, files)
    by_name = {page.name: page for page in pages}
    found: list[Problem] = []
    for made in site:
        if (page := by_name.get(made.name)) and (only is None or made.name in only):
            shown = project.relative(page.path)
            wrong = ((link, links.defect(made, link)) for link in made.links)
            found += [Problem(shown, _line(page, link), *each) for link, each in wrong if each]
            found += made.problems
    return found + (list(_stray_pictures(project, links.used)) if only is None else [])


@dataclass
class _Site:
    project: Project
    addresses: set[str] | None
    pages: Mapping[str, PageLinks]
    files: set[str]
    used: set[str] = field(default_factory=set)

    def defect(self, page: PageLinks, link: _Link) -> tuple[str, str] | None:
        """Return what is wrong with an address and what to do, or None."""
        target, kind = link.target, "image" if link.tag == "img" else "link"
        one = "an image" if link.tag == "img" else "a link"
        try:
            parts = urlsplit(target.strip())
        except ValueError as error:
            return f"{target} is no address: {error}", "correct it"
        if any(sign in target for sign in '<>"\n'):
            return f"an address that goes on: {target[:40]!r}", "close its quote"
        if not target.strip():
            return f"{one} without an address", "write the address, or remove it"
        if parts.scheme in {"http", "https"} or parts.netloc:
            if kind == "image":
                return f"an image from {parts.netloc}", "put a copy below docs/img/"
            if self.addresses is not None and target not in self.addresses:
                what = f"{target} has no entry in the ledger"
                return what, "add an entry for it to sources.yml, or remove the link"
            return None
        if parts.scheme == "data" and kind == "image":
            return None
        if parts.scheme in _OPENS:
            is_whole = "@" in target if parts.scheme == "mailto" else bool(parts.path)
            return None if is_whole else (f"{target} without whom to reach", "write it out")
        if parts.scheme:
            return f"{one} to {parts.scheme}:, which runs or opens something", "remove it"
        if parts.path.startswith("/"):
            what = f"{kind} to {parts.path} begins at the root"
            return what, "write it relative to this page, so that it also works offline"
        place = unquote(urljoin(f"/{page.url}", parts.path))[1:] if parts.path else page.url
        if place.rpartition("/")[2] == "index.html":
            place = place.removesuffix("index.html")
        if place in self.files:
            self.used.add(place)
            return None
        if place not in self.pages:
            return self._missing(page.name, kind, parts.path, place)
        fragment = unquote(parts.fragment)
        if fragment and fragment != "top" and fragment not in self.pages[place].ids:
            name = self.pages[place].name
            known = ", ".join(sorted(self.pages[place].ids))
            what = f"link to #{fragment}, which docs/{name} has no heading for"
            return what, f"use one of: {known}"
        return None

    def _missing(self, page: str, kind: str, path: str, place: str) -> tuple[str, str]:
        folder = posixpath.dirname(page)
        name = posixpath.normpath(posixpath.join(folder, unquote(path)))
        if name.startswith(".."):  # written from the page's address, as in raw HTML
            name = place
        for file, where in ((name, " in HTML"), (f"{name}.md", "")):
            if (self.project.docs / file).is_file():  # which the engine leaves as it is
                what = f"link to {path}{where}, which is no address of the site"
                file = posixpath.relpath(file, folder or ".")
                return what, f"write it in Markdown: [words]({file})"
        if (self.project.docs / name / "index.md").is_file():
            return f"link to the folder {path}", f"link to {path.rstrip('/')}/index.md"
        remedy = f"there is no docs/{name}: correct the path or add the file"
        return f"{kind} to {path}, which is missing", remedy


def _targets(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield every address below an element, with the element that holds it."""
    for element, _, target, _ in tree.iterlinks():
        yield element, target
    for element in tree.iter(etree.Element):  # what lxml does not know as links
        for name, value in element.attrib.items():
            if name in ("srcset", "imagesrcset"):
                yield from ((element, found) for found in _CANDIDATE.findall(value))
            elif name in ("poster", "xlink:href"):
                yield element, value
            elif name == "ping":
                yield from ((element, each) for each in value.split())
            elif name == "srcdoc" and value.strip():
                yield from _targets(html.fragment_fromstring(value, create_parent="div"))
        names = element.get("property", ""), element.get("name", "")
        if element.tag == "meta" and any(map(_META.fullmatch, names)):
            yield element, element.get("content", "")


def _left(tree: HtmlElement, plain: Container[str]) -> Iterator[str]:
    """Yield what looks like Markdown in the text of a page, outside of code and of plain words."""
    if not _LEFT.search(tree.text_content()):
        return
    inside = " | ".join(f"ancestor::{tag}" for tag in _CODE.split(", "))
    for text in tree.xpath(f".//text()[not({inside})]"):
        found = _LEFT.search(text)
        if found and text.strip() not in plain:
            yield text[max(0, found.start() - 20) : found.end() + 20].strip()


def _alt(image: HtmlElement, draft: bool) -> tuple[str, str] | None:
    text, remedy = image.get("alt", ""), "say in 40 to 150 characters what the picture shows"
    if not text.strip():
        return "an image without alternative text", remedy
    if draft:
        return None
    if len(text) not in ALT_LENGTH:
        return f"an alternative text of {len(text)} characters", remedy
    if text.casefold().startswith(("image", "picture", "screenshot of an image")):
        return "an alternative text that begins with 'image'", remedy
    return None


def _line(page: Page, link: _Link) -> int:
    """Return the line of the source that an address or the words of an element come from."""
    target = link.target.removesuffix("#only-light").removesuffix("#only-dark")
    for reference in page.markdown.references:
        if reference.target == target:
            return reference.line
    path, _, fragment = target.partition("#")
    file = posixpath.basename(path.rstrip("/"))
    words = link.words
    marked = (f">{words}<", f"[{words}]") if words else ()
    for wanted in filter(
        None, (*(target, fragment and f"#{fragment}", file, *marked, words, f"<{link.tag}"),)
    ):
        for number, line in enumerate(page.matter.body.splitlines(), page.matter.body_line):
            if wanted in line or unquote(wanted) in line:
                return number
    return page.title_line


def _stray_pictures(project: Project, used: set[str]) -> Iterator[Problem]:
    """Find pictures that no page shows, and those that are too large."""
    # Logo and favicon are used by the configuration, not by a page.
    config = project.config.read_text(encoding="utf-8")
    for path in sorted(project.docs.rglob("*")):
        name = path.relative_to(project.docs).as_posix()
        if path.suffix not in IMAGE_TYPES or name in config:
            continue
        shown: Path = project.relative(path)
        if name not in used and name.replace(".dark.", ".") not in used:
            remedy = "show it on a page, or delete it"
            yield Problem(shown, 1, "no page uses this image", remedy)
        if path.stat().st_size > LARGEST_FILE:
            size = f"{path.stat().st_size / 1e6:.1f} MB"
            yield Problem(shown, 1, f"a picture of {size}", "bring it below 1 MB")
