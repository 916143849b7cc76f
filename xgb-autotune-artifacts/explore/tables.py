# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""The tables of the data exploration notebook, as data frames that fit on a page."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from .profile import Column, Profile, typed
from .table import Table
from .values import percent

MOST_COLUMNS = 25  # as in Autopilot's report
MOST_ROWS = 10
LONGEST = 60  # characters of a text that is shown
SEED = 1

pd.set_option("display.max_columns", MOST_COLUMNS + 1)  # else pandas leaves out those in the middle


def summary(table: Table, profile: Profile) -> pd.DataFrame:
    """Rows, columns, duplicates, target and the kinds of columns."""
    frame = table.frame
    kinds = pd.Series([column.kind for column in profile.columns]).value_counts()
    lines = {
        "rows in the file": f"{table.rows_in_file:,}",
        "rows looked at": f"{len(frame):,}",
        "rows left out for want of a target": f"{table.rows_without_target:,}",
        "columns, the target included": f"{len(frame.columns):,}",
        "duplicate rows": percent(frame.duplicated().mean()),
        "target": table.target,
        "problem": profile.problem,
    }
    lines |= {f"{kind} columns": f"{count:,}" for kind, count in sorted(kinds.items())}
    return pd.DataFrame({"value": lines})


def target(table: Table, profile: Profile) -> pd.DataFrame:
    """Classes with counts and shares, or the statistics of a number."""
    if profile.problem == "regression":
        return descriptive([profile.target]).drop(columns="numbers")
    counts = table.frame[table.target].value_counts().sort_index()
    counts = counts.sort_values(ascending=False, kind="stable").head(MOST_COLUMNS)
    shares = [percent(count / len(table.frame)) for count in counts]
    return pd.DataFrame({"rows": counts, "share": shares}).rename_axis(None)


def sample(table: Table, profile: Profile, power: dict[str, float]) -> pd.DataFrame:
    """Ten rows drawn with a seed, under the prediction power and the kind of each column.

    The target comes first, then the columns by prediction power, at most MOST_COLUMNS.
    """
    kinds = {column.name: column.kind for column in profile.columns}
    names = sorted(kinds, key=lambda name: -power[name])[: MOST_COLUMNS - 1]
    head = pd.DataFrame(
        {table.target: ["", "target"]}
        | {name: [f"{power[name]:.3f}", kinds[name]] for name in names},
        index=["prediction power", "kind"],
    )
    rows = table.frame.sample(min(MOST_ROWS, len(table.frame)), random_state=SEED).sort_index()
    return pd.concat([head, readable(rows[[table.target, *names]])])


def features(profile: Profile, power: dict[str, float]) -> pd.DataFrame:
    """Each column with its kind, prediction power, gaps and distinct values, strongest first."""
    ordered = sorted(profile.columns, key=lambda column: -power[column.name])[:MOST_COLUMNS]
    return pd.DataFrame(
        {
            "kind": [column.kind for column in ordered],
            "prediction power": [f"{power[column.name]:.3f}" for column in ordered],
            "missing": [percent(column.missing) for column in ordered],
            "distinct values": [column.distinct for column in ordered],
        },
        index=[column.name for column in ordered],
    )


def duplicates(table: Table) -> pd.DataFrame:
    """The rows that occur most often, with how often they do; empty without duplicates."""
    columns = list(table.frame.columns)
    counts = table.frame.groupby(columns, dropna=False, sort=True).size()
    counts = counts[counts > 1].sort_values(ascending=False, kind="stable").head(MOST_ROWS)
    times = unused("times", columns)
    rows = counts.rename(times).reset_index()
    return readable(rows[[times, *columns[: MOST_COLUMNS - 1]]])


def correlation(table: Table, profile: Profile, power: dict[str, float], most: int) -> pd.DataFrame:
    """Pearson's correlations (n, n) of the `most` numeric columns with the greatest power."""
    names = sorted(profile.named("numeric"), key=lambda name: -power[name])[:most]
    return typed(table, profile)[names].corr()


def oddest(table: Table, scores: pd.Series) -> pd.DataFrame:
    """The rows with the lowest anomaly scores, the oddest first."""
    lowest = scores.sort_values(kind="stable").head(MOST_ROWS)
    rows = table.frame.loc[lowest.index, list(table.frame.columns[: MOST_COLUMNS - 1])]
    rows = readable(rows)
    rows.insert(0, unused("score", rows.columns), [f"{score:.3f}" for score in lowest])
    return rows


def missing(profile: Profile) -> pd.DataFrame:
    """Columns with gaps, worst first, at most MOST_COLUMNS."""
    gaps = [column for column in profile.columns if column.missing]
    gaps = sorted(gaps, key=lambda column: -column.missing)[:MOST_COLUMNS]
    return pd.DataFrame(
        {"missing": [percent(column.missing) for column in gaps]},
        index=[column.name for column in gaps],
    )


def cardinality(profile: Profile) -> pd.DataFrame:
    """Distinct values and, for text, distinct words, the fewest first."""
    ordered = sorted(profile.columns, key=lambda column: column.distinct)[:MOST_COLUMNS]
    return pd.DataFrame(
        {
            "distinct values": [column.distinct for column in ordered],
            "distinct words": ["n/a" if c.words is None else str(c.words) for c in ordered],
            "commonest": [cut(column.top[0][0]) if column.top else "" for column in ordered],
        },
        index=[column.name for column in ordered],
    )


def descriptive(columns: Sequence[Column]) -> pd.DataFrame:
    """Statistics of the columns that hold at least one number, at most MOST_COLUMNS."""
    rows = {}
    for column in [column for column in columns if column.numbers][:MOST_COLUMNS]:
        n = column.numbers
        figures = ("mean", "median", "min", "max", "sd")
        rows[column.name] = {
            "numbers": percent(n.share),
            **{name: f"{getattr(n, name):.4g}" for name in figures},
            "skew": f"{n.skew:.2f}",
            "kurtosis": f"{n.kurtosis:.2f}",
            "outliers": percent(n.outliers),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def unused(name: str, names: Collection[str]) -> str:
    """The name, or one like it that no column has."""
    while name in names:
        name += "_"
    return name


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as text without gaps, long texts cut."""
    return frame.astype(object).where(frame.notna(), "").map(cut)


def cut(value: object, longest: int = LONGEST) -> object:
    """A text on one line of at most `longest` characters; anything else as it is."""
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"
