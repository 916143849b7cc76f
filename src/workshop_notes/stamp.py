"""Know that a built site is still that of its inputs, so that it need not be built again.

The stamp of a build lists its inputs by one hash and its outputs by size and time of change. An
output that is missing, was changed or came in by another way makes the stamp void, and so does
any other input, program, option or Python: the site is then built from the start.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from workshop_notes.content.files import write_if_changed
from workshop_notes.content.project import Project

VARIABLES = ("SITE_URL", "EDIT_URI", "REPO_URL", "DIRECTORY_URLS", "SOURCE_DATE_EPOCH")
"""What the build reads of the environment."""

INPUTS = (
    "docs",
    "examples",
    "notebooks",
    "xgb-autotune-artifacts",
    "src",
    "mkdocs.yml",
    "sources.yml",
    "requirements",
)
"""What the build may read below the project's folder; more than it does read, to be safe."""

_PACKAGE = Path(__file__).resolve().parent


def inputs_hash(project: Project) -> str:
    """Return one hash of everything that the site is made from.

    Libraries count by the names that pip gives their folders, versions included: who edits an
    installed library builds after `make clean`.
    """
    total = hashlib.blake2b(digest_size=20)
    today = datetime.datetime.now(datetime.UTC).date()  # the sitemap says it
    total.update(f"{sys.version}\0{sys.prefix}\0{today}\0".encode())
    for name in VARIABLES:
        total.update(f"{name}={os.environ.get(name)}\0".encode())
    for folder in sorted(path for path in sys.path if path.endswith("site-packages")):
        names = sorted(entry.name for entry in os.scandir(folder))
        total.update("\0".join([folder, *names]).encode())
    for root in sorted({_PACKAGE, *(project.root / name for name in INPUTS)}):
        for path in _files(root):
            data = Path(path).read_bytes()
            total.update(f"{path}\0{len(data)}\0".encode())
            total.update(data)
    return total.hexdigest()


def is_current(project: Project, inputs: str) -> bool:
    """Tell whether the project's site was built from these inputs and is untouched since.

    Args:
        project: the project.
        inputs: the hash of the inputs as they are now.
    """
    try:
        kept = json.loads(_path(project).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return kept == {"inputs": inputs, "outputs": _outputs(project.site)}


def write(project: Project, inputs: str) -> None:
    """Record that the project's site was built from these inputs, as they were before it."""
    kept = {"inputs": inputs, "outputs": _outputs(project.site)}
    write_if_changed(_path(project), json.dumps(kept))


def _path(project: Project) -> Path:
    return project.root / "build" / "site.json"


def _outputs(site: Path) -> dict[str, list[int]]:
    """Return size in bytes, time of change in nanoseconds and inode of each file of a site."""
    found = {}
    for path in _files(site):
        state = Path(path).stat()
        found[path] = [state.st_size, state.st_mtime_ns, state.st_ino]
    return found


def _files(root: Path) -> Iterator[str]:
    """Yield the paths of all files below a folder, or of a file itself, in a fixed order."""
    if root.is_file():
        yield str(root)
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            yield f"{folder}{os.sep}{name}"
