"""Turn a machine into the nodes and edges of a drawing: ranks from top to bottom, and their order.

The method is the layered one of K. Sugiyama, S. Tagawa and M. Toda ("Methods for visual
understanding of hierarchical system structures", 1981): longest-path ranks, place holders where an
edge passes a rank, barycentres against crossings. Machines are small, so it needs no library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from state_machines import Catcher, Machine, State
from state_machines.steps import error_words, rule_words

START, END = "\x00start", "\x00end"


@dataclass(eq=False)
class Node:
    """A card, a frame, a pill, or the place where an edge passes a rank (`via`).

    Attributes:
        key: the state's name, or a name of its own that no state can have.
        kind: `card`, `frame`, `start`, `end` or `via`.
        state: the state, for cards and frames.
        rank: its row, from the top.
        x, y: the middle of its upper edge.
        w, h: its size.
        aside: whether only errors lead here, so that it stands at the right.
        side_y: how far below `y` a line meets its side.
    """

    key: str
    kind: str
    state: State | None = None
    rank: int = 0
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
        return self.kind != "via"


@dataclass(eq=False)
class Edge:
    """A transition.

    Attributes:
        source, target: the nodes it joins.
        kind: `flow`, `loop` (flow that leads up) or `error`.
        label: what has to hold for it, or "".
        chain: the nodes it passes, both ends included; only the ends for loops and errors.
        label_lines: the label as it is broken into lines.
        label_box: left, top, width and height of the label.
        label_anchor: the side of the box that the text keeps to, as in SVG's `text-anchor`.
        boxed: whether the label needs a ground of its own, since a line runs behind it.
        points: the corners of the line.
        joins: whether it ends on another edge's line, not at its target.
    """

    source: Node
    target: Node
    kind: str
    label: str = ""
    chain: list[Node] = field(default_factory=list)
    label_lines: tuple[str, ...] = ()
    label_box: tuple[float, float, float, float] | None = None
    label_anchor: str = "middle"
    boxed: bool = False
    points: list[tuple[float, float]] = field(default_factory=list)
    joins: bool = False


@dataclass
class Graph:
    """All nodes, row by row and from left to right, and all edges."""

    rows: list[list[Node]]
    edges: list[Edge]

    @property
    def nodes(self) -> list[Node]:
        return [node for row in self.rows for node in row]


def build(machine: Machine, *, pills: bool) -> Graph:
    """Return the nodes and edges of `machine`, in rows, without positions.

    Args:
        machine: one level of a definition.
        pills: whether to add Start and End; branches inside a frame have none.
    """
    order = machine.in_flow_order()
    nodes = {
        state.name: Node(state.name, "frame" if state.inner else "card", state) for state in order
    }
    edges = _edges(order, nodes)
    ranked = list(nodes.values())
    if pills:
        ranked = [start := Node(START, "start"), *ranked]
        edges.insert(0, Edge(start, nodes[machine.start_at], "flow"))
        enders = [nodes[s.name] for s in order if s.end or s.type == "Succeed"]
        if enders:
            ranked.append(end := Node(END, "end"))
            edges += [Edge(node, end, "flow") for node in enders]
    _set_aside(ranked, edges)
    _rank(ranked, edges)
    rows = _rows(ranked, edges)
    _order(rows, edges)
    return Graph(rows, edges)


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


def _set_aside(nodes: Iterable[Node], edges: list[Edge]) -> None:
    # Nodes come in flow order, so one pass settles chains of states behind an error.
    for node in nodes:
        into = [edge for edge in edges if edge.target is node and edge.kind != "loop"]
        node.aside = bool(into) and all(e.kind == "error" or e.source.aside for e in into)
        if node.kind == "end":
            node.aside = False


def _rank(nodes: list[Node], edges: list[Edge]) -> None:
    place = {node: at for at, node in enumerate(nodes)}
    for node in nodes:
        before = [
            edge.source.rank + 1
            for edge in edges
            if edge.target is node and edge.kind != "loop" and place[edge.source] < place[node]
        ]
        node.rank = max(before, default=0)


def _rows(nodes: list[Node], edges: list[Edge]) -> list[list[Node]]:
    rows: list[list[Node]] = [[] for _ in range(max(node.rank for node in nodes) + 1)]
    for node in nodes:
        rows[node.rank].append(node)
    common: dict[tuple[Node, int], Node] = {}
    for edge in edges:
        edge.chain = [edge.source, edge.target]
        if edge.kind != "flow":
            continue
        for rank in range(edge.source.rank + 1, edge.target.rank):
            # Only a label needs a place of its own; after it, edges to one target run together.
            own = bool(edge.label) and rank == edge.source.rank + 1
            via = None if own else common.get((edge.target, rank))
            if via is None:
                via = Node(f"{edge.source.key}\x00{edge.target.key}\x00{rank}", "via", rank=rank)
                via.aside = edge.source.aside
                rows[rank].append(via)
                if not own:
                    common[edge.target, rank] = via
            edge.chain.insert(-1, via)
    return rows


def _links(edges: list[Edge]) -> list[tuple[Node, Node]]:
    pairs = [pair for e in edges if e.kind == "flow" for pair in pairwise(e.chain)]
    return list(dict.fromkeys(pairs))


def _order(rows: list[list[Node]], edges: list[Edge]) -> None:
    links = _links(edges)
    best = [list(row) for row in rows]
    fewest = _crossings(rows, links)
    for sweep in range(8):
        down = sweep % 2 == 0
        for row in rows if down else rows[::-1]:
            place = {node: at for other in rows for at, node in enumerate(other)}
            towards: dict[Node, list[int]] = {node: [] for node in row}
            for upper, lower in links:
                if down and lower in towards:
                    towards[lower].append(place[upper])
                elif not down and upper in towards:
                    towards[upper].append(place[lower])

            def weight(node: Node, place=place, towards=towards) -> tuple[bool, float]:
                found = towards[node]
                return node.aside, sum(found) / len(found) if found else place[node]

            row.sort(key=weight)
        if (crossings := _crossings(rows, links)) < fewest:
            fewest, best = crossings, [list(row) for row in rows]
    for row, found in zip(rows, best, strict=True):
        row[:] = sorted(found, key=lambda node: node.aside)


def _crossings(rows: list[list[Node]], links: list[tuple[Node, Node]]) -> int:
    place = {node: at for row in rows for at, node in enumerate(row)}
    return sum(
        a.rank == c.rank and (place[a] - place[c]) * (place[b] - place[d]) < 0
        for at, (a, b) in enumerate(links)
        for c, d in links[at + 1 :]
    )
