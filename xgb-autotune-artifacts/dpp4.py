# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""dpp4: target encoding, for xgboost.

One telling number per category instead of many columns. It is worked out of fold, so that no row
sees its own target.

numeric: numbers stay as they are, and gaps stay gaps, which XGBoost can read
categorical: each category becomes the mean of the target over its rows, out of fold
datetime: dates become days since 1970, year, month, day, weekday and hour
then: nothing more is done to the whole
"""

import sys

from sklearn.compose import ColumnTransformer
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import TargetEncoder

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
    numeric = common.step(common.numbers)
    categorical = make_pipeline(
        common.step(common.words),
        TargetEncoder(target_type="binary", cv=KFold(5, shuffle=True, random_state=0)),
    )
    datetime = common.step(common.date_parts)
    return ColumnTransformer(
        [
            ("numeric", numeric, NUMERIC),
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
