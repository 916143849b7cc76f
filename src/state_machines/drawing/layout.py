"""Where everything of a drawing goes: cards, frames with their branches, lines and labels."""

from __future__ import annotations

from dataclasses import dataclass, field

from state_machines import Machine
from state_machines.drawing.cards import KIND_LINE, KIND_SIZE, Content, content, heading_width
from state_machines.drawing.graph import Graph, Node, build
from state_machines.drawing.place import place_columns
from state_machines.drawing.routes import route
from state_machines.drawing.text import width, wrap
from state_machines.history import Execution

WIDE, NARROW, INNER, ASIDE = 292.0, 226.0, 226.0, 154.0
PILL_H = 30.0
PILL_W = {"start": 68.0, "end": 60.0}
FRAME_PAD = 16.0
BRANCH_GAP = 26.0
LABEL_MAX = 168.0
CHIP_X, CHIP_Y = 8.0, 3.0
ENTRY = 26.0


@dataclass
class Layout:
    """A machine with a position for everything, from (0, 0) to (`width`, `height`).

    Attributes:
        width, height: the size of all that is drawn.
        graph: nodes and edges with their positions.
        contents: the text of each card and frame, by state name.
        inner: for each frame, its branches, each with the place of its upper left corner.
        entry: for a branch, where the line to its first card begins and ends; else None.
        execution: the execution that the drawing shows, or None.
    """

    width: float
    height: float
    graph: Graph
    contents: dict[str, Content]
    inner: dict[str, list[tuple[float, float, Layout]]] = field(default_factory=dict)
    entry: tuple[tuple[float, float], tuple[float, float]] | None = None
    execution: Execution | None = None


def layout(machine: Machine, *, pills: bool = True, execution: Execution | None = None) -> Layout:
    """Return positions for all that a drawing of `machine` shows.

    Args:
        machine: what `asl.load` returned, or a branch of it.
        pills: whether it has Start and End; a branch inside a frame has neither.
        execution: an execution of the machine, which the cards then tell of.
    """
    graph = build(machine, pills=pills)
    found = Layout(0, 0, graph, {}, execution=execution)
    _set_sizes(found, pills)
    _set_labels(graph)
    place_columns(graph)
    found.width, found.height = route(graph, 0.0 if pills else ENTRY)
    first = next((node for node in graph.nodes if node.key == machine.start_at), None)
    if not pills and first is not None:
        found.entry = ((first.x, 6.0), (first.x, first.y))
    _set_branches(found)
    return found


def _set_sizes(found: Layout, pills: bool) -> None:
    ordinary = [
        sum(not node.aside and (node.solid or _carries_label(node, found.graph)) for node in row)
        for row in found.graph.rows
    ]
    usual = (WIDE if max(ordinary) < 2 else NARROW) if pills else INNER
    for row in found.graph.rows:
        for node in row:
            if node.kind in PILL_W:
                node.w, node.h = PILL_W[node.kind], PILL_H
            elif node.state is not None:
                beside = node.aside and any(not other.aside for other in row)
                _set_size(found, node, min(usual, ASIDE) if beside else usual)
            node.side_y = node.h / 2
            if node.kind == "frame":
                node.side_y = found.contents[node.key].height / 2


def _set_size(found: Layout, node: Node, usual: float) -> None:
    state = node.state
    assert state is not None
    if node.kind == "card":
        text = content(state, usual, found.execution)
        node.w, node.h = usual, text.height
    else:
        branches = [layout(inner, pills=False, execution=found.execution) for inner in state.inner]
        inside = sum(b.width for b in branches) + BRANCH_GAP * (len(branches) - 1)
        node.w = max(usual, inside + 2 * FRAME_PAD)
        if node.w < WIDE:
            node.w = min(WIDE, max(node.w, heading_width(state)))
        text = content(state, node.w, found.execution)
        node.h = text.height + max(b.height for b in branches) + FRAME_PAD
        found.inner[node.key] = [(0.0, 0.0, branch) for branch in branches]
    found.contents[node.key] = text


def _carries_label(node: Node, graph: Graph) -> bool:
    return any(edge.label and node in edge.chain[1:2] for edge in graph.edges)


def _set_labels(graph: Graph) -> None:
    """Break the labels, and make room for those that stand where their edge passes a row."""
    for edge in graph.edges:
        if not edge.label:
            continue
        first = edge.chain[1]
        into = [e for e in graph.edges if e.kind == "flow" and first in e.chain[1:2]]
        groups = sum(bool(e.label) for e in into) + any(not e.label for e in into)
        limit = LABEL_MAX
        if edge.kind == "loop":
            limit = 104.0
        elif edge.kind == "error":
            limit = 120.0
        elif first.solid:
            limit = min(LABEL_MAX, first.w / groups - 8)
        chip = 2 * CHIP_X if edge.kind == "flow" else 0.0
        edge.label_lines = tuple(wrap(edge.label, limit - chip, KIND_SIZE))
        wide = max(width(line, KIND_SIZE) for line in edge.label_lines) + chip
        high = len(edge.label_lines) * KIND_LINE + (2 * CHIP_Y if edge.kind == "flow" else 0)
        edge.label_box = (0.0, 0.0, wide, high)
        if edge.kind == "flow" and not first.solid:
            first.w = max(first.w, wide)


def _set_branches(found: Layout) -> None:
    for node in found.graph.nodes:
        branches = found.inner.get(node.key)
        if not branches:
            continue
        inside = sum(b.width for _, _, b in branches) + BRANCH_GAP * (len(branches) - 1)
        x = node.x - inside / 2
        placed = []
        for _, _, branch in branches:
            placed.append((x, node.y + found.contents[node.key].height, branch))
            x += branch.width + BRANCH_GAP
        found.inner[node.key] = placed
