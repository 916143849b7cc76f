"""Lanes beside the cards: errors run down (or up) at the right, loops run up at the left."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from state_machines.drawing.graph import Edge, Graph, Node

LANE_GAP = 24.0
NEXT_LANE = 18.0
OVERHANG = 28.0
ASIDE_GAP = 14.0


@dataclass(eq=False)
class Lane:
    """A vertical line that all edges of one kind to one target share.

    Attributes:
        target: where it leads.
        edges: the edges on it.
        x: its place.
        side: 1 at the right of the cards, -1 at their left.
        from_above: whether it meets the target's upper edge straight from above.
    """

    target: Node
    edges: list[Edge]
    side: int
    x: float = 0.0
    from_above: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last row beside which it runs."""
        ranks = [edge.source.rank for edge in self.edges]
        low, high = min([*ranks, self.target.rank]), max([*ranks, self.target.rank])
        return low, high - 1 if self.from_above else high


def set_lanes(graph: Graph) -> list[Lane]:
    """Place the nodes aside, and return the lanes with their places.

    Rows above are settled before those below, so that no lane runs through a card.
    """
    lanes: list[Lane] = []
    waiting = _lanes(graph, "error", 1)
    for lane in waiting:
        sources = [edge.source.rank for edge in lane.edges]
        lane.from_above = lane.target.aside and max(sources) < lane.target.rank
    for rank, row in enumerate(graph.rows):
        for node in [node for node in row if node.aside]:
            lane = next((each for each in waiting if each.target is node), None)
            if lane is not None and lane.from_above:
                lane.x = _beside(lane, graph, lanes)
                lanes.append(lane)
            _set_aside(node, row, lane, graph)
        for lane in waiting:
            if not lane.from_above and lane.span[1] == rank:
                lane.x = _beside(lane, graph, lanes)
                lanes.append(lane)
    for lane in sorted(_lanes(graph, "loop", -1), key=lambda each: each.span[1] - each.span[0]):
        lane.x = _beside(lane, graph, lanes)
        lanes.append(lane)
    return lanes


def blocked(node: Node, lane: Lane, graph: Graph) -> bool:
    """Return whether a card stands between `node` and the lane."""
    return any(
        other.solid and other is not node and (other.x - node.x) * lane.side > 0
        for other in graph.rows[node.rank]
        if (lane.x - other.x) * lane.side > 0
    )


def _lanes(graph: Graph, kind: str, side: int) -> list[Lane]:
    found: dict[Node, Lane] = {}
    for edge in graph.edges:
        if edge.kind == kind:
            found.setdefault(edge.target, Lane(edge.target, [], side)).edges.append(edge)
    return list(found.values())


def _beside(lane: Lane, graph: Graph, lanes: list[Lane]) -> float:
    low, high = lane.span
    nodes = [node for row in graph.rows[low : high + 1] for node in row]
    if lane.from_above:
        nodes = [node for node in nodes if node.rank < lane.target.rank]
    edge = [(node.right if lane.side > 0 else -node.left) for node in nodes]
    room = LANE_GAP
    if lane.side < 0:
        room = max([room, *(e.label_box[2] + 18 for e in lane.edges if e.label_box)])
    far = max(edge) + room
    for other in lanes:
        if other.side == lane.side and other.span[0] <= high + 1 and low <= other.span[1] + 1:
            far = max(far, other.x * lane.side + NEXT_LANE)
    return round(far * lane.side, 1)


def _set_aside(node: Node, row: list[Node], lane: Lane | None, graph: Graph) -> None:
    placed = [other for other in row if not other.aside or row.index(other) < row.index(node)]
    if lane is not None:
        wanted = lane.x + OVERHANG - node.w / 2 if lane.from_above else lane.x
    else:
        above = [
            upper.x
            for edge in graph.edges
            for upper, lower in pairwise(edge.chain)
            if lower is node
        ]
        wanted = sum(above) / len(above) if above else 0.0
    least = max((other.right for other in placed), default=None)
    node.x = wanted if least is None else max(wanted, least + ASIDE_GAP + node.w / 2)
    if lane is not None and lane.from_above and lane.x < node.left + 20:
        lane.x = round(node.x, 1)
    node.x = round(node.x, 1)
