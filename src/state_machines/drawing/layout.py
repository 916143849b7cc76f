"""Where everything of a drawing goes: cards, frames with their branches, lines and labels."""

from __future__ import annotations

from dataclasses import dataclass

from state_machines import Machine, State
from state_machines.drawing.cards import (
    KIND_LINE,
    KIND_SIZE,
    Content,
    content,
    heading_width,
    least_width,
)
from state_machines.drawing.columns import place_columns
from state_machines.drawing.graph import Graph, Node, build
from state_machines.drawing.routes import LANE_LABEL, route
from state_machines.drawing.text import width, wrap
from state_machines.history import Execution

WIDE, NARROW, ASIDE = 292.0, 226.0, 154.0
PILLS = {"start": (68.0, 30.0), "end": (60.0, 30.0)}
FRAME_PAD = 16.0
BRANCH_GAP = 26.0
MOST_INSIDE = 1300.0
LABEL_WIDTH = {"flow": 168.0, "loop": 120.0, "error": 120.0}
LABEL_LINES = 4
LEAST_LABEL = 100.0
CHIP_X, CHIP_Y = 8.0, 3.0
ENTRY = 26.0


@dataclass
class Layout:
    """A machine with a position for everything, from (0, 0) to (`width`, `height`).

    Attributes:
        width, height: the size of all that is drawn.
        graph: nodes and edges with their positions.
        contents: the text of each card and frame, by node.
        inside: for each frame, its branches, each with the place of its upper left corner.
        entry: for a branch, where the line to its first card begins and ends; else None.
        execution: the execution that the drawing shows, or None.
    """

    width: float
    height: float
    graph: Graph
    contents: dict[Node, Content]
    inside: dict[Node, list[tuple[float, float, Layout]]]
    entry: tuple[tuple[float, float], tuple[float, float]] | None = None
    execution: Execution | None = None


def layout(machine: Machine, *, pills: bool = True, execution: Execution | None = None) -> Layout:
    """Return positions for all that a drawing of `machine` shows.

    Args:
        machine: what `state_machines.load` returned, or a branch of it.
        pills: whether it has Start and End; a branch inside a frame has neither.
        execution: an execution of the machine, which the cards then tell of.
    """
    nodes: dict[str, Node] = {}
    branches: dict[Node, _Branches] = {}
    for state in machine.in_flow_order():
        node = nodes[state.name] = Node(state.name, "frame" if state.inner else "card", state)
        node.w = max(NARROW, least_width(state))
        if state.inner:
            branches[node] = _arrange(state, execution)
            node.w = max(node.w, branches[node].width + 2 * FRAME_PAD)
    graph = build(machine, nodes, pills=pills)
    found = Layout(0, 0, graph, _set_sizes(graph, branches, pills, execution), {}, None, execution)
    _set_labels(graph)
    place_columns(graph)
    found.width, found.height = route(graph, 0.0 if pills else ENTRY)
    first = nodes[machine.start_at]
    if not pills:
        found.entry = ((first.x, 6.0), (first.x, first.y))
    for node, arranged in branches.items():
        top = node.y + found.contents[node].height
        found.inside[node] = [(node.x + x, top + y, branch) for x, y, branch in arranged.places]
    return found


@dataclass
class _Branches:
    """The branches in a frame: each with the place of its upper left corner from the middle."""

    places: list[tuple[float, float, Layout]]
    width: float
    height: float


def _arrange(state: State, execution: Execution | None) -> _Branches:
    """Put branches beside each other, and into a further row where they would get too wide."""
    rows: list[list[Layout]] = [[]]
    for inner in state.inner:
        branch = layout(inner, pills=False, execution=execution)
        if rows[-1] and _width([*rows[-1], branch]) > MOST_INSIDE:
            rows.append([])
        rows[-1].append(branch)
    places, y = [], 0.0
    for row in rows:
        x = -_width(row) / 2
        for branch in row:
            places.append((x, y, branch))
            x += branch.width + BRANCH_GAP
        y += max(branch.height for branch in row)
    return _Branches(places, max(_width(row) for row in rows), y)


def _width(branches: list[Layout]) -> float:
    return sum(branch.width for branch in branches) + BRANCH_GAP * (len(branches) - 1)


def _set_sizes(
    graph: Graph, branches: dict[Node, _Branches], pills: bool, execution: Execution | None
) -> dict[Node, Content]:
    """Set the size of all nodes, and return what stands on those that show a state."""
    ordinary = [sum(node.solid and not node.aside for node in row) for row in graph.rows]
    usual = WIDE if pills and max(ordinary) < 2 else NARROW
    contents = {}
    for row in graph.rows:
        for node in row:
            if node.kind in PILLS:
                node.w, node.h = PILLS[node.kind]
            elif node.state is not None:
                beside = node.aside and any(other.solid and not other.aside for other in row)
                node.w = max(ASIDE if beside else usual, least_width(node.state))
                inside = branches.get(node)
                if inside:
                    heading = min(WIDE, heading_width(node.state))
                    node.w = max(node.w, heading, inside.width + 2 * FRAME_PAD)
                text = contents[node] = content(node.state, node.w, execution)
                node.h = text.height + (inside.height + FRAME_PAD if inside else 0.0)
            node.side_y = (contents[node].height if node in contents else node.h) / 2
    return contents


def _set_labels(graph: Graph) -> None:
    """Break the labels, and make room for them."""
    into: dict[Node, set[str]] = {}
    for edge in graph.edges:
        if edge.kind == "flow":
            into.setdefault(edge.target, set()).add(edge.label)
    for edge in graph.edges:
        if not edge.label:
            continue
        limit = LABEL_WIDTH[edge.kind]
        chip = edge.kind != "error"
        if edge.kind == "flow":
            # Each label has a part of its target's upper edge for itself.
            groups = len(into[edge.target])
            limit = max(LEAST_LABEL, min(limit, edge.target.w / groups - 8))
            edge.target.w = max(edge.target.w, groups * (limit + 8))
        lines = wrap(edge.label, limit - 2 * CHIP_X * chip, KIND_SIZE)
        if len(lines) > LABEL_LINES:  # the whole stands in the title
            last = lines[LABEL_LINES - 1]
            while width(f"{last}…", KIND_SIZE) > limit - 2 * CHIP_X * chip:
                last = last[:-1].rstrip()
            lines = [*lines[: LABEL_LINES - 1], f"{last}…"]
        edge.label_lines = tuple(lines)
        wide = max(width(line, KIND_SIZE) for line in lines) + 2 * CHIP_X * chip
        edge.label_box = (0.0, 0.0, wide, len(lines) * KIND_LINE + 2 * CHIP_Y * chip)
    for lane in graph.lanes:
        for edge in lane.edges if lane.side < 0 else ():
            if edge.label_box and not graph.is_blocked(edge.source, lane):
                place = lane.nodes[edge.source.row]
                place.w, place.h = edge.label_box[2] + LANE_LABEL, edge.label_box[3]
