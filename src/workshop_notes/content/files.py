"""Write files so that a reader never sees half of one, and unchanged files keep their date."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_if_changed(path: Path, content: str | bytes) -> bool:
    """Replace a file at once, or leave it alone when it holds `content` already.

    Args:
        path: the file; its folder is made if it is missing, and it stays as it is on an error.
        content: the new content; text is written as UTF-8 with line feeds.

    Returns:
        Whether the file was written.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp makes files that only their owner reads; a web server is often another user.
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink()
        if isinstance(error, OSError):  # a full disk names no file
            error.filename = error.filename or str(path)
        raise
    return True


def write_together(files: Mapping[Path, str]) -> None:
    """Write several files, or none of them.

    Args:
        files: their texts; a file that is there is replaced.

    Raises:
        OSError: one cannot be written; what was there before is there again.
    """
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    done: list[Path] = []
    try:
        for path, text in files.items():
            done.append(path)
            write_if_changed(path, text)
    except BaseException:
        for path in done:
            data = before[path]
            if data is not None:
                write_if_changed(path, data)
            else:
                path.unlink(missing_ok=True)
        raise
