"""Turn a machine into the nodes and edges of a drawing, in rows from top to bottom.

The method is the layered one of K. Sugiyama, S. Tagawa and M. Toda ("Methods for visual
understanding of hierarchical system structures", 1981): longest-path rows, place holders where an
edge passes a row, barycentres against crossings. Transitions after errors and those that lead up
have lanes of their own beside the cards, at the right and at the left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from state_machines import Catcher, Machine, State
from state_machines.steps import error_words, rule_words

_WIDEST = 1560.0
_SWEEPS = 8

Point = tuple[float, float]


@dataclass(eq=False)
class Node:
    """A card, a frame, a pill, or the place where an edge or a lane passes a row.

    Attributes:
        key: the state's name, or "" for all else.
        kind: `card`, `frame`, `start`, `end`, `via` or `lane`.
        state: the state, for cards and frames.
        row: the number of its row, from the top.
        x, y: the middle of its upper edge; for a lane x is that of its line.
        w, h: its size; a lane is as wide as its label here.
        aside: whether only errors lead here, so that it stands at the right.
        side_y: how far below `y` a line meets its side.
    """

    key: str
    kind: str
    state: State | None = None
    row: int = 0
    x: float = 0.0
    y: float = 0.0
    w: float = 0.0
    h: float = 0.0
    aside: bool = False
    side_y: float = 0.0

    @property
    def left(self) -> float:
        return self.x - self.w / 2

    @property
    def right(self) -> float:
        return self.x + self.w / 2

    @property
    def solid(self) -> bool:
        return self.kind not in ("via", "lane")


@dataclass(eq=False)
class Edge:
    """A transition.

    Attributes:
        source, target: the nodes it joins.
        kind: `flow`, `loop` (flow that leads up) or `error`.
        label: what has to hold for it, or "".
        chain: the nodes it passes, both ends included; without its lane.
        label_lines: the label as it is broken into lines.
        label_box: left, top, width and height of the label.
        boxed: whether the label needs a ground of its own.
        way: the corners of the line, all the way.
        points: those that are drawn: another edge's line may go on from there.
    """

    source: Node
    target: Node
    kind: str
    label: str = ""
    chain: list[Node] = field(default_factory=list)
    label_lines: tuple[str, ...] = ()
    label_box: tuple[float, float, float, float] | None = None
    boxed: bool = False
    way: list[Point] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    @property
    def joins(self) -> bool:
        """Whether it ends on another edge's line, not at its target."""
        return self.points[-1] != self.way[-1]


@dataclass(eq=False)
class Lane:
    """A vertical line that all edges of one kind to one target share.

    Attributes:
        target: where it leads.
        edges: the edges on it.
        side: 1 at the right of the cards, -1 at their left.
        nodes: its place in each row that it passes, by row.
    """

    target: Node
    edges: list[Edge]
    side: int
    nodes: dict[int, Node] = field(default_factory=dict)

    @property
    def from_above(self) -> bool:
        """Whether it meets its target's upper edge, as it does where errors alone lead there."""
        return self.target.aside and all(edge.source.row < self.target.row for edge in self.edges)

    @property
    def x(self) -> float:
        return next(iter(self.nodes.values())).x


@dataclass
class Graph:
    """All nodes, row by row and from left to right, all edges, and the lanes from inside out."""

    rows: list[list[Node]]
    edges: list[Edge]
    lanes: list[Lane]

    @property
    def nodes(self) -> list[Node]:
        return [node for row in self.rows for node in row]

    def is_blocked(self, node: Node, lane: Lane) -> bool:
        """Return whether a card stands between `node` and a lane."""
        row = self.rows[node.row]
        at = row.index(node)
        return any(other.solid for other in (row[at + 1 :] if lane.side > 0 else row[:at]))


def build(machine: Machine, nodes: dict[str, Node], *, pills: bool) -> Graph:
    """Return a graph in rows, without positions.

    Args:
        machine: one level of a definition.
        nodes: a node with its size for each state, in flow order.
        pills: whether to add Start and End; branches inside a frame have none.
    """
    order = machine.in_flow_order()
    edges = _edges(order, nodes)
    every = list(nodes.values())
    if pills:
        every = [start := Node("", "start"), *every]
        edges.insert(0, Edge(start, nodes[machine.start_at], "flow"))
        enders = [nodes[s.name] for s in order if s.end is True or s.type == "Succeed"]
        if enders:
            every.append(end := Node("", "end"))
            edges += [Edge(node, end, "flow") for node in enders]
    _set_rows(every, edges)
    rows = _with_vias(every, edges)
    lanes = _lanes(edges)
    _order(rows, edges)
    for lane in lanes:
        _add_lane(lane, rows)
    return Graph(rows, edges, lanes)


def _edges(order: list[State], nodes: dict[str, Node]) -> list[Edge]:
    place = {state.name: at for at, state in enumerate(order)}
    edges: list[Edge] = []
    # Errors on their way to one state share a line, and so its words.
    caught: dict[str, list[Catcher]] = {}
    for catcher in (catcher for state in order for catcher in state.catch):
        caught.setdefault(catcher.target, []).append(catcher)
    for state in order:
        for target in state.ordinary_targets:
            rules = [rule_words(rule.test) for rule in state.choices if rule.target == target]
            if state.default == target:
                rules.append("otherwise")
            kind = "flow" if place[target] > place[state.name] else "loop"
            edges.append(Edge(nodes[state.name], nodes[target], kind, " or ".join(rules)))
        for target in dict.fromkeys(catcher.target for catcher in state.catch):
            words = error_words(caught[target])
            edges.append(Edge(nodes[state.name], nodes[target], "error", words))
    return edges


def _set_rows(nodes: list[Node], edges: list[Edge]) -> None:
    """Set the row of each node, and whether it stands aside.

    Nodes come in flow order, so one pass settles all. A row that is as wide as a drawing may get
    takes no more: what would stand there goes a row further down.
    """
    place = {node: at for at, node in enumerate(nodes)}
    into: dict[Node, list[Edge]] = {node: [] for node in nodes}
    for edge in edges:
        if place[edge.source] < place[edge.target]:
            into[edge.target].append(edge)
    widths: dict[int, float] = {}
    for node in nodes:
        before = into[node]
        node.aside = node.kind != "end" and bool(before)
        node.aside &= all(edge.kind == "error" or edge.source.aside for edge in before)
        node.row = max((edge.source.row + 1 for edge in before), default=0)
        while widths.get(node.row, 0.0) + node.w > _WIDEST and node.row in widths:
            node.row += 1
        widths[node.row] = widths.get(node.row, 0.0) + node.w


def _with_vias(nodes: list[Node], edges: list[Edge]) -> list[list[Node]]:
    """Return the rows, with a node wherever an edge passes one.

    Edges to one target run together, and those with labels from one source: the label stands at
    the target's end.
    """
    rows: list[list[Node]] = [[] for _ in range(max(node.row for node in nodes) + 1)]
    for node in nodes:
        rows[node.row].append(node)
    common: dict[tuple[Node, int], Node] = {}
    for edge in edges:
        edge.chain = [edge.source, edge.target]
        if edge.kind != "flow":
            continue
        bundle = edge.source if edge.label else edge.target
        for row in range(edge.source.row + 1, edge.target.row):
            via = common.get((bundle, row))
            if via is None:
                via = common[bundle, row] = Node("", "via", row=row, aside=edge.source.aside)
                rows[row].append(via)
            edge.chain.insert(-1, via)
    return rows


def links(edges: Iterable[Edge]) -> list[tuple[Node, Node]]:
    """Return the pairs of nodes in neighbouring rows that ordinary transitions join, each once."""
    pairs = [pair for edge in edges if edge.kind == "flow" for pair in pairwise(edge.chain)]
    return list(dict.fromkeys(pairs))


def _order(rows: list[list[Node]], edges: list[Edge]) -> None:
    """Order each row so that few links cross; what stands aside comes last."""
    between: list[list[tuple[Node, Node]]] = [[] for _ in rows]
    near: dict[Node, tuple[list[Node], list[Node]]] = {n: ([], []) for row in rows for n in row}
    for upper, lower in links(edges):
        between[upper.row].append((upper, lower))
        near[lower][0].append(upper)
        near[upper][1].append(lower)
    place = {node: at for row in rows for at, node in enumerate(row)}

    def crossings() -> int:
        return sum(
            (place[a] - place[c]) * (place[b] - place[d]) < 0
            for pairs in between
            for at, (a, b) in enumerate(pairs)
            for c, d in pairs[at + 1 :]
        )

    def weight(node: Node, side: int) -> tuple[bool, float]:
        found = [place[other] for other in near[node][side]]
        return node.aside, sum(found) / len(found) if found else place[node]

    best, fewest = [list(row) for row in rows], crossings()
    for sweep in range(_SWEEPS if fewest else 1):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            row.sort(key=partial(weight, side=sweep % 2))
            place |= {node: at for at, node in enumerate(row)}
        if (now := crossings()) < fewest:
            fewest, best = now, [list(row) for row in rows]
    for row, found in zip(rows, best, strict=True):
        row[:] = sorted(found, key=lambda node: node.aside)


def _lanes(edges: list[Edge]) -> list[Lane]:
    found: dict[tuple[str, Node], Lane] = {}
    for edge in edges:
        if edge.kind != "flow":
            lane = Lane(edge.target, [], 1 if edge.kind == "error" else -1)
            found.setdefault((edge.kind, edge.target), lane).edges.append(edge)
    # A lane that ends first is the innermost, so that none crosses another.
    return sorted(found.values(), key=lambda lane: (_span(lane)[1], -_span(lane)[0]))


def _span(lane: Lane) -> tuple[int, int]:
    rows = [lane.target.row, *(edge.source.row for edge in lane.edges)]
    return min(rows), max(rows) - lane.from_above


def _add_lane(lane: Lane, rows: list[list[Node]]) -> None:
    low, high = _span(lane)
    for row in range(low, high + 1):
        node = lane.nodes[row] = Node("", "lane", row=row)
        rows[row].insert(len(rows[row]) if lane.side > 0 else 0, node)
