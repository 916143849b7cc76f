"""Write files so that a reader never sees half of one, and unchanged files keep their date."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

Write = Callable[[Path, str | bytes], object]
"""A way to write a file: `write_if_changed`, or `write` for a site that nobody reads yet."""


def write_if_changed(path: Path, content: str | bytes) -> bool:
    """Replace a file at once, or leave it alone when it holds `content` already.

    Args:
        path: the file; its folder is made if it is missing.
        content: the new content; text is written as UTF-8 with line feeds.

    Returns:
        Whether the file was written.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    with replacing(path) as stream:
        stream.write(data)
    return True


def write(path: Path, content: str | bytes) -> None:
    """Write a file in place, which takes a third of the time of `write_if_changed`.

    Only for what a build makes and nobody reads before its end: one that fails leaves no stamp, so
    the next starts from the pages as people wrote them.

    Args:
        path: the file; its folder is made if it is missing.
        content: the content; text is written as UTF-8 with line feeds.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.truncate()  # at the end: to empty a file before takes longer than to write it


def below(folder: Path, *ends: str) -> Iterator[Path]:
    """Return the files below a folder whose names have one of these ends, sorted as paths are.

    They are found at once, but made one by one: a path takes ten times the memory of its name.

    Args:
        folder: the folder; `Path.rglob` takes twice the time, and one walk for each end.
        ends: `.html`, `.js` and the like.
    """
    found = [
        f"{inside}{os.sep}{name}"
        for inside, _, names in os.walk(folder)
        for name in names
        if name.endswith(ends)
    ]
    found.sort(key=lambda path: path.replace(os.sep, "\0"))  # day-1/x before day-1-b
    return map(Path, found)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a stream to write to, and put what was written in a file's place at the end.

    Args:
        path: the file; its folder is made if it is missing, and it stays as it is on an error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        # mkstemp makes files that only their owner reads; a web server is often another user.
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink()
        raise
