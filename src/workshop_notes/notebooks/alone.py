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

PACKAGES = "boto3 ipykernel jsonata-python matplotlib nbclient nbformat pyyaml regex tqdm"
"""What the notebooks import beside the packages that the scripts are pinned to."""
READ = (
    "notebooks/data/flights.csv",
    "notebooks/scores/*.json",
    "xgb-autotune-artifacts/*",
    "src/autotune/**/*.py",
    "src/autotune/*.md",
    "src/state_machines/*.py",
)
_NEEDS = """\
> **This copy runs alone**, in Jupyter and in SageMaker Studio. It needs Python 3.11 or newer and, \
once, in a cell of its own: `%pip install {packages}`
>
> The next cell carries the {number} files that the notebook reads: table, scores, scripts and \
their generator. It unpacks them into the folder `{folder}`, leaves those there that you have \
changed, and goes on in it."""
_UNPACK = '''\
import base64
import bz2
import json
import os
from pathlib import Path

if "PACKED" not in globals():  # once, also when the cell is run again
    PACKED = """
{packed}
"""
    for name, text in json.loads(bz2.decompress(base64.b64decode(PACKED))).items():
        path = Path("{folder}", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(text, encoding="utf-8", newline="\\n")
    os.chdir("{folder}/notebooks")
'''


def alone(root: Path, path: Path) -> bytes:
    """Return a notebook that needs nothing of the project.

    Args:
        root: the project.
        path: the notebook in it, which finds its files by paths from `notebooks/`.
    """
    files = sorted({file for pattern in READ for file in root.glob(pattern) if file.is_file()})
    needs, cell = _cells(root, tuple((file, file.stat().st_mtime_ns) for file in files))
    book: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    title = book["cells"][0]
    title["source"] = "".join(title["source"]).rstrip() + "\n\n" + needs
    book["cells"].insert(1, cell)
    return (json.dumps(book, indent=1, ensure_ascii=False) + "\n").encode()


@lru_cache(maxsize=4)
def _cells(root: Path, files: tuple[tuple[Path, int], ...]) -> tuple[str, dict[str, Any]]:
    texts = {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p, _ in files}
    plain = json.dumps(texts, ensure_ascii=False).encode()
    folder = f"autotune-files-{hashlib.sha256(plain).hexdigest()[:8]}"
    packed = "\n".join(textwrap.wrap(base64.b64encode(bz2.compress(plain)).decode(), 100))
    pins = texts.get("xgb-autotune-artifacts/requirements.txt", "").splitlines()
    pinned = [line for line in pins if line and not line.startswith("#")]
    packages = " ".join([*PACKAGES.split(), *pinned])
    needs = _NEEDS.format(packages=packages, number=len(texts), folder=folder)
    unpack = _UNPACK.format(packed=packed, folder=folder)
    return needs, {
        "cell_type": "code",
        "id": "files",
        "metadata": {"jupyter": {"source_hidden": True}},
        "source": unpack,
        "execution_count": None,
        "outputs": [],
    }
