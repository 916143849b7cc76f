"""Write files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


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
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)  # mkstemp's files are their owner's alone
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise
    return True
