"""A notebook as a reader takes it away: with the files that it reads packed in its first cells."""

from __future__ import annotations

import base64
import bz2
import hashlib
import json
import textwrap
from functools import lru_cache
from pathlib import Path
from typing import Any

READ = ("notebooks/data/flights.csv", "notebooks/scores/*.json", "xgb-autotune-artifacts/**/*")
_NEEDS = """\
> **This copy carries its files.** The next cell unpacks the {number} files that the notebooks \
read, table, scores and scripts, into the folder `{folder}`, leaves those there that you have \
changed, and goes on in it."""
_UNPACK = Path(__file__).with_name("unpack.txt").read_text(encoding="utf-8")
"""The first cell, in Python."""


def alone(root: Path, path: Path) -> bytes:
    """Return a notebook that needs nothing of the project.

    Args:
        root: the project.
        path: the notebook in it, which finds its files by paths from `notebooks/`.
    """
    found = {file for pattern in READ for file in root.glob(pattern) if file.is_file()}
    files = sorted(file for file in found if file.suffix != ".pyc")
    texts = {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}
    needs, cell = _cells(json.dumps(texts, ensure_ascii=False).encode(), len(texts))
    book: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    title = book["cells"][0]
    title["source"] = "".join(title["source"]).rstrip() + "\n\n" + needs
    book["cells"].insert(1, cell)
    return (json.dumps(book, indent=1, ensure_ascii=False) + "\n").encode()


@lru_cache(maxsize=1)
def _cells(plain: bytes, count: int) -> tuple[str, dict[str, Any]]:
    folder = f"autotune-files-{hashlib.sha256(plain).hexdigest()[:8]}"
    packed = "\n".join(textwrap.wrap(base64.b64encode(bz2.compress(plain)).decode(), 100))
    needs = _NEEDS.format(number=count, folder=folder)
    unpack = _UNPACK.format(packed=packed, folder=folder)
    return needs, {
        "cell_type": "code",
        "id": "files",
        "metadata": {"jupyter": {"source_hidden": True}},
        "source": unpack,
        "execution_count": None,
        "outputs": [],
    }
