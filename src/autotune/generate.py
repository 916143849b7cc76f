"""Write the experiment of one table: two notebooks and a folder of scripts, all or nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import nbformat
from tqdm import tqdm

from autotune.candidates import Candidate, choose
from autotune.definition import definition_notebook
from autotune.exploration import exploration_notebook
from autotune.insights import insights
from autotune.notebook import execute, write_notebook
from autotune.profile import Kind, Profile, profile
from autotune.scripts import write_artifacts
from autotune.table import Table, TableError, read_table, write_plain

EXPLORATION = "06a_SageMakerAutopilotDataExplorationNotebook.ipynb"
DEFINITION = "06b_SageMakerAutopilotCandidateDefinitionNotebook.ipynb"
"""The workshop's file names, kept so that its references hold."""
ARTIFACTS = "xgb-autotune-artifacts"
FEWEST_GROUPS = 10
"""Values of a column by which rows are parted into five folds, and those into three."""


@dataclass(frozen=True)
class Plan:
    """What is known of a table before anything is written."""

    table: Table
    profile: Profile
    candidates: tuple[Candidate, ...]


def plan(path: Path, target: str, **options: Any) -> Plan:
    """Read a table and choose its candidates.

    Args:
        path, target, options: as for `read_table`.

    Raises:
        TableError, NoCandidates: when nothing can be learnt from it; the text names file, column
            and remedy.
    """
    table = read_table(path, target, **options)
    found = profile(table)
    return Plan(table, found, choose(found))


def lay_out(
    made: Plan,
    data: Path,
    folder: Path,
    scores: dict[str, Any] | None = None,
    by: Sequence[str] = (),
    *,
    forward: bool = False,
    progress: bool = False,
) -> None:
    """Write notebooks and scripts of a table into a folder, which may hold half of them on errors.

    Args:
        made: from `plan`.
        data: the table's file, copied to where the notebooks look for it.
        folder: gets `notebooks/` and `xgb-autotune-artifacts/`.
        scores: what `evaluate` measured, for the notebook of the candidates, if it was run.
        by: columns that together name a group of rows, which stays on one side of each fold.
        forward: whether their order is that of time, and later rows are judged by earlier ones.
        progress: whether to show bars on standard error where it takes long.
    """
    (folder / "notebooks" / "data").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(data, folder / "notebooks" / "data" / made.table.name)
    write_artifacts(made.table, made.profile, made.candidates, folder / ARTIFACTS)
    found = insights(made.table, made.profile, progress=progress)
    for name, book in (
        (EXPLORATION, exploration_notebook(made.table, made.profile, found)),
        (
            DEFINITION,
            definition_notebook(
                made.table, made.profile, made.candidates, scores, by=by, forward=forward
            ),
        ),
    ):
        write_notebook(folder / "notebooks" / name, book)


def generate(
    path: Path,
    target: str,
    out: Path,
    *,
    told: Callable[[str], object] = lambda warning: None,
    group: str = "",
    time: str = "",
    **options: Any,
) -> list[Path]:
    """Generate the experiment of a table.

    The copy of the table in it is plain: where the file is not, all its rows are written anew, as
    they were read.

    Args:
        path: the CSV file.
        target: the column to predict.
        out: a folder that does not exist yet, or is empty.
        group: a column whose values name what belongs together: such rows stay on one side of
            each fold of the search.
        time: a column of moments or numbers in time, by which later rows are judged by earlier.
        told: gets each warning before the work begins.
        options: as for `read_table`.

    Returns:
        The files, relative to `out`.

    Raises:
        TableError, NoCandidates: see `plan`; nothing is written then.
        FileExistsError: `out` holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out} is not empty: name a new folder")
    made = plan(path, target, **options)
    _check_folds(made, group, time)
    for warning in made.table.warnings:
        told(warning)
    with whole(out) as folder, tempfile.TemporaryDirectory() as work:
        if made.table.dress:
            path = Path(work) / Path(path.name.removesuffix(".gz")).with_suffix(".csv")
            write_plain(made.table, path)
            again = plan(path, made.table.target, problem=made.table.problem)
            made = replace(again, table=replace(again.table, warnings=made.table.warnings))
        by = [name for name in (group or time,) if name]
        progress = options.get("progress", False)
        lay_out(made, path, folder, by=by, forward=bool(time), progress=progress)
    return sorted(each.relative_to(out) for each in out.rglob("*") if each.is_file())


def _check_folds(made: Plan, group: str, time: str) -> None:
    """Refuse a column by which rows cannot be grouped or ordered."""
    columns = {column.name: column for column in made.profile.columns}
    for option, name, kinds in (
        ("--group", group, get_args(Kind)),
        ("--time", time, ("datetime", "numeric")),
    ):
        where = f"{made.table.name}: {option} {name}"
        if name and name not in columns:
            raise TableError(f"{where} is no column that is used: name one of its columns")
        if name and columns[name].kind not in kinds:
            raise TableError(f"{where} holds no dates or numbers: write dates as 2018-01-31")
        if name and columns[name].distinct < FEWEST_GROUPS:
            raise TableError(
                f"{where} has {columns[name].distinct} values: {FEWEST_GROUPS} are needed to hold "
                "some back in each fold"
            )


def run(paths: list[Path], environment: dict[str, str], *, progress: bool = True) -> None:
    """Run notebooks where they lie, each in its own folder.

    Args:
        paths: the files, in the order to run them in.
        environment: added to that of their kernels.
        progress: whether to show a progress bar on standard error.

    Raises:
        NotebookError: a cell failed; that notebook is left as it was.
    """
    books = {path: nbformat.read(path, as_version=4) for path in paths}
    cells = sum(len(book.cells) for book in books.values())
    with tqdm(total=cells, desc="notebooks", unit="cell", disable=not progress) as bar:
        for path, book in books.items():

            def told(at: int, _: int, before: int = bar.n) -> None:
                bar.update(before + at - bar.n)

            done = execute(book, path.parent, environment=environment, progress=told)
            write_notebook(path, done)


@contextlib.contextmanager
def whole(out: Path, place: Callable[[Path, Path], object] = os.replace) -> Iterator[Path]:
    """Give a folder that becomes `out` in the end, or vanishes when something fails.

    Args:
        out: the folder to be; an empty one there is replaced.
        place: moves the one to the other.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    # Beside it: a rename does not cross file systems.
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as work:
        folder = Path(work) / "made"
        folder.mkdir()
        yield folder
        folder.chmod(0o755)
        place(folder, out)
