"""The site as plain text for programs: a Markdown twin of each page, llms.txt and llms-full.txt.

The form of llms.txt is the proposal of https://llmstxt.org (a title, a summary as a quotation,
then lists of links under second-level headings; what may be skipped stands under "Optional").
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urljoin, urlsplit

from workshop_notes.export.markdown import escaped, text_of, to_markdown
from workshop_notes.html.article import Article
from workshop_notes.html.downloads import relative

OPENING = (
    "Each answer says whether it still holds, when it was reviewed, and which sources it rests on. "
    "A line above code says how far it was run: *Executed*, *Executed on a stand-in* (a local one, "
    "which is named) or *Checked* (accepted by a published API model, not run)."
)

WHOLE = "llms-full.txt"
"""The file that holds every page."""
INDEX = "llms.txt"
"""The file that lists every page."""

_MARK = re.compile("\x02([^\x03]*)\x03([^\x04]*)\x04")
"""A path and a fragment within the site; no page can hold these characters."""


@dataclass(frozen=True)
class _Page:
    """What the lists need of a page.

    Attributes:
        name: its path below `docs`, which is that of its twin.
        title: the text of its first heading.
        description: the page in one sentence.
        address: its address below that of the site.
        marked: its text, with marks around the addresses within the site.
    """

    name: str
    title: str
    description: str
    address: str
    marked: str

    @property
    def folder(self) -> str:
        """The folder of the page: `day-1`, or nothing."""
        return posixpath.dirname(self.name)

    @property
    def is_index(self) -> bool:
        """Whether it is the first page of its folder."""
        return posixpath.basename(self.name) == "index.md"


@dataclass
class Texts:
    """The texts of a site, made page by page.

    Attributes:
        names: the pages by their address below that of the site.
        twins: the twins that were made, by name.
    """

    names: Mapping[str, str]
    twins: dict[str, str] = field(default_factory=dict)
    _pages: dict[str, _Page] = field(default_factory=dict)

    def add(self, article: Article, description: str) -> None:
        """Take in the next page.

        Args:
            article: its content.
            description: the page in one sentence.
        """
        heading = article.tree.find(".//h1")
        title = text_of(heading) if heading is not None else article.name
        # Written once for both: the addresses within the site are marked, and differ.
        marked = to_markdown(article.tree, lambda target: _marked(article, target))
        first, _, rest = marked.partition("\n\n")
        marked = f"{first}\n\n> {escaped(description)}\n\n{rest}"
        self.twins[article.name] = _MARK.sub(
            lambda mark: self._beside(article.name, unquote(mark[1]), mark[2]), marked
        )
        self._pages[article.name] = _Page(article.name, title, description, article.url, marked)

    def lists(self, order: list[str], home: str) -> dict[str, str]:
        """Return llms-full.txt and llms.txt by their names.

        Args:
            order: the names of the pages in the order of the menu.
            home: the address of the site with a slash at the end, or nothing where it is not known.
        """
        pages = [self._pages[name] for name in order]
        whole = "\n---\n\n".join(self._whole(page, home) for page in pages if not page.is_index)
        return {WHOLE: whole, INDEX: self._index(pages, home)}

    def _whole(self, page: _Page, home: str) -> str:
        """Return a page as it stands in llms-full.txt."""
        text = _MARK.sub(lambda mark: self._from_home(unquote(mark[1]), mark[2], home), page.marked)
        return f"<!-- {home + page.address if home else page.name} -->\n\n{text}"

    def _index(self, pages: list[_Page], home: str) -> str:
        """Return llms.txt: every page with its address and its answer in one sentence."""
        first = next(page for page in pages if page.name == "index.md")
        parts = [f"# {escaped(first.title)}", f"> {escaped(first.description)}", OPENING]
        by_folder: dict[str, list[_Page]] = {}
        for page in pages:
            if page is not first:
                by_folder.setdefault(page.folder, []).append(page)
        for folder, inside in by_folder.items():
            if folder:
                title = next((page.title for page in inside if page.is_index), folder)
                entries = [_entry(page, home) for page in inside if not page.is_index]
                parts.append(f"## {escaped(title)}\n\n" + "\n".join(entries))
        rest = [_entry(page, home) for page in by_folder.get("", [])]
        whole = urljoin(home, WHOLE)
        rest.append(f"- [Everything in one file]({whole}): all pages, one after the other.")
        parts.append("## Optional\n\n" + "\n".join(rest))
        return "\n\n".join(parts) + "\n"

    def _beside(self, own: str, path: str, fragment: str) -> str:
        """Return an address within the site for a twin: it leads to other twins."""
        name = self._name(path)
        if name == own and fragment:
            return fragment
        return quote(relative(name or path, posixpath.dirname(own))) + fragment

    def _from_home(self, path: str, fragment: str, home: str) -> str:
        """Return an address within the site for llms-full.txt, which is read anywhere."""
        name = self._name(path)
        if home and name:
            return home + path + fragment
        return urljoin(home, quote(name or path)) + fragment

    def _name(self, path: str) -> str | None:
        return self.names.get(path) or self.names.get(f"{path}/")


def _entry(page: _Page, home: str) -> str:
    address = urljoin(home, quote(page.name))
    return f"- [{escaped(page.title)}]({address}): {escaped(page.description)}"


def _marked(article: Article, target: str) -> str:
    """Return an address as it is, or one within the site with marks around path and fragment."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return target
    path = urljoin(f"/{article.url}", parts.path)[1:] if parts.path else article.url
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"\x02{quote(unquote(path))}\x03{fragment}\x04"
