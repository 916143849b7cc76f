"""Mistakes planted one by one, each of which the check or test whose job it is must name.

`make test-defects` plants them in copies of the project. A green suite means something as far as
this table goes: each promise of the README is broken here in several ways, and what breaks it is
told with its file and what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import PATIENCE
from tests.site import ROOT

Edit = Callable[[Path], None]
"""Changes files of a copy of the project, given its folder."""

CHECK = ("-m", "workshop_notes", "check")
"""What an author runs, and what publishing waits for."""


@dataclass(frozen=True)
class Defect:
    """One mistake.

    Attributes:
        name: what is wrong, in a few words.
        edit: plants it.
        command: what must find it, after `python`.
        says: what must stand in its output: the file, and what is wrong or to be done.
        source: the public thread where somebody made it, as `owner/name#1`; empty for others.
    """

    name: str
    edit: Edit
    command: tuple[str, ...]
    says: tuple[str, ...]
    source: str = ""


def checked(name: str, edit: Edit, *says: str, source: str = "") -> Defect:
    """A mistake that the check of the content names."""
    return Defect(name, edit, CHECK, says, source)


def tested(name: str, edit: Edit, test: str, *says: str, source: str = "") -> Defect:
    """A mistake that a test names: a file, or one test of it, below `tests/`."""
    path, _, wanted = test.partition(" -k ")
    pytest = ("-m", "pytest", "-n0", "-q", "-x", "-p", "no:cacheprovider", f"tests/{path}")
    return Defect(name, edit, pytest + (("-k", wanted) if wanted else ()), says, source)


def replaced(name: str, old: str, new: str) -> Edit:
    """Replace the first occurrence of a text in a file.

    Raises:
        LookupError: at planting, if the text is not there: the table is out of date.
    """

    def edit(root: Path) -> None:
        path = root / name
        text = path.read_bytes().decode()
        if old not in text:
            raise LookupError(f"{name} no longer holds {old!r}: correct the table of defects")
        path.write_bytes(text.replace(old, new, 1).encode())

    return edit


def appended(name: str, text: str) -> Edit:
    """Write a text to the end of a file."""

    def edit(root: Path) -> None:
        path = root / name
        path.write_bytes(path.read_bytes() + text.encode())

    return edit


def before_heading(name: str, text: str, heading: str = "## What changed") -> Edit:
    """Put a paragraph before a heading of a page."""
    return replaced(name, f"\n{heading}", f"\n{text}\n\n{heading}")


def written(name: str, data: str | bytes) -> Edit:
    """Write a whole file."""

    def edit(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    return edit


def removed(name: str) -> Edit:
    """Remove a file."""
    return lambda root: (root / name).unlink()


def moved(name: str, to: str) -> Edit:
    """Move a file."""
    return lambda root: (root / name).rename(root / to) and None


def both(*edits: Edit) -> Edit:
    """Make several changes that are one mistake."""

    def edit(root: Path) -> None:
        for each in edits:
            each(root)

    return edit


def tracked() -> list[str]:
    """Return the names of the files that a clone would have, and of those that wait to be added."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


HANGS = "it did not end"


class Copy:
    """A copy of the project in which one mistake at a time is made.

    Args:
        folder: a folder that does not exist.
        seconds: after which a command hangs.
    """

    def __init__(self, folder: Path, seconds: int = PATIENCE) -> None:
        self.root, self._seconds = folder, seconds
        self.places = [str(folder / "src"), str(folder)]
        self.environment = {
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONPATH": os.pathsep.join(self.places),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        for name in tracked():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        self._git("init", "--quiet")
        self._git("add", "--all", "--force")
        self._git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "whole")
        # Some tests look for packages that stand beside the others.
        (folder / ".venv").symlink_to(ROOT / ".venv")

    def _git(self, *command: str) -> None:
        subprocess.run(["git", *command], cwd=self.root, check=True, stdout=subprocess.DEVNULL)

    def clean(self) -> None:
        """Take back whatever was changed, and what a run left behind."""
        self._git("checkout", "--quiet", "--force", ".")
        kept = ("--exclude", "/.venv", "--exclude", "__pycache__")
        self._git("clean", "--quiet", "--force", "-d", "-x", *kept)

    def try_one(self, defect: Defect) -> Outcome:
        """Plant a mistake, run what must find it, and take it back."""
        begun = time.monotonic()
        try:
            defect.edit(self.root)
            done = subprocess.run(
                [sys.executable, *defect.command],
                cwd=self.root,
                env=os.environ | self.environment,
                capture_output=True,
                text=True,
                timeout=self._seconds,
                check=False,
            )
            said, failed = done.stdout + done.stderr, done.returncode != 0
        except subprocess.TimeoutExpired:
            said, failed = HANGS, False
        finally:
            self.clean()
        lacking = [each for each in defect.says if each not in said]
        return Outcome(defect, failed, lacking, said, time.monotonic() - begun)


@dataclass(frozen=True)
class Outcome:
    """What became of a planted mistake.

    Attributes:
        defect: the mistake.
        failed: whether the command failed.
        lacking: what it ought to have said and did not.
        said: its output.
        seconds: how long it took.
    """

    defect: Defect
    failed: bool
    lacking: list[str]
    said: str
    seconds: float

    @property
    def hung(self) -> bool:
        """Whether the command had to be ended."""
        return self.said == HANGS

    @property
    def caught(self) -> bool:
        return self.failed and not self.lacking
