"""What a page tells other sites: Open Graph, JSON-LD, a sitemap's dates, a link to report it.

Open Graph: https://ogp.me; the types and properties of JSON-LD: https://schema.org.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from workshop_notes.content.pages import Page

CARDS = "cards/"
"""The folder of the cards, which other sites show and ours never does."""
SITE_CARD = f"{CARDS}site.png"
"""The card of every page that answers no question."""
CARD = (1200, 630)
"""Width and height of a card in pixels, which the larger sites show uncut."""


@dataclass(frozen=True)
class Shared:
    """A page as other sites are told of it.

    Attributes:
        page: the page as written.
        site: the name of the site.
        home: the address of the site, with a slash at its end.
        url: the address of the page.
        card: the address of its card, or nothing where none was drawn.
        above: (title, address) of the home page and of the parts that the page is in.
    """

    page: Page
    site: str
    home: str
    url: str
    card: str
    above: Sequence[tuple[str, str]]

    def properties(self) -> list[tuple[str, str]]:
        """Return the properties of Open Graph: (name, content)."""
        title, width, height = self.page.title, *map(str, CARD)
        kind = "article" if self.page.is_question else "website"
        found = [("og:type", kind), ("og:site_name", self.site), ("og:title", title)]
        found += [("og:description", self._description), ("og:url", self.url)]
        if self.page.modified:
            found.append(("article:modified_time", self.page.modified))
        if self.card:
            found += [("og:image", self.card), ("og:image:width", width)]
            found += [("og:image:height", height), ("og:image:alt", title)]
            found.append(("twitter:card", "summary_large_image"))
        return found

    def structured(self) -> dict[str, Any]:
        """Return what the page is, as JSON-LD: the site, a question with its answer, or a page."""
        about: dict[str, Any] = {"name": self.page.title, "description": self._description}
        about = {"@context": "https://schema.org", "@type": "WebPage", "url": self.url} | about
        if not self.above:
            return about | {"@type": "WebSite"}
        crumbs = [*self.above, (self.page.title, self.url)]
        about["breadcrumb"] = {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": number, "name": name, "item": url}
                for number, (name, url) in enumerate(crumbs, 1)
            ],
        }
        if self.page.modified:
            about["dateModified"] = self.page.modified
        if self.page.is_question:
            answer = {"@type": "Answer", "text": self._description, "url": self.url}
            about["mainEntity"] = {
                "@type": "Question",
                "name": self.page.title,
                "answerCount": 1,
                "acceptedAnswer": answer,
            }
        return about

    @property
    def _description(self) -> str:
        return self.page.matter.values["description"]


def card_of(page: Page) -> str:
    """Return the file of a page's card below the folder of the site."""
    return f"{CARDS}{page.name.removesuffix('.md')}.png" if page.is_question else SITE_CARD


def report_link(repository: str, page: Page, url: str) -> str:
    """Return the address of a form for an issue on a page, filled in as far as we know it.

    Args:
        repository: the address of the repository; GitLab's form has other names than the rest's.
        page: the page.
        url: its address, or nothing where that is not known.
    """
    title = f"Wrong or out of date: {page.title}"
    reviewed = page.matter.values.get("reviewed", "")
    lines = [f"Page: {url or page.name}", f"File: docs/{page.name}"]
    lines += [f"Reviewed: {reviewed}"] * bool(reviewed)
    lines += ["", "What it says:", "", "What holds, and where that stands:", ""]
    names, path = ("title", "body"), "issues/new"
    if "gitlab" in repository:
        names, path = ("issue[title]", "issue[description]"), "-/issues/new"
    values = (title, "\n".join(lines))
    query = "&".join(f"{n}={quote(v, safe='')}" for n, v in zip(names, values, strict=True))
    return f"{repository.rstrip('/')}/{path}?{query}"


def day_of(page: Page, pages: list[Page]) -> str:
    """Return the day on which what a page shows last changed, or nothing where none is told.

    A page that lists others is as new as the newest of those.

    Args:
        page: the page.
        pages: all pages.
    """
    if page.modified:
        return page.modified
    inside = [each for each in pages if not page.group or each.group == page.group]
    return max((each.modified for each in inside), default="")


def robots(home: str) -> str:
    """Return `robots.txt`: everything may be read, and where the list of pages is."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {home}sitemap.xml\n"
