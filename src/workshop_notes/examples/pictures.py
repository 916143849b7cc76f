"""The pictures of the site that are drawn from what the examples define and their runs left."""

from __future__ import annotations

from pathlib import Path

from state_machines import Machine, history, load
from state_machines.drawing import draw, png
from state_machines.history import Execution
from workshop_notes.content.files import write_if_changed
from workshop_notes.examples import retry_modes

FIGURES = {
    "train": "Train a model and predict with it",
    "tune": "Tune hyperparameters, keep the best model and predict with it",
}
EXECUTIONS = {
    "train-run": ("train", "run_train", "How long each state of the training run took"),
    "train-failed": ("train", "run_failures", "Where a run with unreadable data failed"),
}
"""Executions that are drawn: the definition, whose history beside it, and the title."""

MEASURED = "examples/batch-transform-limits/retry_modes.json"


def pictures(root: Path) -> dict[Path, bytes]:
    """Return what belongs in each picture of the site, by path.

    Args:
        root: the folder that holds `docs` and `examples`.

    Raises:
        DefinitionError: a definition has defects.
        HistoryError: a history is none, or that of another definition.
        MeasurementError: the measurements cannot be drawn.
        OSError: a file cannot be read.
    """
    found: dict[Path, bytes] = {}
    folder, images = root / "examples" / "schedule-jobs", root / "docs" / "img"
    machines = {name: load(folder / f"{name}.asl.json") for name in FIGURES}
    shown: list[tuple[str, Machine, str, Execution | None]] = [
        (name, machines[name], title, None) for name, title in FIGURES.items()
    ]
    for name, (of, script, title) in EXECUTIONS.items():
        record = history.load(folder / f"{script}.history.json", machines[of])
        shown.append((name, machines[of], title, record))
    jobs, modes = retry_modes.load(root / MEASURED)
    for scheme, ending in (("light", ""), ("dark", ".dark")):
        for name, machine, title, execution in shown:
            svg = draw(
                machine,
                title=title,
                scheme=scheme,
                id_prefix=f"step-{name}-{scheme}",
                execution=execution,
            )
            found[images / f"step-{name}{ending}.svg"] = svg.encode()
            if execution is None:
                found[images / f"step-{name}{ending}.png"] = png(svg)
        title = "Jobs started and requests sent, by retry mode"
        svg = retry_modes.draw(
            jobs, modes, scheme=scheme, title=title, id_prefix=f"retry-modes-{scheme}"
        )
        found[images / f"retry-modes{ending}.svg"] = svg.encode()
    return found


def write_all(root: Path) -> list[Path]:
    """Draw all pictures of the site, and return those that changed.

    Raises:
        DefinitionError, HistoryError, MeasurementError: what is drawn has defects; then no picture
            is touched.
        OSError: a file cannot be read or written.
    """
    return [path for path, data in pictures(root).items() if write_if_changed(path, data)]
