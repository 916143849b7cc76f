"""The committed tables are the ones that were made, small, and described."""

from __future__ import annotations

import hashlib

import pytest

from autotune.banner import banner
from autotune.table import read_table
from tests.site import ROOT

DATA = ROOT / "notebooks" / "data"
TABLES = {"flights.csv": ("late", 6000), "vehicles.csv": ("body", 3000)}


@pytest.mark.parametrize("name", TABLES)
def test_the_table_is_the_one_that_was_made(name):
    path = DATA / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert path.with_suffix(".csv.sha256").read_text() == f"{digest}  {name}\n"
    assert path.stat().st_size < 1_000_000
    assert name in (DATA / "README.md").read_text(encoding="utf-8")
    assert (DATA / f"make_{path.stem}.py").is_file()


@pytest.mark.parametrize("name", TABLES)
def test_the_table_is_one_that_autopilot_would_take(name):
    target, rows = TABLES[name]
    table = read_table(DATA / name, target)
    assert (len(table.frame), table.rows_in_file, table.warnings) == (rows, rows, ())


def test_no_vehicle_is_there_twice():
    frame = read_table(DATA / "vehicles.csv", "body").frame
    assert not frame.duplicated(["make", "model"]).any()


@pytest.mark.parametrize("form", ["markdown", "python", "text"])
def test_the_banner_says_who_from_what_and_what_it_is_not(form):
    table = read_table(DATA / "flights.csv", "late")
    said = banner(table, form)
    plain = " ".join(said.replace("\n# ", " ").replace("`", "").split())
    for words in ("this project's own generator", "flights.csv", table.sha256, "2020"):
        assert words in plain
    assert "not Autopilot output" in plain
    if form == "python":
        compile(said, "banner", "exec")
        assert max(map(len, said.splitlines())) <= 100


@pytest.mark.parametrize("form", ["markdown", "python", "text"])
def test_a_hostile_name_does_not_leave_the_banner(tmp_path, form):
    path = tmp_path / "a`b\nimport os #.csv"
    path.write_text("x,y\n1,a\n2,b\n3,a\n")
    said = banner(read_table(path, "y"), form)
    mark = {"markdown": ">", "python": "#", "text": "M"}[form]
    assert all(line.startswith(mark) for line in said.splitlines())
    assert said.count("`") == (4 if form == "markdown" else 0)
