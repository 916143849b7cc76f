"""What a table should be asked about before a model is trained on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pandas as pd

from autotune.finding import (
    BARELY_BETTER,
    DISGUISED,
    DUPLICATES,
    IMPORTANT,
    LEAKAGE,
    MISSING,
    NEARLY_UNIQUE,
    ONE_CLASS,
    OUTLIERS,
    RARE_CATEGORY,
    SEVERITIES,
    SUSPECT,
    TWINS,
    Insight,
    Severity,
)
from autotune.fold_insights import of_folds
from autotune.power import Quick, prediction_power, quick_model
from autotune.profile import Column, Profile, typed
from autotune.table import FEWEST_ROWS, Table
from autotune.target_insights import of_target
from autotune.values import percent

MOST_TWINS = 1_000  # pairs: of many columns that say the same, each has one with every other


def insights(
    table: Table,
    profile: Profile,
    power: dict[str, float] | None = None,
    quick: Quick | None = None,
    *,
    progress: bool = False,
) -> tuple[Insight, ...]:
    """All findings, the most severe first, then in the file's order.

    Args:
        table: the rows.
        profile: what its columns are.
        power, quick: prediction power and quick model, if both are known already.
        progress: whether to show a bar on standard error where it takes long.
    """
    if power is None or quick is None:
        power = prediction_power(table, profile, progress=progress)
        quick = quick_model(table, profile)
    frame = typed(table, profile)
    found = [
        *_of_rows(table),
        *of_target(table, profile),
        *of_folds(frame, profile),
        *(_of_quick_model(quick) if quick else ()),
    ]
    for column in profile.columns:
        # Without a quick model there were too few rows to say what a column can do.
        found += _of_column(column, power[column.name] if quick else None)
        if profile.problem != "regression" and 0 < column.missing < 1:
            found += _of_gaps(column.name, frame[column.name].isna(), frame[table.target])
    found += _of_correlations(frame, profile)
    return tuple(sorted(found, key=lambda insight: SEVERITIES.index(insight.severity)))


def _of_rows(table: Table) -> Iterator[Insight]:
    rows = len(table.frame)
    if rows < FEWEST_ROWS:
        yield Insight(
            "few rows",
            "high",
            None,
            f"The table has {rows} rows with a target.",
            f"Collect at least {FEWEST_ROWS}: Autopilot refuses fewer.",
        )
    share = float(table.frame.duplicated().mean())
    if share:
        yield Insight(
            "duplicate rows",
            "high" if share > DUPLICATES else "medium",
            None,
            f"{percent(share)} of the rows repeat an earlier one in every column.",
            "Drop them, unless the same thing really happened twice: a copy in both the training "
            "and the test rows makes a model look better than it is.",
        )


def _of_quick_model(quick: Quick) -> Iterator[Insight]:
    if quick.gain > BARELY_BETTER:
        return
    worse = quick.gain <= 0
    yield Insight(
        "quick model no better than guessing" if worse else "quick model hardly better",
        "high" if worse else "medium",
        None,
        f"A quick model has a {quick.measure} of {quick.model:.4g}; ignoring every feature gives "
        f"{quick.trivial:.4g}.",
        "Look for columns that have to do with the target before you tune anything.",
    )


def _of_column(column: Column, power: float | None) -> Iterator[Insight]:
    name = column.name
    important = power is not None and power >= IMPORTANT
    if column.constant:
        said = f'holds "{column.top[0][0]}"' if column.top else "is empty"
        yield Insight("constant column", "low", name, f"It {said} in every row.", "Drop it.")
        return
    if power is not None and power > LEAKAGE:
        yield Insight(
            "target leakage",
            "high",
            name,
            f"Alone it predicts the target almost perfectly (prediction power {power:.2f}).",
            "Ask whether it is known when you predict; if it is written down afterwards, drop it.",
        )
    elif power is not None and power > SUSPECT:
        yield Insight(
            "almost the target",
            "medium",
            name,
            f"Alone it predicts the target very well (prediction power {power:.2f}), as a copy of "
            "the target does in which some rows differ.",
            "Ask where it comes from and whether it is known when you predict.",
        )
    if power == 0:
        yield Insight(
            "uninformative column",
            "low",
            name,
            "Alone it predicts nothing (prediction power 0).",
            "Drop it, unless it matters together with another.",
        )
    if column.missing > MISSING[0]:
        yield Insight(
            "missing values",
            "medium" if important or column.missing > MISSING[1] else "low",
            name,
            f"{percent(column.missing)} of the rows have none.",
            "Ask why. Fill them with the median, or tell the model by a column of its own that "
            "they were missing.",
        )
    yield from _of_values(column, important)


def _of_gaps(name: str, gap: pd.Series, target: pd.Series) -> Iterator[Insight]:
    """Whether a column is filled, or empty, for hardly any class but one."""
    for rows, said in ((~gap, "filled"), (gap, "empty")):
        label = target[rows].value_counts().index[0]
        others = target != label
        share, number = ONE_CLASS
        # So many rows of other classes would be among them by chance.
        expected = others.mean() * rows.sum()
        if expected >= number and others[rows].sum() <= share * expected:
            yield Insight(
                f"{said} for one class only",
                "high",
                name,
                f"{percent(1 - others[rows].mean())} of the rows in which it is {said} are "
                f'"{label}", of all rows {percent(1 - others.mean())}.',
                "Ask whether it is written down after the outcome; then drop it.",
            )


def _of_values(column: Column, important: bool) -> Iterator[Insight]:
    name, filled = column.name, column.filled
    severity: Severity = "medium" if important else "low"
    (first, count), (_, second) = column.top[0], column.top[1]
    share, times, distinct = DISGUISED
    if (
        column.kind == "numeric"
        and column.distinct >= distinct
        and count > share * filled
        and count > times * second
    ):
        yield Insight(
            "disguised missing value",
            severity,
            name,
            f"{percent(count / filled)} of its values are {first}, {count / second:.0f} times as "
            "many as of the next.",
            "If it stands for a gap, make it one.",
        )
    if column.kind == "categorical" and column.rarest < RARE_CATEGORY * count:
        yield Insight(
            "rare categories",
            severity,
            name,
            f'Its commonest category, "{first}", has {count:,} rows, its rarest {column.rarest:,}.',
            "Put rare categories together, as a one-hot encoder with a least frequency does.",
        )
    if column.kind == "numeric" and column.numbers.share < 1:
        yield Insight(
            "values that are no numbers",
            severity,
            name,
            f"{percent(1 - column.numbers.share)} of its values are no numbers.",
            "Correct them, or empty them: they are treated as missing.",
        )
    if column.kind == "numeric" and column.numbers.outliers > OUTLIERS:
        yield Insight(
            "outliers",
            "low",
            name,
            f"{percent(column.numbers.outliers)} of its values are far from the rest "
            f"(median {column.numbers.median:.4g}, {column.numbers.min:.4g} to "
            f"{column.numbers.max:.4g} in all).",
            "Check them. Trees do not mind; for a linear model clip them or take logarithms.",
        )
    if column.kind in ("text", "categorical") and column.single >= NEARLY_UNIQUE * filled:
        every = "every" if column.single == filled else "nearly every"
        yield Insight(
            f"{every} value occurs once",
            "low",
            name,
            f"{column.single:,} of its {filled:,} values stand in one row alone, so about "
            f"{percent(column.single / filled)} of those in new rows will be new.",
            "Drop it if it only names the row; its words may still tell something, a code for "
            "each value does not.",
        )


def _of_correlations(frame: pd.DataFrame, profile: Profile) -> Iterator[Insight]:
    names = list(profile.named("numeric"))
    if profile.problem == "regression":
        for name in names:
            r = frame[name].corr(frame[profile.target.name])
            if abs(r) > LEAKAGE:
                yield Insight(
                    "correlation with the target",
                    "high",
                    name,
                    f"Pearson's correlation with the target is {r:.2f}.",
                    "Ask whether it is the target in other words; then drop it.",
                )
    if len(names) < 2:
        return
    table = frame[names].corr().to_numpy()
    for one, other in islice(np.argwhere(np.triu(np.abs(table) > TWINS, 1)), MOST_TWINS):
        yield Insight(
            "columns that say the same",
            "low",
            names[other],
            f"Pearson's correlation with {names[one]} is {table[one, other]:.2f}.",
            "Keep one of them for a linear model; trees do not mind.",
        )
