"""What a reader can take away, on every page, with its size: only files that are really there."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from workshop_notes.files import write_if_changed
from workshop_notes.offline.texts import page_files
from workshop_notes.project import Project

WHOLE = {
    "sagemaker-workshop-notes.pdf": "All pages as PDF (A4)",
    "sagemaker-workshop-notes-letter.pdf": "All pages as PDF (US Letter)",
    "sagemaker-workshop-notes.zip": "All pages as a zip to read from the disk",
    "llms-full.txt": "All pages as plain text",
}
"""Files at the top of the site that hold everything, and what their links say."""

SINGLE = {".pdf": "This page as PDF", ".md": "This page as Markdown"}
"""Files beside a page that hold that page."""

_PLACE = re.compile(r'(?P<open><nav class="take"[^>]*>).*?</nav>', re.S)


def show(project: Project, site: Path) -> None:
    """Write on each page of a built site what stands in the site to be taken away.

    It may be called again after files were added.

    Args:
        project: the project, whose staged pages say which pages there are.
        site: the folder of the built site; its pages are changed in place.

    Raises:
        ValueError: a page has no place for the links.
    """
    for name, file in page_files(project, site).items():
        _show(site, name, file)


def show_on(project: Project, site: Path, path: Path) -> None:
    """Do what `show` does for the page in one file of the site, if a page is in it."""
    for name, file in page_files(project, site).items():
        if site / file == path:
            _show(site, name, file)


def _show(site: Path, name: str, file: str) -> None:
    path = site / file
    stem = name.removesuffix(".md")
    single = {f"{stem}{end}": words for end, words in SINGLE.items()}
    links = "".join(_links(site, single | WHOLE, posixpath.dirname(file)))
    text, count = _PLACE.subn(rf"\g<open><ul>{links}</ul></nav>", path.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f'{path}: {count} places <nav class="take">, not one')
    write_if_changed(path, text)


def publish(project: Project, site: Path, files: Iterable[Path]) -> None:
    """Put files into the site, and links to them on every page.

    Args:
        project: the project.
        site: the folder of the built site.
        files: files of `dist`; each gets the same place below the site.
    """
    for path in files:
        write_if_changed(site / path.relative_to(project.dist), path.read_bytes())
    show(project, site)


def size_words(count: int) -> str:
    """Write a number of bytes as a reader of a link understands it: `1.2 MB`, `82 kB`."""
    return f"{count / 1e6:.1f} MB" if count >= 950_000 else f"{max(1, round(count / 1000))} kB"


def _links(site: Path, files: dict[str, str], folder: str) -> Iterator[str]:
    """Yield links from a folder to those of the files that are there, each with its size."""
    for name, words in files.items():
        path = site / name
        if path.is_file():
            address = html.escape(quote(posixpath.relpath(name, folder or ".")))
            yield f'<li><a href="{address}">{words}</a>, {size_words(path.stat().st_size)}</li>'
