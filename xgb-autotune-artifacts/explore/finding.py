# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""A finding about a table, and the thresholds from which one is made.

The thresholds marked S are those of sagemaker-data-insights 0.4.0, the library whose findings
Autopilot's exploration report resembles; they are facts read there, the code is ours. Those
marked O are our own choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")

SKEW = 3  # S
KURTOSIS = (3, 10)  # S
FREQUENT_LABEL = 0.10  # S
NON_NUMERIC_TARGET = 0.05  # S
SMALL_MINORITY = 20  # rows, S
MANY_CLASSES = 100  # S
RARE_CLASS = 10  # rows, S
IMBALANCE = 0.01  # of the commonest class, S
LEAKAGE = 0.95  # prediction power, and Pearson's correlation with the target; S
IMPORTANT = 0.05  # prediction power from which a column's faults count more; O
DISGUISED = (0.10, 10, 20)  # share, times the next value, distinct values; S
RARE_CATEGORY = 0.05  # of the commonest category; S
DUPLICATES = 0.05  # S
BARELY_BETTER = 0.05  # S
MISSING = (0.05, 0.5)  # O
OUTLIERS = 0.01  # O
SUSPECT = 0.8  # prediction power of a copy of the target in which a tenth of the rows differ; O
NEARLY_UNIQUE = 0.9  # of the rows have a value of their own; O
ONE_CLASS = (0.1, 20)  # share of the error of always naming that class; rows of the others; O
IN_ORDER = 0.1  # rank von Neumann ratio, 2 for rows in no order; O
TOGETHER = 0.5  # of the way from chance to every row having the value of the row above; O
FEW_GROUPS = 20  # so many at least, or there is nothing to hold out; O
TWINS = 0.95  # Pearson's correlation between two features; O


@dataclass(frozen=True)
class Insight:
    """Something to think about before training.

    Attributes:
        what: its name, the same for every table.
        severity: how much it may spoil the result.
        column: the column in question, or None for the whole table.
        evidence: the figures that it rests on, one sentence.
        action: what to do about it, one sentence.
    """

    what: str
    severity: Severity
    column: str | None
    evidence: str
    action: str
