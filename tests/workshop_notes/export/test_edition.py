"""What the cover says of the edition, from a commit, from the environment, or from the reviews."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess

import pytest

from workshop_notes.content.pages import read_pages
from workshop_notes.export import edition


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("SOURCE_DATE_EPOCH", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_the_commit_gives_the_date(copy, project):
    shutil.copy(project.root / "pyproject.toml", copy.root)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(copy.root)]
    for command in (["init", "-q"], ["add", "mkdocs.yml"], ["commit", "-q", "-m", "x"]):
        date = {"GIT_COMMITTER_DATE": "2026-03-01T23:30:00-0500", "PATH": "/usr/bin:/bin"}
        subprocess.run([*git, *command], check=True, env=date)
    found = edition.read(copy, read_pages(copy))
    assert found.date == datetime.date(2026, 3, 2)  # in UTC
    assert len(found.commit) == 7
    assert found.version
    assert found.line == f"SageMaker Workshop Notes, version {found.version}, 2 March 2026"


def test_without_a_repository_the_last_review_gives_it(copy):
    found = edition.read(copy, read_pages(copy))
    page = copy.docs / "day-3" / "spark.md"
    text = page.read_text(encoding="utf-8")
    assert (found.commit, found.version, found.address) == ("", "", "")
    last = datetime.datetime.now(datetime.UTC).date()
    text = re.sub(r"^reviewed: .*$", f"reviewed: {last}", text, count=1, flags=re.M)
    page.write_text(text, encoding="utf-8")
    assert edition.read(copy, read_pages(copy)).date == last


def test_the_environment_comes_first(copy, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    monkeypatch.setenv("SITE_URL", "https://notes.example.org/x")
    found = edition.read(copy, read_pages(copy))
    assert found.date == datetime.date(1970, 1, 2)
    assert found.address == "https://notes.example.org/x/"
