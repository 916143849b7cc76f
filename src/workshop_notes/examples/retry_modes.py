"""Draw the experiment with retry modes: for each mode the jobs that started, and the requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from state_machines.drawing.colours import SCHEMES, Palette, mix
from state_machines.drawing.svg import number
from state_machines.drawing.text import FAMILY, width

WIDTH = 372.0  # about what a phone leaves for a page, so that the text keeps its size there
MARGIN = 16.0
BLOCK = 88.0
TOP = 62.0
SIZE = 14.0


class MeasurementError(ValueError):
    """Measurements that cannot be drawn; the message names the file and says what to do."""


@dataclass(frozen=True)
class Measured:
    """What one retry mode achieved.

    Attributes:
        mode: its name, as the page shows it.
        started: how many jobs the server accepted.
        requests: how many requests that took, the accepted ones included.
        seconds: from the first request to the last answer.
    """

    mode: str
    started: int
    requests: int
    seconds: float


def load(path: Path) -> tuple[int, list[Measured]]:
    """Return how many jobs were asked for, and what was measured of each mode.

    Args:
        path: a JSON file with the keys `jobs` and `modes`, as the example writes it.

    Raises:
        MeasurementError: the file is of another form, or its numbers cannot be true.
        OSError: it cannot be read.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        jobs, modes = int(found["jobs"]), [Measured(**each) for each in found["modes"]]
        wrong = [m.mode for m in modes if not 0 <= m.started <= min(jobs, m.requests)]
        if not modes:
            raise ValueError("no mode was measured")
        if wrong:
            raise ValueError(f"more jobs started than were asked for: {', '.join(wrong)}")
    except (KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        raise MeasurementError(
            f"{path}: no measurements ({what}); write them with 'make format ARGS=--heavy'"
        ) from None
    return jobs, modes


def draw(jobs: int, modes: list[Measured], *, scheme: str, title: str, id_prefix: str) -> str:
    """Return the measurements as an SVG drawing that stands alone or inside a page.

    A square stands for a job: filled when it started, empty when the client gave up. The bar below
    stands for the requests, all at one scale: the filled part was accepted.

    Args:
        jobs: how many jobs were asked for in each mode.
        modes: what was measured.
        scheme: `light` or `dark`.
        title: the name that a screen reader says; the numbers are its description.
        id_prefix: what all ids begin with, so that two drawings on one page do not clash.
    """
    palette = SCHEMES[scheme]
    height = number(TOP + BLOCK * len(modes) + 6)
    words = "; ".join(
        f"{m.mode}: {m.started} of {jobs} jobs started, with {m.requests} requests in "
        f"{m.seconds:.0f} s"
        for m in modes
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(WIDTH)}" height="{height}" '
        f'viewBox="0 0 {number(WIDTH)} {height}" role="img" '
        f'aria-labelledby="{id_prefix}-title {id_prefix}-desc" '
        f"font-family='{FAMILY}' font-size=\"{number(SIZE)}\">",
        f'<title id="{id_prefix}-title">{escape(title)}</title>',
        f'<desc id="{id_prefix}-desc">{escape(words)}.</desc>',
        f'<rect width="{number(WIDTH)}" height="{height}" fill="{palette.canvas}"/>',
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1:g}" height="{float(height) - 1:g}" '
        f'rx="12" fill="none" stroke="{palette.border}"/>',
        *_legend(palette),
    ]
    most = max(m.requests for m in modes)
    for place, measured in enumerate(modes):
        parts += _block(measured, jobs, most, palette, TOP + BLOCK * place)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(palette: Palette) -> list[str]:
    """Return two lines that say what the marks stand for."""
    parts: list[str] = []
    for y, (full, empty), mark in (
        (26.0, ("job started", "given up"), _square),
        (46.0, ("request accepted", "throttled"), _bar),
    ):
        x = MARGIN
        for text, filled in ((full, True), (empty, False)):
            parts.append(mark(x, y - 9, 16, filled, palette))
            parts.append(_text(x + 23, y, text, palette.muted, 13))
            x += 23 + width("request accepted", 13) + 14
    return parts


def _block(measured: Measured, jobs: int, most: int, palette: Palette, y: float) -> list[str]:
    """Return the marks and words of one mode, below `y`."""
    inner = WIDTH - 2 * MARGIN
    parts = [
        f'<path d="M{MARGIN:g} {number(y + 2)}H{number(WIDTH - MARGIN)}" '
        f'stroke="{mix(palette.border, palette.canvas, 0.6)}"/>',
        _text(MARGIN, y + 22, measured.mode, palette.ink, SIZE, bold=True),
        _text(
            WIDTH - MARGIN,
            y + 22,
            f"{measured.started} of {jobs}",
            palette.teal if measured.started == jobs else palette.ink,
            SIZE,
            bold=True,
            end=True,
        ),
    ]
    step = inner / jobs
    for place in range(jobs):
        filled = place < measured.started
        parts.append(_square(MARGIN + step * place, y + 31, step - 2, filled, palette))
    scale = inner / most
    accepted = measured.started * scale
    parts.append(_bar(MARGIN, y + 45, measured.requests * scale, False, palette))
    if accepted:
        parts.append(_bar(MARGIN, y + 45, accepted, True, palette))
    wasted = measured.requests - measured.started
    words = f"{measured.requests} requests in {measured.seconds:.0f} s, {wasted} of them throttled"
    parts.append(_text(MARGIN, y + 71, words, palette.muted, 13))
    return parts


def _square(x: float, y: float, size: float, filled: bool, palette: Palette) -> str:
    side = min(size, 9.0)
    paint = (
        f'fill="{palette.teal}" stroke="{palette.teal}"'
        if filled
        else f'fill="none" stroke="{palette.muted}"'
    )
    return (
        f'<rect x="{number(x + 0.5)}" y="{number(y + 0.5)}" width="{number(side - 1)}" '
        f'height="{number(side - 1)}" {paint}/>'
    )


def _bar(x: float, y: float, length: float, filled: bool, palette: Palette) -> str:
    paint = (
        f'fill="{palette.teal}" stroke="{palette.teal}"'
        if filled
        else f'fill="{mix(palette.rust, palette.canvas, 0.28)}" stroke="{palette.rust}"'
    )
    return (
        f'<rect x="{number(x + 0.5)}" y="{number(y + 0.5)}" width="{number(length - 1)}" '
        f'height="9" {paint}/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    fill: str,
    size: float,
    *,
    bold: bool = False,
    end: bool = False,
) -> str:
    weight = ' font-weight="700"' if bold else ""
    anchor = ' text-anchor="end"' if end else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}"'
        f"{weight}{anchor}>{escape(text)}</text>"
    )
