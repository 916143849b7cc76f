"""The forms of GitHub's pages.

A page of a file is asked for its existence and its headings; the words and the lines of the file
come from raw.githubusercontent.com, whose form does not change. Folders and front pages have no
raw form: their names and their README stand in JSON inside the page (`react-app.embeddedData`,
keys `payload`, `rawLines`, `richText`, `items`), whose outer form GitHub changes every few months,
so it is searched for these keys at any depth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from workshop_notes.links.markup import FetchedPage, fold, parse

PREFIX = "user-content-"
"""GitHub puts this before each id that a README or a Markdown file makes."""
_BLOB = re.compile(r"^/([^/]+/[^/]+)/blob/(.+)$")


@dataclass(frozen=True)
class Embedded:
    """What the JSON inside a page holds.

    Attributes:
        text: file names, lines and rendered text, folded.
        anchors: the ids in the rendered text.
        lines: the number of lines of the file, 0 when they are not there.
    """

    text: str = ""
    anchors: frozenset[str] = frozenset()
    lines: int = 0


def is_github(url: str) -> bool:
    """Tell whether an address is one of github.com's pages."""
    return urlsplit(url).hostname in ("github.com", "www.github.com")


def raw_address(url: str) -> str:
    """Return where the bytes of a file are, for the page that shows it; else nothing.

    Args:
        url: such as https://github.com/OWNER/REPOSITORY/blob/COMMIT/PATH.
    """
    parts = urlsplit(url)
    found = _BLOB.match(parts.path)
    if parts.scheme != "https" or not is_github(url) or not found:
        return ""
    return f"https://raw.githubusercontent.com/{found[1]}/{found[2]}"


def embedded(page: FetchedPage) -> Embedded:
    """Read the JSON inside a page; what is not understood is passed over."""
    texts: list[str] = []
    anchors: set[str] = set()
    lines = 0
    for document in page.embedded:
        try:
            tree = json.loads(document)
        except (ValueError, RecursionError):
            continue
        for key, value in _values(tree):
            if key == "rawLines" and isinstance(value, list):
                lines = max(lines, len(value))
                texts += [line for line in value if isinstance(line, str)]
            elif key == "richText" and isinstance(value, str):
                rendered = parse(value)
                texts.append(rendered.text)
                anchors |= rendered.anchors
            elif key == "items" and isinstance(value, list):
                texts += [str(item["name"]) for item in value
                          if isinstance(item, dict) and "name" in item]  # fmt: skip
    return Embedded(fold(" ".join(texts)), frozenset(anchors), lines)


def file_text(url: str, text: str) -> str:
    """Return the words of a file: its text, and for a notebook also what its cells hold.

    The JSON of a notebook breaks its lines and escapes its quotes (nbformat 4, `source`).
    """
    if not unquote(urlsplit(url).path).endswith(".ipynb"):
        return fold(text)
    cells: list[str] = []
    try:
        tree = json.loads(text)
        for key, value in _values(tree):
            if key == "source":
                cells.append(value if isinstance(value, str) else "".join(map(str, value)))
    except (ValueError, TypeError, RecursionError):
        pass
    return fold("\n".join([text, *cells]))


def _values(tree: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key of every mapping in a JSON document, with its value."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield from node.items()
            waiting += reversed(node.values())
        elif isinstance(node, list):
            waiting += reversed(node)
