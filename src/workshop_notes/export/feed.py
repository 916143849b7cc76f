"""What changed as an Atom feed (RFC 4287), made from the pages' front matter."""

from __future__ import annotations

from lxml import etree

from workshop_notes.content.pages import Page

NAME = "feed.xml"
_ATOM = "http://www.w3.org/2005/Atom"
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
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(root, "title", name)
    _add(root, "id", home)
    _add(root, "link", rel="self", href=home + NAME)
    _add(root, "link", rel="alternate", href=home)
    _add(root, "updated", _time(entries[0][0]))
    _add(_add(root, "author"), "name", name)
    for day, why, page in entries[:MOST]:
        entry = _add(root, "entry")
        address = addresses[page.name]
        _add(entry, "title", page.title)
        _add(entry, "id", f"{address}#changed-{day}")
        _add(entry, "link", rel="alternate", href=address)
        _add(entry, "updated", _time(day))
        _add(entry, "summary", why)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _add(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
    child.text = text or None
    return child


def _time(day: str) -> str:
    """A day is all that is known: its first second, in UTC."""
    return f"{day}T00:00:00Z"
