# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""dpp2: linear with indicators, for linear.

A linear model needs more help: no gaps, like scales, and a column that tells where gaps were.

numeric: gaps get the median, one more column says where a gap was, and values are spread to a bell
    curve, so that extremes weigh less
categorical: each frequent category becomes a column of 0 and 1, the rare ones share one
datetime: dates become days since 1970, and month, weekday and hour as points on circles, with
    medians in gaps
then: all columns get the same spread
"""

import sys

from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, StandardScaler

import common

ALGORITHM = "linear"
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
        make_union(
            make_pipeline(
                SimpleImputer(strategy="median", keep_empty_features=True),
                QuantileTransformer(n_quantiles=100, output_distribution="normal"),
            ),
            MissingIndicator(error_on_new=False),
        ),
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
        common.step(common.date_cycles),
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
    return make_pipeline(merged, StandardScaler())


def build_label_transform():
    """Return what turns the target into numbers."""
    return common.Labels(CLASSES)


if __name__ == "__main__":
    common.command(sys.modules[__name__])
