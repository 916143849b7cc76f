"""A second `make site` does nothing where nothing has changed, and never where something has."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.site import copy_project
from workshop_notes import stamp
from workshop_notes.build import environment
from workshop_notes.content.project import Project


def make_site(project: Project, **variables: str) -> str:
    """Run the command in the project's folder; return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "workshop_notes", "site"],
        cwd=project.root,
        env=environment() | variables,
        text=True,
        capture_output=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    """A project whose site has been built by the command."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    assert make_site(project).startswith("Built site/")
    return project


def state(project: Project) -> dict[str, tuple[int, bytes]]:
    files = (path for path in project.site.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_nothing_is_written_when_nothing_has_changed(built):
    before = state(built)
    assert make_site(built).startswith("site/ is up to date")
    assert state(built) == before


@pytest.mark.parametrize("damage", ["changed", "missing", "foreign", "same size and date"])
def test_a_damaged_site_is_built_again(built, damage):
    before = {name: data for name, (_, data) in state(built).items()}
    page = built.site / "day-3" / "spark" / "index.html"
    stray = page.with_name("stray.html")
    if damage == "missing":
        page.unlink()
    elif damage == "foreign":
        stray.write_text("not ours")
    elif damage == "changed":
        page.write_text("cut off")
    else:
        # As a tool does that writes another file in its place and sets its date back.
        old, data = page.stat(), page.read_bytes()
        page.unlink()
        stray.write_text("takes the old file's place on the disk")
        page.write_bytes(data.replace(b"Spark", b"spark", 1))
        os.utime(page, ns=(old.st_atime_ns, old.st_mtime_ns))
        stray.unlink()
        assert page.stat().st_size == old.st_size
    assert make_site(built).startswith("Built site/")
    assert {name: data for name, (_, data) in state(built).items()} == before


@pytest.mark.parametrize(
    "name",
    [
        "docs/day-3/spark.md",
        "notebooks/scores/flights.json",
        "xgb-autotune-artifacts/dpp0.py",
        "sources.yml",
        "mkdocs.yml",
        "new.svg",
    ],
)
def test_another_input_is_another_hash(built, name):
    before = stamp.inputs_hash(built)
    path = built.root / ("docs/img/new.svg" if name == "new.svg" else name)
    old = path.read_bytes() if path.exists() else None
    path.write_bytes((old or b"") + b"\n")
    assert stamp.inputs_hash(built) != before
    if old is None:
        path.unlink()
    else:
        path.write_bytes(old)
    assert stamp.inputs_hash(built) == before


def test_another_address_builds_again(built):
    assert make_site(built, SITE_URL="https://example.org/a/").startswith("Built site/")
    assert make_site(built, SITE_URL="https://example.org/a/").startswith("site/ is up to date")
    assert make_site(built).startswith("Built site/")


def test_a_stamp_that_cannot_be_read_is_none(built):
    path = built.root / "build" / "site.json"
    path.write_text("{")
    assert not stamp.is_current(built, stamp.inputs_hash(built))
