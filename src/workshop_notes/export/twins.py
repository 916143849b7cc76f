"""The site as plain text for programs: a Markdown twin of each page, llms.txt and llms-full.txt.

The form of llms.txt is the proposal of https://llmstxt.org (a title, a summary as a quotation,
then lists of links under second-level headings; what may be skipped stands under "Optional").
"""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import etree

from workshop_notes.content.files import Write, below, replacing, write_if_changed
from workshop_notes.content.project import Project
from workshop_notes.export.markdown import escaped, text_of, to_markdown

OPENING = (
    "Each answer says whether it changed since the workshop, when it was reviewed, and which "
    "sources it rests on. A line above code says how far it was run: *Executed*, *Executed on a "
    "stand-in* (a local one, which is named) or *Checked* (accepted by AWS's published API model, "
    "not run)."
)

WHOLE = "llms-full.txt"
"""The file that holds every page."""

# Only the article is parsed: the head and the menu are most of a page.
_PARSER = etree.HTMLParser()
_DESCRIPTION = re.compile('<meta name="description" content="([^"]*)"')
_CANONICAL = re.compile('<link rel="canonical" href="([^"]*)"')
_MARKED = re.compile("\x02([^\x03]*)\x03([^\x04]*)\x04")
"""A path and a fragment within the site; no page can hold these characters."""


@dataclass(frozen=True)
class BuiltPage:
    """What the texts need of a page of a built site.

    Attributes:
        name: its path below the pages, such as `day-1/schedule-jobs.md`; its twin stands there.
        file: its path in the built site.
        title: the text of its first heading.
        description: the page in one sentence.
        address: its permanent address, or nothing where the host has not told the site's own.
        text: its article as Markdown, with a mark around each address within the site.
    """

    name: str
    file: str
    title: str
    description: str
    address: str
    text: str

    @property
    def folder(self) -> str:
        """The folder of the page: `day-1`, or nothing."""
        return posixpath.dirname(self.name)

    @property
    def is_index(self) -> bool:
        """Whether it is the first page of its folder."""
        return posixpath.basename(self.name) == "index.md"


class Texts:
    """The texts of a site, made page by page, as all texts at once would fill the memory.

    Attributes:
        home: its address, or nothing.

    Args:
        site: the folder of the built site.
        files: its pages by name, each with its file, in the order of the menu.
    """

    def __init__(self, site: Path, files: dict[str, str]) -> None:
        self._site, self._files = site, files
        self._addresses: dict[str, str] = {}
        self.home = self._address("index.md").removesuffix("index.html")
        self._by_path = {
            file.removesuffix("index.html").rstrip("/"): name for name, file in files.items()
        }

    def pages(self) -> Iterator[BuiltPage]:
        """Read the pages, in the order of the menu."""
        for name, file in self._files.items():
            yield read(self._site, name, file)

    def twin(self, page: BuiltPage, *, whole: bool = False) -> str:
        """Return a page as Markdown, its description below its title.

        Args:
            page: the page.
            whole: whether the text stands in llms-full.txt: links then start from the top of the
                site, or carry its address where it is known; else they lead to other twins.
        """

        def link(match: re.Match[str]) -> str:
            path, fragment = unquote(match[1]), match[2]
            other = self._by_path.get(path.removesuffix("index.html").rstrip("/"))
            if whole:
                if other and self.home:
                    return self._address(other) + fragment
                return urljoin(self.home, quote(other or path)) + fragment
            if other == page.name and fragment:
                return fragment
            return quote(relative(other or path, page.folder)) + fragment

        title, _, rest = _MARKED.sub(link, page.text).partition("\n\n")
        return f"{title}\n\n> {escaped(page.description)}\n\n{rest}"

    def part(self, page: BuiltPage) -> str:
        """Return a page as it stands in llms-full.txt."""
        return f"<!-- {page.address or page.name} -->\n\n{self.twin(page, whole=True)}"

    def index(self, pages: list[BuiltPage]) -> str:
        """Return llms.txt: every page with its address and its answer in one sentence.

        Args:
            pages: all pages, in the order of the menu; their texts are not needed.
        """
        first = next(page for page in pages if page.name == "index.md")
        others = [page for page in pages if page is not first]
        parts = [f"# {escaped(first.title)}", f"> {escaped(first.description)}", OPENING]
        by_folder: dict[str, list[BuiltPage]] = {}
        for page in others:
            by_folder.setdefault(page.folder, []).append(page)
        for folder, inside in by_folder.items():
            if folder:
                title = next((page.title for page in inside if page.is_index), folder)
                entries = [self._entry(page) for page in inside if not page.is_index]
                parts.append(f"## {escaped(title)}\n\n" + "\n".join(entries))
        rest = [self._entry(page) for page in by_folder.get("", [])]
        whole = urljoin(self.home, WHOLE)
        rest.append(f"- [Everything in one file]({whole}): all pages, one after the other.")
        parts.append("## Optional\n\n" + "\n".join(rest))
        return "\n\n".join(parts) + "\n"

    def _entry(self, page: BuiltPage) -> str:
        address = urljoin(self.home, quote(page.name))
        return f"- [{escaped(page.title)}]({address}): {escaped(page.description)}"

    def _address(self, name: str) -> str:
        """Return the permanent address of a page; a page may link to one that comes later."""
        if name not in self._addresses:
            text = (self._site / self._files[name]).read_text(encoding="utf-8")
            self._addresses[name] = _value(_CANONICAL, text)
        return self._addresses[name]


def write_texts(project: Project, site: Path, write: Write = write_if_changed) -> dict[str, str]:
    """Write the twins, llms.txt and llms-full.txt into a built site.

    Args:
        project: the project, whose staged pages say which pages there are.
        site: the folder of the built site, with addresses of either form.
        write: how a file is written.

    Returns:
        The pages of the site by name, each with its file; see `page_files`.

    Raises:
        FileNotFoundError: the site lacks a page; it names it.
        ValueError: a page is not of the form that the theme writes.
    """
    files = page_files(project, site)
    texts = Texts(site, files)
    read_pages: list[BuiltPage] = []
    with replacing(site / WHOLE) as whole:
        for page in texts.pages():
            write(site / page.name, texts.twin(page))
            if not page.is_index:
                between = "\n---\n\n" if whole.tell() else ""
                whole.write(f"{between}{texts.part(page)}".encode())
            read_pages.append(dataclasses.replace(page, text=""))
    write(site / "llms.txt", texts.index(read_pages))
    _tell_twins_from_translations(site)
    return files


def read(site: Path, name: str, file: str) -> BuiltPage:
    """Read a page of a built site.

    Args:
        site: the folder of the site.
        name: the page's path below `docs`.
        file: the page's path in the site.

    Raises:
        ValueError: the page is not of the form that the theme writes.
    """
    text = (site / file).read_text(encoding="utf-8")
    start, end = text.find("<article"), text.rfind("</article>")
    if start < 0 or end < 0:
        raise ValueError(f"{site / file}: no <article>; the theme has changed")
    article = etree.fromstring(text[start:end], _PARSER).find(".//article")
    heading = article.find(".//h1")
    return BuiltPage(
        name,
        file,
        text_of(heading) if heading is not None else name,
        _value(_DESCRIPTION, text),
        _value(_CANONICAL, text),
        to_markdown(article, lambda target: _marked(target, file)),
    )


def page_files(project: Project, site: Path) -> dict[str, str]:
    """Return the pages of a built site by name, each with its file, in the order of the menu.

    Raises:
        FileNotFoundError: the site lacks a page; it names it.
    """
    names = [path.relative_to(project.staged).as_posix() for path in below(project.staged, ".md")]
    order = {name: place for place, name in enumerate(project.nav)}
    names.sort(key=lambda name: (order.get(name, len(order)), name))
    return {name: file_of(name, site) for name in names}


def file_of(name: str, site: Path) -> str:
    """Return where a page stands in a built site: as a folder's index, or as a file.

    Args:
        name: the page's path below `docs`.
        site: the folder of the built site.
    """
    stem = name.removesuffix(".md")
    for file in (f"{stem}.html", f"{stem}/index.html"):
        if (site / file).is_file():
            return file
    raise FileNotFoundError(f"{site} holds no page for {name}: build it anew with `make site`")


def relative(name: str, folder: str) -> str:
    """Return the path from a folder of the site to a file of it.

    Args:
        name: the file's path below the site's folder.
        folder: that of the folder, or nothing for the site's own.
    """
    # As if the site were the whole disk: else Python asks each time where it was started.
    return posixpath.relpath(f"/{name}", f"/{folder}")


def _value(pattern: re.Pattern[str], text: str) -> str:
    """Return what an element in the head of a page says, or nothing where there is none."""
    found = pattern.search(text, 0, text.find("</head>"))
    return unescape(found[1]) if found else ""


def _marked(target: str, file: str) -> str:
    """Return an address as it is, or one within the site with marks around its path."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return target
    path = posixpath.join(posixpath.dirname(file), unquote(parts.path)) if parts.path else file
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"\x02{quote(posixpath.normpath(path))}\x03{fragment}\x04"


def _tell_twins_from_translations(site: Path) -> None:
    """Keep the theme's script from taking a twin for the same site in another language.

    It asks for a sitemap beside each `link[rel=alternate]`; only those with a language are meant.
    """
    for path in (site / "assets" / "javascripts").glob("bundle.*.js"):
        text = path.read_text(encoding="utf-8")
        write_if_changed(
            path, text.replace('"link[rel=alternate]"', '"link[rel=alternate][hreflang]"')
        )
