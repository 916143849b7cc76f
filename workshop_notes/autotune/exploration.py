"""The data exploration notebook: what Autopilot's told in 2021, with cells that compute it.

Autopilot's own was text without code. The order of the sections is its; what they hold is worked
out by this project.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from workshop_notes.autotune import plots, tables
from workshop_notes.autotune.banner import banner
from workshop_notes.autotune.insights import SEVERITIES, Insight, insights
from workshop_notes.autotune.notebook import assemble, code, execute, markdown, write_notebook
from workshop_notes.autotune.plots import short
from workshop_notes.autotune.profile import OUTLIER_DEVIATIONS, Profile, profile
from workshop_notes.autotune.table import Table, read_table

NAME = "06a_SageMakerAutopilotDataExplorationNotebook.ipynb"
MOST_INSIGHTS = 40

SET_UP = """
import sys
from pathlib import Path

sys.path.insert(0, "..")  # the project's folder

from workshop_notes.autotune import plots, tables
from workshop_notes.autotune.figures import show
from workshop_notes.autotune.power import anomaly_scores, prediction_power, quick_model
from workshop_notes.autotune.profile import profile
from workshop_notes.autotune.table import read_table

table = read_table(Path({path}), target={target})
made_from = {sha256}
assert table.sha256 == made_from, "another file: generate this notebook anew"
columns = profile(table)
tables.summary(table, columns)
"""

DEFINITIONS = f"""
## Definitions

- **Kind**: a column is *numeric* or *datetime* (ISO 8601) when nine in ten of its values are; of the others, *text* has more than 50 distinct values and more than one for every ten rows, *categorical* fewer.
- **Missing**: a field that is empty or blank.
- **Prediction power**: how well a small model of this column alone predicts the target, on rows that it was not fitted to, from 0 (not at all) to 1 (perfectly). For classes it is 2 AUC - 1, averaged over one against the rest; for numbers it is R². A value near 1 hints at leakage: the column may hold the answer.
- **Outlier**: a number farther than {OUTLIER_DEVIATIONS} robust standard deviations from the median. Robust means: after clipping to the 5th and 95th percentile.
- **Kurtosis**: Pearson's; 3 for a normal distribution.
- **Anomaly score**: of an isolation forest. A row that few random cuts tell from all the others has a low score; below 0 it counts as odd.
- **Severity**: *high* may spoil any model, *medium* costs accuracy, *low* is good to know.
"""  # noqa: E501


def exploration_notebook(
    table: Table, profile: Profile, found: tuple[Insight, ...], *, path: str | None = None
) -> NotebookNode:
    """The notebook, not executed.

    Args:
        table, profile, found: what it is about.
        path: where the notebook finds the table, from its own folder; `data/<name>` by default.
    """
    path = path or f"data/{table.name}"
    cells = [
        markdown(_head(table)),
        code(
            SET_UP.format(
                path=quoted(path), target=quoted(table.target), sha256=quoted(table.sha256)
            )
        ),
        markdown(_findings(found)),
        *_target(table, profile),
        *_sample(profile),
        *_power(profile),
        *_duplicates(table),
        *_correlation(profile),
        *_anomalies(),
        *_missing(profile),
        *_counts(profile),
        *_numbers(profile),
        markdown(DEFINITIONS),
    ]
    return assemble(NAME, cells)


def write_exploration(
    path: Path, target: str, folder: Path, progress: Callable[[int, int], None] = lambda *_: None
) -> Path:
    """Read a table, explore it and write the executed notebook, whole or not at all.

    Args:
        path: the CSV file.
        target: the column to predict.
        folder: where the notebook is to stand, and where it runs.
        progress: told after each cell how many are done, and of how many.

    Returns:
        The notebook's path.

    Raises:
        TableError: if the table is no good.
        NotebookError: if a cell fails.
    """
    table = read_table(path, target)
    found = profile(table)
    where = Path(os.path.relpath(path, folder)).as_posix()
    node = exploration_notebook(table, found, insights(table, found), path=where)
    write_notebook(folder / NAME, execute(node, folder, progress=progress))
    return folder / NAME


def _head(table: Table) -> str:
    said = "".join(f"\n- {escaped(warning)}" for warning in table.warnings)
    return f"""
# Data exploration of {escaped(table.name)}

{banner(table, "markdown")}

What is in the table, what may go wrong with it, and what to do about that, before anything is trained to predict **{escaped(table.target)}**. Autopilot's notebook was text alone; here each figure and table is worked out by the cell above it, so that you can change it. Run it in the folder `notebooks/` of the project, with its `.venv`. No cell needs AWS.
{said}
"""  # noqa: E501


def _findings(insights: tuple[Insight, ...]) -> str:
    counts = [
        f"{sum(insight.severity == severity for insight in insights)} {severity}"
        for severity in SEVERITIES
    ]
    lines = [
        "## Findings",
        "",
        f"By severity: {', '.join(counts)}. The thresholds stand, with their sources, in "
        "`workshop_notes/autotune/insights.py`.",
        "",
    ]
    if not insights:
        return "\n".join([*lines, "Nothing to worry about was found."])
    lines += ["| severity | finding | column | why | what to do |", "| --- " * 5 + "|"]
    for insight in insights[:MOST_INSIGHTS]:
        cells = (
            f"**{insight.severity}**" if insight.severity == "high" else insight.severity,
            insight.what,
            escaped(short(insight.column, 40)) if insight.column else "",
            escaped(tables.cut(insight.evidence, 240)),
            insight.action,
        )
        lines.append(f"| {' | '.join(cells)} |")
    if len(insights) > MOST_INSIGHTS:
        lines += ["", f"{len(insights) - MOST_INSIGHTS} more are not shown."]
    return "\n".join(lines)


def _target(table: Table, profile: Profile) -> list[NotebookNode]:
    name = short(table.target)
    if profile.problem == "regression":
        n = profile.target.numbers
        text = f"A number to predict: **regression**. Half of its values lie below {n.median:.4g}."
        alt = f"Histogram of {name}, from {n.min:.4g} to {n.max:.4g}; the median is {n.median:.4g}."
    else:
        (most, count), *_ = profile.target.top
        share = tables.percent(count / profile.target.filled)
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


def _sample(profile: Profile) -> list[NotebookNode]:
    return [
        markdown(
            "## Sample\n\nTen rows drawn at random with a fixed seed, the target first, then the "
            f"columns by prediction power.{_cap(len(profile.columns) + 1)}"
        ),
        code("power = prediction_power(table, columns)\ntables.sample(table, columns, power)"),
    ]


def _power(profile: Profile) -> list[NotebookNode]:
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


def _duplicates(table: Table) -> list[NotebookNode]:
    count = int(table.frame.duplicated().sum())
    if not count:
        return [markdown("## Duplicate rows\n\nNo row repeats another in every column.")]
    share = tables.percent(count / len(table.frame))
    return [
        markdown(
            f"## Duplicate rows\n\n{count:,} rows ({share}) repeat an earlier one in every column. "
            "The most frequent:"
        ),
        code("tables.duplicates(table)"),
    ]


def _correlation(profile: Profile) -> list[NotebookNode]:
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


def _anomalies() -> list[NotebookNode]:
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


def _missing(profile: Profile) -> list[NotebookNode]:
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
            f"{tables.percent(gaps[worst])}.",
        ),
        code("tables.missing(columns)"),
    ]


def _counts(profile: Profile) -> list[NotebookNode]:
    return [
        markdown(
            "## Distinct values\n\nA number with few of them may be a category in disguise; one "
            f"with a value per row may be a name for the row.{_cap(len(profile.columns))}"
        ),
        code("tables.cardinality(columns)"),
    ]


def _numbers(profile: Profile) -> list[NotebookNode]:
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


def quoted(text: str) -> str:
    """The text as a Python literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def escaped(text: str) -> str:
    """Text as it stands in Markdown, on one line, also in a table's cell."""
    return re.sub(r"([\\`*_{}\[\]<>#|$&~])", r"\\\1", " ".join(text.split()))
