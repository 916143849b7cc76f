"""What `make serve` does at each change: as little as shows the change.

The engine builds only pages whose text has changed. So a change that shows on other pages too (a
title, the menu, a template, code that pages include) has to mark them all as changed.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

from workshop_notes.content.files import write_if_changed
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project
from workshop_notes.directives.expand import prepare
from workshop_notes.html.downloads import Downloads
from workshop_notes.html.finish import finish
from workshop_notes.html.tables import mended

SMALL_SITE_PAGES = 200
"""Up to this many pages, the search's index and the Markdown twins follow each change, which takes
a fifth of a second; on a larger site they are those of the start."""

_SHARED = ("examples", "notebooks", "src/workshop_notes/html/theme", "mkdocs.yml")
"""What every page may show, below the project's folder."""


class Watched:
    """A project that is served, from one build to the next."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self._shared = ""
        self._whole = True
        self._before: dict[Path, int] = {}

    def before_build(self, project: Project, site: Path) -> None:
        """Bring the engine's copy of the pages up to date, and mark what has to be built.

        Raises:
            ContentError: with every problem in what people wrote; the last good pages stay.
        """
        self._before = _times(site)
        self._whole = not self._before
        prepare(project)
        self.titles = {page.name: page.title for page in read_pages(project)}
        shared = self._state(project)
        if self._shared and shared != self._shared:
            self._whole = True
            for path in project.staged.rglob("*.md"):
                os.utime(path)
        self._shared = shared

    def after_build(self, project: Project, site: Path) -> None:
        """Complete the pages that were built.

        Raises:
            ContentError: as `before_build`.
        """
        if self._whole or len(self.titles) <= SMALL_SITE_PAGES:
            finish(project, site, published=False)
            return
        found = Downloads(project, site)
        for path, time in _times(site).items():
            if self._before.get(path) != time:
                text = mended(path.read_text(encoding="utf-8"))
                write_if_changed(path, found.shown(path, text))

    def _state(self, project: Project) -> str:
        """Return a hash of what shows on more than one page."""
        total = hashlib.blake2b(repr(self.titles).encode())
        for name in _SHARED:
            root = project.root / name
            for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
                if path.is_file():
                    total.update(f"{path}{path.stat().st_mtime_ns}".encode())
        return total.hexdigest()


def say_nothing_of_dirty_builds() -> None:
    """Keep the engine from warning of menus that go wrong: ours get their titles from us."""
    log = logging.getLogger("mkdocs.commands.build")
    log.addFilter(lambda record: "'dirty' build" not in record.getMessage())


def _times(site: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}
