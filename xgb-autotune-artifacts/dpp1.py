# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""dpp1: reduced, for xgboost.

Principal components before trees. They save columns, but hide single values, which trees like to
split at.

numeric: gaps get the median of their column
categorical: each frequent category becomes a column of 0 and 1, the rare ones share one
datetime: dates become days since 1970, year, month, day, weekday and hour, with medians in gaps
then: all columns get the same spread, then principal components replace them, as many as keep 95 %
    of it
"""

import sys

from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import common

ALGORITHM = "xgboost"
PROBLEM = "binary"
TARGET = "late"
CLASSES = ["no", "yes"]

# All columns of the file in its order, then those used, by their kind.
HEADER = [
    "year",
    "month",
    "day",
    "hour",
    "carrier",
    "origin",
    "dest",
    "distance",
    "time_hour",
    "temp",
    "humid",
    "wind_dir",
    "wind_speed",
    "precip",
    "pressure",
    "visib",
    "built",
    "manufacturer",
    "seats",
    "late",
]
NUMERIC = [
    "month",
    "day",
    "hour",
    "distance",
    "temp",
    "humid",
    "wind_dir",
    "wind_speed",
    "precip",
    "pressure",
    "visib",
    "built",
    "seats",
]
CATEGORICAL = ["carrier", "origin", "dest", "manufacturer"]
DATETIME = ["time_hour"]


def build_feature_transform():
    """Return the preparation, not yet fitted: a table goes in, numbers come out."""
    numeric = make_pipeline(
        common.step(common.numbers),
        SimpleImputer(strategy="median", keep_empty_features=True),
    )
    categorical = make_pipeline(
        common.step(common.words),
        OneHotEncoder(
            min_frequency=12,  # rarer ones share a column, also those never seen
            max_categories=100,
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
        ),
    )
    datetime = make_pipeline(
        common.step(common.date_parts),
        SimpleImputer(strategy="median", keep_empty_features=True),
    )
    merged = ColumnTransformer(
        [
            ("numeric", numeric, NUMERIC),
            ("categorical", categorical, CATEGORICAL),
            ("datetime", datetime, DATETIME),
        ],
        sparse_threshold=0,
    )
    return make_pipeline(merged, StandardScaler(), PCA(n_components=0.95, svd_solver="full"))


def build_label_transform():
    """Return what turns the target into numbers."""
    return common.Labels(CLASSES)


if __name__ == "__main__":
    common.command(sys.modules[__name__])
