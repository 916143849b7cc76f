"""Give the rows their heights, the edges their corners and the labels their places.

Lines run straight down through rows, at places that no card takes, and sideways only between two
rows or out of a card's side towards a lane: so no line can run through a card. Labels stand in
heights of their own between two rows, or in a lane's place in a row: so none lies over another.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import pairwise

from state_machines.drawing.graph import Edge, Graph, Lane, Node, Point, links

_Step = tuple[int, Hashable, float, float]

_PAD = 11.0
_TIP = 17.0
_TRACK = 13.0
_STRIP = 4.0
_LEAST = 30.0
_CORNER, _STEP = 24.0, 12.0
_SLIP = 14.0
LANE_LABEL = 12.0


@dataclass(eq=False)
class _Bus:
    """Sideways lines between two rows that are drawn as one.

    Attributes:
        above, below: where lines come down to it, and where they leave it.
        y: its height.
    """

    above: set[float] = field(default_factory=set)
    below: set[float] = field(default_factory=set)
    y: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        return min(self.above | self.below), max(self.above | self.below)


@dataclass(eq=False)
class _Channel:
    """The space above a row.

    Attributes:
        buses: by what their lines have in common.
        strips: the edges whose labels stand at its top, one below the other.
        chips: the height of the labels at its bottom.
        top: where it begins.
    """

    buses: dict[Hashable, _Bus] = field(default_factory=dict)
    strips: list[Edge] = field(default_factory=list)
    chips: float = 0.0
    top: float = 0.0

    def add(self, key: Hashable, above: float, below: float) -> None:
        bus = self.buses.setdefault(key, _Bus())
        bus.above.add(above)
        bus.below.add(below)


def route(graph: Graph, entry: float) -> tuple[float, float]:
    """Set all heights, corners and label places; return the width and height of the whole.

    Args:
        graph: nodes with sizes and `x`.
        entry: the height left free above the first row.
    """
    return _Router(graph).run(entry)


class _Router:
    """The lines of one graph.

    A line is known by its steps sideways: the row above which each is made, what it has in common
    with those that are drawn with it, and the places that it leads from and to.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._channels = [_Channel() for _ in range(len(graph.rows) + 1)]
        self._lanes = {edge: lane for lane in graph.lanes for edge in lane.edges}
        self._corners: dict[tuple[Node, int, bool], list[Lane]] = {}
        ports, after = self._ports()
        self._steps = {
            edge: self._beside(edge, self._lanes[edge])
            if edge in self._lanes
            else [
                (pair[1].row, _key(pair, after, ports[pair][1]), *ports[pair])
                for pair in pairwise(edge.chain)
            ]
            for edge in graph.edges
        }

    def run(self, entry: float) -> tuple[float, float]:
        for steps in self._steps.values():
            for row, key, out, into in steps:
                if out != into:
                    self._channels[row].add(key, out, into)
        self._reserve_labels()
        height = self._set_heights(entry)
        sides = self._sides()
        for edge in self._graph.edges:
            edge.way = edge.points = _tidy(self._way(edge, sides))
        for lane in self._graph.lanes:
            _join(lane)
        self._place_labels(sides)
        rights = [node.right for node in self._graph.nodes if node.solid]
        rights += [x for edge in self._graph.edges for x, _ in edge.way]
        rights += [e.label_box[0] + e.label_box[2] for e in self._graph.edges if e.label_box]
        return max(rights), height

    def _ports(self) -> tuple[dict[tuple[Node, Node], Point], dict[Node, set[Node]]]:
        """Where each piece of an edge leaves the upper row and enters the lower one."""
        after: dict[Node, set[Node]] = {}
        into: dict[Node, list[tuple[Node, Node]]] = {}
        for upper, lower in sorted(links(self._graph.edges), key=lambda pair: pair[0].x):
            after.setdefault(upper, set()).add(lower)
            into.setdefault(lower, []).append((upper, lower))
        labels = {tuple(e.chain[-2:]): e.label for e in self._graph.edges if e.kind == "flow"}
        ports = {}
        for lower, pairs in into.items():
            # Each label needs a place of its own; lines without one enter together.
            groups = list(dict.fromkeys(labels.get(pair, "") for pair in pairs))
            for pair in pairs:
                out, part = pair[0].x, (groups.index(labels.get(pair, "")) + 0.5) / len(groups)
                x = round(lower.x + lower.w * (part - 0.5) * lower.solid, 1)
                # A small step would only look like a slip.
                if abs(out - x) < _SLIP and lower.solid and len(groups) == 1:
                    x = out
                elif abs(out - x) < _SLIP and pair[0].solid and len(after[pair[0]]) == 1:
                    out = x
                ports[pair] = (out, x)
        return ports, after

    def _beside(self, edge: Edge, lane: Lane) -> list[_Step]:
        """The steps of a line that a card keeps from going straight to its lane, or from it."""
        steps: list[_Step] = []
        source, target = edge.source, edge.target
        if self._is_blocked(edge):
            corner = self._corner(source, lane, False)
            steps.append((source.row + 1, (lane, "exit"), corner, lane.x))
        if lane.from_above:
            reach = target.w / 2 - 20
            x = round(max(target.x - reach, min(lane.x, target.x + reach)), 1)
            steps.append((target.row, (lane, "entry"), lane.x, x))
        elif self._graph.is_blocked(target, lane):
            corner = self._corner(target, lane, True)
            steps.append((target.row, (lane, "entry"), lane.x, corner))
        return steps

    def _is_blocked(self, edge: Edge) -> bool:
        return self._graph.is_blocked(edge.source, self._lanes[edge])

    def _corner(self, node: Node, lane: Lane, arrives: bool) -> float:
        """Where a line to a lane leaves a lower edge, or enters an upper one."""
        used = self._corners.setdefault((node, lane.side, arrives), [])
        if lane not in used:
            used.append(lane)
        inwards = max(node.w / 2 - _CORNER - _STEP * used.index(lane), 0)
        return round(node.x + lane.side * inwards, 1)

    def _reserve_labels(self) -> None:
        for edge in self._graph.edges:
            if edge.kind == "flow" and edge.label_box:
                channel = self._channels[edge.target.row]
                channel.chips = max(channel.chips, edge.label_box[3] + 8)
            elif edge.kind == "loop" and edge.label_box and self._is_blocked(edge):
                self._channels[edge.source.row + 1].strips.append(edge)
        for lane in self._graph.lanes:
            if lane.side > 0:
                above = min(edge.source.row for edge in lane.edges) < lane.target.row
                self._channels[lane.target.row + (not above)].strips.append(lane.edges[0])
                for edge in lane.edges[1:]:
                    edge.label_box = None

    def _set_heights(self, entry: float) -> float:
        y = 0.0
        rows = self._graph.rows
        for at, channel in enumerate(self._channels):
            channel.top = y
            strips = sum(edge.label_box[3] + _STRIP for edge in channel.strips)
            tracks = _set_tracks(list(channel.buses.values()))
            inside = strips + _TRACK * tracks + channel.chips
            if at == 0:
                y += max(entry, _PAD + inside + _TIP if inside else 0.0)
            elif at < len(rows):
                y += max(_LEAST, _PAD + inside + _TIP)
            elif inside:
                y += _PAD + inside
            for bus in channel.buses.values():
                bus.y += channel.top + _PAD + strips
            if at < len(rows):
                high = max(node.h for node in rows[at])
                for node in rows[at]:
                    node.y, node.h = y, node.h if node.solid else high
                y += high
        return y

    def _sides(self) -> dict[tuple[Node, Lane, bool], float]:
        """Where lines meet the sides of cards: keyed by card, lane, and whether they arrive."""
        uses: dict[tuple[Node, int], dict[tuple[Lane, bool], None]] = {}
        for lane in self._graph.lanes:
            ends = [(edge.source, False) for edge in lane.edges]
            ends += [] if lane.from_above else [(lane.target, True)]
            for node, arrives in ends:
                if not self._graph.is_blocked(node, lane):
                    uses.setdefault((node, lane.side), {})[lane, arrives] = None
        found = {}
        for (node, side), every in uses.items():
            # Arrivals on top; below them the outer lanes first, which pass above the inner ones.
            ordered = sorted(every, key=lambda use: (not use[1], -use[0].x * side))
            for at, (lane, arrives) in enumerate(ordered):
                step = _STEP * (at - (len(ordered) - 1) / 2)
                found[node, lane, arrives] = node.y + node.side_y + step
        return found

    def _way(self, edge: Edge, sides: dict[tuple[Node, Lane, bool], float]) -> list[Point]:
        steps, lane = self._steps[edge], self._lanes.get(edge)
        ends = []
        for node, arrives in ((edge.source, False), (edge.target, True)):
            if lane and (node, lane, arrives) in sides:
                y = sides[node, lane, arrives]
                ends.append([(node.right if lane.side > 0 else node.left, y), (lane.x, y)])
            elif arrives:
                ends.append([(steps[-1][3], node.y)])
            else:
                ends.append([(steps[0][2], node.y + node.h)])
        way = ends[0]
        for row, key, out, into in steps:
            if out != into:
                y = self._channels[row].buses[key].y
                way += [(out, y), (into, y)]
        return way + ends[1][::-1]

    def _place_labels(self, sides: dict[tuple[Node, Lane, bool], float]) -> None:
        shown: set[tuple[Node, float]] = set()
        for edge in self._graph.edges:
            if not edge.label_box:
                continue
            _, _, wide, high = edge.label_box
            if edge.kind == "flow":
                x = edge.way[-1][0]
                box = (x - wide / 2, edge.target.y - _TIP - high - 1, wide, high)
                # Lines with one label enter as one.
                edge.label_box = None if (edge.target, x) in shown else box
                shown.add((edge.target, x))
            elif (edge.source, lane := self._lanes[edge], False) in sides and edge.kind == "loop":
                top = max(edge.source.y, sides[edge.source, lane, False] - high / 2)
                edge.label_box = (lane.x + LANE_LABEL, top, wide, high)
        pieces = [piece for edge in self._graph.edges for piece in pairwise(edge.points)]
        for channel in self._channels:
            y = channel.top + _PAD - 4
            for edge in channel.strips:
                _, _, wide, high = edge.label_box
                lane = self._lanes[edge]
                x = lane.x - 9 - wide if lane.side > 0 else lane.x + 9
                edge.label_box = (x, y, wide, high)
                edge.boxed = any(
                    min(a[0], b[0]) < x + wide + 4
                    and max(a[0], b[0]) > x - 4
                    and min(a[1], b[1]) < y + high
                    and max(a[1], b[1]) > y
                    for a, b in pieces
                )
                y += high + _STRIP


def _key(pair: tuple[Node, Node], after: dict[Node, set[Node]], into: float) -> Hashable:
    """Lines with one key are drawn as one: those out of a node, else those into one place."""
    return (pair[0], "out") if len(after[pair[0]]) > 1 else (pair[1], into)


def _set_tracks(buses: list[_Bus]) -> int:
    """Set `y` of each bus to its track below the first, with few crossings; return how many."""

    def crossings(upper: _Bus, lower: _Bus) -> int:
        (low, high), (first, last) = lower.span, upper.span
        cost = sum(low < x < high for x in upper.below) + sum(first < x < last for x in lower.above)
        # There lines would lie on each other, or nearly.
        return cost + 20 * sum(abs(x - y) < _STEP for x in upper.below for y in lower.above)

    def compare(one: _Bus, two: _Bus) -> int:
        return crossings(one, two) - crossings(two, one)

    tracks: list[list[_Bus]] = []
    for bus in sorted(buses, key=functools.cmp_to_key(compare)):
        low, high = bus.span
        apart = tracks and all(
            high + 8 < other.span[0] or other.span[1] + 8 < low for other in tracks[-1]
        )
        if apart:
            tracks[-1].append(bus)
        else:
            tracks.append([bus])
        bus.y = _TRACK * (len(tracks) - 1)
    return len(tracks)


def _join(lane: Lane) -> None:
    """Let edges end where they meet the lane, save the farthest: dashes drawn twice look solid."""

    def meets(edge: Edge) -> float:
        return next(y for x, y in edge.way if x == lane.x)

    above = [edge for edge in lane.edges if meets(edge) < lane.target.y]
    below = [edge for edge in lane.edges if edge not in above]
    trunks = [*sorted(above, key=meets)[:1], *sorted(below, key=meets)[-1:]]
    for edge in lane.edges:
        if edge is not trunks[0]:
            at = next(at for at, (x, _) in enumerate(edge.way) if x == lane.x)
            # One trunk comes from above and one from below; the second ends where they meet.
            edge.points = edge.way[: at + (2 if edge in trunks else 1)]


def _tidy(points: list[Point]) -> list[Point]:
    """Drop points that are there twice, or lie on a straight line between their neighbours."""
    found: list[Point] = []
    for point in points:
        if found and found[-1] == point:
            continue
        if len(found) > 1 and (
            found[-2][0] == found[-1][0] == point[0] or found[-2][1] == found[-1][1] == point[1]
        ):
            found.pop()
        found.append(point)
    return found
