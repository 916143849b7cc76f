"""Each column is taken for what it is, and its numbers agree with another library's."""

from __future__ import annotations

import datetime
import random

import pandas as pd
import pytest
from sklearn.datasets import load_diabetes

from autotune.profile import profile, typed
from autotune.table import read_table
from tests.site import ROOT

DATA = ROOT / "notebooks" / "data"


def table_of(tmp_path, columns: dict[str, list], target: str):
    path = tmp_path / "t.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return read_table(path, target)


@pytest.fixture(scope="module")
def flights():
    table = read_table(DATA / "flights.csv", "late")
    return table, profile(table)


@pytest.fixture(scope="module")
def vehicles():
    table = read_table(DATA / "vehicles.csv", "body")
    return table, profile(table)


def test_the_columns_of_the_flights_are_taken_for_what_they_are(flights):
    table, found = flights
    assert found.problem == "binary"
    assert found.classes == ("no", "yes")
    assert [column.name for column in found.columns] == table.features
    assert found.named("categorical") == ("carrier", "origin", "dest", "manufacturer")
    assert found.named("datetime") == ("time_hour",)
    assert found.named("text") == ()
    by_name = {column.name: column for column in found.columns}
    assert by_name["year"].constant
    assert "year" not in found.named("numeric")
    few = [column.name for column in found.columns if column.few_valued]
    assert {"month", "day", "hour", "seats"} <= set(few)
    assert not {"distance", "temp", "humid", "year"} & set(few)
    assert by_name["built"].missing == pytest.approx(0.16)
    assert by_name["time_hour"].first.startswith("2013-01-01T")
    assert by_name["origin"].top[0][0] in {"EWR", "JFK", "LGA"}
    assert sum(count for _, count in by_name["origin"].top) == 6000


def test_the_model_of_a_vehicle_is_text(vehicles):
    _, found = vehicles
    assert found.problem == "multiclass"
    assert len(found.classes) == 7
    assert found.named("text") == ("model",)
    assert set(found.named("categorical")) == {"make", "trans", "drive", "fuel"}
    model = next(column for column in found.columns if column.name == "model")
    assert model.words > 1000


def test_statistics_agree_with_scipy(flights):
    stats = pytest.importorskip("scipy.stats")
    table, found = flights
    for column in found.columns:
        if column.kind != "numeric":
            continue
        x = pd.to_numeric(table.frame[column.name]).dropna()
        ours = column.numbers
        assert ours.mean == pytest.approx(x.mean())
        assert ours.sd == pytest.approx(x.std())
        assert (ours.min, ours.median, ours.max) == (x.min(), x.median(), x.max())
        if not column.constant:
            assert ours.skew == pytest.approx(stats.skew(x))
            assert ours.kurtosis == pytest.approx(stats.kurtosis(x, fisher=False))


def test_outliers_are_counted_from_the_median_and_none_without_spread(tmp_path):
    x = [draw.gauss(0, 1) for draw in [random.Random(1)] for _ in range(990)] + [60.0] * 10
    flat = [0] * 990 + [7] * 10
    table = table_of(tmp_path, {"x": x, "flat": flat, "y": ["a", "b"] * 500}, "y")
    by_name = {column.name: column.numbers for column in profile(table).columns}
    assert by_name["x"].outliers == pytest.approx(0.01)
    assert by_name["flat"].outliers == 0


def test_a_number_to_predict_is_a_regression(tmp_path):
    bunch = load_diabetes(as_frame=True)
    table = table_of(tmp_path, {"bmi": bunch.data["bmi"], "y": bunch.target}, "y")
    found = profile(table)
    assert (found.problem, found.classes, found.target.kind) == ("regression", (), "numeric")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([str(n) for n in range(1000)], "numeric"),
        ([str(n) if n % 20 else "unknown" for n in range(1000)], "numeric"),
        ([str(n) if n % 5 else "unknown" for n in range(1000)], "text"),
        (["inf", "nan", "-inf", "x"] * 250, "categorical"),
        (["1e3", "-2.5E-4", " 7 ", "+1"] * 250, "numeric"),
        ([f"code {n % 40}" for n in range(1000)], "categorical"),
        ([f"a word {n}" for n in range(1000)], "text"),
        (["2026-01-01", "2026-02-30", "2026-03-01"] * 334, "categorical"),
        (["03/04/2020", "04/05/2020"] * 500, "categorical"),
        (
            [str(datetime.date(2020, 1, 1) + datetime.timedelta(n)) for n in range(1000)],
            "datetime",
        ),
        ([f"2026-01-01T{n % 24:02d}:00:00+0{n % 10}:00" for n in range(1000)], "datetime"),
        (["<b>&\"'</b>", "a\nb", "日本", "é"] * 250, "categorical"),
    ],
)
def test_kinds(tmp_path, values, kind):
    half = ["a" if n % 2 else "b" for n in range(len(values))]
    found = profile(table_of(tmp_path, {"x": values, "y": half}, "y"))
    assert found.columns[0].kind == kind


def test_an_empty_column_is_constant_and_kept(tmp_path):
    found = profile(table_of(tmp_path, {"x": [""] * 600, "y": ["a", "b"] * 300}, "y"))
    column = found.columns[0]
    assert (column.constant, column.missing, column.distinct) == (True, 1.0, 0)
    assert column.numbers is None
    assert found.named("numeric") == ()


def test_typed_gives_numbers_moments_and_text(flights):
    table, found = flights
    frame = typed(table, found)
    assert frame["temp"].dtype == "float64"
    assert str(frame["time_hour"].dtype).startswith("datetime64")
    assert frame["time_hour"].notna().all()
    assert frame["dest"].equals(table.frame["dest"])
    assert frame.shape == table.frame.shape


def test_the_order_of_rows_makes_no_difference(flights, tmp_path):
    table, found = flights
    path = tmp_path / table.name
    table.frame.sample(frac=1, random_state=3).to_csv(path, index=False)
    again = profile(read_table(path, "late"))
    for a, b in zip(found.columns, again.columns, strict=True):
        assert (a.kind, a.distinct, a.top, a.words) == (b.kind, b.distinct, b.top, b.words)
