# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""Figures of the candidate definition notebook: how the search went, and who came out how."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .figures import MUTED, OCHRE, RULE, RUST, TEAL, figure

NAMES = {"logloss": "log loss", "rmse": "root mean squared error"}
COLUMNS = 3


def tuning_history(
    histories: Mapping[str, Sequence[Mapping[str, Any]]], measure: str, no_skill: float
) -> tuple[Figure, str]:
    """Draw each candidate's trials in the order of trying, and the best score so far.

    Args:
        histories: what `search.search` returned, by candidate.
        measure: `logloss` or `rmse`; lower is better.
        no_skill: the score of one answer for all rows, drawn as a dashed line.

    Returns:
        The figure and its alternative text.
    """
    rows = math.ceil(len(histories) / COLUMNS)
    scores = [trial["score"] for trials in histories.values() for trial in trials]
    low, high = min(scores), min(max(scores), no_skill * 1.15)
    room = (high - low) * 0.12
    fig, panels = figure(
        1.9 * rows + 0.4, nrows=rows, ncols=COLUMNS, sharex=True, sharey=True, squeeze=False
    )
    for axes, (name, trials) in zip(panels.flat, histories.items(), strict=False):
        values = np.array([trial["score"] for trial in trials])
        place = np.arange(1, len(values) + 1)
        inside = values <= high
        axes.axhline(no_skill, color=MUTED, linewidth=0.8, linestyle="--")
        axes.step(
            place, np.minimum.accumulate(values), where="post", color=TEAL, linewidth=1.6, zorder=2
        )
        spreads = [trial["spread"] for trial in trials]
        axes.errorbar(
            place[inside], values[inside], np.array(spreads)[inside], fmt="o", color=OCHRE,
            markersize=4, elinewidth=0.8, zorder=3,
        )  # fmt: skip
        # Trials that went wrong would flatten all others: they stand at the upper edge.
        axes.plot(place[~inside], np.full((~inside).sum(), high), "^", color=RUST, markersize=5)
        axes.set_title(f"{name}: {values.min():.3f}")
        axes.set_ylim(low - room, high + room)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in panels.flat[len(histories) :]:
        axes.set_visible(False)
    fig.supxlabel("trial", fontsize=10, color=MUTED)
    fig.supylabel(NAMES[measure], fontsize=10, color=MUTED)
    best = min(histories, key=lambda name: min(trial["score"] for trial in histories[name]))
    return fig, (
        f"Scores of {len(next(iter(histories.values())))} trials for each of {len(histories)} "
        f"candidates, and the best so far; the lowest is {min(scores):.3f}, of {best}."
    )


def comparison(
    split: Mapping[str, Any], measure: str, held: Mapping[str, tuple[float, float]]
) -> tuple[Figure, str]:
    """Draw candidates from best to worst, with error bars.

    Args:
        split: of what `evaluate` returned; its folds are drawn as small strokes.
        measure: `logloss` or `rmse`; lower is better.
        held: score on the rows held back, and its standard error, by candidate.

    Returns:
        The figure and its alternative text.
    """
    entries = sorted(split["candidates"], key=lambda entry: -entry["mean"][measure])
    fig, axes = figure(0.5 * len(entries) + 1.5)
    for place, entry in enumerate(entries):
        colour = RUST if entry["control"] else TEAL
        folds = entry["folds"][measure]
        axes.plot(folds, np.full(len(folds), place + 0.14), "|", color=MUTED, markersize=6)
        axes.errorbar(
            entry["mean"][measure], place + 0.14, xerr=entry["spread"][measure], fmt="o",
            color=colour, markersize=6, capsize=3,
        )  # fmt: skip
        value, error = held[entry["name"]]
        axes.errorbar(
            value, place - 0.18, xerr=error, fmt="D", color=OCHRE, markersize=4, elinewidth=0.9
        )
        if entry["control"]:
            axes.axvline(entry["mean"][measure], color=RULE, linewidth=1.2, zorder=0)
    axes.set_yticks(
        range(len(entries)), [f"{entry['name']}  {entry['title']}" for entry in entries]
    )
    axes.set_ylim(-0.6, len(entries) - 0.4)
    axes.set_xlabel(f"{NAMES[measure]}, lower is better")
    axes.plot([], [], "o", color=TEAL, label=f"{len(split['rows'])} outer folds, mean and spread")
    axes.plot([], [], "o", color=RUST, label="the control, the same")
    axes.plot([], [], "D", color=OCHRE, markersize=4, label="rows held back, standard error")
    fig.legend(loc="outside upper left", ncols=3, fontsize=8.5, handletextpad=0.2)
    best, worst = entries[-1], entries[0]
    return fig, (
        f"Scores of {len(entries)} candidates with error bars, from {best['name']} "
        f"({best['mean'][measure]:.3f}) to {worst['name']} ({worst['mean'][measure]:.3f})."
    )
