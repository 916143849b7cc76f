"""Each finding fires where it should and stays silent where it should not."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier

from autotune.finding import SEVERITIES
from autotune.insights import insights
from autotune.power import Quick, anomaly_scores, prediction_power, quick_model
from autotune.profile import profile
from autotune.table import read_table
from tests.site import ROOT

ROWS = 1000
DRAW = random.Random(11)
NOISE = [round(DRAW.gauss(0, 1), 6) for _ in range(ROWS)]
OTHER = [round(DRAW.gauss(0, 1), 6) for _ in range(ROWS)]
GOOD = Quick("log loss", 0.3, 0.7)


def table_of(tmp_path, columns: dict[str, list], target: str = "y"):
    path = tmp_path / "t.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return read_table(path, target)


def found(tmp_path, columns: dict[str, list], power: float = 0.3, quick: Quick = GOOD):
    """What is found, as (what, severity, column), with given power and quick model."""
    table = table_of(tmp_path, columns)
    profiled = profile(table)
    powers = {column.name: power for column in profiled.columns}
    return {
        (insight.what, insight.severity, insight.column)
        for insight in insights(table, profiled, powers, quick)
    }


def two_classes(minority: int = 500) -> list[str]:
    return ["a" if n < minority else "b" for n in range(ROWS)]


def test_a_clean_table_has_no_finding(tmp_path):
    assert found(tmp_path, {"x": NOISE, "z": OTHER, "y": two_classes()}) == set()


def exponential(power: float) -> list[float]:
    return [round(abs(x) ** power, 5) for x in NOISE]


CASES = {
    "few rows": (
        {"x": NOISE[:300], "y": ["a", "b"] * 150},
        ("few rows", "high", None),
    ),
    "few duplicates": (
        {"x": [*NOISE[:-9], *NOISE[:9]], "y": ["a"] * 500 + ["b"] * 491 + ["a"] * 9},
        ("duplicate rows", "medium", None),
    ),
    "many duplicates": (
        {"x": [1, 2] * 500, "y": ["a", "b"] * 500},
        ("duplicate rows", "high", None),
    ),
    "19 in the minority": (
        {"x": NOISE, "y": two_classes(19)},
        ("very small minority", "high", "y"),
    ),
    "101 classes": (
        {"x": NOISE * 2, "y": [f"c{n % 101}" for n in range(2 * ROWS)]},
        ("too many classes", "medium", "y"),
    ),
    "10 in a class": (
        {"x": NOISE, "y": ["a"] * 10 + ["b", "c"] * 495},
        ("rare class", "high", "y"),
    ),
    "under 1 % of the commonest": (
        {"x": NOISE * 3, "y": ["a"] * 11 + ["b"] * 1489 + ["c"] * 1500},
        ("imbalanced classes", "medium", "y"),
    ),
    "a skewed number": ({"x": NOISE, "y": exponential(6)}, ("skewed target", "high", "y")),
    "a heavy tail": (
        {"x": NOISE, "y": [sign * x**3 for x in NOISE[:500] for sign in (1, -1)]},
        ("heavy-tailed target", "high", "y"),
    ),
    "a value too frequent": (
        {"x": NOISE, "y": [0.0] * 120 + NOISE[120:]},
        ("frequent value in the target", "medium", "y"),
    ),
    "6 % of the targets are no number": (
        {"x": NOISE, "y": ["none"] * 60 + NOISE[60:]},
        ("rows without a usable target", "high", "y"),
    ),
    "one target missing": (
        {"x": NOISE, "y": ["", *two_classes()[1:]]},
        ("rows without a usable target", "medium", "y"),
    ),
    "constant": (
        {"x": NOISE, "c": [7] * ROWS, "y": two_classes()},
        ("constant column", "low", "c"),
    ),
    "empty": ({"x": NOISE, "c": [""] * ROWS, "y": two_classes()}, ("constant column", "low", "c")),
    "6 % missing": (
        {"x": [""] * 60 + NOISE[60:], "y": two_classes()},
        ("missing values", "medium", "x"),
    ),
    "a gap in disguise": (
        {"x": [-999] * 120 + [*range(880)], "y": two_classes()},
        ("disguised missing value", "medium", "x"),
    ),
    "a rare category": (
        {"x": ["p"] * 700 + ["q"] * 295 + ["r"] * 5, "z": NOISE, "y": two_classes()},
        ("rare categories", "medium", "x"),
    ),
    "some numbers are words": (
        {"x": ["many"] * 50 + NOISE[50:], "y": two_classes()},
        ("values that are no numbers", "medium", "x"),
    ),
    "outliers": (
        {"x": [99] * 20 + NOISE[20:], "y": two_classes()},
        ("outliers", "low", "x"),
    ),
    "a name for each row": (
        {"x": NOISE, "tag": [f"id{n}" for n in range(ROWS)], "y": two_classes()},
        ("every value occurs once", "low", "tag"),
    ),
    "nearly a name for each row": (
        {
            "x": NOISE,
            "tag": [f"id{n // 2 if n < 80 else n}" for n in range(ROWS)],
            "y": two_classes(),
        },
        ("nearly every value occurs once", "low", "tag"),
    ),
    "rows sorted by time": (
        {
            "x": NOISE,
            "at": [f"2026-{1 + n // 84:02d}-{1 + n % 84 // 3:02d}" for n in range(ROWS)],
            "y": two_classes(),
        },
        ("rows in the order of time", "medium", "at"),
    ),
    "rows in groups": (
        {"x": NOISE, "make": [f"make{n // 25}" for n in range(ROWS)], "y": two_classes()},
        ("rows in groups", "medium", "make"),
    ),
    "a key that repeats": (
        {"x": NOISE, "patient_id": [n * 7 % 200 for n in range(ROWS)], "y": two_classes()},
        ("a key that repeats", "medium", "patient_id"),
    ),
    "filled for one class": (
        {
            "x": NOISE,
            "left": [1 + n % 9 if n < 300 else "" for n in range(ROWS)],
            "y": two_classes(),
        },
        ("filled for one class only", "high", "left"),
    ),
    "empty for one class": (
        {
            "x": NOISE,
            "left": ["" if n < 300 else 1 + n % 9 for n in range(ROWS)],
            "y": two_classes(),
        },
        ("empty for one class only", "high", "left"),
    ),
    "twins": (
        {"x": NOISE, "z": [2 * x + 1 for x in NOISE], "y": two_classes()},
        ("columns that say the same", "low", "z"),
    ),
    "the target in other units": (
        {"x": [2.54 * x for x in NOISE], "z": OTHER, "y": NOISE},
        ("correlation with the target", "high", "x"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_found(tmp_path, case):
    columns, expected = CASES[case]
    assert expected in found(tmp_path, columns)


NEARLY = {
    "20 in the minority": ({"x": NOISE, "y": two_classes(20)}, "very small minority"),
    "11 in a class": ({"x": NOISE, "y": ["a"] * 11 + ["b"] * 489 + ["c"] * 500}, "rare class"),
    "100 classes": (
        {"x": NOISE * 2, "y": [f"c{n % 100}" for n in range(2 * ROWS)]},
        "too many classes",
    ),
    "5 % missing": ({"x": [""] * 50 + NOISE[50:], "y": two_classes()}, "missing values"),
    "1 % outliers": ({"x": [99] * 10 + NOISE[10:], "y": two_classes()}, "outliers"),
    "rows in no order of time": (
        {
            "at": [f"2026-{1 + n * 7 % 12:02d}-{1 + n * 11 % 28:02d}" for n in range(ROWS)],
            "y": two_classes(),
        },
        "rows in the order of time",
    ),
    "groups that chance makes": (
        {"make": [f"make{n * 7919 % 40}" for n in range(ROWS)], "y": two_classes()},
        "rows in groups",
    ),
    "a key of few values": (
        {"x": NOISE, "shop_id": [n % 9 for n in range(ROWS)], "y": two_classes()},
        "a key that repeats",
    ),
    "a tenth of the values shared": (
        {
            "x": NOISE,
            "id": [f"id{n // 2 if n < 110 else n}" for n in range(ROWS)],
            "y": two_classes(),
        },
        "nearly every value occurs once",
    ),
    "gaps of both classes": (
        {"x": ["" if n % 3 else 1.5 * n for n in range(ROWS)], "y": two_classes()},
        "filled for one class only",
    ),
    "a frequent value among few": (
        {"x": NOISE, "y": [0.0] * 95 + NOISE[95:]},
        "frequent value in the target",
    ),
}


@pytest.mark.parametrize("case", NEARLY)
def test_what_is_just_good_enough_is_not(tmp_path, case):
    columns, what = NEARLY[case]
    assert what in {name for _, (name, *_) in CASES.values()}, "no fault has this name"
    assert what not in {name for name, _, _ in found(tmp_path, columns)}


def test_faults_of_a_column_without_power_weigh_less(tmp_path):
    columns = {"x": [""] * 60 + NOISE[60:], "y": two_classes()}
    assert ("missing values", "low", "x") in found(tmp_path, columns, power=0.01)
    assert ("uninformative column", "low", "x") in found(tmp_path, columns, power=0.0)
    assert ("target leakage", "high", "x") in found(tmp_path, columns, power=0.96)


def test_a_copy_of_the_target_in_which_some_rows_were_drawn_anew_is_found(tmp_path):
    """A noisy copy stayed below the bound for leakage, and nothing was said of it."""
    y = ["a" if n % 9 < 2 else "b" for n in range(ROWS)]
    for share in (0.03, 0.06):
        copied = [DRAW.choice(y) if DRAW.random() < share else label for label in y]
        table = table_of(tmp_path, {"copy": copied, "x": NOISE, "y": y})
        said = {i.what for i in insights(table, profile(table)) if i.column == "copy"}
        assert said & {"target leakage", "almost the target"}, share


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (0.71, ("quick model no better than guessing", "high", None)),
        (0.67, ("quick model hardly better", "medium", None)),
    ],
)
def test_a_quick_model_that_learns_nothing_is_said(tmp_path, model, expected):
    columns = {"x": NOISE, "y": two_classes()}
    assert expected in found(tmp_path, columns, quick=Quick("log loss", model, 0.7))


def test_power_tells_a_copy_from_a_hint_from_noise(tmp_path):
    y = two_classes()
    hint = [x + (label == "a") for x, label in zip(NOISE, y, strict=True)]
    texts = [f"{'red' if label == 'a' else 'blue'} car {n}" for n, label in enumerate(y)]
    days = [f"2026-0{1 if label == 'a' else 6}-{1 + n % 28:02d}" for n, label in enumerate(y)]
    table = table_of(
        tmp_path,
        {"copy": [{"a": "p", "b": "q"}[label] for label in y], "hint": hint, "noise": OTHER,
         "text": texts, "day": days, "same": [1] * ROWS, "y": y},
    )  # fmt: skip
    powers = prediction_power(table, profile(table))
    assert powers["copy"] == pytest.approx(1)
    assert powers["text"] > 0.95
    assert powers["day"] > 0.95
    assert 0.3 < powers["hint"] < 0.7  # two normals a deviation apart: 2 AUC - 1 = 0.52
    assert powers["noise"] < 0.1
    assert powers["same"] == 0


def test_power_and_quick_model_of_a_number(tmp_path):
    y = [3 * x + 0.1 * z for x, z in zip(NOISE, OTHER, strict=True)]
    table = table_of(tmp_path, {"x": NOISE, "z": OTHER, "y": y})
    profiled = profile(table)
    powers = prediction_power(table, profiled)
    assert powers["x"] > 0.9
    assert powers["z"] < 0.1
    quick = quick_model(table, profiled)
    assert quick.measure == "mean squared error"
    assert quick.trivial == pytest.approx(pd.Series(y).var(ddof=0), rel=1e-6)
    assert quick.gain > 0.9


def test_odd_rows_have_the_lowest_scores(tmp_path):
    x, z = [*NOISE[:-2], 50, -60], [*OTHER[:-2], -40, 30]
    table = table_of(tmp_path, {"x": x, "z": z, "y": two_classes()})
    scores = anomaly_scores(table, profile(table))
    assert len(scores) == ROWS
    assert set(scores.nsmallest(2).index) == {998, 999}
    assert (scores.nsmallest(2) < 0).all()


@pytest.mark.parametrize(("name", "target"), [("flights", "late"), ("vehicles", "body")])
def test_findings_on_the_tables_of_the_experiment_come_worst_first(name, target):
    table = read_table(ROOT / "notebooks" / "data" / f"{name}.csv", target)
    found = insights(table, profile(table))
    order = [SEVERITIES.index(insight.severity) for insight in found]
    assert order == sorted(order)
    said = {(insight.what, insight.column) for insight in found}
    assert not {what for what, _ in said} & {"target leakage", "duplicate rows", "few rows"}
    if name == "flights":
        assert ("constant column", "year") in said
        assert ("missing values", "built") in said
        assert ("rows in the order of time", "time_hour") in said
    else:
        assert ("rows in groups", "make") in said
        assert ("nearly every value occurs once", "model") in said


@pytest.mark.parametrize(
    "columns",
    [
        {"x": [""] * 600, "y": ["a", "b"] * 300},
        {"x": ["same"] * 600, "y": ["a", "b"] * 300},
        {"x": [f"!!! {n}" for n in range(600)], "y": ["a", "b"] * 300},
        {"x": [*["."] * 599, "a"], "y": [str(n % 200) for n in range(600)]},
        {"x": [1e308, -1e308] * 300, "y": ["a", "b"] * 300},
        {"x": range(30), "y": ["a"] * 29 + ["b"]},
        {"x": range(600), "y": ["a"] * 599 + ["b"]},
        {"x": range(600), "y": [f"c{n % 290}" for n in range(600)]},
        {"x": [f"2026-01-01T{n % 24:02d}:00" if n % 50 else "" for n in range(600)],
         "y": [n * n for n in range(600)]},
        {"x": range(3), "y": ["a", "b", "a"]},
    ],
)  # fmt: skip
def test_odd_tables_are_looked_at_without_a_fall(tmp_path, columns):
    table = table_of(tmp_path, columns)
    profiled = profile(table)
    assert insights(table, profiled)
    assert anomaly_scores(table, profiled).notna().all()


def test_whole_numbers_to_predict_are_no_classes(tmp_path):
    """A category's mean of the target does not depend on whether its numbers are whole."""
    place = ["abcdefgh"[n % 8] for n in range(ROWS)]
    y = [100 * (n % 8) + n // 8 for n in range(ROWS)]
    powers = []
    for target in (y, [1.5 * value for value in y]):
        table = table_of(tmp_path, {"place": place, "y": target})
        powers.append(prediction_power(table, profile(table))["place"])
    assert powers[0] == pytest.approx(powers[1])
    assert powers[0] > 0.9


def test_a_wide_table_is_judged_on_one_fold(tmp_path, monkeypatch):
    y = two_classes()
    hint = [x + (label == "a") for x, label in zip(NOISE, y, strict=True)]
    kind = ["pq"[label == "a"] for label in y]
    table = table_of(tmp_path, {"kind": kind, "hint": hint, "noise": OTHER, "y": y})
    profiled = profile(table)
    fitted = []
    fit = DecisionTreeClassifier.fit
    monkeypatch.setattr(
        DecisionTreeClassifier, "fit", lambda *a, **k: fitted.append(1) or fit(*a, **k)
    )
    before = prediction_power(table, profiled)
    assert len(fitted) == 15
    monkeypatch.setattr("autotune.power.MOST_COLUMNS", 2)
    after = prediction_power(table, profiled)
    assert len(fitted) == 18
    assert after["kind"] == before["kind"] == pytest.approx(1)
    assert after["hint"] == pytest.approx(before["hint"], abs=0.2)
    assert after["noise"] < 0.25
    assert quick_model(table, profiled).gain > 0.9


def test_of_many_columns_that_say_the_same_not_every_pair_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("autotune.insights.MOST_TWINS", 4)
    columns = {f"x{n}": [x * (n + 1) for x in NOISE] for n in range(5)}
    table = table_of(tmp_path, {**columns, "y": two_classes()})
    twins = [i for i in insights(table, profile(table)) if i.what == "columns that say the same"]
    assert [i.column for i in twins] == ["x1", "x2", "x3", "x4"]
