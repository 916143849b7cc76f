"""Spare MkDocs the search for pages behind links that lead elsewhere: four in five do."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

_ELSEWHERE = re.compile(r"https?://[\w./~%-]+(?:[#?][\w./~%=-]*)?")
_HERE = re.compile(r"#([\w-]+)")


def spare() -> None:
    """Change the library in this process."""
    if pages := sys.modules.get("mkdocs.structure.pages"):  # unless another engine is at work
        paths = pages._RelativePathTreeprocessor
        paths.path_to_url = _path_to_url(paths.path_to_url)


def _path_to_url(look_up: Callable) -> Callable:
    """Return a translator of addresses that knows plain ones at a glance."""

    def path_to_url(self, url: str) -> str:
        if _ELSEWHERE.fullmatch(url):
            return url
        if here := _HERE.fullmatch(url):
            self.links_to_anchors.setdefault(self.file, {}).setdefault(here[1], url)
            return url
        return look_up(self, url)

    return path_to_url
