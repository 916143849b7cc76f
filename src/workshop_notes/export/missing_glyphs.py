"""Find the characters that no font of the PDF has, so that a message can name them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.export import reader
from workshop_notes.export.reader import Document

REMEDY = "say it in words, or show it as a picture"
MOST_NAMED = 12
"""Characters that one message spells out."""


@dataclass
class Search:
    """Looks through pages and drawings.

    Attributes:
        project: the project.
        site: the folder of its built site.
        has: tells whether the fonts have a character.
    """

    project: Project
    site: Path
    has: Callable[[str], bool]
    _known: dict[str, bool] = field(default_factory=dict)

    def problems(self, documents: list[Document], first: str) -> list[Problem]:
        """Name the characters that no font has, in one message for each page or text of a drawing.

        Args:
            documents: the pages.
            first: what the engine could not show; it may be more than one character.
        """
        found = []
        for document in documents:
            text = document.tree.text_content()
            lacking = list(self._lacking(text)) or ([first] if first in text else [])
            if lacking:
                at, what = lacking[0], _what(lacking)
                found.append(reader.problem(self.project, document.place, at, what, REMEDY))
            for place in {image.get("src") for image in document.tree.iter("img")}:
                if place.endswith(".svg"):
                    found += self._in_drawing(place)
        return found

    def _lacking(self, text: str) -> Iterator[str]:
        for character in sorted(set(text)):
            if character.isascii():
                continue
            if character not in self._known:
                self._known[character] = self.has(character)
            if not self._known[character]:
                yield character

    def _in_drawing(self, place: str) -> Iterator[Problem]:
        path = self.project.relative(self.project.docs / place)
        for element in etree.parse(self.site / place).iter("{*}text"):
            if lacking := list(self._lacking("".join(element.itertext()))):
                yield Problem(path, element.sourceline, _what(lacking), "draw it as a path")


def _what(parts: list[str]) -> str:
    named = [
        f"'{text}' ({' '.join(f'U+{ord(character):04X}' for character in text)})"
        for text in parts[:MOST_NAMED]
    ]
    more = f" and {len(parts) - MOST_NAMED:,} others" if len(parts) > MOST_NAMED else ""
    return f"no font of the PDF has {', '.join(named)}{more}"
