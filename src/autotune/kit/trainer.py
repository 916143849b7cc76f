"""Train one candidate: its preparation and its model together, into one `model.joblib`.

In SageMaker script mode this is the entry point: the channels `train` and, if there is one,
`validation` hold CSV files, and hyperparameters arrive as arguments. Alone:

    python trainer.py --candidate dpp0 --train flights.csv --model-dir model
"""

import argparse
import importlib
import os
import shutil
import sys
from pathlib import Path

import joblib

import algorithms
import common
import search

HERE = Path(__file__).resolve().parent


def arguments(words=None):
    """Return what the command line says, and what SageMaker's variables say where it is silent."""
    names = sorted(path.stem for path in HERE.glob("dpp*.py"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidate", choices=names, default=names[0])
    for option, variable, help in (
        ("--train", "SM_CHANNEL_TRAIN", "CSV file or folder to train on"),
        ("--validation", "SM_CHANNEL_VALIDATION", "CSV to judge on; otherwise a fifth of --train"),
        ("--model-dir", "SM_MODEL_DIR", "folder for model.joblib and the code that serves it"),
    ):
        parser.add_argument(option, default=os.environ.get(variable), help=help)
    parser.add_argument("--seed", type=int, default=0)
    group = parser.add_argument_group("hyperparameters")
    for algorithm, ranges in algorithms.RANGES.items():
        for name, (lowest, highest, scale) in ranges.items():
            kind = int if "integer" in scale else float
            what = f"{algorithm}, {lowest:g} to {highest:g}"
            group.add_argument(f"--{name}", type=kind, default=argparse.SUPPRESS, help=what)
    given = parser.parse_args(words)
    for option in ("train", "model_dir"):
        if not getattr(given, option):
            parser.error(f"--{option.replace('_', '-')} is missing")
    return given


def hyperparameters(given, candidate):
    """Return the hyperparameters among the arguments.

    Raises:
        common.TableError: one belongs to another algorithm than the candidate's, or is no such
            number.
    """
    known = {name for ranges in algorithms.RANGES.values() for name in ranges}
    found = {name: value for name, value in vars(given).items() if name in known}
    strange = sorted(set(found) - set(algorithms.RANGES[candidate.ALGORITHM]))
    if strange:
        raise common.TableError(
            f"{given.candidate} is trained by {candidate.ALGORITHM}, which has no {strange[0]}"
        )
    for name, value in found.items():
        scale = algorithms.RANGES[candidate.ALGORITHM][name][2]
        if not 0 <= value < float("inf") or (value == 0 and "log" in scale):
            raise common.TableError(f"{name} is {value:g}: give a number above 0")
    return found


def main(words=None):
    """Train, judge, print the scores, and write the model."""
    given = arguments(words)
    candidate = importlib.import_module(given.candidate)
    labels = candidate.build_label_transform()
    problem, classes = candidate.PROBLEM, len(candidate.CLASSES)
    chosen = hyperparameters(given, candidate)

    table = common.read_folder(given.train, candidate.HEADER, candidate.TARGET)
    features, y = common.split(table, labels, candidate.TARGET)
    if len(y) < len(table):
        print(f"{len(table) - len(y)} rows without a usable {candidate.TARGET!r} were left out")
    if given.validation:
        table = common.read_folder(given.validation, candidate.HEADER, candidate.TARGET)
        others, truth = common.split(table, labels, candidate.TARGET)
    elif len(y) < 5:
        raise common.TableError(f"{len(y)} rows are too few to hold a fifth back")
    else:
        train, test = search.folds(problem, y, 5, given.seed)[0]
        others, truth = features.iloc[test], y[test]
        features, y = features.iloc[train], y[train]

    transform, model = search.fitted(candidate, features, y, chosen, given.seed)
    predicted = model.predict(transform.transform(others))
    # SageMaker's tuner reads these lines, by regular expressions.
    for name, value in algorithms.measures(problem, classes, truth, predicted).items():
        print(f"validation:{name}={value:.6f};")

    folder = Path(given.model_dir)
    code = folder / "code"
    code.mkdir(parents=True, exist_ok=True)
    saved = {"candidate": given.candidate, "transform": transform, "model": model}
    joblib.dump(saved, folder / "model.joblib")
    for name in ("serve", "common", "algorithms", given.candidate):
        shutil.copy(HERE / f"{name}.py", code)


if __name__ == "__main__":
    try:
        main()
    except common.TableError as error:
        sys.exit(f"trainer.py: {error}")
