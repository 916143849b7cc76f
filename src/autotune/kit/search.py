"""A random search for hyperparameters, with cross-validation in which preparation is refitted.

The preparation is fitted on the rows of each training part only. Fitted on all rows it would have
seen the targets of those it is judged on, and the score would be too good.
"""

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit

import algorithms
import common


def draw(algorithm, seed, trial):
    """Return the hyperparameters of a trial; the same for the same seed and number.

    The first trial is the algorithm's defaults, so that no search ends below them by bad luck.
    """
    if trial == 0:
        return dict(algorithms.DEFAULTS[algorithm])
    random = np.random.default_rng([seed, trial])
    found = {}
    for name, (lowest, highest, scale) in algorithms.RANGES[algorithm].items():
        at = random.random()
        if "log" in scale:
            value = float(np.exp(np.log(lowest) + at * (np.log(highest) - np.log(lowest))))
        else:
            value = lowest + at * (highest - lowest)
        found[name] = round(value) if "integer" in scale else float(f"{value:.4g}")
    return found


def grouped(table, columns):
    """Return one whole number a row, equal where all `columns` are, in the order of their values.

    None without columns. With year, month and day the numbers are in the order of time.
    """
    if not len(columns):
        return None
    keys = common.words(table[list(columns)])
    for name, numbers in common.numbers(keys).items():
        if numbers.notna().all():
            keys[name] = numbers  # 10 comes after 9
    return keys.groupby(list(columns)).ngroup().to_numpy()


def folds(problem, y, number, seed, groups=None, forward=False):
    """Return `number` pairs of places: rows to train on, rows to judge on.

    Args:
        problem: `binary`, `multiclass` or `regression`.
        y: the target as numbers.
        number: of folds.
        seed: of the draw.
        groups: what `grouped` returned: rows of one group are never on both sides. Without it
            each row is drawn alone.
        forward: whether each part is judged by a model of the groups before it, as if they were
            moments; then nothing is drawn, and the earliest part is judged by none.
    """
    if forward:
        order = np.unique(groups)
        parts = TimeSeriesSplit(number).split(order)
        inside = [[np.flatnonzero(np.isin(groups, order[of])) for of in pair] for pair in parts]
        return [(before, after) for before, after in inside]
    if groups is not None:
        splitter = GroupKFold(number, shuffle=True, random_state=seed)
        return list(splitter.split(np.zeros(len(y)), groups=groups))
    kind = KFold
    if problem != "regression" and np.bincount(np.asarray(y, dtype=int)).max() >= number:
        # Rare classes may be missing from a fold; the models bear it.
        kind = StratifiedKFold
    splitter = kind(number, shuffle=True, random_state=seed)
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(splitter.split(np.zeros(len(y)), y))


def search(
    candidate,
    features,
    y,
    *,
    trials,
    parts=3,
    seed=0,
    groups=None,
    forward=False,
    tick=lambda: None,
):
    """Try hyperparameters for a candidate.

    Args:
        candidate: the module of a candidate, for example `dpp0`.
        features: the table of features.
        y: the target as numbers.
        trials: how many hyperparameters to try.
        parts: into how many parts to cut the rows, for the cross-validation.
        seed: of trials, folds and models.
        groups, forward: as for `folds`.
        tick: called after each trial and part, for a progress bar.

    Returns:
        One entry per trial, in the order of trying: `hyperparameters`, `score` (mean over the
        parts; lower is better) and `spread` (its standard deviation).
    """
    problem, classes = candidate.PROBLEM, len(candidate.CLASSES)
    tried = [draw(candidate.ALGORITHM, seed, trial) for trial in range(trials)]
    scores = np.empty((trials, parts))
    for part, (train, test) in enumerate(folds(problem, y, parts, seed, groups, forward)):
        transform = candidate.build_feature_transform()
        matrix = transform.fit_transform(features.iloc[train], y[train])
        others = transform.transform(features.iloc[test])
        matrix = algorithms.prepared(candidate.ALGORITHM, matrix, y[train])
        for trial, hyperparameters in enumerate(tried):
            model = algorithms.fit(
                candidate.ALGORITHM, problem, classes, hyperparameters, matrix, y[train], seed
            )
            found = algorithms.measures(problem, classes, y[test], model.predict(others))
            scores[trial, part] = next(iter(found.values()))
            tick()
    return [
        {"hyperparameters": given, "score": float(of.mean()), "spread": float(of.std(ddof=1))}
        for given, of in zip(tried, scores, strict=True)
    ]


def best(history):
    """Return the trial with the lowest score, the earliest of equals."""
    return min(history, key=lambda trial: trial["score"])


def fitted(candidate, features, y, hyperparameters, seed=0):
    """Return the preparation and the model of a candidate, both fitted on all given rows."""
    transform = candidate.build_feature_transform()
    matrix = transform.fit_transform(features, y)
    model = algorithms.fit(
        candidate.ALGORITHM,
        candidate.PROBLEM,
        len(candidate.CLASSES),
        hyperparameters,
        matrix,
        y,
        seed,
    )
    return transform, model
