"""What the theme's pages lack for readers who see, point or move otherwise.

The theme's templates stay as they are; these are small, exact additions to the pages it wrote.
"""

from __future__ import annotations

import html
import re

_TABLE = re.compile(r"<table>(?P<inside>.*?)</table>", re.S)
_HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S)
_TAG = re.compile(r"<[^>]+>")


def mended(text: str) -> str:
    """Return a built page with names for its tables, and a way through them by keyboard.

    Args:
        text: the page as the engine wrote it, or as this function did.
    """
    return _TABLE.sub(_scrolling, text)


def _scrolling(match: re.Match[str]) -> str:
    """Return a table in a frame that scrolls sideways, by keyboard too, and has a name.

    The theme wraps tables by a script, in a frame that takes no focus; it leaves a table with a
    class alone.
    """
    heads = [" ".join(_TAG.sub("", head).split()) for head in _HEAD.findall(match["inside"])]
    name = html.escape(html.unescape("Table: " + ", ".join(filter(None, heads))))
    return (
        f'<div class="table" role="group" aria-label="{name}" tabindex="0">'
        f'<table class="table__cells">{match["inside"]}</table></div>'
    )
