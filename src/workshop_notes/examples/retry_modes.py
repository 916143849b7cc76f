"""Draw the experiment with retry modes: for each mode the jobs that started, and the requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from state_machines.drawing.colours import SCHEMES, Palette, mix
from state_machines.drawing.svg import number, tag
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
    height = TOP + BLOCK * len(modes) + 6
    words = "; ".join(
        f"{m.mode}: {m.started} of {jobs} jobs started, with {m.requests} requests in "
        f"{m.seconds:.0f} s"
        for m in modes
    )
    edge = {"fill": "none", "stroke": palette.border}
    parts = [
        tag("title", escape(title), id=f"{id_prefix}-title"),
        tag("desc", escape(f"{words}."), id=f"{id_prefix}-desc"),
        tag("rect", width=WIDTH, height=height, fill=palette.canvas),
        tag("rect", x=0.5, y=0.5, width=WIDTH - 1, height=height - 1, rx=12, **edge),
        *_legend(palette),
    ]
    most = max(m.requests for m in modes)
    for place, measured in enumerate(modes):
        parts += _block(measured, jobs, most, palette, TOP + BLOCK * place)
    drawing = tag(
        "svg",
        "\n".join(["", *parts, ""]),
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=height,
        viewBox=f"0 0 {number(WIDTH)} {number(height)}",
        role="img",
        aria_labelledby=f"{id_prefix}-title {id_prefix}-desc",
        font_family=FAMILY,
        font_size=SIZE,
    )
    return f"{drawing}\n"


def _legend(palette: Palette) -> list[str]:
    """Return two lines that say what the marks stand for."""
    parts: list[str] = []
    for y, texts, mark in (
        (26.0, {"job started": True, "given up": False}, _square),
        (46.0, {"request accepted": True, "throttled": False}, _bar),
    ):
        x = MARGIN
        for text, filled in texts.items():
            parts.append(mark(x, y - 9, 16, filled, palette))
            parts.append(_text(x + 23, y, text, palette.muted, 13))
            x += 23 + width("request accepted", 13) + 14
    return parts


def _block(measured: Measured, jobs: int, most: int, palette: Palette, y: float) -> list[str]:
    """Return the marks and words of one mode, below `y`."""
    end, inner = WIDTH - MARGIN, WIDTH - 2 * MARGIN
    line = f"M{number(MARGIN)} {number(y + 2)}H{number(end)}"
    started = palette.teal if measured.started == jobs else palette.ink
    told = f"{measured.started} of {jobs}"
    parts = [
        tag("path", d=line, stroke=mix(palette.border, palette.canvas, 0.6)),
        _text(MARGIN, y + 22, measured.mode, palette.ink, SIZE, font_weight="700"),
        _text(end, y + 22, told, started, SIZE, font_weight="700", text_anchor="end"),
    ]
    step = inner / jobs
    for place in range(jobs):
        filled = place < measured.started
        parts.append(_square(MARGIN + step * place, y + 31, step - 2, filled, palette))
    scale = inner / most
    parts.append(_bar(MARGIN, y + 45, measured.requests * scale, False, palette))
    if measured.started:
        parts.append(_bar(MARGIN, y + 45, measured.started * scale, True, palette))
    wasted = measured.requests - measured.started
    words = f"{measured.requests} requests in {measured.seconds:.0f} s, {wasted} of them throttled"
    parts.append(_text(MARGIN, y + 71, words, palette.muted, 13))
    return parts


def _square(x: float, y: float, size: float, filled: bool, palette: Palette) -> str:
    side = min(size, 9.0)
    return _mark(x, y, side, side, *([palette.teal] * 2 if filled else ["none", palette.muted]))


def _bar(x: float, y: float, length: float, filled: bool, palette: Palette) -> str:
    throttled = [mix(palette.rust, palette.canvas, 0.28), palette.rust]
    return _mark(x, y, length, 10.0, *([palette.teal] * 2 if filled else throttled))


def _mark(x: float, y: float, across: float, down: float, fill: str, stroke: str) -> str:
    paint = {"fill": fill, "stroke": stroke}
    return tag("rect", x=x + 0.5, y=y + 0.5, width=across - 1, height=down - 1, **paint)


def _text(x: float, y: float, text: str, fill: str, size: float, **more: str) -> str:
    return tag("text", escape(text), x=x, y=y, font_size=size, fill=fill, **more)
