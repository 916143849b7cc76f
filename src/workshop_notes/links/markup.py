"""Understand a body: its type, its characters, and what an HTML page shows and names.

lxml reads the HTML: it takes whatever people publish and is fast enough for 8 MB; own code would
have to repeat the repairs of browsers.
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

# Atomic groups: otherwise a row of comments is divided in every possible way.
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?>(?:<!--.*?-->\s*)*)<(?:!doctype html|html|head|body)\b", re.I | re.S
)
_HIDDEN = re.compile(rb"<!--.*?-->|<(noscript|script|template)\b.*?</\1\s*>", re.I | re.S)
_META = re.compile(rb"<meta\b[^>]*>", re.I)
_REFRESH = re.compile(rb"http-equiv\s*=\s*[\"']?\s*refresh", re.I)
_CONTENT = re.compile(rb"content\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.I)
_TARGET = re.compile(r"^\s*(\d+)(?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?\s*([^\"'\s]+)", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_PASSAGE = 200  # characters before and after
_LONGEST_REFRESH = 10  # seconds; a page that reloads later is read where it is
_NOT_FOR_PAGES = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7"}
# Struck words are withdrawn; those of a menu are of every page of a site.
_UNSEEN = frozenset({"script", "style", "nav", "s", "strike", "del"})
_WHOLE = frozenset({"html", "body", "main"})  # hidden until a script has run
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_INLINE_TAGS = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp "
    "small span strike strong sub sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_TAGS.split())
# No reader sees them, and pages use them to allow or forbid a line break.
_WEIGHTLESS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_ONE_SIGN = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011", "''" + '""' + "--")


class Kind(StrEnum):
    """What a body is, as far as words and anchors depend on it."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    OTHER = "other"


@dataclass(frozen=True)
class FetchedPage:
    """What an HTML page shows.

    Attributes:
        title: the text of `<title>`, folded.
        heading: the text of the first `<h1>`, folded.
        text: the visible text, folded; without menus and struck words.
        anchors: what a fragment can name: every `id`, and the `name` of links (AWS writes those).
        embedded: the JSON documents in the page, as text.
        scripts: the other scripts in the page, as one text.
    """

    title: str
    heading: str
    text: str
    anchors: frozenset[str]
    embedded: tuple[str, ...]
    scripts: str = ""


def looks_like_html(body: bytes | bytearray) -> bool:
    """Tell whether a body begins as an HTML page (after the WHATWG standard "MIME Sniffing")."""
    return bool(_HTML.match(body[:2048]))


def kind_of(content_type: str, body: bytes) -> Kind:
    """Say what a body is: by its first bytes where these are sure, else by its `Content-Type`.

    A text that calls itself `text/plain` stays text, as in a browser, even if it is HTML.
    """
    declared = content_type.partition(";")[0].strip().lower()
    if body.lstrip()[:5] == b"%PDF-":  # ISO 32000-2, section 7.5.2
        return Kind.PDF
    if declared in ("text/html", "application/xhtml+xml"):
        return Kind.HTML
    if declared == "text/plain":
        return Kind.TEXT
    if looks_like_html(body):
        return Kind.HTML
    if declared.startswith("text/") or declared.endswith(("json", "xml", "javascript", "yaml")):
        return Kind.TEXT
    is_nameless = declared in ("", "application/octet-stream", "binary/octet-stream")
    return Kind.TEXT if is_nameless and b"\0" not in body[:2048] else Kind.OTHER


def decode(content_type: str, body: bytes) -> str:
    """Turn a body into text; wrong names and invalid bytes never stop it.

    In this order: the byte order mark; UTF-8 if the body is valid UTF-8, since no other charset is
    so by accident; what the server says; what the page says; windows-1252, as browsers do.
    """
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    declared = [found[1] for found in [_CHARSET.search(content_type)] if found]
    declared += _CHARSET.findall(body[:4096].decode("latin-1"))[:1]
    # In seven bits, or with zeros between: valid UTF-8 too, with another meaning.
    hidden = [name for name in declared if name.lower().startswith(("iso-2022", "utf-16", "hz"))]
    if not hidden or (b"\0" not in body and b"\x1b" not in body):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for name in [*declared, "windows-1252"]:
        lowered = name.lower().replace("-", "_")
        if lowered in _NOT_FOR_PAGES:
            continue
        if lowered in ("iso_8859_1", "latin1", "ascii", "us_ascii"):
            name = "windows-1252"  # WHATWG standard "Encoding"
        try:
            return body.decode(name, "replace")
        except (LookupError, UnicodeError, ValueError):
            continue
    raise AssertionError("windows-1252 with replacement takes every byte")


def line_count(text: str) -> int:
    """Count lines as GitHub does: a form feed or a Unicode separator ends none."""
    ends = len(re.findall(r"\r\n|\r|\n", text))
    return ends + (not text.endswith(("\n", "\r")) and bool(text))


def fold(text: str) -> str:
    """Fold white space to single spaces, quotes and hyphens to one form; drop what has no width."""
    return " ".join(text.translate(_WEIGHTLESS).translate(_ONE_SIGN).split())


def refresh_target(body: bytes) -> str:
    """Return where `<meta http-equiv="refresh">` of an HTML page sends a reader within 10 s.

    Sites on static hosts (mkdocs-redirects, sphinx-reredirects) can redirect in no other way.
    """
    for tag in _META.findall(_HIDDEN.sub(b"", body[:32768])):
        content = _CONTENT.search(tag)
        if content and _REFRESH.search(tag):
            text = html.unescape(content[1].strip(b"\"'").decode("utf-8", "replace"))
            if target := refresh_address(text):
                return target
    return ""


def refresh_address(text: str) -> str:
    """Return where a `Refresh` header, or what stands for one, sends a reader within 10 s."""
    found = _TARGET.match(text)
    if not found or int(found[1][:9]) > _LONGEST_REFRESH:
        return ""
    return "" if found[2].lower().startswith(("javascript:", "data:")) else found[2]


def parse(text: str) -> FetchedPage:
    """Read an HTML page."""
    # As bytes: lxml refuses text with an XML declaration that names a charset.
    data = text.replace("\0", "").encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    root = etree.fromstring(data, parser) if data.strip() else None
    if root is None:
        return FetchedPage("", "", "", frozenset(), ())
    for template in root.findall(".//template"):  # nothing of it is shown, or can be gone to
        template.clear(keep_tail=True)
    anchors = set(root.xpath("//@id | //a/@name | //map/@name"))
    scripts = root.xpath("//script[@type='application/json']/text()")
    title = root.find(".//head/title")
    if title is None:
        title = root.find(".//title")
    heading = root.find(".//h1")
    return FetchedPage(
        title=fold(_visible(title)),
        heading=fold(_visible(heading)),
        text=fold(_visible(root)),
        anchors=frozenset(map(str, anchors)),
        embedded=tuple(map(str, scripts)),
        scripts="\n".join(root.xpath("//script/text()")),
    )


def _visible(element: etree._Element | None) -> str:
    """Join the text of an element; blocks are set apart, parts of a word are not."""
    if element is None:
        return ""
    parts: list[str] = []
    unseen = 0
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            parts.append("" if unseen else node.tail or "")
            continue
        # A custom element, which has a hyphen in its name, is inline until a style says otherwise.
        is_block = node.tag not in _INLINE and "-" not in str(node.tag)
        if event == "start":
            unseen += _is_unseen(node)
            parts.append(" " if is_block else "")
            parts.append("" if unseen else node.text or "")
        else:
            unseen -= _is_unseen(node)
            parts.append(" " if is_block else "")
            if node is not element:
                parts.append("" if unseen else node.tail or "")
    return "".join(parts)


def _is_unseen(node: etree._Element) -> bool:
    """Whether a reader of the page does not see an element, or not as a part of its text."""
    if node.tag in _UNSEEN or node.get("role") in ("navigation", "menu", "menubar"):
        return True
    is_closed = node.tag == "dialog" and "open" not in node.attrib
    # "until-found": the HTML Standard shows it to who looks for its words or follows a fragment.
    is_hidden = node.get("hidden", "until-found") != "until-found"
    hides = bool(_HIDING.search(node.get("style", "")))
    return (is_closed or is_hidden or hides) and node.tag not in _WHOLE


def pdf_pages(body: bytes) -> int:
    """Count the pages of a PDF.

    Returns:
        Their number; 0 when the file cannot be read, or is not whole.
    """
    from pypdf import PdfReader  # only few runs meet a PDF, and it takes long to load

    try:
        return len(PdfReader(io.BytesIO(body)).pages)
    except Exception:  # whatever somebody's file does to a library says nothing about its pages
        return 0


def passage(text: str, words: str) -> str:
    """Return the sentence of a folded text in which words stand, or nothing.

    Args:
        text: the text.
        words: the words, folded.
    """
    at = text.find(words)
    if at < 0:
        return ""
    end = at + len(words)
    before, after = text[max(0, at - _PASSAGE) : at], text[end : end + _PASSAGE]
    return before[before.rfind(". ") + 1 :].lstrip() + words + after.partition(". ")[0].rstrip()
