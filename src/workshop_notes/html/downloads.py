"""What a reader can take away, on every page, with its size: only files that are really there."""

from __future__ import annotations

import contextlib
import html
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from workshop_notes.content.files import write_if_changed
from workshop_notes.content.project import Project
from workshop_notes.export.twins import page_files, relative

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


class Downloads:
    """What stands in a built site to be taken away.

    Args:
        project: the project, whose staged pages say which pages there are.
        site: the folder of the built site, with what can be taken away in it.
        files: its pages, each with its file; they are looked for where they are not given.

    Raises:
        FileNotFoundError: the site lacks a page; it names it.
    """

    def __init__(self, project: Project, site: Path, files: dict[str, str] | None = None) -> None:
        self._site = site
        self._names = {
            str(site / file): (name, posixpath.dirname(file))
            for name, file in (files or page_files(project, site)).items()
        }
        self._whole = list(self._found(WHOLE))
        self._whole_links: dict[int, str] = {}  # by the depth of a page's folder

    @property
    def pages(self) -> Iterable[Path]:
        """The files of the pages."""
        return map(Path, self._names)

    def shown(self, path: Path, text: str) -> str:
        """Return a page with links to what can be taken away.

        Args:
            path: its file; where it is no page, as that for errors, it gets none.
            text: the HTML in it.

        Raises:
            ValueError: the page has no place for the links.
        """
        if str(path) not in self._names:
            return text
        name, folder = self._names[str(path)]
        stem = name.removesuffix(".md")
        single = self._found({f"{stem}{end}": words for end, words in SINGLE.items()})
        links = "".join(_link(relative(file, folder), *said) for file, *said in single)
        depth = folder.count("/") + 1 if folder else 0
        if depth not in self._whole_links:
            self._whole_links[depth] = "".join(
                _link(f"{'../' * depth}{file}", *said) for file, *said in self._whole
            )
        links += self._whole_links[depth]
        text, count = _PLACE.subn(lambda place: f"{place['open']}<ul>{links}</ul></nav>", text)
        if count != 1:
            raise ValueError(f'{path}: {count} places <nav class="take">, not one')
        return text

    def _found(self, files: dict[str, str]) -> Iterator[tuple[str, str, str]]:
        """Yield (name, words, size in words) of the files that are there."""
        for name, words in files.items():
            with contextlib.suppress(FileNotFoundError):
                yield name, words, size_words((self._site / name).stat().st_size)


def _link(target: str, words: str, size: str) -> str:
    return f'<li><a href="{html.escape(quote(target))}">{words}</a>, {size}</li>'


def show(project: Project, site: Path) -> None:
    """Write on each page of a built site what stands in the site to be taken away.

    It may be called again after files were added.

    Args:
        project: the project, whose staged pages say which pages there are.
        site: the folder of the built site; its pages are changed in place.

    Raises:
        ValueError: a page has no place for the links.
    """
    downloads = Downloads(project, site)
    for path in downloads.pages:
        write_if_changed(path, downloads.shown(path, path.read_text(encoding="utf-8")))


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
