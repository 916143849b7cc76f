"""Where things are in the project, and the pages in the order of the site's menu."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workshop_notes.content.yaml_text import load

ASKED_SINCE = "asked-since"
"""The folder of the questions that people asked after the workshop."""


@dataclass(frozen=True)
class Project:
    """A checkout, or a small tree of the same layout in a test.

    Attributes:
        root: the folder that holds `mkdocs.yml`.
    """

    root: Path

    @property
    def docs(self) -> Path:
        """The pages as people write them."""
        return self.root / "docs"

    @property
    def config(self) -> Path:
        """The configuration of the site."""
        return self.root / "mkdocs.yml"

    @property
    def ledger(self) -> Path:
        """The citation ledger."""
        return self.root / "sources.yml"

    @property
    def site(self) -> Path:
        """The built site."""
        return self.root / "site"

    @property
    def dist(self) -> Path:
        """What readers take away: the PDF and the zip."""
        return self.root / "dist"

    def relative(self, path: Path) -> Path:
        """Return `path` as seen from the root, or unchanged when it lies outside."""
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path

    @cached_property
    def nav(self) -> dict[str, int]:
        """Paths of the menu below `docs`, in its order, each with its line in `mkdocs.yml`."""
        document = load(self.config.read_text(encoding="utf-8"))
        places = {}
        for path, (line, _) in document.places.items():
            if path[0] == "nav":
                value = document.value
                for step in path:
                    value = value[step]
                if isinstance(value, str):
                    places[value] = line
        return places

    def pages(self) -> list[Path]:
        """Return every Markdown file below `docs`, in the menu's order, then the rest by name."""
        order = {self.docs / name: place for place, name in enumerate(self.nav)}
        found = self.docs.rglob("*.md")
        return sorted(found, key=lambda path: (order.get(path, len(order)), path))

    def is_question(self, path: Path) -> bool:
        """Tell whether `path` is the page of a question: below a day or `asked-since`, no index."""
        folder = path.parent.name
        return (
            path.parent.parent == self.docs
            and (folder.startswith("day-") or folder == ASKED_SINCE)
            and path.name != "index.md"
        )
