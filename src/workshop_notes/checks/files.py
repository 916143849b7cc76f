"""Files are what every machine, browser and tool reads alike, and lie below `docs`."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from workshop_notes.content import pictures
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_CONFLICT = re.compile(rb"<{7} |={7}\s*$|>{7} ")
_KEY = re.compile(rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:gh[pousr]_|github_pat_)\w{30,}")
"""A key of AWS, a token of GitHub: whatever a site is about, these harm who lets them out."""
_PLAIN = {".json", ".md", ".out", ".py", ".sh", ".txt", ".yml"}


def check(project: Project, pages: list[Page]) -> list[Problem]:
    """Find files that are read otherwise elsewhere, and links to what lies outside `docs`."""
    inside = project.docs.resolve()
    examples = project.root / "examples"
    texts = [path for path in sorted(examples.rglob("*")) if path.suffix in _PLAIN]
    return [
        *(problem for page in pages for problem in _text(project, page.path)),
        *(
            problem
            for path in texts
            for problem in _private(project, project.relative(path), path.read_bytes())
        ),
        *_names(project),
        *_drawings(project),
        *_links(project, inside),
    ]


def _text(project: Project, path: Path) -> Iterator[Problem]:
    """Yield what an editor does not show and tools read differently."""
    data, shown = path.read_bytes(), project.relative(path)
    if data.startswith(codecs.BOM_UTF8):
        yield Problem(shown, 1, "a byte order mark", "save the file as UTF-8 without it")
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.endswith(b"\r"):
            what = "a line that ends as in Windows (CRLF)"
            yield Problem(shown, number, what, "save the file with line feeds alone")
            break
    for number, line in enumerate(data.split(b"\n"), 1):
        if b"\t" in line:
            what = "a tab, which each tool takes for another number of spaces"
            yield Problem(shown, number, what, "write spaces")
        if _CONFLICT.match(line):
            what = "a mark that Git left of a merge"
            yield Problem(shown, number, what, "choose one side, and remove the marks")
    yield from _private(project, shown, data)


def _private(project: Project, shown: Path, data: bytes) -> Iterator[Problem]:
    """Yield what only its owner may know: a key, a token, what the site's settings say."""
    rules = [(re.compile(each.encode()), do) for each, do in project.settings.private.items()]
    for number, line in enumerate(data.split(b"\n"), 1):
        if found := _KEY.search(line):
            what = f"what looks like a key or a token: {found[0][:8].decode()}…"
            yield Problem(shown, number, what, "remove it, and have it withdrawn")
        for pattern, remedy in rules:
            for found in pattern.finditer(line):
                what = f"what is private here: {found[0].decode(errors='replace')}"
                yield Problem(shown, number, what, remedy)


def _names(project: Project) -> Iterator[Problem]:
    """Yield names that address bars, zip programs or other systems would change."""
    for path in sorted(project.docs.rglob("*")):
        if not path.name.startswith(".") and not _NAME.fullmatch(path.name):
            what = f"a file name that is not the same everywhere: {path.name}"
            remedy = "use small letters without accents, digits, dots, '-' and '_'"
            yield Problem(project.relative(path), 1, what, remedy)


def _drawings(project: Project) -> Iterator[Problem]:
    """Yield what must not be in a drawing, or is missing: a page tells how large it is."""
    for path in sorted(project.docs.rglob("*.svg")):
        try:
            if path.is_file():
                pictures.read(path.read_bytes(), path.suffix)
        except pictures.BadPicture as error:
            yield Problem(project.relative(path), error.line, error.what, error.remedy)


def _links(project: Project, inside: Path) -> list[Problem]:
    """List symbolic links that lead out of `docs`: what they lead to would be published."""
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
