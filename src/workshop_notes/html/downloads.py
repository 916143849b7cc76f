"""What a reader can take away, on every page, with its size: only files that are really there."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

SINGLE = {".pdf": "This page as PDF", ".md": "This page as Markdown"}
"""Files beside a page that hold that page."""


@dataclass(frozen=True)
class Download:
    """A file to take away.

    Attributes:
        href: its address, from the page.
        words: what its link says.
        size: its size in words.
    """

    href: str
    words: str
    size: str


def whole(slug: str) -> dict[str, str]:
    """Return the files at the top of the site that hold everything, and what their links say."""
    return {
        f"{slug}.pdf": "All pages as PDF (A4)",
        f"{slug}-letter.pdf": "All pages as PDF (US Letter)",
        f"{slug}.epub": "All pages as an e-book (EPUB)",
        f"{slug}.zip": "All pages as a zip to read from the disk",
        "llms-full.txt": "All pages as plain text",
    }


def downloads(name: str, url: str, slug: str, sizes: Mapping[str, int | str]) -> list[Download]:
    """List what a page offers to be taken away.

    Args:
        name: the page's path below `docs`.
        url: its address below that of the site.
        slug: the name of the files that hold everything.
        sizes: the files of the site that are there, each with its size in bytes or in words.
    """
    stem = name.removesuffix(".md")
    wanted = {f"{stem}{ending}": words for ending, words in SINGLE.items()} | whole(slug)
    return [
        Download(quote(relative(file, url.rpartition("/")[0])), words, size_words(sizes[file]))
        for file, words in wanted.items()
        if file in sizes
    ]


def relative(name: str, folder: str) -> str:
    """Return the path from a folder of the site to a file of it.

    Args:
        name: the file's path below the site's folder.
        folder: that of the folder, or nothing for the site's own.
    """
    # As if the site were the whole disk: else Python asks each time where it was started.
    return posixpath.relpath(f"/{name}", f"/{folder}")


def size_words(size: int | str) -> str:
    """Write a number of bytes as a reader of a link understands it: `1.2 MB`, `82 kB`."""
    if isinstance(size, str):
        return size
    return f"{size / 1e6:.1f} MB" if size >= 950_000 else f"{max(1, round(size / 1000))} kB"
