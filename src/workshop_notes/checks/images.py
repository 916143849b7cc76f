"""Each image is there, is used, and says in words what it shows."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from workshop_notes.content.markdown import references
from workshop_notes.content.pages import Page
from workshop_notes.content.pictures import ALT_LENGTH
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project

IMAGE_TYPES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"}


def check(project: Project, pages: list[Page]) -> list[Problem]:
    """Find images that no page shows, and alternative texts that are missing or say nothing."""
    used: set[str] = set()
    found: list[Problem] = []
    for page in pages:
        for reference in references(page.matter):
            if reference.is_external:
                continue
            path = unquote(reference.target.partition("#")[0])
            used.add(posixpath.normpath(posixpath.join(page.day, path)))
            if reference.kind == "image":
                found += _alt(project, page, reference.text, reference.line)
    # Logo and favicon are used by the configuration, not by a page.
    config = project.config.read_text(encoding="utf-8")
    for path in sorted(project.docs.rglob("*")):
        name = path.relative_to(project.docs).as_posix()
        if path.suffix in IMAGE_TYPES and light(name) not in used and name not in config:
            remedy = "show it on a page, or delete it"
            found.append(Problem(project.relative(path), 1, "no page uses this image", remedy))
    return found


def light(name: str) -> str:
    """Return the picture that a page names for `name`: the dark twin is shown in its place."""
    return name.replace(".dark.", ".")


def _alt(project: Project, page: Page, text: str, line: int) -> list[Problem]:
    shown = project.relative(page.path)
    remedy = "say in 40 to 150 characters what the picture shows"
    if not text.strip():
        return [Problem(shown, line, "an image without alternative text", remedy)]
    if len(text) not in ALT_LENGTH:
        return [Problem(shown, line, f"an alternative text of {len(text)} characters", remedy)]
    if text.casefold().startswith(("image", "picture", "screenshot of an image")):
        return [Problem(shown, line, "an alternative text that begins with 'image'", remedy)]
    return []
