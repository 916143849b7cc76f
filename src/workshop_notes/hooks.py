"""MkDocs hooks for `make serve`: thin callers of the steps before and after the build."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_notes.content.problems import ContentError
from workshop_notes.sparing import spare
from workshop_notes.spilled import Spilled

if TYPE_CHECKING:
    from workshop_notes.content.project import Project
    from workshop_notes.watched import Watched

_watched: Watched | None = None  # only while serving
_spilled = Spilled()
_EARLY = ("title", "template")
"""What the engine asks of a page's front matter before `on_page_context`."""


def on_startup(command: str, dirty: bool) -> None:
    """Remember whether this is `serve`; `make site` takes the steps itself."""
    spare()
    global _watched
    if command == "serve":
        # Only now: to import the steps takes longer than to build ten pages.
        from workshop_notes.watched import Watched, say_nothing_of_dirty_builds

        _watched = Watched()
        say_nothing_of_dirty_builds()


def on_pre_build(config) -> None:
    """Bring the engine's copy of the pages up to date before each rebuild."""
    if _watched:
        try:
            _watched.before_build(_project(config), Path(config.site_dir))
        except ContentError as error:
            # An author in the middle of a sentence keeps the last good page and reads why.
            for problem in error.problems:
                logging.getLogger("mkdocs.workshop_notes").warning("%s", problem)


def on_nav(nav, config, files) -> None:
    """Give the menu its titles, also those of pages that are not built anew."""
    for page in nav.pages if _watched else []:
        page.title = _watched.titles.get(page.file.src_uri, page.title)


def on_page_content(html, page, config, files) -> str:
    """Put what was made of a page aside; see `spilled`."""
    if _watched:
        return html
    _spilled.put(page.file.src_uri, (html, page.toc, page.meta))
    page.markdown, page.toc = "", ()
    page.meta = {key: page.meta[key] for key in _EARLY if key in page.meta}
    page.present_anchor_ids = tuple(page.present_anchor_ids)  # a set takes ten times as much
    return ""


def on_page_context(context, page, config, nav) -> None:
    """Bring it back, just before the page is written."""
    if not _watched:
        page.content, page.toc, page.meta = _spilled.take(page.file.src_uri)


def on_post_page(output, page, config) -> None:
    """Let go of it."""
    if not _watched:
        page.content, page.toc, page.meta = "", (), {}


def on_post_build(config) -> None:
    """Complete the pages after each rebuild."""
    if _watched:
        with contextlib.suppress(ContentError):  # on_pre_build has said why
            _watched.after_build(_project(config), Path(config.site_dir))


def on_serve(server, config, builder):
    """Watch what people write instead of the copies that are made from it."""
    project = _project(config)
    server.unwatch(config.docs_dir)
    made = [project.root / name for name in ("examples", "notebooks", "xgb-autotune-artifacts")]
    for path in (project.docs, project.ledger, *made):
        if path.exists():
            server.watch(str(path))
    return server


def _project(config) -> Project:
    from workshop_notes.content.project import Project

    return Project(Path(config.config_file_path).resolve().parent)
