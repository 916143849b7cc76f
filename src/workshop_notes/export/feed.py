"""What changed as an Atom feed (RFC 4287), made from the pages' front matter."""

from __future__ import annotations

from workshop_notes.content.pages import Page
from workshop_notes.export.templates import filled

NAME = "feed.xml"
MOST = 50
"""Entries in the feed, the newest; the page of changes has all."""


def feed(pages: list[Page], addresses: dict[str, str], name: str, home: str) -> bytes:
    """Return the feed, or nothing while no answer has changed, since a feed has to have a date.

    Args:
        pages: all pages, in the order of the menu.
        addresses: where each page is published, by its path below `docs`.
        name: the name of the site, who is taken for the author as well.
        home: the address of the site, with a slash at its end.
    """
    entries = [(day, why, page) for page in pages for day, why in page.changes]
    if not entries:
        return b""
    entries.sort(key=lambda entry: entry[0], reverse=True)
    values = {"file": NAME, "name": name, "home": home, "addresses": addresses}
    return filled("feed.xml", pretty=True, entries=entries[:MOST], **values)
