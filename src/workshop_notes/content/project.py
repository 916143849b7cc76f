"""Where things are in the project, and the pages in the order of the site's menu."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from markdown.extensions.toc import slugify

from workshop_notes.content import settings as own
from workshop_notes.content.problems import Problem
from workshop_notes.content.settings import Settings
from workshop_notes.content.yaml_text import load


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
    def _read_settings(self) -> tuple[Settings, list[own.Wrong]]:
        return own.read(self.config.read_text("utf-8") if self.config.is_file() else "")

    @property
    def settings(self) -> Settings:
        """What is this site's own."""
        return self._read_settings[0]

    @property
    def wrong_settings(self) -> list[Problem]:
        """What is wrong with the settings."""
        shown = self.relative(self.config)
        search = self.relative(self.root / "search.yml")
        return [Problem(shown, *wrong) for wrong in self._read_settings[1]] + [
            Problem(search, *wrong) for wrong in self._read_search_words[1]
        ]

    @cached_property
    def _read_search_words(self) -> tuple[dict[str, list[str]], list[own.Wrong]]:
        path = self.root / "search.yml"
        return own.read_search_words(path.read_text("utf-8")) if path.is_file() else ({}, [])

    @property
    def search_words(self) -> dict[str, list[str]]:
        """What the search is told of the site's subject: words that are `faint`, `neighbours`."""
        return self._read_search_words[0]

    @cached_property
    def notebooks(self) -> dict[tuple, Any]:
        """What notebooks became, for as long as this reading of the project lasts."""
        return {}

    @cached_property
    def slug(self) -> str:
        """The name of the site in letters that every file system and server takes."""
        text = self.config.read_text("utf-8") if self.config.is_file() else ""
        name = (load(text).value or {}).get("site_name", "")
        return self.settings.slug or slugify(str(name), "-") or "notes"

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
        """Tell whether `path` is the page of a question: in a folder of `docs`, and no index."""
        return (
            path.parent.parent == self.docs
            and path.parent.name != self.settings.appendix
            and path.name != "index.md"
        )
