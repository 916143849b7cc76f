"""Prepare, build, finish: the site in one call."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from workshop_notes import elsewhere
from workshop_notes.checks import read_checked
from workshop_notes.content import front_matter, markdown
from workshop_notes.content.pages import Page
from workshop_notes.content.project import Project
from workshop_notes.directives.expand import stage
from workshop_notes.html.finish import finish


class BuildError(Exception):
    """The engine refused the site; its own words are in the message."""


def build(
    project: Project, site: Path | None = None, *, engine: str = "mkdocs", from_disk: bool = False
) -> Path:
    """Build the site, strictly.

    Args:
        project: the project to build.
        site: the folder to build into, `site/` of the project by default.
        engine: the module that builds: `mkdocs`, or its drop-in `properdocs`.
        from_disk: whether links lead to files, as a browser needs them without a server.

    Returns:
        The folder of the site.

    Raises:
        ContentError: when the content breaks a check; nothing is built then.
        BuildError: when the engine fails or warns.
    """
    target = site or project.site
    pages = elsewhere.run(len(project.pages()), staged, project)
    # Never --quiet: it drops the warnings that --strict counts.
    command = [sys.executable, "-m", engine, "build", "--strict", "--clean"]
    command += ["--config-file", str(project.config), "--site-dir", str(target)]
    variables = environment()
    if from_disk:
        # Without an address of its own: the pages' permanent ones are those of the server.
        variables |= {"DIRECTORY_URLS": "false", "SITE_URL": ""}
    run = subprocess.run(
        command, cwd=project.root, env=variables, text=True, capture_output=True, check=False
    )
    log = run.stdout + run.stderr
    if run.returncode or "WARNING" in log:
        raise BuildError(log.strip())
    finish(project, target, pages=pages)
    return target


def staged(project: Project) -> list[Page]:
    """Read the pages, check them, and write the engine's copies of them.

    Returns:
        The pages without their texts, in the order of the menu.

    Raises:
        ContentError: when the content breaks a check; nothing is written then.
    """
    pages, ledger = read_checked(project)
    stage(project, pages, ledger)
    front_matter.forget()
    markdown.forget()
    return [page.without_body() for page in pages]


def environment() -> dict[str, str]:
    """Return the environment for the engine: without Material's banner, with our package."""
    package = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": path}
