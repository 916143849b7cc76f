"""What stands on a card, in lines, and how large the card is for it."""

from __future__ import annotations

from dataclasses import dataclass

from state_machines import State
from state_machines.drawing.text import widest_piece, width, wrap
from state_machines.history import Execution
from state_machines.steps import kind_line, waiting

NAME_SIZE = 16.0
KIND_SIZE = 13.0
NAME_LINE = 20.0
KIND_LINE = 17.0
MARK_LINE = 20.0
PAD_X = 11.0
PAD_Y = 12.0
TILE = 34.0
TEXT_X = PAD_X + TILE + 9.0
MARK_TEXT_X = 18.0
MOST = 340.0


@dataclass(frozen=True)
class Content:
    """The text of one card, broken into lines.

    Attributes:
        name: the lines of the state's name.
        kind: the lines that say what it is or calls.
        marks: what it waits for and how often it tries again, as (`wait` or `retry`, lines); for
            a run what it did, as (`ran`, `failed` or `skipped`, lines).
    """

    name: tuple[str, ...]
    kind: tuple[str, ...]
    marks: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def lines_height(self) -> float:
        high = len(self.name) * NAME_LINE + len(self.kind) * KIND_LINE
        return high + sum(MARK_LINE + (len(each) - 1) * KIND_LINE for _, each in self.marks)

    @property
    def height(self) -> float:
        """The height of the card, or of a frame's heading."""
        return round(max(self.lines_height, TILE) + 2 * PAD_Y)


def content(state: State, card_width: float, execution: Execution | None = None) -> Content:
    """Return the text of a state's card of the given width in user units.

    With a run, it says what the run did there instead of what the definition allows.
    """
    limit = card_width - TEXT_X - PAD_X
    noted = _marks(state) if execution is None else [run_mark(state, execution)]
    return Content(
        tuple(wrap(state.name, limit, NAME_SIZE, bold=True)),
        tuple(wrap(kind_line(state), limit, KIND_SIZE)),
        tuple((what, tuple(wrap(text, limit - MARK_TEXT_X, KIND_SIZE))) for what, text in noted),
    )


def run_mark(state: State, execution: Execution) -> tuple[str, str]:
    """Return what a run did in a state, as (`ran`, `failed` or `skipped`, words)."""
    passage = execution.passages.get(state.name)
    if passage is None:
        return "skipped", "not reached"
    if state.type == "Fail":
        told = any(other.error for name, other in execution.passages.items() if name != state.name)
        return "failed", "ended the run" + ("" if told else f": {passage.error}")
    return "failed" if passage.error else "ran", passage.words


def least_width(state: State) -> float:
    """Return the width below which a word would be broken, within limits."""
    pieces = (
        widest_piece(state.name, NAME_SIZE, bold=True),
        widest_piece(kind_line(state), KIND_SIZE),
    )
    return min(TEXT_X + max(pieces) + PAD_X + 1, MOST)


def heading_width(state: State) -> float:
    """Return the width that keeps a frame's name and second line on one line each."""
    texts = [width(state.name, NAME_SIZE, bold=True), width(kind_line(state), KIND_SIZE)]
    return TEXT_X + max(texts) + PAD_X + 1


def _marks(state: State) -> list[tuple[str, str]]:
    marks = []
    if wait := waiting(state):
        marks.append(("wait", wait))
    if state.attempts:
        times = "once" if state.attempts == 1 else f"up to {state.attempts} times"
        marks.append(("retry", f"tries again {times}"))
    return marks
