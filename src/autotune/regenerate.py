"""Make the experiment anew: `make notebooks`, or `python -m autotune.regenerate`.

Measures the candidates on both tables, writes and runs the notebooks, and only then replaces what
is committed. The same tables and the same versions of the libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat

import local_sagemaker
from autotune.evaluate import Split, evaluate, write_scores
from autotune.files import write_if_changed
from autotune.generate import ARTIFACTS, DEFINITION, EXPLORATION, Plan, lay_out, plan, run
from autotune.notebook import write_notebook
from autotune.scripts import needs, write_artifacts
from autotune.table import Table

TABLES = {"flights.csv": "late", "vehicles.csv": "body"}
"""The tables and what is asked of each; notebooks and scripts are made from the first."""
BY = {"flights.csv": ("month", "day")}
"""Columns that together name rows which are alike: flights of one day share weather and delays."""
REPEATS = 3
"""How often folds are drawn anew. All is to be made in 25 CPU minutes: 5 go to the flights, and 15
to the vehicles, whose folds, with texts and seven classes, take seven times as long."""
WALK = "06_autotune.ipynb"
SAYS = (
    "Written for this project, and run by `make notebooks` on `{name}` (SHA-256 `{sha256}`). "
    "Nothing in it is Autopilot output; the cells that need an AWS account were not run."
)
"""What the notebook says of itself; the other two carry the generator's banner."""
INNER = {"flights.csv": 2, "vehicles.csv": 3}
"""Inner folds: of vehicles a half is too few rows to tune on, what won there lost on the rest."""
TRIALS = 4
ROLE = "arn:aws:iam::123456789012:role/workshop"
"""An example that passes AWS's pattern; no notebook prints it."""


class StaleScores(Exception):
    """Scores that belong to another table or other candidates; the text says what to do."""


def regenerate(
    root: Path, *, trials: int = TRIALS, keep_scores: bool = False, progress: bool = True
) -> list[Path]:
    """Make notebooks, scripts and scores anew.

    Args:
        root: the project.
        trials: sets of hyperparameters that the nested search tries.
        keep_scores: whether the scores that are there are taken, which saves most of the time.
        progress: whether to show progress bars on standard error.

    Returns:
        The files that changed, relative to `root`.

    Raises:
        StaleScores: with `keep_scores`, when those there are of something else.
    """
    data = root / "notebooks" / "data"
    plans = {name: plan(data / name, target) for name, target in TABLES.items()}
    first = next(iter(plans))
    with tempfile.TemporaryDirectory() as work:
        made = Path(work) / "made"
        scores = {
            name: _scores(root, made, each, Path(work) / name, trials, keep_scores, progress)
            for name, each in plans.items()
        }
        lay_out(plans[first], data / first, made, scores[first], BY[first])
        _run(root, made, plans[first].table, progress)
        return _publish(made, root)


def splits(name: str) -> list[Split]:
    """Return the ways in which the rows of a table of the experiment are parted."""
    ways = [Split("random", repeats=REPEATS)]
    if by := BY.get(name):
        ways += [Split("grouped", by, REPEATS), Split("forward", by)]
    return ways


def _scores(
    root: Path, made: Path, each: Plan, folder: Path, trials: int, keep: bool, progress: bool
) -> dict[str, Any] | None:
    """Measure the candidates of a table, or take what was measured; None where nothing was."""
    name = Path("notebooks") / "scores" / f"{Path(each.table.name).stem}.json"
    if keep:
        if not (root / name).is_file():
            return None
        text = (root / name).read_text(encoding="utf-8")
        found = json.loads(text)
        there = [(c["name"], c["title"]) for c in found["splits"][0]["candidates"]]
        same = there == [(c.name, c.title) for c in each.candidates]
        if not same or found["data"]["sha256"] != each.table.sha256:
            raise StaleScores(f"{name} holds scores of something else: leave out --keep-scores")
        write_if_changed(made / name, text)
    else:
        write_artifacts(each.table, each.profile, each.candidates, folder)
        found = evaluate(
            each.table,
            each.candidates,
            folder,
            splits=splits(each.table.name),
            inner=INNER[each.table.name],
            trials=trials,
            progress=progress,
        )
        write_scores(found, made / name)
    # Read back: the notebooks show what is committed, rounded as it is there.
    return json.loads((made / name).read_text(encoding="utf-8"))


def _run(root: Path, made: Path, table: Table, progress: bool) -> None:
    """Run the three notebooks where their neighbours are the new ones."""
    book = nbformat.read(root / "notebooks" / WALK, as_version=4)
    says = SAYS.format(name=table.name, sha256=table.sha256)
    needed = needs(("boto3", "pandas"), f"data/{table.name}", "scores/", f"../{ARTIFACTS}/")
    first = book.cells[0]
    says = f"> {says}\n>\n> {needed}"
    first.source = re.sub(r"^>.*(\n>.*)*", lambda _: says, first.source, count=1, flags=re.M)
    write_notebook(made / "notebooks" / WALK, book)
    with local_sagemaker.running() as aws:
        # Whatever account the machine has configured, nobody's is asked.
        environment = aws.environment() | {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "BUCKET": "workshop-notes",
            "ROLE": ROLE,
        }
        paths = [made / "notebooks" / name for name in (EXPLORATION, DEFINITION, WALK)]
        run(paths, environment, progress=progress)


def _publish(made: Path, root: Path) -> list[Path]:
    """Bring what was made into the project, and name scripts that are no longer made."""
    new = {path.relative_to(made): path for path in made.rglob("*") if path.is_file()}
    new = {name: path for name, path in new.items() if name.suffix != ".csv"}
    changed = [n for n, path in new.items() if write_if_changed(root / n, path.read_bytes())]
    for path in (root / ARTIFACTS).rglob("*"):
        if path.is_file() and path.suffix != ".pyc" and path.relative_to(root) not in new:
            print(f"{path.relative_to(root)} is no longer made: remove it if it is not yours")
    return sorted(changed)


def main(words: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="make notebooks", description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS, help="of the nested search")
    parser.add_argument(
        "--keep-scores", action="store_true", help="skip the nested search, which takes minutes"
    )
    options = parser.parse_args(words)
    try:
        changed = regenerate(Path.cwd(), trials=options.trials, keep_scores=options.keep_scores)
    except StaleScores as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        where, what = error.filename or Path.cwd(), error.strerror or error
        print(f"{where}: {what}; mend that and run again.", file=sys.stderr)
        return 1
    for path in changed:
        print(f"rewrote {path}")
    print(f"{len(changed)} files changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
