"""Pictures for paper: there, readable, and harmless; how large they are printed."""

from __future__ import annotations

from pathlib import Path

from lxml.html import HtmlElement

from workshop_notes.content import pictures
from workshop_notes.content.pictures import KINDS, POINTS, BadPicture, Picture
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.export.reader import problem


def points(picture: Picture, wanted: int, width: float, height: float) -> tuple[float, float]:
    """Return the size in points at which a picture is printed.

    Args:
        picture: the picture.
        wanted: the width in CSS pixels that the page asks for, or 0.
        width: the most width, in points.
        height: the most height, in points.
    """
    scale = POINTS * (wanted / picture.width if wanted else 1.0)
    scale = min(scale, width / picture.width, height / picture.height)
    return picture.width * scale, picture.height * scale


def read(project: Project, site: Path, page: str, image: HtmlElement) -> Picture | Problem:
    """Read the size of a picture and look for what must not be in it.

    Args:
        project: the project.
        site: the folder of the built site.
        page: the place of the page that shows it.
        image: the picture as the page shows it.

    Returns:
        The picture, or what is wrong with it.
    """
    place = image.get("src")
    path = site / place
    name = Path(place).name

    def wrong(what: str, remedy: str) -> Problem:
        return problem(project, page, name or place, what, remedy)

    if "://" in place or place.startswith("data:"):
        return wrong("an image that is no file of the site", "put the file below docs/img/")
    if not path.is_file():
        return wrong(f"image {place} is missing", "add the file, or correct the path")
    if path.suffix.lower() not in KINDS:
        kinds = ", ".join(sorted(KINDS))
        return wrong(f"image {place} is of a kind that cannot be printed", f"use {kinds}")
    if not image.get("alt", "").strip():
        return wrong(f"image {place} without alternative text", "say what it shows")
    try:
        return pictures.read(path.read_bytes(), path.suffix)
    except BadPicture as error:
        shown = project.relative(project.docs / place)
        return Problem(shown, error.line, error.what, error.remedy)
