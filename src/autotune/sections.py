"""The sections of the data exploration notebook, each a list of cells."""

from __future__ import annotations

from nbformat import NotebookNode

from autotune import plots, tables
from autotune.notebook import code, escaped, markdown, quoted
from autotune.plots import short
from autotune.profile import Profile
from autotune.table import Table
from autotune.values import percent


def target(table: Table, profile: Profile) -> list[NotebookNode]:
    """What is to be predicted."""
    name = short(table.target)
    if profile.problem == "regression":
        n = profile.target.numbers
        text = f"A number to predict: **regression**. Half of its values lie below {n.median:.4g}."
        alt = f"Histogram of {name}, from {n.min:.4g} to {n.max:.4g}; the median is {n.median:.4g}."
    else:
        (most, count), *_ = profile.target.top
        share = percent(count / profile.target.filled)
        text = (
            f"{len(profile.classes)} classes: **{profile.problem}** classification. Whoever always "
            f"answers *{escaped(short(most))}* is right in {share} of the rows; a model must beat "
            "that."
        )
        alt = (
            f"Bars of the {len(profile.classes)} classes of {name}; the commonest, {short(most)}, "
            f"has {share} of the rows."
        )
    return [
        markdown(f"## Target\n\n{text}"),
        _figure("plots.target(table, columns)", alt),
        code("tables.target(table, columns)"),
    ]


def sample(profile: Profile) -> list[NotebookNode]:
    """Ten rows."""
    return [
        markdown(
            "## Sample\n\nTen rows drawn at random with a fixed seed, the target first, then the "
            f"columns by prediction power.{_cap(len(profile.columns) + 1)}"
        ),
        code("power = prediction_power(table, columns)\ntables.sample(table, columns, power)"),
    ]


def power(profile: Profile) -> list[NotebookNode]:
    """What each column can do."""
    return [
        markdown(
            "## Prediction power\n\nWhat each column can do alone. A weak column may still matter "
            f"together with another.{_cap(len(profile.columns))}"
        ),
        _figure(
            "plots.power(power)",
            "Bars of the prediction power of each column, the strongest on top; the table below "
            "has the figures.",
        ),
        code("tables.features(columns, power)"),
        markdown(
            "All columns together, hardly prepared and not tuned (text is left out), beside a "
            "model that ignores them:"
        ),
        code(
            "quick = quick_model(table, columns)\n"
            'print(quick or "There are too few rows in large enough classes.")'
        ),
    ]


def duplicates(table: Table) -> list[NotebookNode]:
    """Rows that repeat another."""
    count = int(table.frame.duplicated().sum())
    if not count:
        return [markdown("## Duplicate rows\n\nNo row repeats another in every column.")]
    share = percent(count / len(table.frame))
    return [
        markdown(
            f"## Duplicate rows\n\n{count:,} rows ({share}) repeat an earlier one in every column. "
            "The most frequent:"
        ),
        code("tables.duplicates(table)"),
    ]


def correlation(profile: Profile) -> list[NotebookNode]:
    """Which numbers go together; nothing with fewer than two."""
    names = profile.named("numeric")
    if len(names) < 2:
        return []
    most = min(len(names), plots.MOST_CORRELATED)
    return [
        markdown(
            f"## Correlation\n\nOf the {most} numeric columns with the greatest prediction power. "
            "Two columns near 1 or -1 say the same: trees do not mind, linear models do."
        ),
        _figure(
            f"plots.correlation(tables.correlation(table, columns, power, {most}))",
            f"Matrix of the correlations between {most} numeric columns, darker where stronger.",
        ),
    ]


def anomalies() -> list[NotebookNode]:
    """Rows unlike the others."""
    return [
        markdown(
            "## Anomalous rows\n\nThe rows that an isolation forest tells from the others most "
            "easily. Look at them one by one: a mistake, or the rare case that matters? Text is "
            "left out."
        ),
        code("scores = anomaly_scores(table, columns)\ntables.oddest(table, scores)"),
        _figure(
            "plots.anomalies(scores)",
            "Histogram of the anomaly scores of the rows; those below 0 count as odd.",
        ),
    ]


def missing(profile: Profile) -> list[NotebookNode]:
    """Gaps."""
    gaps = {column.name: column.missing for column in profile.columns if column.missing}
    if not gaps:
        return [markdown("## Missing values\n\nNo column has any.")]
    worst = max(gaps, key=gaps.__getitem__)
    columns = f"{len(gaps)} columns have" if len(gaps) > 1 else "One column has"
    return [
        markdown(f"## Missing values\n\n{columns} gaps, the worst first.{_cap(len(gaps))}"),
        _figure(
            "plots.missing(columns)",
            f"Bars of the share of missing values, the worst first: {short(worst)} with "
            f"{percent(gaps[worst])}.",
        ),
        code("tables.missing(columns)"),
    ]


def counts(profile: Profile) -> list[NotebookNode]:
    """Distinct values."""
    return [
        markdown(
            "## Distinct values\n\nA number with few of them may be a category in disguise; one "
            f"with a value per row may be a name for the row.{_cap(len(profile.columns))}"
        ),
        code("tables.cardinality(columns)"),
    ]


def numbers(profile: Profile) -> list[NotebookNode]:
    """Statistics and outliers of numbers."""
    held = [column for column in profile.columns if column.numbers]
    drawn = [column for column in held if column.kind == "numeric" and not column.constant]
    if not held:
        return [markdown("## Numbers\n\nNo column holds any.")]
    cells = [
        markdown(
            "## Numbers\n\nStatistics of every column that holds at least one number; *numbers* "
            f"says how many of its values are.{_cap(len(held))}"
        ),
        code("tables.descriptive(columns.columns)"),
    ]
    if drawn:
        share, name = max((column.numbers.outliers, column.name) for column in drawn)
        worst = f"most are in {short(name)}" if share else "there are none"
        cells.append(
            _figure(
                "plots.spread(table, columns)",
                f"Box plots of the numeric columns with their outliers; {worst}.",
            )
        )
    return cells


def _figure(call: str, alt: str) -> NotebookNode:
    return code(f"show(\n    {call},\n    {quoted(alt)},\n)")


def _cap(count: int) -> str:
    most = tables.MOST_COLUMNS
    return f" Only {most} of {count} columns are shown." if count > most else ""
