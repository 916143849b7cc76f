"""What the engine made of a page's Markdown, as one tree that everything else is made from."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import html
from lxml.html import HtmlElement


@dataclass(frozen=True)
class Article:
    """The content of a page, without what the theme puts around it.

    Attributes:
        name: the page's path below `docs`, such as `day-1/schedule-jobs.md`.
        url: its address below that of the site, such as `day-1/schedule-jobs/`; empty for the home
            page.
        tree: the content, in an element `article`.
    """

    name: str
    url: str
    tree: HtmlElement

    @property
    def markup(self) -> str:
        """The content as HTML."""
        inside = [self.tree.text or ""]
        inside += [html.tostring(element, encoding="unicode") for element in self.tree]
        return "".join(inside)


def parse(name: str, url: str, markup: str) -> Article:
    """Parse the content of a page.

    Args:
        name: the page's path below `docs`.
        url: its address below that of the site, as the engine says it.
        markup: the HTML that the engine made.
    """
    tree = html.fragment_fromstring(markup, create_parent="article")
    return Article(name, "" if url in {".", "./"} else url, tree)
