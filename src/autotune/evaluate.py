"""Measure what each candidate is worth, by nested cross-validation of the scripts as written.

Within each outer fold a search picks hyperparameters by an inner cross-validation, and the fold
judges what came out on rows that no trial has seen (Varma and Simon, BMC Bioinformatics 7:91,
2006: a score by which one chose is too good).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from autotune.banner import banner
from autotune.candidates import Candidate
from autotune.files import write_if_changed
from autotune.scripts import REQUIREMENTS
from autotune.table import Table

DIGITS = 4


@contextlib.contextmanager
def imported(folder: Path, *names: str) -> Iterator[list[ModuleType]]:
    """Import scripts of an artifacts folder, and forget them and their kit afterwards.

    Args:
        folder: what `write_artifacts` wrote.
        names: of modules in it, for example `dpp0` and `search`.
    """
    own = {path.stem for path in folder.glob("*.py")}
    before = {name: sys.modules.pop(name) for name in own if name in sys.modules}
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = bytecode
        for name in own:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def evaluate(
    table: Table,
    candidates: Iterable[Candidate],
    folder: Path,
    *,
    outer: int = 5,
    inner: int = 3,
    trials: int = 10,
    seed: int = 0,
    progress: bool = True,
) -> dict[str, Any]:
    """Score candidates by nested cross-validation; the same twice for the same seed.

    Args:
        table: what they are for.
        candidates: from `choose`; one of them is the control.
        folder: their scripts, which are what is measured.
        outer, inner: numbers of folds.
        trials: hyperparameters tried per candidate and outer fold; every candidate gets as many,
            and those for the same algorithm get the same ones.
        seed: of folds, trials and models.
        progress: whether to show a progress bar, on standard error.

    Returns:
        What `write_scores` writes: for each candidate its scores per fold, their mean and standard
        deviation, and its gain over the control; lower is better, so a gain is what the control
        has more.
    """
    candidates = tuple(candidates)
    names = [candidate.name for candidate in candidates]
    modules = imported(folder, "common", "search", "algorithms", *names)
    steps = outer * len(candidates) * (inner * trials + 2)
    # Small data is many times slower on more threads than there are free cores.
    with modules as loaded, threadpool_limits(1):
        common, search, algorithms, *scripts = loaded
        script = scripts[0]
        labels = script.build_label_transform()
        features, y = common.split(table.frame, labels, table.target)
        folds: dict[str, list[Any]] = {name: [] for name in names}
        with tqdm(total=steps, desc="nested search", unit="fit", disable=not progress) as bar:
            for train, test in search.folds(script.PROBLEM, y, outer, seed):
                parts = (features.iloc[train], y[train], features.iloc[test], y[test])
                for script in scripts:
                    settings = {"trials": trials, "parts": inner, "seed": seed}
                    found = _fold(script, search, algorithms, parts, settings, bar)
                    folds[script.__name__].append(found)
        measures = [name for name in folds[names[0]][0] if name not in _NOT_MEASURES]
    control = next(c.name for c in candidates if c.control)
    return {
        "note": banner(table, "text"),
        "data": {"file": table.name, "sha256": table.sha256, "rows": len(y)},
        "target": table.target,
        "problem": script.PROBLEM,
        "measures": measures,
        "outer": outer,
        "inner": inner,
        "trials": trials,
        "seed": seed,
        "versions": {name: version(name) for name in REQUIREMENTS},
        "candidates": [
            {
                "name": c.name,
                "title": c.title,
                "algorithm": c.algorithm,
                "control": c.control,
                **_summary(folds[c.name], measures),
                **({} if c.control else {"gain": _gain(folds[c.name], folds[control], measures)}),
            }
            for c in candidates
        ],
        "chosen": _chosen(folds, measures),
    }


def write_scores(scores: dict[str, Any], path: Path) -> None:
    """Write what `evaluate` returned, rounded to what the arithmetic of other machines keeps."""
    write_if_changed(path, json.dumps(_rounded(scores), indent=1, ensure_ascii=False) + "\n")


_NOT_MEASURES = ("inner", "untuned", "hyperparameters")


def _fold(
    script: ModuleType,
    search: ModuleType,
    algorithms: ModuleType,
    parts: tuple[Any, Any, Any, Any],
    settings: dict[str, int],
    bar: tqdm[Any],
) -> dict[str, Any]:
    """Search on the rows of one outer fold, and judge on the others."""
    features, y, others, truth = parts
    best = search.best(search.search(script, features, y, **settings, tick=bar.update))
    scores = []
    choices: tuple[dict[str, Any], ...] = (best["hyperparameters"], {})
    for hyperparameters in choices:
        transform, model = search.fitted(script, features, y, hyperparameters, settings["seed"])
        predicted = model.predict(transform.transform(others))
        classes = len(script.CLASSES)
        scores.append(algorithms.measures(script.PROBLEM, classes, truth, predicted))
        bar.update()
    tuned, untuned = scores
    return tuned | {
        "inner": best["score"],
        "untuned": next(iter(untuned.values())),
        "hyperparameters": best["hyperparameters"],
    }


def _summary(folds: list[dict[str, Any]], measures: list[str]) -> dict[str, Any]:
    values = {name: [fold[name] for fold in folds] for name in (*measures, "untuned")}
    return {
        "mean": {name: float(np.mean(of)) for name, of in values.items()},
        "spread": {name: float(np.std(of, ddof=1)) for name, of in values.items()},
        "folds": folds,
    }


def _gain(
    folds: list[dict[str, Any]], control: list[dict[str, Any]], measures: list[str]
) -> dict[str, Any]:
    first = measures[0]
    gains = np.array([b[first] - a[first] for a, b in zip(folds, control, strict=True)])
    spread = float(gains.std(ddof=1))
    # The folds share rows to train on, so their gains vary less than those of new data would:
    # the correction of Nadeau and Bengio (Machine Learning 52, 2003) widens the error for it.
    number = len(gains)
    error = math.sqrt(1 / number + 1 / (number - 1)) * spread
    return {
        "folds": gains.tolist(),
        "mean": float(gains.mean()),
        "spread": spread,
        "won": int((gains > 0).sum()),
        "t": float(gains.mean() / error) if error else None,
    }


def _chosen(folds: dict[str, list[dict[str, Any]]], measures: list[str]) -> dict[str, Any]:
    """Return what choosing the candidate itself by its inner score would have scored."""
    number = len(next(iter(folds.values())))
    picks = [min(folds, key=lambda name: folds[name][at]["inner"]) for at in range(number)]
    values = [folds[name][at][measures[0]] for at, name in enumerate(picks)]
    return {
        "picks": picks,
        "mean": float(np.mean(values)),
        "spread": float(np.std(values, ddof=1)),
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        if "hyperparameters" in value:
            rest = {name: of for name, of in value.items() if name != "hyperparameters"}
            return _rounded(rest) | {"hyperparameters": value["hyperparameters"]}
        return {name: _rounded(of) for name, of in value.items()}
    if isinstance(value, list):
        return [_rounded(of) for of in value]
    return round(value, DIGITS) if isinstance(value, float) else value
