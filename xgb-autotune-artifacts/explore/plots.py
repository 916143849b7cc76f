# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""The figures of the data exploration notebook, each with what it shows in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from . import figures
from .figures import INK, MUTED, RULE, RUST, TEAL
from .finding import IMPORTANT, LEAKAGE
from .profile import Profile, outliers, typed
from .table import Table
from .values import percent

MOST_BARS = 25
MOST_CORRELATED = 10  # columns in the matrix, as in Autopilot's report
ROW = 0.26  # inches that a bar takes
WIDTH = 5.4  # inches: on a phone it is shrunk by a third, and can still be read
BINS = 40


def target(table: Table, profile: Profile) -> Figure:
    """How the target is distributed: bars of its classes, or a histogram."""
    if profile.problem == "regression":
        x = typed(table, profile)[table.target]
        fig, axes = figures.figure(2.8, WIDTH)
        axes.hist(x, bins=BINS, color=TEAL)
        axes.axvline(x.median(), color=RUST, linewidth=1.5)
        axes.annotate(
            "median", (x.median(), 1), (4, -2), xycoords=("data", "axes fraction"),
            textcoords="offset points", va="top", color=RUST,
        )  # fmt: skip
        axes.set(xlabel=short(table.target), ylabel="rows")
        axes.set_title(f"Values of {short(table.target)}")
        return fig
    counts = table.frame[table.target].value_counts()
    shown = counts.sort_index().sort_values(ascending=False, kind="stable").head(MOST_BARS)
    share = shown / counts.sum()
    labels = [f"{count:,}  ({100 * part:.1f} %)" for count, part in zip(shown, share, strict=True)]
    return bars(shown.astype(float), f"Classes of {short(table.target)}", "rows", labels=labels)


def bars(
    values: pd.Series,
    title: str,
    label: str,
    *,
    colours: list[str] | None = None,
    labels: list[str] | None = None,
    limit: float | None = None,
) -> Figure:
    """Horizontal bars, the first on top.

    Args:
        values: name to length.
        title, label: of the figure and of its axis.
        colours: one per bar, TEAL by default.
        labels: what stands at the end of each bar.
        limit: where the axis ends, else a little beyond the longest bar.
    """
    names = [short(name) for name in values.index]
    places = np.arange(len(values))
    fig, axes = figures.figure(0.9 + ROW * max(len(values), 2), WIDTH)
    drawn = axes.barh(places, values.to_numpy(), color=colours or TEAL, height=0.72)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    top = limit or float(values.max()) or 1.0
    # Room for what stands at the ends.
    axes.set_xlim(0, top * (1.28 if labels and max(map(len, labels)) > 6 else 1.16))
    axes.bar_label(
        drawn, labels or [f"{value:.2f}" for value in values], padding=4, color=MUTED, fontsize=9
    )
    axes.set_xlabel(label)
    axes.set_title(title)
    return fig


def power(powers: dict[str, float]) -> Figure:
    """Prediction power, the strongest column first; near 1 in rust, for it hints at leakage."""
    values = pd.Series(powers).sort_values(ascending=False, kind="stable").head(MOST_BARS)
    colours = [
        RUST if value > LEAKAGE else TEAL if value >= IMPORTANT else MUTED for value in values
    ]
    return bars(values, "Prediction power", "0: none, 1: perfect", colours=colours, limit=1.0)


def missing(profile: Profile) -> Figure | None:
    """Share of missing values of the columns that have any; None if no column has."""
    shares = pd.Series({column.name: column.missing for column in profile.columns})
    shares = shares[shares > 0].sort_values(ascending=False, kind="stable").head(MOST_BARS)
    if shares.empty:
        return None
    labels = [percent(share) for share in shares]
    return bars(100 * shares, "Missing values", "per cent of the rows", labels=labels)


def correlation(matrix: pd.DataFrame) -> Figure:
    """A correlation matrix (n, n): teal for together, rust for against, paler where weaker."""
    n = len(matrix)
    fig, axes = figures.figure(1.3 + 0.34 * n, 1.6 + 0.38 * n)
    for row in range(n):
        for column in range(n):
            r = matrix.iloc[row, column]
            if np.isnan(r):
                continue
            colour = TEAL if r >= 0 else RUST
            axes.add_patch(
                Rectangle((column - 0.47, row - 0.44), 0.94, 0.88, color=colour, lw=0,
                          alpha=0.55 * abs(r))
            )  # fmt: skip
            text = f"{r:.2f}".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")
            axes.text(column, row, text, ha="center", va="center", fontsize=7.5)
    axes.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
    names = [short(name) for name in matrix.columns]
    axes.set_xticks(range(n), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(n), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("Pearson's correlation")
    return fig


def spread(table: Table, profile: Profile) -> Figure:
    """Box plots of the numeric columns, at most MOST_BARS, with their outliers in rust.

    Each is scaled by its own robust deviation. The box holds the middle half, the line in it is
    the median, the whiskers reach the last value that is no outlier.
    """
    frame = typed(table, profile)
    columns = [c for c in profile.columns if c.kind == "numeric" and not c.constant][:MOST_BARS]
    fig, axes = figures.figure(1.1 + 0.36 * len(columns), WIDTH)
    for place, column in enumerate(columns):
        x = frame[column.name].dropna().to_numpy()
        odd = outliers(x)
        deviation = np.clip(x, *np.quantile(x, (0.05, 0.95))).std() or x.std() or 1.0
        scaled = (x - np.median(x)) / deviation
        inner = scaled[~odd]
        low, high = np.quantile(scaled, (0.25, 0.75))
        axes.plot([inner.min(), inner.max()], [place, place], color=MUTED, lw=1)
        axes.add_patch(Rectangle((low, place - 0.28), high - low, 0.56, color=TEAL, lw=0))
        axes.plot([0, 0], [place - 0.36, place + 0.36], color=INK, lw=2)
        far = np.unique(np.round(np.clip(scaled[odd], -20, 20), 1))
        axes.plot(far, np.full(len(far), place), "|", color=RUST, ms=9, mew=1.2)
    axes.set_yticks(range(len(columns)), [short(column.name) for column in columns])
    axes.set_ylim(len(columns) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    for side in (-5, 5):
        axes.axvline(side, color=RULE, lw=1, ls=(0, (4, 3)), zorder=0)
    axes.set_xlabel("robust deviations from the median (20 and more at the edge)")
    axes.set_title("Spread and outliers")
    return fig


def anomalies(scores: pd.Series) -> Figure:
    """A histogram of anomaly scores (n,), the odd ones, below 0, in rust."""
    fig, axes = figures.figure(2.4, WIDTH)
    step = (scores.max() - scores.min()) / BINS or 1.0
    # One edge is 0, so that no bar is both.
    edges = step * np.arange(np.floor(scores.min() / step), np.ceil(scores.max() / step) + 1)
    axes.hist(scores[scores >= 0], bins=edges, color=TEAL)
    axes.hist(scores[scores < 0], bins=edges, color=RUST)
    axes.set(xlabel="score: the lower, the odder", ylabel="rows")
    axes.set_title("Anomaly scores")
    return fig


def short(name: object, most: int = 28) -> str:
    """A name on one line, cut where it is long."""
    text = " ".join(str(name).split())
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
