"""Give each node of a row its place from left to right.

What hangs straight below one another is one column; columns keep the order of the rows and their
distances, and each slides towards what it is joined with, as far as its neighbours allow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

from state_machines.drawing.graph import Graph, Node, links

CARD_GAP, ASIDE_GAP, LANE_GAP, VIA_GAP = 26.0, 14.0, 24.0, 18.0
OVERHANG = 28.0
_SWEEPS = 24


@dataclass(eq=False)
class _Column:
    """Nodes with one place.

    Attributes:
        offsets: the nodes, each with its distance from that place.
        x: the place.
        left, right: the columns beside it, each with the least distance.
        near: what it is joined with: other columns, each with the wanted distance and a weight.
    """

    offsets: dict[Node, float] = field(default_factory=dict)
    x: float = 0.0
    left: list[tuple[_Column, float]] = field(default_factory=list)
    right: list[tuple[_Column, float]] = field(default_factory=list)
    near: list[tuple[_Column, float, float]] = field(default_factory=list)

    def slide(self) -> None:
        if not self.near:
            return
        total = sum(weight for _, _, weight in self.near)
        wanted = sum((other.x + by) * weight for other, by, weight in self.near) / total
        low = max((other.x + gap for other, gap in self.left), default=-math.inf)
        high = min((other.x - gap for other, gap in self.right), default=math.inf)
        self.x = max(low, min(wanted, high))


def place_columns(graph: Graph) -> None:
    """Set `x` of every node; the outermost reaches to 0."""
    below = links(graph.edges)
    column = _columns(graph, below)
    columns = list(dict.fromkeys(column.values()))
    for row in graph.rows:
        for a, b in pairwise(row):
            one, two = column[a], column[b]
            gap = _distance(a, b) + one.offsets[a] - two.offsets[b]
            one.right.append((two, gap))
            two.left.append((one, gap))
    joined = [(a, b, 1.0 + 2.0 * (not a.solid) + 2.0 * (not b.solid)) for a, b in below]
    joined += [
        (edge.source, lane.nodes[edge.source.row], 0.01)
        for lane in graph.lanes
        for edge in lane.edges
    ]
    for a, b, weight in joined:
        one, two = column[a], column[b]
        if one is not two:
            by = two.offsets[b] - one.offsets[a]
            one.near.append((two, by, weight))
            two.near.append((one, -by, weight))
    _pack(columns)
    for sweep in range(_SWEEPS):
        for each in columns if sweep % 2 else columns[::-1]:
            each.slide()
    for each in columns:
        for node, offset in each.offsets.items():
            node.x = round(each.x + offset, 1)
    by = -min(_left(node) for node in graph.nodes)
    for node in graph.nodes:
        node.x = round(node.x + by, 1)


def _left(node: Node) -> float:
    """Return how far a node reaches to the left; the label of a lane stands at its right."""
    return node.x - 1 if node.kind == "lane" else node.left


def _distance(left: Node, right: Node) -> float:
    """Return how far apart the places of two neighbours in a row must be."""
    kinds = {left.kind, right.kind}
    if left.solid and right.solid:
        gap = ASIDE_GAP if right.aside and not left.aside else CARD_GAP
    else:
        gap = LANE_GAP if "lane" in kinds and (left.solid or right.solid) else VIA_GAP
    after = left.w if left.kind == "lane" else left.w / 2
    before = 0.0 if right.kind == "lane" else right.w / 2
    return after + gap + before


def _columns(graph: Graph, below: list[tuple[Node, Node]]) -> dict[Node, _Column]:
    column = {node: _Column({node: 0.0}) for node in graph.nodes}
    place = {node: at for row in graph.rows for at, node in enumerate(row)}
    taken: list[list[tuple[int, int]]] = [[] for _ in graph.rows]

    def join(upper: Node, lower: Node, offset: float = 0.0) -> None:
        pair = (place[upper], place[lower])
        # Columns that cross would have no order.
        if any((a - pair[0]) * (b - pair[1]) <= 0 for a, b in taken[upper.row]):
            return
        taken[upper.row].append(pair)
        one, two = column[upper], column[lower]
        shift = one.offsets[upper] + offset - two.offsets[lower]
        for node, by in two.offsets.items():
            one.offsets[node], column[node] = by + shift, one

    for lane in graph.lanes:
        for upper, lower in pairwise(lane.nodes[row] for row in sorted(lane.nodes)):
            join(upper, lower)
        if lane.from_above:
            target = lane.target
            join(lane.nodes[target.row - 1], target, OVERHANG - target.w / 2)
    uppers: dict[Node, list[Node]] = {}
    lowers: dict[Node, list[Node]] = {}
    for upper, lower in below:
        uppers.setdefault(lower, []).append(upper)
        lowers.setdefault(upper, []).append(lower)
    # What passes rows goes first, to stay straight.
    for upper, lower in sorted(below, key=lambda pair: pair[0].solid + pair[1].solid):
        passes = not upper.solid and not lower.solid
        middle = _middle(uppers[lower], place) is upper and _middle(lowers[upper], place) is lower
        if passes or middle:
            join(upper, lower)
    return column


def _middle(nodes: list[Node], place: dict[Node, int]) -> Node | None:
    ordered = sorted(nodes, key=place.__getitem__)
    return ordered[len(ordered) // 2] if len(ordered) % 2 else None


def _pack(columns: list[_Column]) -> None:
    """Put each column as far to the left as those beside it allow."""
    missing = {column: len(column.left) for column in columns}
    ready = [column for column in columns if not column.left]
    while ready:
        column = ready.pop()
        for other, gap in column.right:
            other.x = max(other.x, column.x + gap)
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
