"""MkDocs hooks for `make serve`: thin callers of the steps before and after the build."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from workshop_notes.finish import finish
from workshop_notes.prepare import prepare
from workshop_notes.problems import ContentError
from workshop_notes.project import Project
from workshop_notes.sparing import spare

_serving = False


def on_startup(command: str, dirty: bool) -> None:
    """Remember whether this is `serve`; `make site` takes the steps itself."""
    spare()
    global _serving
    _serving = command == "serve"


def on_pre_build(config) -> None:
    """Bring the engine's copy of the pages up to date before each rebuild."""
    if _serving:
        try:
            prepare(_project(config))
        except ContentError as error:
            # An author in the middle of a sentence keeps the last good page and reads why.
            for problem in error.problems:
                logging.getLogger("mkdocs.workshop_notes").warning("%s", problem)


def on_post_build(config) -> None:
    """Complete the search index after each rebuild."""
    if _serving:
        with contextlib.suppress(ContentError):  # on_pre_build has said why
            finish(_project(config), Path(config.site_dir), published=False)


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
    return Project(Path(config.config_file_path).resolve().parent)
