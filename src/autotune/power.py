"""How well a column alone, or a quick model of all, predicts the target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_squared_error, r2_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import TargetEncoder
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from autotune.profile import Column, Profile, typed
from autotune.table import Table

SEED = 0
FOLDS = 5  # each fifth is predicted from the other four: five times 80/20
MOST_COLUMNS = 200  # of a wider table a fifth is predicted once, not each: 2,000 took minutes
MOST_ROWS = 10_000  # what Autopilot's report looks at for its anomalies
LEAST_IN_CLASS = FOLDS  # a smaller class is missing from some fold: left out here
LEAST_ROWS = 50
TREE = {"min_samples_leaf": 20, "max_leaf_nodes": 32, "random_state": SEED}
Fold = tuple[np.ndarray, np.ndarray]  # places of the rows to fit to, and of those to predict
PARTS = ("year", "month", "day", "day_of_week", "hour")


@dataclass(frozen=True)
class Quick:
    """A quick model beside one that ignores the features.

    Attributes:
        measure: "log loss" or "mean squared error"; lower is better for both.
        model: its value for the quick model, on rows that it was not fitted to.
        trivial: its value for the shares of the classes, or for the mean.
        gain: 1 - model / trivial: 0 where nothing is learnt, 1 where nothing is left to learn.
    """

    measure: str
    model: float
    trivial: float

    @property
    def gain(self) -> float:
        return 1 - self.model / self.trivial if self.trivial else 0.0

    def __str__(self) -> str:
        return (
            f"{self.measure}: {self.model:.4g}; ignoring every column: {self.trivial:.4g}; "
            f"gain: {100 * self.gain:.1f} %"
        )


def prediction_power(table: Table, profile: Profile, *, progress: bool = False) -> dict[str, float]:
    """How well each feature alone predicts the target, 0 (not at all) to 1 (perfectly).

    One small model per column (a decision tree; for text, linear on tf-idf), scored on rows that
    it was not fitted to: each fifth of them by the others, in a table of more than MOST_COLUMNS
    columns one fifth. The score is brought to 0..1: for classes 2 AUC - 1, averaged one
    against the rest, each class counting alike; for numbers R². Autopilot's report has the same
    measure by name and range, but not its formula, so compare columns, not reports.

    Args:
        table, profile: the rows, and what their columns are.
        progress: whether to show a bar on standard error, from the third second on.

    Returns:
        Column name to power, in the file's order; 0 for a constant, and for all where there are
        fewer than LEAST_ROWS rows in classes that are large enough.
    """
    frame, target = _sample(table, profile)
    known = _enough(target)
    folds = _folds(profile, target) if known else []
    powers = {}
    bar = tqdm(profile.columns, "prediction power", unit="column", delay=2, disable=not progress)
    # scikit-learn's checks of each parameter take longer than a small model does.
    with threadpool_limits(1), config_context(skip_parameter_validation=True):
        for column in bar:
            told = known and not column.constant
            values = frame[column.name]
            powers[column.name] = _power(values, column, target, profile, folds) if told else 0.0
    return powers


def quick_model(table: Table, profile: Profile) -> Quick | None:
    """Gradient boosting on columns hardly prepared: a first idea of what can be had.

    Numbers and the parts of dates go in as they are, categories as numbers, text not at all.

    Returns:
        None with fewer than LEAST_ROWS rows in classes that are large enough.
    """
    frame, target = _sample(table, profile)
    if not _enough(target):
        return None
    features = _plain(frame, profile).to_numpy()
    regression = profile.problem == "regression"
    kind = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    model = kind(max_iter=60, learning_rate=0.1, max_leaf_nodes=15, random_state=SEED)
    with threadpool_limits(1):
        target, predicted = _predicted(model, features, target, _folds(profile, target))
    if regression:
        mean = np.full(len(target), target.mean())
        return Quick(
            "mean squared error",
            float(mean_squared_error(target, predicted)),
            float(mean_squared_error(target, mean)),
        )
    labels, counts = np.unique(target, return_counts=True)
    shares = np.tile(counts / len(target), (len(target), 1))
    return Quick(
        "log loss",
        float(log_loss(target, predicted, labels=labels)),
        float(log_loss(target, shares, labels=labels)),
    )


def anomaly_scores(table: Table, profile: Profile) -> pd.Series:
    """How easily a row is told from the others: the lower, the odder; negative is odd.

    An isolation forest (Liu, Ting and Zhou 2008) on at most MOST_ROWS rows; text is left out.

    Returns:
        Scores by row number in the file, in the file's order.
    """
    frame = _fewer(typed(table, profile))
    features = _plain(frame, profile)
    features = features.fillna(features.median()).fillna(0.0)
    forest = IsolationForest(n_estimators=100, random_state=SEED).fit(features.to_numpy())
    return pd.Series(forest.decision_function(features.to_numpy()), index=frame.index)


def _sample(table: Table, profile: Profile) -> tuple[pd.DataFrame, np.ndarray]:
    """At most MOST_ROWS typed rows without classes that are too small, and their targets (n,).

    Classes are whole numbers from 0, in the order of the alphabet.
    """
    frame = typed(table, profile)
    target = frame[table.target]
    if profile.problem != "regression":
        counts = target.map(target.value_counts())
        frame = frame[counts >= LEAST_IN_CLASS]
    frame = _fewer(frame)
    target = frame[table.target]
    if profile.problem == "regression":
        return frame, target.to_numpy("float64")
    return frame, np.unique(target.to_numpy(object), return_inverse=True)[1]


def _fewer(frame: pd.DataFrame) -> pd.DataFrame:
    if len(frame) <= MOST_ROWS:
        return frame
    return frame.sample(MOST_ROWS, random_state=SEED).sort_index()


def _enough(target: np.ndarray) -> bool:
    return len(target) >= LEAST_ROWS and len(np.unique(target)) > 1


def _power(
    values: pd.Series, column: Column, target: np.ndarray, profile: Profile, folds: list[Fold]
) -> float:
    regression = profile.problem == "regression"
    if column.kind == "text":
        linear = Ridge() if regression else LogisticRegression(max_iter=300)
        model = make_pipeline(TfidfVectorizer(max_features=2000, token_pattern=r"\S+"), linear)
        features = values.astype(object).where(values.notna(), "").to_numpy()
    else:
        tree = DecisionTreeRegressor if regression else DecisionTreeClassifier
        model = tree(**TREE)
        if column.kind == "categorical":
            # Left to itself it takes each whole number of a regression for a class.
            kind = "continuous" if regression else "binary" if target.max() == 1 else "multiclass"
            model = make_pipeline(TargetEncoder(target_type=kind, cv=_draw(profile)), model)
            features = _filled(values).to_numpy()[:, None]
        else:
            features = _numbers(values, column).to_numpy()
    target, predicted = _predicted(model, features, target, folds)
    if regression:
        return max(0.0, float(r2_score(target, predicted)))
    labels = range(predicted.shape[1])
    # Of two classes both areas are the same.
    areas = [_area(target == each, predicted[:, each]) for each in labels[len(labels) == 2 :]]
    return max(0.0, 2 * float(np.mean(areas)) - 1)


def _area(positive: np.ndarray, scores: np.ndarray) -> float:
    """The area under the ROC curve of scores (n,) for booleans (n,), by ranks.

    Mann and Whitney, Annals of Mathematical Statistics 18(1), 1947; roc_auc_score takes ten times
    as long for the same.
    """
    count = int(positive.sum())
    least = count * (count + 1) / 2
    ranks = rankdata(scores)[positive].sum()
    return float((ranks - least) / (count * (len(scores) - count)))


def _predicted(
    model: BaseEstimator, features: np.ndarray, target: np.ndarray, folds: list[Fold]
) -> tuple[np.ndarray, np.ndarray]:
    """Targets (n,) and predictions (n,) or probabilities (n, classes) by a model without them.

    They are those of all rows, or of the one fold that there is.
    """
    method = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    if len(folds) > 1:
        return target, cross_val_predict(model, features, target, cv=folds, method=method)
    ((train, test),) = folds
    model.fit(features[train], target[train])
    return target[test], getattr(model, method)(features[test])


def _draw(profile: Profile) -> KFold | StratifiedKFold:
    kind = KFold if profile.problem == "regression" else StratifiedKFold
    return kind(FOLDS, shuffle=True, random_state=SEED)


def _folds(profile: Profile, target: np.ndarray) -> list[Fold]:
    """The folds of rows with a target (n,), in a wide table the first one alone."""
    folds = list(_draw(profile).split(target, target))
    return folds[:1] if len(profile.columns) > MOST_COLUMNS else folds


def _filled(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna(), "")


def _numbers(values: pd.Series, column: Column) -> pd.DataFrame:
    if column.kind != "datetime":
        return values.to_frame()
    parts = {part: getattr(values.dt, part).astype("float64") for part in PARTS}
    return pd.DataFrame(parts | {"moment": values.astype("int64").where(values.notna())})


def _plain(frame: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """The columns of a table as numbers with gaps, hardly prepared; text and constants left out."""
    parts = []
    for column in profile.columns:
        if column.constant or column.kind == "text":
            continue
        values = frame[column.name]
        if column.kind == "categorical":
            codes = values.astype("category").cat.codes.astype("float64")
            parts.append(codes.where(codes >= 0).rename(column.name))
        else:
            parts.append(_numbers(values, column).add_prefix(f"{column.name}."))
    if not parts:
        return pd.DataFrame({"none": np.zeros(len(frame))}, index=frame.index)
    return pd.concat(parts, axis=1)
