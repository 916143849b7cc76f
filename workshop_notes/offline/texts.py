"""The site as plain text for programs: a Markdown twin of each page, llms.txt and llms-full.txt.

The form of llms.txt is the proposal of https://llmstxt.org (a title, a summary as a quotation,
then lists of links under second-level headings; what may be skipped stands under "Optional").
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import html
from lxml.html import HtmlElement

from workshop_notes.files import write_if_changed
from workshop_notes.offline.markdown import escaped, text_of, to_markdown
from workshop_notes.project import Project

OPENING = (
    "Each answer says whether it changed since the workshop, when it was reviewed, and which "
    "sources it rests on. A line above code says how far it was run: *Executed*, *Executed on a "
    "stand-in* (a local one, which is named) or *Checked* (accepted by AWS's published API model, "
    "not run)."
)


@dataclass(frozen=True)
class BuiltPage:
    """A page of a built site.

    Attributes:
        name: its path below the pages, such as `day-1/schedule-jobs.md`; its twin stands there.
        file: its path in the built site.
        tree: the whole page.
        article: what the page is about, without header, menu and footer.
    """

    name: str
    file: str
    tree: HtmlElement
    article: HtmlElement

    @property
    def title(self) -> str:
        """The text of the first heading."""
        heading = self.article.find(".//h1")
        return text_of(heading) if heading is not None else self.name

    @property
    def description(self) -> str:
        """The page in one sentence."""
        return _content(self.tree, ".//meta[@name='description']", "content")

    @property
    def address(self) -> str:
        """The permanent address, or nothing where the host has not told the site's own."""
        return _content(self.tree, ".//link[@rel='canonical']", "href")

    @property
    def folder(self) -> str:
        """The folder of the page: `day-1`, or nothing."""
        return posixpath.dirname(self.name)

    @property
    def is_index(self) -> bool:
        """Whether it is the first page of its folder."""
        return posixpath.basename(self.name) == "index.md"


def write_texts(project: Project, site: Path) -> list[Path]:
    """Write the twins, llms.txt and llms-full.txt into a built site.

    Args:
        project: the project, whose staged pages say which pages there are.
        site: the folder of the built site, with addresses of either form.

    Returns:
        The files, whether they changed or not.
    """
    pages = read_site(project, site)
    texts = {page.name: twin(page, pages) for page in pages}
    texts["llms.txt"] = index(pages)
    texts["llms-full.txt"] = "\n---\n\n".join(
        f"<!-- {page.address or page.name} -->\n\n{twin(page, pages, whole=True)}"
        for page in pages
        if not page.is_index
    )
    for name, text in texts.items():
        write_if_changed(site / name, text)
    _tell_twins_from_translations(site)
    return [site / name for name in texts]


def read_site(project: Project, site: Path) -> list[BuiltPage]:
    """Read the pages of a built site, in the order of the menu, those outside it last.

    Raises:
        FileNotFoundError: the site lacks a page; it names it.
        ValueError: a page is not of the form that the theme writes.
    """
    pages = []
    for name, file in page_files(project, site).items():
        tree = html.fromstring((site / file).read_bytes())
        article = tree.find(".//article")
        if article is None:
            raise ValueError(f"{site / file}: no <article>; the theme has changed")
        pages.append(BuiltPage(name, file, tree, article))
    return pages


def page_files(project: Project, site: Path) -> dict[str, str]:
    """Return the pages of a built site by name, each with its file, in the order of the menu.

    Raises:
        FileNotFoundError: the site lacks a page; it names it.
    """
    names = [path.relative_to(project.staged).as_posix() for path in project.staged.rglob("*.md")]
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


def twin(page: BuiltPage, pages: list[BuiltPage], *, whole: bool = False) -> str:
    """Return a page as Markdown, its description below its title.

    Args:
        page: the page.
        pages: all pages; links to them lead to their twins.
        whole: whether the text stands in llms-full.txt: links then start from the top of the
            site, or carry its address where it is known.
    """
    by_file = {other.file: other for other in pages}
    home = _home(pages)

    def link(target: str) -> str:
        path, fragment = _path(target, page.file)
        if path is None:
            return target
        other = by_file.get(path) or by_file.get(posixpath.join(path, "index.html"))
        if other is page and fragment and not whole:
            return fragment
        name = other.name if other else path
        if not whole:
            return posixpath.relpath(name, page.folder or ".") + fragment
        return (other.address if other and home else urljoin(home, name)) + fragment

    text = to_markdown(page.article, link)
    title, _, rest = text.partition("\n\n")
    return f"{title}\n\n> {escaped(page.description)}\n\n{rest}"


def index(pages: list[BuiltPage]) -> str:
    """Return llms.txt: every page with its address and its answer in one sentence."""
    home = _home(pages)
    first, *others = pages
    parts = [f"# {escaped(first.title)}", f"> {escaped(first.description)}", OPENING]
    folders = dict.fromkeys(page.folder for page in others if page.folder)
    for folder in folders:
        inside = [page for page in others if page.folder == folder]
        title = next((page.title for page in inside if page.is_index), folder)
        entries = [_entry(page, home) for page in inside if not page.is_index]
        parts.append(f"## {escaped(title)}\n\n" + "\n".join(entries))
    rest = [_entry(page, home) for page in others if not page.folder]
    whole = urljoin(home, "llms-full.txt")
    rest.append(f"- [Everything in one file]({whole}): all of these pages, one after the other.")
    parts.append("## Optional\n\n" + "\n".join(rest))
    return "\n\n".join(parts) + "\n"


def _entry(page: BuiltPage, home: str) -> str:
    address = urljoin(home, quote(page.name))
    return f"- [{escaped(page.title)}]({address}): {escaped(page.description)}"


def _home(pages: list[BuiltPage]) -> str:
    return pages[0].address.removesuffix("index.html")


def _content(tree: HtmlElement, path: str, attribute: str) -> str:
    element = tree.find(path)
    return element.get(attribute, "") if element is not None else ""


def _path(target: str, file: str) -> tuple[str | None, str]:
    """Return (path in the site, fragment with its sign) of a link; no path if it leads outside."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None, ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    path = posixpath.join(posixpath.dirname(file), unquote(parts.path)) if parts.path else file
    return posixpath.normpath(path).removeprefix("./"), fragment


def _tell_twins_from_translations(site: Path) -> None:
    """Keep the theme's script from taking a twin for the same site in another language.

    It asks for a sitemap beside each `link[rel=alternate]`; only those with a language are meant.
    """
    for path in (site / "assets" / "javascripts").glob("bundle.*.js"):
        text = path.read_text(encoding="utf-8")
        write_if_changed(
            path, text.replace('"link[rel=alternate]"', '"link[rel=alternate][hreflang]"')
        )
