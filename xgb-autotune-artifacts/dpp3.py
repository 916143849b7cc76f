# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""dpp3: few-valued numbers as categories too, for xgboost.

A number with few values is often a code: here trees can split it either way.

numeric: numbers stay as they are, and gaps stay gaps, which XGBoost can read
few-valued: numbers with few values become columns of 0 and 1 besides staying numbers
categorical: each frequent category becomes a column of 0 and 1, the rare ones share one
datetime: dates become days since 1970, year, month, day, weekday and hour
then: nothing more is done to the whole
"""

import sys

from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

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
FEW_VALUED = ["month", "day", "hour", "wind_dir", "wind_speed", "precip", "visib", "built", "seats"]
CATEGORICAL = ["carrier", "origin", "dest", "manufacturer"]
DATETIME = ["time_hour"]


def build_feature_transform():
    """Return the preparation, not yet fitted: a table goes in, numbers come out."""
    numeric = common.step(common.numbers)
    few_valued = make_pipeline(
        common.step(common.numbers),
        OneHotEncoder(
            min_frequency=12,  # rarer ones share a column, also those never seen
            max_categories=100,
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
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
    datetime = common.step(common.date_parts)
    return ColumnTransformer(
        [
            ("numeric", numeric, NUMERIC),
            ("few_valued", few_valued, FEW_VALUED),
            ("categorical", categorical, CATEGORICAL),
            ("datetime", datetime, DATETIME),
        ],
        sparse_threshold=0,
    )


def build_label_transform():
    """Return what turns the target into numbers."""
    return common.Labels(CLASSES)


if __name__ == "__main__":
    common.command(sys.modules[__name__])
