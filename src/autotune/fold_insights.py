"""Whether folds that draw each row alone would make a model look better than it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from autotune.finding import FEW_GROUPS, IN_ORDER, TOGETHER, Insight
from autotune.profile import Column, Profile
from autotune.values import percent

_KEY = re.compile(r"(?:^|[\W_])(?i:id|key|code|uuid)$|[a-z](?:Id|ID|Key|Code)$")


def of_folds(frame: pd.DataFrame, profile: Profile) -> Iterator[Insight]:
    """Findings about rows that stand in an order, or belong together.

    Args:
        frame: from `typed`: the rows in the file's order.
        profile: of the table.
    """
    columns = [column for column in profile.columns if not column.constant]
    yield from _ordered(frame, columns)
    for column in columns:
        repeated = FEW_GROUPS <= column.distinct <= column.filled / 2
        name = column.name
        if repeated and _KEY.search(name):
            yield Insight(
                "a key that repeats",
                "medium",
                name,
                f"{column.distinct:,} values in {column.filled:,} rows: the name is that of a key.",
                "If rows of one key are alike, keep them on one side of each fold: drawn one by "
                "one, a model is judged on what it knows by heart.",
            )


def _ordered(frame: pd.DataFrame, columns: list[Column]) -> Iterator[Insight]:
    """At most one finding: the order in time, else the groups that stand together."""
    for column in columns:
        if column.kind == "datetime" and (ratio := serial(frame[column.name])) < IN_ORDER:
            days = frame[column.name].dt.floor("D").nunique()
            yield Insight(
                "rows in the order of time",
                "medium",
                column.name,
                f"Neighbours are close in time (rank von Neumann ratio {ratio:.3f}; 2 without "
                f"order), {len(frame) / days:.1f} rows a day.",
                "Hold out whole days, and judge later rows by earlier ones: drawn one by one, each "
                "fold is judged on days that it was trained on.",
            )
            return
    for column in columns:
        if column.distinct < FEW_GROUPS:
            continue
        # Values that most rows share stand together by chance.
        share, chance = together(frame[column.name].astype("str"))
        if share - chance > TOGETHER * (1 - chance):
            yield Insight(
                "rows in groups",
                "medium",
                column.name,
                f"{percent(share)} of the rows have the value of the row above, by chance "
                f"{percent(chance)} would.",
                "If rows of one value are alike, keep them on one side of each fold.",
            )
            return


def serial(values: pd.Series) -> float:
    """The rank version of von Neumann's ratio: about 2 for rows in no order, 0 for sorted ones.

    R. Bartels, Journal of the American Statistical Association 77(377), 1982.
    """
    ranks = values.dropna().rank()
    return float((ranks.diff() ** 2).sum() / ((ranks - ranks.mean()) ** 2).sum())


def together(values: pd.Series) -> tuple[float, float]:
    """The share of rows with the value of the row above, and the share that chance gives."""
    return (
        float(values.eq(values.shift()).iloc[1:].mean()),
        float((values.value_counts(normalize=True) ** 2).sum()),
    )
