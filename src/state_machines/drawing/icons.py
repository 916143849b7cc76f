"""Small line drawings that tell the kinds of states apart; all of them are this project's own."""

from __future__ import annotations

from state_machines import State
from state_machines.steps import call

# Paths in a square of 20 units; each list is drawn as one stroke path.
_PATHS = {
    "function": "M7 3C4.6 3 5.6 8.6 3 10C5.6 11.4 4.6 17 7 17M13 3C15.4 3 14.4 8.6 17 10"
    "C14.4 11.4 15.4 17 13 17M10 9.9V10.1",
    "train": "M3 3V17H17M6 5.5C7.5 11.5 10.5 13.4 16.5 13.8",
    "tune": "M5 3V6M5 10V17M10 3V11M10 15V17M15 3V4.5M15 8.5V17M3 8H7M8 13H12M13 6.5H17",
    "transform": "M3 4H9M3 8H9M3 12H9M3 16H9M12 10H17.5M14.8 7.2L17.6 10L14.8 12.8",
    "process": "M3 4H17L11.8 10.4V16.6L8.2 14.6V10.4Z",
    "model": "M10 2.6L16.8 6.4V13.6L10 17.4L3.2 13.6V6.4ZM3.2 6.4L10 10.2L16.8 6.4M10 10.2V17.4",
    "job": "M10 2.8A7.2 7.2 0 1 1 9.9 2.8M8.2 6.8L13 10L8.2 13.2Z",
    "service": "M4 4H16V16H4ZM7.2 10H12.8M10.4 7.4L13 10L10.4 12.6",
    "pass": "M3 10H16.4M11.8 5.2L16.6 10L11.8 14.8",
    "choice": "M10 3.6V8.6M10 8.6L5.6 15.4M10 8.6L14.4 15.4",
    "wait": "M10 2.8A7.2 7.2 0 1 1 9.9 2.8M10 5.8V10.2L13 12",
    "succeed": "M4.6 10.6L8.4 14.4L15.6 6.2",
    "fail": "M5.8 5.8L14.2 14.2M14.2 5.8L5.8 14.2",
    "parallel": "M10 2.8V5.6M5 17V9.4Q5 5.6 10 5.6Q15 5.6 15 9.4V17M2.8 14.6L5 17L7.2 14.6"
    "M12.8 14.6L15 17L17.2 14.6",
    "map": "M3.4 7H12.6V16.6H3.4ZM6.4 7V4H15.6V13.6H12.6",
    "skipped": "M4 10H16",
    "retry": "M15.9 7A6.6 6.6 0 1 0 16.6 11.2M16.8 3.2V7.4H12.6",
}
_PATHS |= {"ran": _PATHS["succeed"], "failed": _PATHS["fail"]}
_JOBS = {
    "createTrainingJob": "train",
    "createHyperParameterTuningJob": "tune",
    "createTransformJob": "transform",
    "createProcessingJob": "process",
    "createModel": "model",
}


def icon_for(state: State) -> str:
    """Return the name of the icon that stands for a state."""
    if state.type != "Task":
        return state.type.lower()
    service, action = call(state)
    if service == "Lambda":
        return "function"
    return _JOBS.get(action, "job") if service == "SageMaker" else "service"


def colour_for(state: State) -> str:
    """Return the field of the palette that a state's icon is drawn in."""
    if state.type == "Task":
        return {"Lambda": "plum", "SageMaker": "teal"}.get(call(state)[0], "muted")
    return {"Fail": "rust", "Wait": "ochre", "Succeed": "teal"}.get(state.type, "muted")


def icon(name: str, x: float, y: float, size: float, colour: str, weight: float = 1.7) -> str:
    """Return a icon as an SVG path.

    Args:
        name: a key of this module's paths.
        x, y: its upper left corner.
        size: its width and height in user units.
        colour: the colour of the stroke.
        weight: the width of the stroke in user units.
    """
    scale = size / 20
    return (
        f'<path d="{_PATHS[name]}" transform="translate({x:g} {y:g}) scale({scale:g})" '
        f'fill="none" stroke="{colour}" stroke-width="{weight / scale:.3g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def tile(kind: str, x: float, y: float, size: float, fill: str, stroke: str) -> str:
    """Return the ground behind a icon: its shape, too, tells what type of state it is."""
    attributes = f'fill="{fill}" stroke="{stroke}" stroke-width="1.2"'
    half = size / 2
    if kind in ("Succeed", "Wait"):
        circle = f'cx="{x + half:g}" cy="{y + half:g}" r="{half:g}"'
        return f"<circle {circle} {attributes}/>"
    if kind == "Choice":
        d = f"M{x + half:g} {y - 2:g}l{half + 2:g} {half + 2:g}l{-half - 2:g} {half + 2:g}"
        return f'<path d="{d}l{-half - 2:g} {-half - 2:g}Z" stroke-linejoin="round" {attributes}/>'
    if kind == "Fail":
        cut = round(size * 0.29, 1)
        side = round(size - 2 * cut, 1)
        d = f"M{x + cut:g} {y:g}h{side:g}l{cut:g} {cut:g}v{side:g}l{-cut:g} {cut:g}h{-side:g}"
        return f'<path d="{d}l{-cut:g} {-cut:g}v{-side:g}Z" stroke-linejoin="round" {attributes}/>'
    box = f'x="{x:g}" y="{y:g}" width="{size:g}" height="{size:g}" rx="9"'
    return f"<rect {box} {attributes}/>"
