"""What a cell means is found out by column, and told; what is read once is read the same again."""

from __future__ import annotations

import csv
import gzip
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest

from autotune.cells import reading
from autotune.evaluate import imported
from autotune.generate import DEFINITION, generate
from autotune.profile import profile
from autotune.table import TableError, read_table
from tests.autotune.test_profile import table_of

HALF = ["a", "b"] * 300


def read(values: list[str]) -> tuple[list[str], str]:
    """Cells as they are read, missing ones as "", and what was said about them."""
    cells = pd.Series(values, dtype="str")
    cells = cells.mask(cells.str.strip() == "")
    found = reading(cells)
    plain = found(cells)
    again = reading(plain)
    assert again(plain).equals(plain), "what was read is read differently the second time"
    said = [f"{kind}: {what}" for kind, what in found.notes] + list(found.unclear)
    return plain.fillna("").tolist(), "; ".join(said)


@pytest.mark.parametrize(
    ("values", "expected", "said"),
    [
        (["1", "NA", "3", "?", " "], ["1", "", "3", "", ""], '"NA" 1 times, "?" 1 times'),
        (["x", "N/A", "null", "-", "NaN"], ["x", "", "", "", ""], "and 1 more"),
        (["A+", "+", "-"], ["A+", "+", "-"], ""),  # blood groups
        (["None", "few", "none at all"], ["None", "few", "none at all"], ""),
        (["25,649", "1,234,567", "999"], ["25649", "1234567", "999"], '"25,649" is read as 25649'),
        (["1.234,5", "7,25", "12.000"], ["1234.5", "7.25", "12000"], "is read as 1234.5"),
        (["1 234,5", "7,25", "12\u00a0000"], ["1234.5", "7.25", "12000"], "is read as 1234.5"),
        (["0,125", "2,5"], ["0.125", "2.5"], "is read as 0.125"),
        (["7.47%", "-12.5 %", "0.0%"], ["7.47", "-12.5", "0.0"], '"7.47%" is read as 7.47, 3'),
        (["$1.50", "-$2,000.00", "($3.25)"], ["1.50", "-2000.00", "-3.25"], "3 like it"),
        (["3.1", "<1.0", "2.5", "4.0"], ["3.1", "1.0", "2.5", "4.0"], '"<1.0" is read as 1.0'),
        (["<30", ">30", "<30"], ["<30", ">30", "<30"], ""),  # classes, which a number would merge
        (["5%", "0.05"], ["5%", "0.05"], "mixes numbers with %, no sign"),
        (["$5", "\u20ac7"], ["$5", "\u20ac7"], "bring them to one unit"),
        (["1.5", "inf", "-Infinity", "2"], ["1.5", "", "", "2"], '"inf" 1 times'),
        (["1-2", "3-4"], ["1-2", "3-4"], ""),
        (["1)", "2)"], ["1)", "2)"], ""),
        (["007", "012"], ["007", "012"], ""),
        (["1/18/2018", "2/3/2018"], ["2018-01-18", "2018-02-03"], "is read as 2018-01-18"),
        (["18.01.2018", "03.02.2018"], ["2018-01-18", "2018-02-03"], "is read as 2018-01-18"),
        (["1/2/2018", "2/3/2018"], ["1/2/2018", "2/3/2018"], "can be read twice (1/2/2018 is"),
        (["2003-06", "1999-12"], ["2003-06-01", "1999-12-01"], "is read as 2003-06-01"),
        (["20180118", "19991231"], ["2018-01-18", "1999-12-31"], "is read as 2018-01-18"),
        (["20180118", "19991331"], ["20180118", "19991331"], ""),  # no thirteenth month
        (["Jan 1 2000", "Feb 29 2000"], ["2000-01-01", "2000-02-29"], "is read as 2000-01-01"),
        (
            ["18/01/2018 13:05", "03/12/2019 00:00"],
            ["2018-01-18T13:05:00Z", "2019-12-03T00:00:00Z"],
            "is read as",
        ),
        (["1/18/2018"] * 19 + ["soon"], ["1/18/2018"] * 19 + ["soon"], 'but also "soon"'),
        (["2018", "1999"], ["2018", "1999"], ""),
        (["May 2", "June 3"], ["May 2", "June 3"], ""),
        (["Yes", "yes", "Yes", " YES"] + ["no"] * 4, ["Yes"] * 4 + ["no"] * 4, '"Yes" and "YES"'),
    ],
)  # fmt: skip
def test_a_column_is_read_in_the_one_way_that_it_agrees_on(values, expected, said):
    found, told = read(values)
    assert found == expected
    assert said in told and bool(said) == bool(told)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([f"{n:05}" for n in range(600)], "text"),  # as ZIP codes
        ([f"{n % 9:02}" for n in range(600)], "categorical"),
        ([str(2**53 + n) for n in range(600)], "text"),
        ([str(2**53 + 2 * n) for n in range(600)], "numeric"),  # a float holds them apart
        (["NA" if n % 2 else str(n / 7) for n in range(600)], "numeric"),
        (["inf" if n % 4 else str(n / 7) for n in range(600)], "numeric"),
    ],
)
def test_names_of_digits_are_not_numbers_and_gaps_do_not_count(tmp_path, values, kind):
    table = table_of(tmp_path, {"x": values, "y": HALF}, "y")
    assert profile(table).columns[0].kind == kind
    assert table.frame["x"].nunique() == len({v for v in values if v not in ("NA", "inf")})


def test_classes_in_two_spellings_are_one(tmp_path):
    table = table_of(tmp_path, {"x": range(600), "y": ["1", "1.0", "0"] * 200}, "y")
    assert profile(table).classes == ("0", "1")
    assert any('"1" and "1.0"' in said for said in table.warnings)
    table = table_of(tmp_path, {"x": range(600), "y": ["Late ", "late", "late", "no"] * 150}, "y")
    assert profile(table).classes == ("late", "no")


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "rownames", "customer_id", "PassengerId"])
def test_what_names_a_row_is_no_column_to_learn_from(tmp_path, name):
    values = [f"{n * 3}" for n in range(600)]
    table = table_of(tmp_path, {name: values, "x": range(600), "y": HALF}, "y")
    assert table.features == ["x"]
    (said,) = table.warnings
    assert said.startswith(f"Column {name or 'without a name'} has a different value in each row")
    again = {name or "id": ["1", "2"] * 300, "x": range(600), "y": HALF}
    assert table_of(tmp_path, again, "y").features == [name or "id", "x"]


def test_row_names_without_a_heading_are_left_out_as_r_writes_them(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("x\ty\n" + "".join(f'"row {n}"\t{n}\t{HALF[n]}\n' for n in range(600)))
    table = read_table(path, "y")
    assert table.features == ["x"]
    path.write_text("x\ty\n" + "".join(f"a\t{n}\t{HALF[n]}\n" for n in range(600)))
    with pytest.raises(TableError, match=r"t\.txt: column 1 has no name"):
        read_table(path, "y")


def test_ratings_are_told_apart_from_classes_by_an_option(tmp_path):
    columns = {"x": range(600), "y": [n % 5 + 1 for n in range(600)]}
    told = table_of(tmp_path, columns, "y")
    assert profile(told).problem == "multiclass"
    assert [said for said in told.warnings if "say --problem regression" in said]
    asked = read_table(tmp_path / "t.csv", "y", problem="regression")
    assert (profile(asked).problem, asked.warnings) == ("regression", ())
    with pytest.raises(TableError, match="column y has 5 classes: say --problem multiclass"):
        read_table(tmp_path / "t.csv", "y", problem="binary")
    many = table_of(tmp_path, {"x": range(600), "y": [n % 30 for n in range(600)]}, "y")
    assert [said for said in many.warnings if "say --problem multiclass" in said]
    assert profile(read_table(tmp_path / "t.csv", "y", problem="multiclass")).problem == (
        "multiclass"
    )


def test_dropped_columns_are_gone_and_unknown_ones_named(tmp_path):
    table_of(tmp_path, {"x": range(600), "z": range(600), "y": HALF}, "y")
    assert read_table(tmp_path / "t.csv", "y", drop=["z"]).features == ["x"]
    with pytest.raises(TableError, match='no column "w": it has x, z, y'):
        read_table(tmp_path / "t.csv", "y", drop=["w"])
    with pytest.raises(TableError, match="is the target"):
        read_table(tmp_path / "t.csv", "y", drop=["y"])


@pytest.mark.parametrize(
    ("separator", "encoding", "named"),
    [(";", "utf-8", ""), ("\t", "utf-8", ""), ("|", "utf-16", ""), (",", "cp1252", "cp1252")],
)
def test_other_separators_and_encodings_are_read(tmp_path, separator, encoding, named):
    text = "x,caf\u00e9,y\n" + "".join(f"{n},\u00e9t\u00e9 {n % 3},{HALF[n]}\n" for n in range(600))
    data = text.replace(",", separator).encode(encoding)
    for name, content in (("t.csv", data), ("t.csv.gz", gzip.compress(data))):
        (tmp_path / name).write_bytes(content)
        table = read_table(tmp_path / name, "y", encoding=named)
        assert table.features == ["x", "caf\u00e9"]
        assert set(table.frame["caf\u00e9"]) == {
            "\u00e9t\u00e9 0",
            "\u00e9t\u00e9 1",
            "\u00e9t\u00e9 2",
        }
        assert table.warnings == ()


def test_what_cannot_be_unpacked_or_decoded_is_refused_with_its_remedy(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(gzip.compress(b"x,y\n1,a\n")[:-9])
    with pytest.raises(TableError, match=r"t\.csv cannot be unpacked .*: fetch it again"):
        read_table(path, "y")
    path.write_bytes(b"x,y\n1,caf\xe9\n")
    with pytest.raises(TableError, match="--encoding cp1252"):
        read_table(path, "y")
    with pytest.raises(TableError, match="no encoding that Python knows"):
        read_table(path, "y", encoding="klingon")
    path.write_bytes(b"x,y\n1,\x81\n")
    with pytest.raises(TableError, match="holds bytes that are not cp1252"):
        read_table(path, "y", encoding="cp1252")


def test_a_real_table_becomes_a_plain_one_that_its_scripts_read(tmp_path):
    """Row numbers, semicolons, blanks in the header, gaps, prices, dates, a per cent sign."""
    path = tmp_path / "real.tsv.gz"
    rows = [
        f"{n};{'NA' if n % 9 == 0 else f'${n % 70},{n % 900 + 100}'};"
        f"{n % 28 + 1}.{n % 12 + 1}.2019;{['yes', 'Yes'][n % 2]};{['up', 'down'][n * n % 5 < 2]}"
        for n in range(600)
    ]
    text = ";price; sold on ;new;gain %\n" + "\n".join(rows) + "\n"
    path.write_bytes(gzip.compress(text.encode("utf-16")))
    told: list[str] = []
    out = tmp_path / "out"
    generate(path, "gain %", out, told=told.append)
    said = " ".join(told)
    for words in ('"NA" 67 times', "is read as", "without a name", "sold on", '"Yes" and "yes"'):
        assert words in said
    with (out / "notebooks" / "data" / "real.csv").open(encoding="utf-8", newline="") as stream:
        header, *plain = csv.reader(stream)
    assert header == ["price", "sold on", "new", "gain %"]
    assert plain[0] == ["", "2019-01-01", "Yes", "down"] and len(plain) == 600
    assert plain[1] == ["1101", "2019-02-02", "Yes", "down"]
    folder = out / "xgb-autotune-artifacts"
    names = sorted(path.stem for path in folder.glob("dpp*.py"))
    with imported(folder, "common", *names) as (common, *scripts):
        for script in scripts:
            common.command(script, [str(out / "notebooks/data/real.csv"), "--out", f"{path}.out"])
            assert len(path.with_name("real.tsv.gz.out").read_text().splitlines()) == 601
    assert len(names) > 3


def test_rows_are_parted_by_group_or_forward_in_time_as_asked(tmp_path):
    days = [f"2020-{n % 9 + 1:02}-{n % 28 + 1:02}" for n in range(600)]
    shops = [f"shop {n % 40}" for n in range(600)]
    columns = {"day": days, "shop": shops, "x": [n * n % 97 for n in range(600)], "y": HALF}
    table_of(tmp_path, columns, "y")
    for option, said in (
        ({"group": "shop"}, "Rows that agree in shop stay together"),
        ({"time": "day"}, "They are the latest, by day"),
    ):
        out = tmp_path / next(iter(option))
        generate(tmp_path / "t.csv", "y", out, **option)
        book = nbformat.read(out / "notebooks" / DEFINITION, as_version=4)
        assert said in "".join(cell.source for cell in book.cells)
        cells = [cell.source for cell in book.cells if "search.folds(" in cell.source]
        folder = out / "xgb-autotune-artifacts"
        with imported(folder, "common", "search", "dpp0") as (common, search, first):
            monkey = {"common": common, "search": search, "np": np, "SEED": 0, "FOLDS": 3}
            monkey["importlib"] = SimpleNamespace(import_module=lambda name: first)
            source = cells[0].replace("data/t.csv", str(out / "notebooks/data/t.csv"))
            exec(source, monkey)
        features, kept, held = (monkey[name] for name in ("features", "kept", "held"))
        of = features[option.get("group") or option["time"]]
        assert not set(of.iloc[kept]) & set(of.iloc[held])
        if "time" in option:
            assert of.iloc[kept].max() < of.iloc[held].min()
            assert all("forward=True" in cell for cell in cells)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"group": "z"}, "--group z is no column that is used"),
        ({"time": "shop"}, "--time shop holds no dates or numbers"),
        ({"group": "x"}, "--group x has 3 values"),
    ],
)
def test_what_cannot_part_rows_is_refused(tmp_path, option, said):
    shops = [f"shop {n % 40}" for n in range(600)]
    table_of(tmp_path, {"shop": shops, "x": [n % 3 for n in range(600)], "y": HALF}, "y")
    with pytest.raises(TableError, match=said):
        generate(tmp_path / "t.csv", "y", tmp_path / "out", **option)
    assert not (tmp_path / "out").exists()
