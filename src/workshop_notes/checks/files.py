"""Nothing is published that does not lie below `docs`."""

from __future__ import annotations

from workshop_notes.content.pages import Page
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project


def check(project: Project, pages: list[Page]) -> list[Problem]:
    """Find symbolic links that lead out of `docs`: what they lead to would be published."""
    inside = project.docs.resolve()
    return [
        Problem(
            project.relative(path),
            1,
            f"a symbolic link to {path.readlink()}, outside docs",
            "put a copy in its place",
        )
        for path in sorted(project.docs.rglob("*"))
        if path.is_symlink() and not path.resolve().is_relative_to(inside)
    ]
