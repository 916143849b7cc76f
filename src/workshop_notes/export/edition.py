"""Which edition of the notes is printed: version, date, commit and address."""

from __future__ import annotations

import datetime
import os
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from workshop_notes.content.pages import Page
from workshop_notes.content.project import Project
from workshop_notes.content.yaml_text import load
from workshop_notes.directives.components import long_date


@dataclass(frozen=True)
class Edition:
    """What the cover says, and what the bytes depend on: the same commit gives the same.

    Attributes:
        name: the name of the site.
        description: the site in one sentence.
        copyright: the licences.
        version: the version of the project, or nothing when it has none.
        commit: the first characters of the commit, or nothing outside a repository.
        seconds: the time of the commit, in seconds since 1970 in UTC.
        address: where the site is published, with a slash at the end, or nothing.
    """

    name: str
    description: str
    copyright: str
    version: str
    commit: str
    seconds: int
    address: str

    @property
    def date(self) -> datetime.date:
        """The day of the commit in UTC."""
        return datetime.datetime.fromtimestamp(self.seconds, datetime.UTC).date()

    @property
    def line(self) -> str:
        """The edition in a few words, for the foot of a page."""
        version = f", version {self.version}" if self.version else ""
        return f"{self.name}{version}, {long_date(self.date.isoformat())}"


def read(project: Project, pages: list[Page]) -> Edition:
    """Read the edition of a project.

    The date is `SOURCE_DATE_EPOCH` (reproducible-builds.org) where it is set, else that of the
    commit, else the day on which a question was last reviewed.

    Args:
        project: the project.
        pages: its pages.
    """
    config = load(project.config.read_text(encoding="utf-8")).value
    commit, seconds = _commit(project.root)
    address = os.environ.get("SITE_URL", "").rstrip("/")
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        seconds = int(epoch)
    return Edition(
        str(config.get("site_name", "")),
        str(config.get("site_description", "")),
        str(config.get("copyright", "")),
        _version(project.root / "pyproject.toml"),
        commit,
        _last_review(pages) if seconds is None else seconds,
        f"{address}/" if address else "",
    )


def _version(path: Path) -> str:
    if not path.is_file():
        return ""
    return tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"]


def _commit(root: Path) -> tuple[str, int | None]:
    """Return commit and time where `root` is the top of a repository."""
    if not (root / ".git").exists():
        return "", None
    try:
        command = ["git", "log", "-1", "--format=%h %ct", "--abbrev=7"]
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "", None
    commit, seconds = run.stdout.split()
    return commit, int(seconds)


def _last_review(pages: list[Page]) -> int:
    read = (page.matter.values.get("reviewed") for page in pages if page.is_question)
    days = [day for day in read if day]
    day = datetime.date.fromisoformat(max(days, default="1980-01-01"))
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
