"""The two algorithms of the candidates, and the ranges in which a search looks.

The ranges are those that Autopilot's notebooks of 2020 and 2021 name for XGBoost, but for the
number of rounds, which is kept small: the tables here are.
"""

import numpy as np
import xgboost
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import (
    accuracy_score,
    log_loss,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)

RANGES = {
    "xgboost": {
        # name: (lowest, highest, scale)
        "num_round": (16, 128, "log integer"),
        "max_depth": (2, 8, "integer"),
        "eta": (0.01, 1.0, "log"),
        "gamma": (1e-6, 64.0, "log"),
        "min_child_weight": (1e-6, 32.0, "log"),
        "lambda": (1e-6, 2.0, "log"),
        "alpha": (1e-6, 2.0, "log"),
        "subsample": (0.5, 1.0, "linear"),
        "colsample_bytree": (0.3, 1.0, "linear"),
    },
    "linear": {"l2": (1e-4, 1e4, "log")},
}
DEFAULTS = {
    "xgboost": {"num_round": 100},  # the rest as XGBoost sets it
    "linear": {"l2": 1.0},
}
# A quarter of XGBoost's own number: as good on tables this small, and up to 2.7 times as fast.
BINS = 64
OBJECTIVES = {
    "binary": "binary:logistic",
    "multiclass": "multi:softprob",
    "regression": "reg:squarederror",
}


def prepared(algorithm, matrix, y=None):
    """Return features in the form that an algorithm trains on, so that trials can share it."""
    if algorithm == "xgboost" and not isinstance(matrix, xgboost.DMatrix):
        return xgboost.QuantileDMatrix(matrix, y, missing=np.nan, nthread=1, max_bin=BINS)
    return matrix


def fit(algorithm, problem, classes, hyperparameters, matrix, y, seed=0):
    """Train a model.

    Args:
        algorithm: `xgboost` or `linear`.
        problem: `binary`, `multiclass` or `regression`.
        classes: how many classes; 0 for a regression.
        hyperparameters: some of those in `RANGES`; the others have the algorithm's defaults.
        matrix: the features, rows by columns, or what `prepared` returned for them.
        y: the target as numbers.
        seed: of the rows and columns that XGBoost draws.

    Returns:
        A model with `predict(matrix)`: probabilities, rows by classes; or amounts, one a row.
    """
    kind = {"xgboost": Trees, "linear": Linear}[algorithm]
    return kind(problem, classes, DEFAULTS[algorithm] | hyperparameters, matrix, y, seed)


class Trees:
    """Gradient-boosted trees, by XGBoost on one thread."""

    def __init__(self, problem, classes, hyperparameters, matrix, y, seed):
        settings = dict(hyperparameters)
        rounds = settings.pop("num_round")
        settings |= {"objective": OBJECTIVES[problem], "seed": seed, "nthread": 1, "max_bin": BINS}
        if problem == "multiclass":
            settings["num_class"] = classes
        # More threads than free cores make small data many times slower.
        self.problem = problem
        self.booster = xgboost.train(settings, prepared("xgboost", matrix, y), rounds)

    def predict(self, matrix):
        found = self.booster.inplace_predict(np.asarray(matrix, dtype=float))
        if self.problem == "binary":
            return np.column_stack([1 - found, found])
        return found


class Linear:
    """A linear model with a penalty on large weights: logistic for classes, ridge for amounts."""

    def __init__(self, problem, classes, hyperparameters, matrix, y, seed):
        self.problem, self.classes = problem, classes
        if problem == "regression":
            self.model = Ridge(alpha=hyperparameters["l2"])
        else:
            self.model = LogisticRegression(C=1 / hyperparameters["l2"], max_iter=1000)
        self.model.fit(matrix, y)

    def predict(self, matrix):
        if self.problem == "regression":
            return self.model.predict(matrix)
        # A class that was not among the rows trained on has probability 0.
        found = np.zeros((len(matrix), self.classes))
        found[:, self.model.classes_.astype(int)] = self.model.predict_proba(matrix)
        return found


def measures(problem, classes, y, predicted):
    """Return the scores of predictions by name; the first is the one to minimise.

    Log loss comes first because it asks whether the probabilities are right; accuracy and the
    area under the curve are reported, for those who think in them.
    """
    if problem == "regression":
        return {
            "rmse": float(root_mean_squared_error(y, predicted)),
            "r2": float(r2_score(y, predicted)),
        }
    scores = {"logloss": float(log_loss(y, predicted, labels=np.arange(classes)))}
    if problem == "binary" and len(set(y)) == 2:
        scores["auc"] = float(roc_auc_score(y, predicted[:, 1]))
    scores["accuracy"] = float(accuracy_score(y, predicted.argmax(axis=1)))
    return scores
