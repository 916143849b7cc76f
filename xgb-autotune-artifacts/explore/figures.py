# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""Figures of the notebooks: one style, the same bytes each time, with alternative text.

A figure is SVG with its letters as outlines, so it looks the same on every machine. Its colours
are those of the site's light scheme (its site.css), which the site exchanges in the dark.
"""

from __future__ import annotations

import io
import re
import warnings
from typing import Any
from xml.sax.saxutils import quoteattr

import matplotlib as mpl
from IPython.display import display
from matplotlib.figure import Figure

CARD = "#ffffff"
INK = "#1d2433"
MUTED = "#4c5a66"
RULE = "#d6dad6"
TEAL = "#0f5a66"
RUST = "#a63a16"
OCHRE = "#7a4f00"
WIDTH = 7.2  # inches; 72 points each
ALT_LENGTH = (40, 150)  # what CONTRIBUTING.md asks of alternative text
STYLE = {
    "svg.hashsalt": "autotune",  # else the ids in the file are drawn at random
    "svg.fonttype": "path",
    "text.parse_math": False,  # a dollar sign in a column's name is a dollar sign
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "axes.facecolor": CARD,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": RULE,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "figure.facecolor": CARD,
    "savefig.facecolor": CARD,
    "legend.frameon": False,
}
mpl.rcParams.update(STYLE)  # texts read it when they are made, so a context would not do


def figure(height: float, width: float = WIDTH, **layout) -> tuple[Figure, Any]:
    """A figure and its axes; `height` and `width` in inches, `layout` as for `Figure.subplots`.

    Made without pyplot: nothing is kept open, and no backend shows it a second time.
    """
    made = Figure(figsize=(width, height))
    made.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12)  # inches
    return made, made.subplots(**layout)


def svg(fig: Figure, alt: str) -> str:
    """The figure as one SVG element, without a date, with its alternative text in it."""
    low, high = ALT_LENGTH
    if not low <= len(alt) <= high:
        raise ValueError(f"alternative text of {len(alt)} characters, not {low} to {high}: {alt}")
    stream = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # no font has every letter: a box stands there
        fig.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*(<metadata>.*?</metadata>|<!--.*?-->)", "", text, flags=re.DOTALL)
    text = re.sub(r"\d+\.\d{4,}", lambda found: f"{float(found[0]):.3f}", text)
    text = " ".join(text.split())
    return text.replace("<svg", f"<svg role='img' aria-label={quoteattr(alt)}", 1)


def show(fig: Figure, alt: str) -> None:
    """Show the figure in a notebook, with its alternative text as metadata and as plain text.

    Args:
        fig: the figure.
        alt: what it shows, in 40 to 150 characters.
    """
    bundle = {"image/svg+xml": svg(fig, alt), "text/plain": alt}
    display(bundle, raw=True, metadata={"image/svg+xml": {"alt": alt}})
