"""What the target of a table should be asked about."""

from __future__ import annotations

from collections.abc import Iterator

from autotune.finding import (
    FREQUENT_LABEL,
    IMBALANCE,
    KURTOSIS,
    MANY_CLASSES,
    NON_NUMERIC_TARGET,
    RARE_CLASS,
    SKEW,
    SMALL_MINORITY,
    Insight,
)
from autotune.profile import Column, Profile
from autotune.table import Table
from autotune.values import percent


def of_target(table: Table, profile: Profile) -> Iterator[Insight]:
    """What may spoil the learning of this target."""
    yield from _of_missing_target(table, profile)
    name = table.target
    if profile.problem == "regression":
        yield from _of_numeric_target(name, profile.target)
        return
    counts = table.frame[name].value_counts()
    most, least = int(counts.max()), int(counts.min())
    rarest = min(label for label, count in counts.items() if count == least)
    rarest_said = f'The rarest class, "{rarest}", has {least:,} of {len(table.frame):,} rows.'
    if profile.problem == "binary":
        if least < SMALL_MINORITY:
            yield Insight(
                "very small minority",
                "high",
                name,
                rarest_said,
                "Collect more of them: so few cannot be learnt, nor scored.",
            )
        return
    if len(counts) > MANY_CLASSES:
        yield Insight(
            "too many classes",
            "medium",
            name,
            f"The target has {len(counts):,} classes.",
            "Merge classes, or predict a number if they have an order.",
        )
    if least <= RARE_CLASS:
        yield Insight(
            "rare class",
            "high",
            name,
            rarest_said,
            "Collect more, merge it with a like one, or leave its rows out.",
        )
    elif least < IMBALANCE * most:
        yield Insight(
            "imbalanced classes",
            "medium",
            name,
            f"{rarest_said} The commonest has {most:,}.",
            "Judge by a score that counts classes alike, and weight the rare ones.",
        )


def _of_missing_target(table: Table, profile: Profile) -> Iterator[Insight]:
    if not table.rows_without_target:
        return
    share = table.rows_without_target / (table.rows_without_target + len(table.frame))
    yield Insight(
        "rows without a usable target",
        "high" if share > NON_NUMERIC_TARGET else "medium",
        table.target,
        f"{table.rows_without_target:,} rows ({percent(share)}) have no value"
        f"{' or no number' if profile.problem == 'regression' else ''} there and were left out.",
        "Find out why: rows that lack an answer for a reason bias what is learnt from the rest.",
    )


def _of_numeric_target(name: str, target: Column) -> Iterator[Insight]:
    numbers = target.numbers
    if abs(numbers.skew) > SKEW:
        yield Insight(
            "skewed target",
            "high",
            name,
            f"Its skew is {numbers.skew:.1f}; a symmetrical one has 0.",
            "Predict its logarithm, or use a loss that large values do not rule.",
        )
    elif numbers.kurtosis > KURTOSIS[1]:
        yield Insight(
            "heavy-tailed target",
            "high",
            name,
            f"Its kurtosis is {numbers.kurtosis:.1f}; a normal distribution has 3.",
            "Look at the largest values: clip what is wrong, and use a robust loss.",
        )
    elif numbers.kurtosis > KURTOSIS[0] and numbers.outliers:
        yield Insight(
            "few outliers in the target",
            "medium",
            name,
            f"{percent(numbers.outliers)} of its values are outliers; its kurtosis is "
            f"{numbers.kurtosis:.1f}.",
            "Check these rows by hand: they weigh most in a squared error.",
        )
    value, count = target.top[0]
    total = target.filled
    if count > max(FREQUENT_LABEL * total, 5 * total / target.distinct):
        yield Insight(
            "frequent value in the target",
            "medium",
            name,
            f"{percent(count / total)} of the rows hold {value}.",
            "Ask whether it stands for something else, such as a limit or a gap.",
        )
