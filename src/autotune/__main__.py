"""Generate the experiment for a table of your own: `python -m autotune x.csv ...`.

It writes notebooks/, xgb-autotune-artifacts/ and a copy of the table into a new folder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autotune.candidates import NoCandidates
from autotune.generate import DEFINITION, EXPLORATION, generate, plan, run
from autotune.notebook import ROOT, NotebookError
from autotune.table import TableError


def main(words: list[str] | None = None) -> int:
    """Run the command and return its exit status: 0, or 2 for a table that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m autotune", description=__doc__)
    parser.add_argument("table", type=Path, help="a CSV file with a header, in UTF-8")
    parser.add_argument("--target", required=True, help="the column to predict")
    parser.add_argument("--out", type=Path, required=True, help="a new folder")
    parser.add_argument("--run", action="store_true", help="run both notebooks too (minutes)")
    options = parser.parse_args(words)
    try:
        for warning in plan(options.table, options.target).table.warnings:
            print(f"note: {warning}", file=sys.stderr)
        for path in generate(options.table, options.target, options.out):
            print(options.out / path)
        print(f"note: the notebooks import this project: PYTHONPATH={ROOT}", file=sys.stderr)
        if options.run:
            run([options.out / "notebooks" / name for name in (EXPLORATION, DEFINITION)], {})
    except (TableError, NoCandidates, NotebookError, OSError) as error:
        print(f"autotune: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
