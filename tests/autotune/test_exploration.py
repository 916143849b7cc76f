"""The data exploration notebook: the committed one is the one that is made, whatever the table."""

from __future__ import annotations

import random
import re

import nbformat
import pandas as pd
import pytest

from autotune import generate
from autotune.exploration import NAME
from autotune.notebook import NotebookError, assemble, code, write_notebook
from autotune.table import read_table
from tests.site import ROOT

NOTEBOOKS = ROOT / "notebooks"


def explored(path, target, folder):
    """Lay the experiment of a table out, run its exploration alone, and read that."""
    generate.lay_out(generate.plan(path, target), path, folder)
    generate.run([folder / "notebooks" / NAME], {}, progress=False)
    return nbformat.read(folder / "notebooks" / NAME, as_version=4)


@pytest.fixture(scope="module")
def committed():
    return nbformat.read(NOTEBOOKS / NAME, as_version=4)


def outputs(node):
    return [output for cell in node.cells for output in cell.get("outputs", [])]


def alts(node) -> list[str]:
    found = []
    for output in outputs(node):
        if picture := output.get("data", {}).get("image/svg+xml"):
            alt = output.metadata["image/svg+xml"]["alt"]
            assert f'aria-label="{alt}"' in picture
            assert "<script" not in picture
            found.append(alt)
    return found


def test_it_says_what_it_is_and_is_not(committed):
    head = committed.cells[0].source
    table = read_table(NOTEBOOKS / "data" / "flights.csv", "late")
    for words in ("this project's own generator", "flights.csv", table.sha256):
        assert words in head
    assert "not Autopilot output" in head


def test_every_cell_ran_and_none_complained(committed):
    for cell in committed.cells:
        if cell.cell_type == "code":
            assert cell.execution_count
    assert {output.output_type for output in outputs(committed)} <= {
        "display_data",
        "execute_result",
        "stream",
    }
    assert not [output for output in outputs(committed) if output.get("name") == "stderr"]


def test_people_can_look_rather_than_read(committed):
    found = " | ".join(alts(committed))
    assert len(alts(committed)) == 6
    assert "classes of late" in found
    for words in ("prediction power", "correlations", "anomaly", "missing", "outliers"):
        assert words in found


def test_findings_come_with_severity_and_what_to_do(committed):
    text = next(cell.source for cell in committed.cells if cell.source.startswith("## Findings"))
    rows = [line for line in text.splitlines() if re.match(r"\| (\*\*high\*\*|medium|low) ", line)]
    assert len(rows) > 5
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows)
    assert all(row.rstrip(" |").endswith(".") for row in rows)


def test_it_names_no_account_path_or_moment(committed):
    text = (NOTEBOOKS / NAME).read_text(encoding="utf-8")
    assert "arn:aws" not in text
    assert str(ROOT) not in text
    assert not re.search(r"\b\d{12}\b", text.replace("0" * 12, ""))
    assert "timestamp" not in text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A regression on a wide table with hostile names and values, gaps and duplicates."""
    folder = tmp_path_factory.mktemp("hostile")
    draw = random.Random(4)
    rows = 520
    names = ["a|b", "<script>alert(1)</script>", "times", "score", "`x`", "$\\frac{1}{0}$", "日本",
             "two\nlines", "quote'\"s", "{braces}", "  spaces  ", "*" * 80]  # fmt: skip
    columns = {name: [draw.gauss(0, 1) for _ in range(rows)] for name in names}
    for number in range(20):
        columns[f"plain {number}"] = [draw.choice(["p", "q", ""]) for _ in range(rows)]
    columns["words"] = [
        f"</svg><b>{draw.random()}</b> | `code` {'long ' * 30}" for _ in range(rows)
    ]
    columns["empty"] = [""] * rows
    columns["$target|"] = [draw.gauss(0, 1) ** 3 for _ in range(rows)]
    frame = pd.DataFrame(columns)
    frame = pd.concat([frame, frame.head(30)])
    frame.to_csv(folder / "h'<i>.csv", index=False)
    return explored(folder / "h'<i>.csv", "$target|", folder / "out")


def test_a_hostile_table_becomes_a_harmless_notebook(hostile):
    assert len(alts(hostile)) == 6
    for output in outputs(hostile):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output
        html = output.get("data", {}).get("text/html", "")
        assert "<script" not in html
        assert "</svg>" not in html
    for cell in hostile.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"`[^`\n]*`", "", cell.source)  # code is shown as it is
            assert not re.search(r"(?<!\\)<(script|i|b)\\?>", text), text


def test_a_wide_table_is_cut_and_says_so(hostile):
    text = "\n".join(cell.source for cell in hostile.cells if cell.cell_type == "markdown")
    assert "Only 25 of 35 columns are shown" in text
    for output in outputs(hostile):
        html = output.get("data", {}).get("text/html", "")
        assert html.count("<tr") <= 30
        assert all(row.count("<t") <= 28 for row in html.split("<tr")[1:])


def test_a_cell_that_fails_leaves_the_notebook_as_it_was(tmp_path):
    path = tmp_path / NAME
    write_notebook(path, assemble(NAME, [code("raise RuntimeError('stop')")]))
    before = path.read_bytes()
    with pytest.raises(NotebookError, match="cell 1 failed: RuntimeError: stop"):
        generate.run([path], {}, progress=False)
    assert path.read_bytes() == before


def test_a_small_table_is_explored_with_a_warning(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("x,y\n" + "".join(f"{n % 9},{'ab'[n % 2]}\n" for n in range(6)))
    node = explored(table, "y", tmp_path / "out")
    assert "Autopilot refuses fewer than 500" in node.cells[0].source
    assert "few rows" in node.cells[2].source
