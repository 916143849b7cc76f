"""The table of scores says what the measuring run wrote, and nothing that a person typed."""

from __future__ import annotations

import json

import pytest

from tests.workshop_notes.checks.test_bad_input import messages
from workshop_notes.content.project import Project
from workshop_notes.directives import score_tables


def scores(file: str, *splits: dict, measures: tuple[str, ...] = ("logloss", "auc")) -> dict:
    return {
        "data": {"file": file},
        "measures": list(measures),
        "outer": 5,
        "inner": 3,
        "trials": {"xgboost": [{}] * 7, "linear": [{}] * 7},
        "splits": list(splits),
    }


def split(name: str, *candidates: dict, by: tuple[str, ...] = (), repeats: int = 1) -> dict:
    return {
        "name": name,
        "by": list(by),
        "repeats": repeats,
        "rows": [[80, 20]] * 5 * repeats,
        "candidates": list(candidates),
        "chosen": {"mean": {"logloss": 0.4}, "spread": {"logloss": 0.01}, "gain": gain(0.01)},
        "rival": entry(0.5) | {"gain": gain(-0.1, beyond=True)},
    }


def gain(mean: float, beyond: bool = False) -> dict:
    return {"mean": mean, "error": 0.0042, "won": 4, "beyond": beyond}


def entry(mean: float, spread: float = 0.01) -> dict:
    return {
        "mean": {"logloss": mean, "auc": 0.75},
        "spread": {"logloss": spread, "auc": 0.01},
    }


def candidate(title: str, mean: float, spread: float, more: float | None = None) -> dict:
    made = {"title": title} | entry(mean, spread)
    made["mean"]["untuned"] = mean + 0.1
    return made if more is None else made | {"gain": gain(more)}


@pytest.fixture
def measured(tmp_path) -> Project:
    folder = tmp_path / "notebooks" / "scores"
    folder.mkdir(parents=True)
    first = scores(
        "a.csv",
        split(
            "random",
            candidate("plain", 0.4123, 0.0156, -0.0021),
            candidate("control: x", 0.41, 0.01),
            repeats=3,
        ),
    )
    second = scores(
        "b.csv",
        *(
            split(
                name,
                candidate("plain", 0.2 + worse, 0.01, 0.1),
                candidate("letters", 0.1, 0.01, -0.0004),
                candidate("control: x", 0.3, 0.01),
                by=by,
            )
            for name, worse, by in (
                ("random", 0.0, ()),
                ("grouped", 0.01, ("month", "day")),
                ("forward", 0.02, ("month", "day")),
            )
        ),
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


MINUS = "\u2212"


def test_one_way_of_parting_the_rows_with_all_its_measures(measured):
    text = score_tables.table(measured, "a")
    head, _, plain, control, picked, rival = rows(text)
    assert head == ["Candidate", "log loss", "untuned", "gain", "folds won", "AUC"]
    shown = ["plain", "0.412 ± 0.016", "0.512", f"{MINUS}0.002 ± 0.004", "4 of 15", "0.750"]
    assert plain == shown
    assert control == ["control: x", "0.410 ± 0.010", "0.510", "", "", "0.750"]
    assert picked == [
        "picked by the inner score", "0.400 ± 0.010", "", "+0.010 ± 0.004", "4 of 15", "",
    ]  # fmt: skip
    # In bold: it is beyond chance.
    assert rival[0].startswith("rival") and rival[3] == f"**{MINUS}0.100 ± 0.004**"
    assert "5 outer folds" in text and "7 sets" in text and "3 times" in text


def test_several_ways_of_parting_the_rows_stand_side_by_side(measured):
    text = score_tables.table(measured, "b")
    head, _, plain, *_ = rows(text)
    ways = ("random", "grouped", "forward")
    assert head == ["Candidate", *(c for way in ways for c in (f"{way}: log loss", "gain"))]
    more = "+0.100 ± 0.004"
    assert plain == ["plain", "0.200", more, "0.210", more, "0.220", more]
    assert "(by month and day)" in text


def test_all_tables_side_by_side_with_the_strictest_folds_that_are_drawn(measured):
    head, _, *body = rows(score_tables.table(measured, "all"))
    assert head == ["Candidate", "a, random: log loss", "gain", "b, grouped: log loss", "gain"]
    assert body == [
        ["plain", "0.412", f"{MINUS}0.002 ± 0.004", "0.210", "+0.100 ± 0.004"],
        ["letters", "not tried", "", "0.100", "0.000 ± 0.004"],
        ["control: x", "0.410", "", "0.300", ""],
        ["picked by the inner score", *["0.400", "+0.010 ± 0.004"] * 2],
        ["rival: gradient boosting, untuned", *["0.500", f"**{MINUS}0.100 ± 0.004**"] * 2],
    ]


def test_scores_of_nothing_are_refused_with_file_and_line(copy):
    path = copy.docs / "status.md"
    text = path.read_text(encoding="utf-8") + "\n<!-- scores: gone -->\n"
    path.write_text(text, encoding="utf-8")
    (message,) = messages(copy)
    assert message.startswith(f"docs/status.md:{text.count(chr(10))}: there are no scores 'gone'")
