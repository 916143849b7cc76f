"""Measure what each candidate is worth, by nested cross-validation of the scripts as written.

Within each outer fold a search picks hyperparameters by an inner cross-validation, and the fold
judges what came out on rows that no trial has seen (Varma and Simon, BMC Bioinformatics 7:91,
2006: a score by which one chose is too good). The inner folds part the rows as the outer ones do.

The folds share rows to train on, so their gains vary less than those of new data would. With n
gains of standard deviation s, from folds that judge on `tested` rows for each row trained on, the
error of their mean is sqrt(1/n + tested) * s: the corrected resampled t-test of Nadeau and Bengio
(Inference for the Generalization Error, Machine Learning 52, 2003), taken to repeated folds by
Bouckaert and Frank (Evaluating the Replicability of Significance Tests, PAKDD 2004).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
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


@dataclass(frozen=True)
class Split:
    """How rows are parted into those to learn from and those to judge on.

    Attributes:
        name: `random`; `grouped`, where rows of a group stay on one side; or `forward`, where each
            part is judged by a model of what came before it.
        by: columns that together name a group; for `forward` their order is that of time.
        repeats: how often, each time with another seed; once for `forward`, which draws nothing.
    """

    name: str
    by: tuple[str, ...] = ()
    repeats: int = 1


def evaluate(
    table: Table,
    candidates: Iterable[Candidate],
    folder: Path,
    *,
    splits: Sequence[Split] = (Split("random"),),
    outer: int = 5,
    inner: int = 3,
    trials: int = 10,
    seed: int = 0,
    progress: bool = True,
) -> dict[str, Any]:
    """Score candidates by nested cross-validation; the same twice for the same seed.

    Beside them stands a rival that nobody tuned: gradient boosting as scikit-learn sets it, on
    numbers as they are, dates as moments, and all else as numbers in the order of the alphabet.

    Args:
        table: what they are for.
        candidates: from `choose`; one of them is the control.
        folder: their scripts, which are what is measured.
        splits: ways to part the rows.
        outer, inner: numbers of folds.
        trials: hyperparameters tried per candidate and outer fold; every candidate gets as many,
            and those for the same algorithm get the same ones.
        seed: of folds, trials and models.
        progress: whether to show a progress bar, on standard error.

    Returns:
        What `write_scores` writes: for each split and candidate its scores by fold, their mean and
        standard deviation, and its gain over the control with the corrected error; lower is
        better, so a gain is what the control has more. `chosen` is what picking the candidate
        itself by its inner score would have scored.
    """
    candidates = tuple(candidates)
    modules = imported(folder, "common", "search", "algorithms", *(c.name for c in candidates))
    steps = sum(split.repeats for split in splits) * outer
    steps *= len(candidates) * (inner * trials + 1) + 1
    # Small data is many times slower on more threads than there are free cores.
    with modules as loaded, threadpool_limits(1):
        common, search, _, *scripts = loaded
        labels = scripts[0].build_label_transform()
        features, y = common.split(table.frame, labels, table.target)
        settings = {"trials": trials, "parts": inner, "seed": seed}
        with tqdm(total=steps, desc="nested search", unit="fit", disable=not progress) as bar:
            measured = [
                _measure(split, outer, candidates, loaded, features, y, settings, bar)
                for split in splits
            ]
        drawn = {
            c.algorithm: [search.draw(c.algorithm, seed, trial) for trial in range(trials)]
            for c in candidates
        }
    return {
        "note": banner(table, "text"),
        "data": {"file": table.name, "sha256": table.sha256, "rows": len(y)},
        "target": table.target,
        "problem": scripts[0].PROBLEM,
        "measures": list(measured[0]["rival"]["mean"]),
        "outer": outer,
        "inner": inner,
        "seed": seed,
        "versions": {name: version(name) for name in REQUIREMENTS},
        "trials": drawn,
        "splits": measured,
    }


def write_scores(scores: dict[str, Any], path: Path) -> None:
    """Write what `evaluate` returned, rounded to what the arithmetic of other machines keeps."""
    rounded = _rounded(scores) | {"trials": scores["trials"]}
    write_if_changed(path, json.dumps(rounded, indent=1, ensure_ascii=False) + "\n")


Folds = dict[str, list[Any]]
"""What each fold gave, in the order of the folds, by the name of the measure."""


def _measure(
    split: Split,
    outer: int,
    candidates: tuple[Candidate, ...],
    loaded: list[ModuleType],
    features: pd.DataFrame,
    y: np.ndarray,
    settings: dict[str, int],
    bar: tqdm[Any],
) -> dict[str, Any]:
    """Measure candidates and rival by one way of parting the rows."""
    _, search, _, *scripts = loaded
    groups, forward = search.grouped(features, split.by), split.name == "forward"
    pairs = [
        pair
        for repeat in range(split.repeats)
        for pair in search.folds(
            scripts[0].PROBLEM, y, outer, settings["seed"] + repeat, groups, forward
        )
    ]
    found: dict[str, Folds] = {name: {} for name in (*(c.name for c in candidates), "rival")}
    for train, test in pairs:
        parts = (features.iloc[train], y[train], features.iloc[test], y[test])
        within = {"groups": None if groups is None else groups[train], "forward": forward}
        measured = {
            script.__name__: _fold(script, loaded, parts, settings | within, bar)
            for script in scripts
        }
        # The first candidate leaves out no column that any other has.
        columns = candidates[0].columns
        measured["rival"] = _rival(columns, scripts[0], loaded, parts, settings["seed"])
        bar.update()
        for name, of in measured.items():
            for what, value in of.items():
                found[name].setdefault(what, []).append(value)
    return _summed(split, candidates, pairs, found)


def _summed(
    split: Split,
    candidates: tuple[Candidate, ...],
    pairs: list[tuple[np.ndarray, np.ndarray]],
    found: dict[str, Folds],
) -> dict[str, Any]:
    """Return means, gains and the choice that follow from the folds of a split."""
    tested = float(np.mean([len(test) / len(train) for train, test in pairs]))
    control = found[next(c.name for c in candidates if c.control)]
    picks = [
        min((c.name for c in candidates), key=lambda name: found[name]["inner"][at])
        for at in range(len(pairs))
    ]
    first = next(iter(found["rival"]))
    chosen = {first: [found[name][first][at] for at, name in enumerate(picks)]}
    # All candidates but the control, the rival and the choice are compared with the control: each
    # at its share of 5 % (Bonferroni), so that chance alone seldom makes any of them stand out.
    critical = float(student.ppf(1 - 0.05 / 2 / (len(candidates) + 1), len(pairs) - 1))

    def gain(folds: Folds) -> dict[str, Any]:
        return {"gain": _gain(np.subtract(control[first], folds[first]), tested, critical)}

    return {
        "name": split.name,
        "by": list(split.by),
        "repeats": split.repeats,
        "rows": [[len(train), len(test)] for train, test in pairs],
        "tested": tested,
        "candidates": [
            {"name": c.name, "title": c.title, "algorithm": c.algorithm, "control": c.control}
            | _summary(found[c.name])
            | ({} if c.control else gain(found[c.name]))
            for c in candidates
        ],
        "rival": _summary(found["rival"]) | gain(found["rival"]),
        "chosen": {"picks": picks} | _summary(chosen) | gain(chosen),
        "critical": critical,
    }


def _fold(
    script: ModuleType,
    loaded: list[ModuleType],
    parts: tuple[Any, Any, Any, Any],
    settings: dict[str, Any],
    bar: tqdm[Any],
) -> dict[str, Any]:
    """Search on the rows of one outer fold, and judge on the others."""
    _, search, algorithms, *_ = loaded
    features, y, others, truth = parts
    history = search.search(script, features, y, **settings, tick=bar.update)
    best = search.best(history)
    scores = []
    # The first trial takes the algorithm's defaults: where it won, tuned and untuned are one.
    choices: list[dict[str, Any]] = [best["hyperparameters"], {}][: 1 + (best is not history[0])]
    for hyperparameters in choices:
        transform, model = search.fitted(script, features, y, hyperparameters, settings["seed"])
        predicted = model.predict(transform.transform(others))
        classes = len(script.CLASSES)
        scores.append(algorithms.measures(script.PROBLEM, classes, truth, predicted))
    bar.update()
    return scores[0] | {
        "untuned": next(iter(scores[-1].values())),
        "inner": best["score"],
        "trial": history.index(best),
    }


def _rival(
    columns: dict[str, tuple[str, ...]],
    script: ModuleType,
    loaded: list[ModuleType],
    parts: tuple[Any, Any, Any, Any],
    seed: int,
) -> dict[str, float]:
    """Judge gradient boosting with its defaults, as scikit-learn's own guide prepares it."""
    common, _, algorithms, *_ = loaded
    features, y, others, truth = parts
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    coded = [c for kind in ("categorical", "text") for c in columns.get(kind, ())]
    transform = make_column_transformer(
        (common.step(common.numbers), list(columns.get("numeric", ()))),
        # As codes, dates unseen in training would be gaps: all of them, where days are held out.
        (common.step(common.moments), list(columns.get("datetime", ()))),
        (make_pipeline(common.step(common.words), codes), coded),
    )
    matrix, unseen = transform.fit_transform(features), transform.transform(others)
    if script.PROBLEM == "regression":
        predicted = HistGradientBoostingRegressor(random_state=seed).fit(matrix, y).predict(unseen)
    else:
        model = HistGradientBoostingClassifier(random_state=seed).fit(matrix, y)
        predicted = np.zeros((len(truth), len(script.CLASSES)))
        predicted[:, model.classes_.astype(int)] = model.predict_proba(unseen)
    return algorithms.measures(script.PROBLEM, len(script.CLASSES), truth, predicted)


def _summary(folds: Folds) -> dict[str, Any]:
    values = {name: of for name, of in folds.items() if name not in ("inner", "trial")}
    return {
        "mean": {name: float(np.mean(of)) for name, of in values.items()},
        "spread": {name: float(np.std(of, ddof=1)) for name, of in values.items()},
        "folds": folds,
    }


def _gain(gains: np.ndarray, tested: float, critical: float) -> dict[str, Any]:
    mean = float(gains.mean())
    error = math.sqrt(1 / len(gains) + tested) * float(gains.std(ddof=1))
    return {
        "mean": mean,
        "error": error,
        "won": int((gains > 0).sum()),
        "beyond": abs(mean) > critical * error,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(of) for name, of in value.items()}
    if isinstance(value, list):
        return [_rounded(of) for of in value]
    return round(value, DIGITS) if isinstance(value, float) else value
