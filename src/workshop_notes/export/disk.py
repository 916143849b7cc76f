"""A page in the form that works from a disk: links lead to files, not to folders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import html

from workshop_notes.html.downloads import relative

# Where the theme's scripts start from: as a script says it, and as their settings do.
_BASE = re.compile(r'(new URL\(|"base": ?)"[./]+"')

_FOR_OTHERS = (
    "//link[@rel='canonical' or @type='application/atom+xml'] | //head/meta[@property]"
    " | //script[@type='application/ld+json']"
    " | //li[contains(a/@href, 'feed.xml')] | //li[@class='keep']"
)
"""What a page tells other sites, and what needs a network."""


def file_of(name: str) -> str:
    """Return the file of a page from its path below `docs`: `day-1/x.html`."""
    return f"{name.removesuffix('.md')}.html"


def from_disk(
    text: str,
    name: str,
    url: str,
    names: Mapping[str, str],
    whole: set[str],
    sizes: Mapping[str, str],
) -> str:
    """Return a page whose links lead to files.

    Args:
        text: the page as it is served.
        name: its path below `docs`.
        url: its address below that of the site.
        names: the pages of the site by their addresses.
        whole: files of the site that do not travel along; what offers them is left out.
        sizes: files that have another size there, in words.
    """
    root = html.document_fromstring(text.encode(), html.HTMLParser(encoding="utf-8"))
    folder = name.rpartition("/")[0]

    def moved(target: str) -> str:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or not parts.path:
            return target
        path = unquote(urljoin(f"/{url}", parts.path))[1:]
        page = names.get(path) or names.get(f"{path}/")
        rest = target[len(parts.path) :]
        return quote(relative(file_of(page) if page else path, folder)) + rest

    for offer in root.xpath("//nav[@class='take']//li"):
        link = offer.find("a")
        file = unquote(urljoin(f"/{url}", link.get("href")))[1:]
        if file in whole:
            offer.drop_tree()
        elif file in sizes:
            link.tail = f", {sizes[file]}"
    for elsewhere in root.xpath(_FOR_OTHERS):
        elsewhere.drop_tree()
    root.rewrite_links(moved, resolve_base_href=False)
    base = relative("", folder)
    for script in root.iter("script"):
        if script.text:
            script.text = _BASE.sub(lambda match: f'{match[1]}"{base}"', script.text)
    return html.tostring(root, encoding="unicode", doctype="<!doctype html>")
