"""Generate the experiment for a table of your own: `python -m autotune x.csv ...`.

It writes notebooks/, xgb-autotune-artifacts/ and a copy of the table into a new folder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import get_args

from autotune.candidates import NoCandidates
from autotune.generate import DEFINITION, EXPLORATION, generate, run
from autotune.notebook import NotebookError
from autotune.profile import Problem
from autotune.table import TableError


def main(words: list[str] | None = None) -> int:
    """Run the command and return its exit status: 0, or 2 for a table that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m autotune", description=__doc__)
    parser.add_argument("table", type=Path, help="a CSV file with a header, may be gzipped")
    parser.add_argument("--target", required=True, help="the column to predict")
    parser.add_argument("--out", type=Path, required=True, help="a new folder")
    parser.add_argument(
        "--problem",
        choices=get_args(Problem),
        default="",
        help="what the target is; by default a number of more than 20 values is a regression",
    )
    parser.add_argument(
        "--drop", action="append", default=[], metavar="COLUMN", help="left out; may be repeated"
    )
    folds = parser.add_mutually_exclusive_group()
    folds.add_argument(
        "--group", default="", metavar="COLUMN", help="rows alike in it stay on one side of a fold"
    )
    folds.add_argument(
        "--time", default="", metavar="COLUMN", help="later rows are judged by earlier ones"
    )
    parser.add_argument("--encoding", default="", help="of a file that is not UTF-8: cp1252 ...")
    parser.add_argument("--run", action="store_true", help="run both notebooks too (minutes)")
    options = parser.parse_args(words)
    try:
        for path in generate(
            options.table,
            options.target,
            options.out,
            told=lambda warning: print(f"note: {warning}", file=sys.stderr),
            group=options.group,
            time=options.time,
            problem=options.problem,
            drop=options.drop,
            encoding=options.encoding,
            progress=True,
        ):
            print(options.out / path)
        if options.run:
            run([options.out / "notebooks" / name for name in (EXPLORATION, DEFINITION)], {})
    except (TableError, NoCandidates, NotebookError, OSError) as error:
        print(f"autotune: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
