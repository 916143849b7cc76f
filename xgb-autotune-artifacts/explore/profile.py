# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""What each column of a table is, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from .table import Table
from .values import NUMERIC_SHARE, dates, is_code, is_regression, numbers

Kind = Literal["numeric", "categorical", "text", "datetime"]
Problem = Literal["binary", "multiclass", "regression"]

# A column of words with more distinct values than both is text. Autopilot is sure of a category
# below 1 % and has given it up at 20 %; a tenth is between them.
TEXT_DISTINCT = 50
TEXT_SHARE = 0.1
# A number with at most so many values may be a category in disguise: a month, a number of seats.
FEW_VALUES = 50
FEW_SHARE = 0.05
# Farther from the median than so many robust standard deviations is an outlier; robust means
# after clipping to the 5th and 95th percentile (definitions in Autopilot's exploration notebook).
OUTLIER_DEVIATIONS = 5
CLIP = (0.05, 0.95)
TOP = 10


@dataclass(frozen=True)
class Numbers:
    """Statistics of the numbers in a column.

    Attributes:
        share: of the values that are there, how many are finite numbers.
        mean, median, sd, min, max: as usual; sd with n - 1.
        skew, kurtosis: the moments' own (biased) ones; kurtosis is Pearson's, 3 for a normal
            distribution. Both are 0 for a constant.
        outliers: share of the numbers that are outliers, 0 to 1.
    """

    share: float
    mean: float
    median: float
    sd: float
    min: float
    max: float
    skew: float
    kurtosis: float
    outliers: float


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: as in the header.
        kind: what it is taken for.
        missing: share of rows without a value, 0 to 1.
        filled: number of rows with a value.
        distinct: number of different values.
        constant: whether there are fewer than two, so that nothing can be learnt from it.
        few_valued: whether it is a number with so few values that it may be a category.
        top: the commonest values as written, with their counts, at most TOP.
        rarest: how often the rarest value occurs; 0 without values.
        single: number of values that one row alone has.
        numbers: statistics where any value is a number, else None.
        words: number of different words, for text only, else None.
        first, last: earliest and latest moment (ISO 8601, UTC), for datetime only, else None.
    """

    name: str
    kind: Kind
    missing: float
    filled: int
    distinct: int
    constant: bool
    few_valued: bool
    top: tuple[tuple[str, int], ...]
    rarest: int
    single: int
    numbers: Numbers | None = None
    words: int | None = None
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Profile:
    """What a table holds and what is asked.

    Attributes:
        problem: binary with two classes; regression where the target is a number with more than
            MOST_NUMBER_CLASSES values; otherwise multiclass.
        target: the column to predict.
        columns: the others, in the file's order.
        classes: those of the target in alphabetical order; none for regression.
    """

    problem: Problem
    target: Column
    columns: tuple[Column, ...]
    classes: tuple[str, ...] = ()

    def named(self, kind: Kind) -> tuple[str, ...]:
        """The names of the columns of a kind from which something can be learnt."""
        return tuple(c.name for c in self.columns if c.kind == kind and not c.constant)


def profile(table: Table) -> Profile:
    """Look at each column once."""
    values = table.frame[table.target]
    regression = is_regression(values, table.problem)
    target = _column(values, "numeric" if regression else "categorical")
    problem: Problem = "binary" if target.distinct == 2 else "multiclass"
    if regression:
        return Profile("regression", target, _columns(table))
    return Profile(problem, target, _columns(table), tuple(sorted(values.unique())))


def typed(table: Table, profile: Profile) -> pd.DataFrame:
    """The table with numbers as float64, dates as UTC moments, the rest as text.

    What does not fit its column's kind is missing.
    """
    frame = table.frame.copy()
    for column in (*profile.columns, profile.target):
        if column.kind == "numeric":
            frame[column.name] = numbers(frame[column.name])
        elif column.kind == "datetime":
            frame[column.name] = dates(frame[column.name])
    return frame


def _columns(table: Table) -> tuple[Column, ...]:
    return tuple(_column(table.frame[name]) for name in table.features)


def kind_of(values: pd.Series) -> Kind:
    """The kind of a column without gaps; an empty one counts as numeric."""
    if values.empty:
        return "numeric"
    if numbers(values).notna().mean() >= NUMERIC_SHARE and not is_code(values):
        return "numeric"
    if dates(values).notna().mean() >= NUMERIC_SHARE:
        return "datetime"
    distinct = values.nunique()
    text = distinct > TEXT_DISTINCT and distinct > TEXT_SHARE * len(values)
    return "text" if text else "categorical"


def _column(values: pd.Series, kind: Kind | None = None) -> Column:
    filled = values.dropna()
    kind = kind or kind_of(filled)
    counts = filled.value_counts()
    # Equal counts in the order of the alphabet: the order of rows shall not matter.
    top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    distinct = len(counts)
    moments = dates(filled) if kind == "datetime" else None
    return Column(
        name=str(values.name),
        kind=kind,
        missing=float(values.isna().mean()),
        filled=len(filled),
        distinct=distinct,
        constant=distinct < 2,
        few_valued=kind == "numeric" and 2 <= distinct <= min(FEW_VALUES, FEW_SHARE * len(filled)),
        top=tuple((str(value), int(count)) for value, count in top),
        rarest=int(counts.min()) if distinct else 0,
        single=int((counts == 1).sum()),
        numbers=describe(filled),
        words=int(filled.str.lower().str.split().explode().nunique()) if kind == "text" else None,
        first=None if moments is None else moments.min().isoformat(),
        last=None if moments is None else moments.max().isoformat(),
    )


def describe(filled: pd.Series) -> Numbers | None:
    """Statistics of the numbers among values without gaps; None if there is no number."""
    parsed = numbers(filled).dropna()
    if parsed.empty:
        return None
    x = parsed.to_numpy()
    centred = x - x.mean()
    spread = np.sqrt((centred**2).mean())
    scaled = centred / spread if spread else centred
    return Numbers(
        share=len(x) / len(filled),
        mean=float(x.mean()),
        median=float(np.median(x)),
        sd=float(x.std(ddof=1)) if len(x) > 1 else 0.0,
        min=float(x.min()),
        max=float(x.max()),
        skew=float((scaled**3).mean()),
        kurtosis=float((scaled**4).mean()),
        outliers=float(outliers(x).mean()),
    )


def outliers(x: np.ndarray) -> np.ndarray:
    """Which of the numbers (n,) are outliers, as booleans (n,).

    None are where the middle nine tenths are all alike: then there is no spread to be far from.
    """
    robust_sd = np.clip(x, *np.quantile(x, CLIP)).std()
    return (robust_sd > 0) & (np.abs(x - np.median(x)) > OUTLIER_DEVIATIONS * robust_sd)
