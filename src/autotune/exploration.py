"""The data exploration notebook: what Autopilot's told in 2021, with cells that compute it.

Autopilot's own was text without code. The order of the sections is its; what they hold is worked
out by this project.
"""

from __future__ import annotations

from nbformat import NotebookNode

from autotune import sections, tables
from autotune.banner import banner
from autotune.finding import SEVERITIES, Insight
from autotune.notebook import assemble, code, escaped, markdown, quoted
from autotune.plots import short
from autotune.profile import OUTLIER_DEVIATIONS, Profile
from autotune.scripts import needs
from autotune.table import Table

NAME = "06a_SageMakerAutopilotDataExplorationNotebook.ipynb"
MOST_INSIGHTS = 40
PACKAGES = ("matplotlib", "numpy", "pandas", "scikit-learn", "tqdm")

SET_UP = """
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # leaves the folder of the scripts as it is
sys.path.insert(0, "../xgb-autotune-artifacts")

from explore import plots, tables
from explore.figures import show
from explore.power import anomaly_scores, prediction_power, quick_model
from explore.profile import profile
from explore.table import read_table

table = read_table(Path({path}), target={target}{asked})
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
    table: Table, profile: Profile, found: tuple[Insight, ...]
) -> NotebookNode:
    """The notebook, not executed; it runs in the folder `notebooks/`.

    Args:
        table, profile, found: what it is about.
    """
    cells = [
        markdown(_head(table)),
        code(
            SET_UP.format(
                path=quoted(f"data/{table.name}"),
                target=quoted(table.target),
                asked=f", problem={quoted(table.problem)}" if table.problem else "",
                sha256=quoted(table.sha256),
            )
        ),
        markdown(_findings(found)),
        *sections.target(table, profile),
        *sections.sample(profile),
        *sections.power(profile),
        *sections.duplicates(table),
        *sections.correlation(profile),
        *sections.anomalies(),
        *sections.missing(profile),
        *sections.counts(profile),
        *sections.numbers(profile),
        markdown(DEFINITIONS),
    ]
    return assemble(NAME, cells)


def _head(table: Table) -> str:
    said = "".join(f"\n- {escaped(warning)}" for warning in table.warnings)
    return f"""
# Data exploration of {escaped(table.name)}

{banner(table, "markdown")}

What is in the table, what may go wrong with it, and what to do about that, before anything is trained to predict **{escaped(table.target)}**. Autopilot's notebook was text alone; here each figure and table is worked out by the cell above it, so that you can change it. No cell needs AWS.

{needs(PACKAGES, f"data/{table.name}", "../xgb-autotune-artifacts/")}
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
        "`explore/finding.py` beside the scripts.",
        "",
    ]
    if not insights:
        return "\n".join([*lines, "Nothing to worry about was found."])
    # Three columns, so that what to do is not out of sight on a phone.
    lines += ["| severity | column | finding |", "| --- | --- | --- |"]
    for insight in insights[:MOST_INSIGHTS]:
        severity = f"**{insight.severity}**" if insight.severity == "high" else insight.severity
        column = escaped(short(insight.column, 40)) if insight.column else ""
        why = escaped(str(tables.cut(insight.evidence, 240)))
        lines.append(f"| {severity} | {column} | *{insight.what}*: {why} {insight.action} |")
    if len(insights) > MOST_INSIGHTS:
        lines += ["", f"{len(insights) - MOST_INSIGHTS} more are not shown."]
    return "\n".join(lines)
