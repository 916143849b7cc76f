"""The table of scores says what the measuring run wrote, and nothing that a person typed."""

from __future__ import annotations

import json

import pytest

from tests.workshop_notes.checks.test_bad_input import messages
from workshop_notes.content.project import Project
from workshop_notes.directives import score_tables


def scores(file: str, *candidates: dict, measures: tuple[str, ...] = ("logloss", "auc")) -> dict:
    return {
        "data": {"file": file},
        "measures": list(measures),
        "outer": 5,
        "inner": 3,
        "trials": 7,
        "candidates": list(candidates),
    }


def candidate(name: str, title: str, mean: float, spread: float, gain: float | None = None) -> dict:
    made = {
        "name": name,
        "title": title,
        "control": gain is None,
        "mean": {"logloss": mean, "auc": 0.75, "untuned": mean + 0.1},
        "spread": {"logloss": spread, "auc": 0.01, "untuned": 0.02},
    }
    return made if gain is None else made | {"gain": {"mean": gain, "won": 4}}


@pytest.fixture
def measured(tmp_path) -> Project:
    folder = tmp_path / "notebooks" / "scores"
    folder.mkdir(parents=True)
    first = scores(
        "a.csv",
        candidate("dpp0", "plain", 0.4123, 0.0156, -0.0021),
        candidate("dpp1", "control: x", 0.41, 0.01),
    )
    second = scores(
        "b.csv",
        candidate("dpp0", "plain", 0.2, 0.01, 0.1),
        candidate("dpp1", "letters", 0.1, 0.01, -0.0004),
        candidate("dpp2", "control: x", 0.3, 0.01),
    )
    (folder / "a.json").write_text(json.dumps(first), encoding="utf-8")
    (folder / "b.json").write_text(json.dumps(second), encoding="utf-8")
    return Project(tmp_path)


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [
        [cell.strip().replace("\u00a0", " ") for cell in line.strip("|").split("|")]
        for line in lines
    ]


def test_one_table_with_spread_gain_and_folds(measured):
    text = score_tables.table(measured, "a")
    head, _, plain, control = rows(text)
    assert head == ["Candidate", "log loss", "untuned", "gain over the control", "folds won", "AUC"]
    assert plain == ["`dpp0` plain", "0.412 ± 0.016", "0.512", "\u22120.002", "4 of 5", "0.750"]
    assert control == ["`dpp1` control: x", "0.410 ± 0.010", "0.510", "", "", "0.750"]
    assert "5 outer folds" in text and "tries 7 sets" in text


def test_all_tables_side_by_side(measured):
    head, _, *body = rows(score_tables.table(measured, "all"))
    assert head == ["Candidate", "a: log loss", "gain", "b: log loss", "gain"]
    assert body == [
        ["plain", "0.412 ± 0.016", "\u22120.002", "0.200 ± 0.010", "+0.100"],
        ["letters", "not tried", "", "0.100 ± 0.010", "0.000"],
        ["control: x", "0.410 ± 0.010", "", "0.300 ± 0.010", ""],
    ]


def test_tables_that_were_measured_differently_say_so(measured):
    assert score_tables.table(measured, "all").count("tries 7 sets") == 1
    path = score_tables.path(measured, "b")
    path.write_text(path.read_text("utf-8").replace('"trials": 7', '"trials": 2'), "utf-8")
    text = score_tables.table(measured, "all")
    assert "on a 5 outer folds" in text and "tries 7 sets" in text and "tries 2 sets" in text


def test_a_search_that_did_harm_is_called_so(measured):
    assert "did most candidates no good" not in score_tables.table(measured, "a")
    path = score_tables.path(measured, "a")
    values = json.loads(path.read_text("utf-8"))
    for each in values["candidates"]:
        each["mean"]["untuned"] = 0.1
    path.write_text(json.dumps(values), "utf-8")
    assert "On a the search did most candidates no good" in score_tables.table(measured, "a")
    assert "On a the search did most" in score_tables.table(measured, "all")


def test_scores_of_nothing_are_refused_with_file_and_line(copy):
    path = copy.docs / "status.md"
    text = path.read_text(encoding="utf-8") + "\n<!-- scores: gone -->\n"
    path.write_text(text, encoding="utf-8")
    (message,) = messages(copy)
    assert message.startswith(f"docs/status.md:{text.count(chr(10))}: there are no scores 'gone'")
