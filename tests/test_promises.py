"""The README's table names every test, and its links and those of its neighbours land."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.site import ROOT

ROWS = re.findall(
    r"^\| (?!-)(?P<promise>.+?) \| (?P<tests>`tests/.+`) \|$",
    (ROOT / "README.md").read_text(encoding="utf-8"),
    re.M,
)
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "src").glob("*/README.md")])


def kept_by(row: tuple[str, str]) -> list[str]:
    return re.findall(r"`([^`]+)`", row[1])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_each_promise_is_kept_by_tests_that_exist(row):
    for name in kept_by(row):
        found = list((ROOT / name).glob("test_*.py")) if name.endswith("/") else [ROOT / name]
        assert found and all(path.is_file() for path in found), (
            f"README.md: '{row[0]}' is kept by {name}, which is not there; correct the row"
        )


def test_each_test_belongs_to_a_promise():
    named = [name for row in ROWS for name in kept_by(row)]
    paths = (path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py"))
    homeless = [path for path in paths if not any(path.startswith(name) for name in named)]
    assert not homeless, (
        f"README.md: no row of 'How it is tested' names {', '.join(homeless)}; add what it keeps"
    )


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_the_projects_own_texts_land(text: Path):
    links = re.findall(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)", text.read_text(encoding="utf-8"))
    dead = [link for link in links if not (text.parent / link).exists()]
    name = text.relative_to(ROOT).as_posix()
    assert not dead, f"{name} links {', '.join(dead)}, which is not there; correct the link"
