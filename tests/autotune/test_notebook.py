"""A notebook comes out the same each time, or is refused; its figures say what they show."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from autotune import figures
from autotune.notebook import NotebookError, assemble, code, execute, markdown, write_notebook
from workshop_notes.html import THEME
from workshop_notes.notebooks.schemes import exchange

FIGURE = """
from autotune import figures
import random
made, axes = figures.figure(2)
axes.barh(["a < b & c", "d"], [1, 2], color=figures.TEAL)
axes.set_title("Bars")
figures.show(made, "Two bars, of which the second is twice as long as the first.")
"""


def run(tmp_path, *sources, **options):
    cells = [markdown("# A notebook"), *(code(source) for source in sources)]
    return execute(assemble("n.ipynb", cells), tmp_path, **options)


def test_the_same_cells_give_the_same_bytes(tmp_path):
    cells = [
        "import time\nfor n in range(200): print(n); time.sleep(0.001)",
        FIGURE,
        "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', None]})",
        "sorted({'a', 'b', 'c'}), hash('a')",
    ]
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        write_notebook(folder / "n.ipynb", run(folder, *cells))
        written.append((folder / "n.ipynb").read_bytes())
    assert written[0] == written[1]
    node = nbformat.reads(written[0].decode(), as_version=4)
    assert [cell.get("execution_count") for cell in node.cells] == [None, 1, 2, 3, 4]
    assert node.cells[1].outputs[0].text.startswith("0\n1\n")
    assert "execution" not in node.cells[1].metadata


def test_ids_are_unique_and_depend_on_the_text_alone():
    cells = [markdown("a"), code("a"), code("a"), code("b")]
    one, two = assemble("n.ipynb", cells), assemble("n.ipynb", cells)
    ids = [cell.id for cell in one.cells]
    assert ids == [cell.id for cell in two.cells]
    assert len(set(ids)) == 4
    assert ids != [cell.id for cell in assemble("m.ipynb", cells).cells]


def test_a_cell_that_needs_aws_is_never_run(tmp_path):
    cells = [code("raise SystemExit", run=False), code("print(1)")]
    node = execute(assemble("n.ipynb", cells), tmp_path)
    assert node.cells[0].outputs == []
    assert node.cells[0].execution_count is None
    assert node.cells[1].execution_count == 1


def test_a_cell_that_fails_is_named_and_nothing_is_written(tmp_path):
    with pytest.raises(NotebookError, match="cell 3 failed: ZeroDivisionError"):
        run(tmp_path, "a = 1", "a / 0", "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("print(object())", "an address in memory"),
        ("import uuid; print(uuid.uuid4())", "a random id"),
        ("print('/tmp/somebody/table.csv')", "a path of this machine"),
        ("print('arn:aws:iam::123456789012:role/x')", "an account of AWS"),
    ],
)
def test_what_would_differ_is_refused(tmp_path, source, what):
    with pytest.raises(NotebookError, match=f"cell 2 shows {what}"):
        run(tmp_path, source)


def test_settings_of_the_user_change_nothing(tmp_path, monkeypatch):
    startup = tmp_path / "home" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("print('hello from a start-up file')")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "kernels"))
    spec = tmp_path / "kernels" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["false"], "display_name": "", "language": ""}')
    assert run(tmp_path, "print(1)").cells[1].outputs[0].text == "1\n"


def kernels() -> list[str]:
    """The kernels that this process started and that still run."""
    children = []
    for task in Path("/proc/self/task").iterdir():
        children += (task / "children").read_text().split()
    commands = [Path("/proc", child, "cmdline").read_text() for child in children]
    return [command for command in commands if "ipykernel" in command]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_no_kernel_is_left_behind_whether_the_notebook_succeeds_or_fails(tmp_path):
    run(tmp_path, "1")
    with pytest.raises(NotebookError):
        run(tmp_path, "1 / 0")
    assert kernels() == []


def test_progress_is_told_cell_by_cell(tmp_path):
    told = []
    run(tmp_path, "1", "2", progress=lambda done, cells: told.append((done, cells)))
    assert told[-1] == (3, 3)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_figure_says_what_it_shows(tmp_path):
    output = run(tmp_path, FIGURE).cells[1].outputs[0]
    picture = output.data["image/svg+xml"]
    alt = "Two bars, of which the second is twice as long as the first."
    assert output.metadata["image/svg+xml"]["alt"] == alt
    assert f'aria-label="{alt}"' in picture
    assert picture.count("<svg") == 1


def test_each_colour_of_a_figure_has_one_for_the_dark():
    made, axes = figures.figure(2)
    axes.barh(["a", "b"], [1, 2], color=[figures.TEAL, figures.RUST])
    axes.barh(["c", "d"], [1, 2], color=[figures.OCHRE, figures.MUTED])
    axes.set(xlabel="x", title="t")
    axes.grid(True)
    picture = figures.svg(made, "Four bars in four colours, with a grid behind them.")
    used = set(re.findall(r"#[0-9a-fA-F]{6}\b", picture))
    assert {figures.TEAL, figures.RUST, figures.OCHRE, figures.MUTED, figures.INK} <= used
    stylesheet = (THEME / "assets" / "site.css").read_text(encoding="utf-8")
    assert used - set(exchange(stylesheet)) == set()


def test_alternative_text_that_says_nothing_is_refused():
    made, _ = figures.figure(1)
    with pytest.raises(ValueError, match="alternative text of 6 characters"):
        figures.svg(made, "A plot")
