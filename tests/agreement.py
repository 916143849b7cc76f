"""What a page says, read from any of the forms in which it is published.

Nothing of `workshop_notes.export` is used here: a reader that shared its writer's mistakes would
agree with them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html
from lxml.html import HtmlElement
from markdown_it import MarkdownIt

BLOCKS = ("p", "li", "td", "th", "figcaption", "dt", "dd")
NESTED = (*BLOCKS, "blockquote", "div", "dl", "ol", "pre", "table", "ul")


@dataclass
class Content:
    """What a page says, in its order.

    Attributes:
        headings: (level, words) of each heading.
        paragraphs: the words of each paragraph, entry of a list and cell of a table.
        code: each block of code, as it stands.
        titles: what stands above the blocks of code.
        links: (words, address) of each link; addresses within the site start at its top.
        images: (alternative text, address) of each picture.
    """

    headings: list[tuple[int, str]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)


def places(file: Path, site: Path, address: str = "") -> Callable[[str], str]:
    """Return what turns an address in a file of the site into one that all forms have in common.

    Args:
        file: the file in which the addresses stand.
        site: the folder of the site, of whichever form.
        address: where the site is published.
    """
    folder = file.parent.relative_to(site).as_posix()

    def resolve(target: str) -> str:
        if address and target.startswith(address):
            target = "/" + target.removeprefix(address)
        parts = urlsplit(target)
        if parts.scheme or target.startswith("#"):
            return target
        path = posixpath.normpath(posixpath.join("/", folder, unquote(parts.path))).strip("/")
        path = re.sub(r"(^|/)index\.(?:x?html|md)$", "", path)
        path = re.sub(r"\.(?:x?html|md)$", "", path)
        return path + (f"#{parts.fragment}" if parts.fragment else "")

    return resolve


def of_page(file: Path, site: Path, address: str = "") -> Content:
    """Read a built page."""
    tree = html.parse(str(file), html.HTMLParser(encoding="utf-8"))
    return from_html(tree.find(".//article"), places(file, site, address))


def of_twin(name: str, site: Path, address: str = "") -> Content:
    """Read the Markdown twin of a page, without the description below its title."""
    file = site / name
    found = from_markdown(file.read_text(encoding="utf-8"), places(file, site, address))
    found.paragraphs.pop(0)
    return found


def of_whole(name: str, site: Path, address: str = "") -> Content:
    """Read the part of `llms-full.txt` that holds a page."""
    file, place = site / "llms-full.txt", name.removesuffix(".md")
    parts = whole_parts(file.read_text(encoding="utf-8"))
    text = parts[f"{address}{place}/" if address else name]
    found = from_markdown(text, places(file, site, address))
    found.paragraphs.pop(0)
    # There a link to a heading of the same page names the page.
    found.links = [
        (words, target.removeprefix(place) if target.startswith(f"{place}#") else target)
        for words, target in found.links
    ]
    return found


def whole_parts(text: str) -> dict[str, str]:
    """Take `llms-full.txt` apart: the address of each page, and its text."""
    first, *parts = re.split(r"(?:^|\n---\n\n)<!-- (\S+) -->\n\n", text)
    assert first == ""
    return dict(zip(parts[::2], parts[1::2], strict=True))


def from_html(article: HtmlElement, address: Callable[[str], str]) -> Content:
    """Read an article of a built page, or what a Markdown twin renders as.

    Args:
        article: the element; it is not changed.
        address: turns an address as it stands into the one to compare.
    """
    article = without_controls(article)
    found = Content()
    for element in article.iter():
        if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            found.headings.append((int(element.tag[1]), words(element.text_content())))
        elif element.tag == "pre":
            found.code.append(element.text_content().rstrip("\n"))
        elif element.tag == "span" and element.get("class") == "filename":
            found.titles.append(words(element.text_content()))
        elif element.tag == "a" and element.get("href"):
            found.links.append((words(element.text_content()), address(element.get("href"))))
        elif element.tag == "img":
            target = element.get("src").removesuffix("#only-light")
            found.images.append((words(element.get("alt")), address(target)))
        elif element.tag in BLOCKS and (text := own_words(element)):
            found.paragraphs.append(text)
    return found


def from_markdown(text: str, address: Callable[[str], str]) -> Content:
    """Read a Markdown twin: through the rules of CommonMark, not through those of its writer."""
    reader = MarkdownIt("commonmark").enable("table").enable("strikethrough")
    found = from_html(html.fromstring(f"<div>{reader.render(text)}</div>"), address)
    for token in reader.parse(text):
        if title := re.search(r'title="([^"]*)"', token.info if token.type == "fence" else ""):
            found.titles.append(words(title[1]))
    return found


def without_controls(article: HtmlElement) -> HtmlElement:
    """Return a copy without what has a meaning only there: marks of headings, forms, buttons."""
    article = html.fromstring(html.tostring(article, encoding="unicode"))
    for element in article.xpath(
        "//a[@class='headerlink'] | //form | //a[contains(@class, 'md-content__button')]"
        " | //img[contains(@src, '#only-dark')]"
    ):
        element.drop_tree()
    return article


def own_words(block: HtmlElement) -> str:
    """The words of a block, without those of the blocks and the code in it."""

    def read(element: HtmlElement) -> str:
        if element.tag == "br" or (element is not block and element.tag in NESTED):
            return " "
        return (element.text or "") + "".join(read(child) + (child.tail or "") for child in element)

    return words(read(block))


def words(text: str) -> str:
    """Words with single spaces, and without the points between the facts below a heading."""
    return " ".join(text.replace(" · ", " ").split())
