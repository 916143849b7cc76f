"""Draw state machines and measurements: `python -m state_machines.diagrams [--check]`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from state_machines import DefinitionError, Machine, all_states, history, load
from state_machines.drawing import experiment
from state_machines.drawing.cards import run_mark
from state_machines.drawing.colours import SCHEMES
from state_machines.drawing.draw import number, picture
from state_machines.drawing.experiment import ExperimentError
from state_machines.drawing.layout import layout
from state_machines.drawing.text import FAMILY
from state_machines.history import HistoryError, Run
from state_machines.words import steps
from workshop_notes.content.files import write_if_changed

__all__ = ["draw", "drawings", "main", "png", "steps", "write_all"]

MARGIN = 14.0
SCALE = 2
FIGURES = {
    "train": "Train a model and predict with it",
    "tune": "Tune hyperparameters, keep the best model and predict with it",
}
RUNS = {
    "train-run": ("train", "run_train", "How long each state of the training run took"),
    "train-failed": ("train", "run_failures", "Where a run with unreadable data failed"),
}
"""Executions that are drawn: the definition, whose history beside it, and the title."""

MEASURED = "examples/batch-transform-limits/retry_modes.json"

_MARKUP = re.compile(r"\\([\\`*_\[\]])|`([^`]*)`|\*\*|&(?:lt|gt|amp);")
_PREFIX = re.compile(r"[A-Za-z][\w-]*\Z", re.ASCII)


def draw(
    definition: Machine,
    *,
    scheme: str = "light",
    title: str,
    id_prefix: str,
    run: Run | None = None,
) -> str:
    """Return the definition as an SVG drawing that stands alone or inside a page.

    Args:
        definition: what `asl.load` returned.
        scheme: `light` or `dark`.
        title: the name that a screen reader says; the steps in words are its description.
        id_prefix: what all ids begin with, so that two drawings on one page do not clash.
        run: an execution of the definition, which is then drawn over it.

    Raises:
        ValueError: the scheme is unknown, or the prefix cannot begin an id.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"unknown scheme {scheme!r}; choose one of {', '.join(SCHEMES)}")
    if not _PREFIX.match(id_prefix):
        raise ValueError(f"{id_prefix!r} cannot begin an id; use letters, digits, '-' and '_'")
    palette = SCHEMES[scheme]
    found = layout(definition, run=run)
    width, height = number(found.width + 2 * MARGIN), number(found.height + 2 * MARGIN)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{id_prefix}-title {id_prefix}-desc" '
        f"font-family='{FAMILY}'>"
    )
    words = " ".join(_plain(step) for step in steps(definition))
    if run is not None:
        marks = [(state.name, run_mark(state, run)[1]) for state in all_states(definition)]
        words = "; ".join(f"{name} {words}" for name, words in marks) + "."
    parts = [
        head,
        f'<title id="{id_prefix}-title">{escape(title)}</title>',
        f'<desc id="{id_prefix}-desc">{escape(words)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{palette.canvas}"/>',
        f'<rect x="0.5" y="0.5" width="{float(width) - 1:g}" height="{float(height) - 1:g}" '
        f'rx="12" fill="none" stroke="{palette.border}"/>',
        *picture(found, palette, MARGIN, MARGIN),
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
            zoom=SCALE,
            skip_system_fonts=True,
            font_files=[str(fonts / f"SourceSansPro-{cut}.ttf") for cut in ("Regular", "Bold")],
            font_family="Source Sans Pro",
            sans_serif_family="Source Sans Pro",
        )
    )


def drawings(root: Path) -> dict[Path, bytes]:
    """Return what belongs in each picture of the site, by path.

    Args:
        root: the folder that holds `docs` and `examples`.

    Raises:
        DefinitionError: a definition has defects.
        HistoryError: a history is none, or that of another definition.
        ExperimentError: the measurements cannot be drawn.
        OSError: a file cannot be read.
    """
    found: dict[Path, bytes] = {}
    folder = root / "examples" / "schedule-jobs"
    for name, (machine, script, title) in RUNS.items():
        definition = load(folder / f"{machine}.asl.json")
        record = folder / f"{script}.history.json"
        run = history.load(record, definition)
        for scheme, ending in (("light", ""), ("dark", ".dark")):
            svg = draw(
                definition,
                scheme=scheme,
                title=title,
                id_prefix=f"step-{name}-{scheme}",
                run=run,
            )
            found[root / "docs" / "img" / f"step-{name}{ending}.svg"] = svg.encode()
    for name, title in FIGURES.items():
        definition = load(folder / f"{name}.asl.json")
        for scheme, ending in (("light", ""), ("dark", ".dark")):
            prefix = f"step-{name}-{scheme}"
            svg = draw(definition, scheme=scheme, title=title, id_prefix=prefix)
            target = root / "docs" / "img" / f"step-{name}{ending}"
            found[target.with_name(target.name + ".svg")] = svg.encode()
            found[target.with_name(target.name + ".png")] = png(svg)
    jobs, modes = experiment.load(root / MEASURED)
    for scheme, ending in (("light", ""), ("dark", ".dark")):
        prefix, title = f"retry-modes-{scheme}", "Jobs started and requests sent, by retry mode"
        svg = experiment.draw(jobs, modes, scheme=scheme, title=title, id_prefix=prefix)
        found[root / "docs" / "img" / f"retry-modes{ending}.svg"] = svg.encode()
    return found


def write_all(root: Path) -> list[Path]:
    """Draw all pictures of the site, and return those that changed.

    Raises:
        DefinitionError, HistoryError, ExperimentError: what is drawn has defects; then no picture
            is touched.
        OSError: a file cannot be read or written.
    """
    changed = _differing(root)
    for path, content in changed.items():
        write_if_changed(path, content)
    return list(changed)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 for a defect or a picture that is out of date."""
    parser = argparse.ArgumentParser(prog="python -m state_machines.diagrams", description=__doc__)
    parser.add_argument("definition", nargs="?", type=Path, metavar="DEFINITION.asl.json")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.svg")
    parser.add_argument("--scheme", choices=tuple(SCHEMES), default="light")
    parser.add_argument("--history", type=Path, help="an execution, to be drawn over it")
    parser.add_argument("--title", help="the name of the drawing; the definition's own by default")
    parser.add_argument("--check", action="store_true", help="write nothing; name what differs")
    parser.add_argument("--root", type=Path, default=Path(), help="the folder that holds docs")
    given = parser.parse_args(arguments)
    if (given.definition is None) != (given.output is None):
        parser.error("a definition and -o belong together")
    try:
        if given.definition:
            return _draw_one(given)
        changed = _differing(given.root) if given.check else write_all(given.root)
    except (DefinitionError, HistoryError, ExperimentError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for path in changed:
        print(f"{path}: {'differs from its definition' if given.check else 'drawn'}")
    return 1 if given.check and changed else 0


def _draw_one(given: argparse.Namespace) -> int:
    definition = load(given.definition)
    stem = given.definition.name.split(".")[0]
    prefix = re.sub(r"[^A-Za-z0-9_-]", "-", f"asl-{stem}")
    title = given.title or definition.comment or stem
    run = history.load(given.history, definition) if given.history else None
    svg = draw(definition, scheme=given.scheme, title=title, id_prefix=prefix, run=run)
    content = png(svg) if given.output.suffix == ".png" else svg.encode()
    if given.check:
        if given.output.is_file() and given.output.read_bytes() == content:
            return 0
        print(f"{given.output}: differs from its definition")
        return 1
    write_if_changed(given.output, content)
    return 0


def _differing(root: Path) -> dict[Path, bytes]:
    return {
        path: content
        for path, content in drawings(root).items()
        if not path.is_file() or path.read_bytes() != content
    }


def _plain(step: str) -> str:
    """Return a step without its Markdown; one pass, so that what is unescaped stays as it is."""
    entities = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}

    def bare(found: re.Match[str]) -> str:
        escaped, code = found.groups()
        return escaped or code or entities.get(found.group(), "")

    return _MARKUP.sub(bare, re.sub(r"^\s*-\s+", "", step))


if __name__ == "__main__":
    sys.exit(main())
