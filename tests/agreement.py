"""What a page says, read from any of the forms in which it is published.

Nothing of `workshop_notes.offline` is used here: a reader that shared its writer's mistakes would
agree with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

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


def from_html(article: HtmlElement, address: Callable[[str], str]) -> Content:
    """Read an article of a built page, or what a Markdown twin renders as.

    Args:
        article: the element; it is not changed.
        address: turns an address as it stands into the one to compare.
    """
    article = html.fromstring(html.tostring(article, encoding="unicode"))
    # What has no meaning outside a browser: marks of headings, forms, the picture for the dark.
    for element in article.xpath(
        "//a[@class='headerlink'] | //form | //a[contains(@class, 'md-content__button')]"
        " | //img[contains(@src, '#only-dark')]"
    ):
        element.drop_tree()
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
