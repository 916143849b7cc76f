"""The notes as an e-book: EPUB 3.3 (W3C), made from the trees of the pages, without a library.

Each page is one file at its own path, so its links and pictures stand as on the site. What serves
the screen alone is left out, as on paper.
"""

from __future__ import annotations

import datetime
import posixpath
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import etree
from lxml.builder import E, ElementMaker
from lxml.html import HtmlElement

from workshop_notes.content.pages import Page
from workshop_notes.content.pictures import KINDS
from workshop_notes.export.edition import Edition
from workshop_notes.export.reader import without_screen
from workshop_notes.export.templates import filled
from workshop_notes.html import archive
from workshop_notes.html.article import Article
from workshop_notes.html.downloads import relative

_ROOT = "notes/"
_OPS, _XHTML = "http://www.idpf.org/2007/ops", "http://www.w3.org/1999/xhtml"
_KINDS = {**KINDS, ".css": "text/css", ".xhtml": "application/xhtml+xml"}
_ATTRIBUTES = {
    "alt", "class", "colspan", "dir", "height", "href", "id", "rowspan", "src", "start", "width"
}  # fmt: skip
"""What an e-book keeps of an element: the rest is for the screen, or not in its grammar."""


@dataclass(frozen=True)
class EpubWriter:
    """A site that becomes an e-book.

    Attributes:
        edition: the edition that it is of.
        pages: its pages, in the order of the menu.
        articles: their contents, by their paths below `docs`.
        pictures: the pictures of the site, by their paths.
    """

    edition: Edition
    pages: list[Page]
    articles: Mapping[str, Article]
    pictures: Mapping[str, bytes]

    def packed(self) -> bytes:
        """Return the e-book; the same pages make the same bytes."""
        names = {article.url: article.name for article in self.articles.values()}
        chapters: dict[str, bytes] = {"nav.xhtml": self._contents()}
        shown: set[str] = set()
        for page in self.pages:
            article = self.articles[page.name]
            tree = without_screen(article)
            self._complete(tree, article, names, shown)
            chapters[_file(page.name)] = _document(page.title, tree, _file(page.name))
        files = {"style.css": (Path(__file__).parent / "epub.css").read_bytes()} | chapters
        files |= {name: _strict(self.pictures[name], name) for name in sorted(shown)}
        whole = {_ROOT + name: data for name, data in files.items()}
        whole[f"{_ROOT}package.opf"] = self._package(files, list(chapters))
        whole["META-INF/container.xml"] = _CONTAINER
        whole["mimetype"] = b"application/epub+zip"
        return archive.packed(whole, first="mimetype")

    def _complete(
        self, tree: HtmlElement, article: Article, names: Mapping[str, str], shown: set[str]
    ) -> None:
        """Leave out what a reader has no use for, and lead links and pictures to the book's files.

        Args:
            tree: the content of a page, which is changed.
            article: that page.
            names: the pages by their addresses.
            shown: the pictures of the book, to which those of the page are added.
        """
        unused = [] if self.edition.address else tree.find_class("download")
        for element in unused:
            element.drop_tree()
        folder = posixpath.dirname(article.name)
        for element in list(tree.iter(etree.Element)):
            if element.get("align") == "right":
                element.set("class", f"{element.get('class', '')} right".strip())
            target = urlsplit(element.get("href") or element.get("src") or "")
            path = unquote(urljoin(f"/{article.url}", target.path))[1:]
            fragment = f"#{target.fragment}" if target.fragment else ""
            if element.tag == "img" and path not in self.pictures:
                element.tag, element.text = "span", element.get("alt")
                element.attrib.clear()
            elif element.tag == "img":
                shown.add(path)
                element.set("src", quote(relative(path, folder)))
            elif element.tag == "a" and not target.scheme and target.path:
                name = names.get(path, names.get(f"{path}/"))
                if name:
                    element.set("href", quote(relative(_file(name), folder)) + fragment)
                elif self.edition.address:
                    element.set("href", self.edition.address + quote(path) + fragment)
                else:
                    element.drop_tag()
            for attribute in set(element.attrib) - _ATTRIBUTES:
                del element.attrib[attribute]

    def _contents(self) -> bytes:
        """Return the table of contents: the parts, and the pages in each."""
        whole = E.ol()
        inside: dict[str, HtmlElement] = {}
        for page in self.pages:
            entry = E.li(E.a(page.title, href=quote(_file(page.name))))
            if page.group in inside:
                if (part := inside[page.group]).find("ol") is None:
                    part.append(E.ol())
                part.find("ol").append(entry)
            else:
                whole.append(entry)
                if page.group:
                    inside[page.group] = entry
        nav = E.nav(E.h1("Contents"), whole, {f"{{{_OPS}}}type": "toc", "id": "toc"})
        return _document("Contents", E.article(nav), "nav.xhtml")

    def _package(self, files: Collection[str], order: list[str]) -> bytes:
        """Return the package document: what the book is, its files, and their order."""
        it = self.edition
        return filled(
            "package.opf",
            edition=it,
            identifier=uuid.uuid5(uuid.NAMESPACE_URL, it.address or it.name),
            time=f"{datetime.datetime.fromtimestamp(it.seconds, datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
            ids={name: f"f{number}" for number, name in enumerate(files)},
            kinds={name: _KINDS[PurePosixPath(name).suffix.lower()] for name in files},
            order=order,
            quote=quote,
        )


_CONTAINER = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    b'<rootfile full-path="notes/package.opf" media-type="application/oebps-package+xml"/>'
    b"</rootfiles></container>\n"
)


def _file(name: str) -> str:
    """Return the file of a page in the book, from its path below `docs`."""
    return f"{name.removesuffix('.md')}.xhtml"


def _strict(data: bytes, name: str) -> bytes:
    """Return a picture as EpubCheck takes it.

    SVG 1.1 wants data in each path; Matplotlib writes none for a blank.
    """
    if not name.endswith(".svg"):
        return data
    drawing = etree.fromstring(data)
    for path in drawing.iterfind(".//{*}path"):
        path.set("d", path.get("d") or "M0 0")
    return etree.tostring(drawing, encoding="utf-8")


def _document(title: str, article: HtmlElement, file: str) -> bytes:
    style = relative("style.css", posixpath.dirname(file))
    head = E.head(E.title(title), E.link(rel="stylesheet", href=style))
    # As an attribute: lxml would give each name a prefix, which programs that read by text miss.
    root = ElementMaker(nsmap={"epub": _OPS}).html(head, E.body(article), xmlns=_XHTML, lang="en")
    return etree.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
