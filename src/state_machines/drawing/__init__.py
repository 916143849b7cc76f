"""Draw a state machine, alone or with an execution over it, as SVG or PNG."""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape

from state_machines import Machine, all_states
from state_machines.drawing.cards import run_mark
from state_machines.drawing.colours import SCHEMES
from state_machines.drawing.layout import layout
from state_machines.drawing.svg import number, picture
from state_machines.drawing.text import FAMILY
from state_machines.history import Execution
from state_machines.steps import plain, steps

_MARGIN = 14.0
_SCALE = 2
_PREFIX = re.compile(r"[A-Za-z][\w-]*\Z", re.ASCII)


def draw(
    machine: Machine,
    *,
    title: str,
    scheme: str = "light",
    id_prefix: str = "machine",
    execution: Execution | None = None,
) -> str:
    """Return a machine as an SVG drawing that stands alone or inside a page.

    Args:
        machine: what `state_machines.load` returned.
        title: the name that a screen reader says; the steps in words are its description.
        scheme: `light` or `dark`.
        id_prefix: what all ids begin with, so that two drawings on one page do not clash.
        execution: an execution of the machine, which is then drawn over it.

    Raises:
        ValueError: the scheme is unknown, or the prefix cannot begin an id.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"unknown scheme {scheme!r}; choose one of {', '.join(SCHEMES)}")
    if not _PREFIX.match(id_prefix):
        raise ValueError(f"{id_prefix!r} cannot begin an id; use letters, digits, '-' and '_'")
    palette = SCHEMES[scheme]
    found = layout(machine, execution=execution)
    width, height = number(found.width + 2 * _MARGIN), number(found.height + 2 * _MARGIN)
    words = " ".join(plain(step) for step in steps(machine))
    if execution is not None:
        marks = [(state.name, run_mark(state, execution)[1]) for state in all_states(machine)]
        words = "; ".join(f"{name} {words}" for name, words in marks) + "."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{id_prefix}-title {id_prefix}-desc" '
        f"font-family='{FAMILY}'>",
        f'<title id="{id_prefix}-title">{escape(title)}</title>',
        f'<desc id="{id_prefix}-desc">{escape(words)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{palette.canvas}"/>',
        f'<rect x="0.5" y="0.5" width="{float(width) - 1:g}" height="{float(height) - 1:g}" '
        f'rx="12" fill="none" stroke="{palette.border}"/>',
        *picture(found, palette, _MARGIN, _MARGIN),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def png(svg: str) -> bytes:
    """Return a drawing as PNG at twice its size, set in the fonts of the wheel alone.

    Raises:
        ImportError: `resvg-py` or `font-source-sans-pro` is not installed.
        ValueError: `svg` is no drawing.
    """
    import font_source_sans_pro
    import resvg_py

    fonts = Path(font_source_sans_pro.font_directory)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=_SCALE,
            skip_system_fonts=True,
            font_files=[str(fonts / f"SourceSansPro-{cut}.ttf") for cut in ("Regular", "Bold")],
            font_family="Source Sans Pro",
            sans_serif_family="Source Sans Pro",
        )
    )
