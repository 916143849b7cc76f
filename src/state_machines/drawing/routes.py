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

_PAD = 11.0
_TIP = 17.0
_TRACK = 13.0
_STRIP = 4.0
_LEAST = 30.0
_CORNER, _STEP = 24.0, 12.0
_SLIP = 14.0


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
    strips: list[tuple[Edge, Lane]] = field(default_factory=list)
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
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._channels = [_Channel() for _ in range(len(graph.rows) + 1)]
        self._below = links(graph.edges)
        self._next: dict[Node, set[Node]] = {}
        for upper, lower in self._below:
            self._next.setdefault(upper, set()).add(lower)
        self._ports = self._find_ports()
        self._used: dict[tuple[Node, int, bool], int] = {}
        self._corners: dict[tuple[Node, Lane, bool], float] = {}

    def run(self, entry: float) -> tuple[float, float]:
        for pair, (out, into) in self._ports.items():
            if out != into:
                self._channels[pair[1].row].add(self._bus_key(pair), out, into)
        for edge in self._graph.edges:
            if edge.kind == "flow" and edge.label_box:
                channel = self._channels[edge.target.row]
                channel.chips = max(channel.chips, edge.label_box[3] + 8)
        for lane in self._graph.lanes:
            self._reserve(lane)
        height = self._set_heights(entry)
        shown: set[tuple[Node, float]] = set()
        for edge in self._graph.edges:
            if edge.kind == "flow":
                self._flow(edge, shown)
        sides = self._side_ports()
        for lane in self._graph.lanes:
            for edge in lane.edges:
                self._along(edge, lane, sides)
            _join(lane)
        self._place_labels()
        return self._width(), height

    def _bus_key(self, pair: tuple[Node, Node]) -> Hashable:
        """Lines with one key are drawn as one: those out of a node, else those into one."""
        if len(self._next[pair[0]]) > 1:
            return pair[0], "out"
        return pair[1], "in", self._ports[pair][1]

    def _find_ports(self) -> dict[tuple[Node, Node], Point]:
        """Where each piece of an edge leaves the upper row and enters the lower one."""
        labels = {tuple(e.chain[-2:]): e.label for e in self._graph.edges if e.kind == "flow"}
        into: dict[Node, list[tuple[Node, Node]]] = {}
        for pair in sorted(self._below, key=lambda pair: pair[0].x):
            into.setdefault(pair[1], []).append(pair)
        ports = {}
        for lower, pairs in into.items():
            # Each label needs a place of its own; lines without one enter together.
            groups = list(dict.fromkeys(labels.get(pair, "") for pair in pairs))
            for pair in pairs:
                at = groups.index(labels.get(pair, ""))
                x = lower.x + (lower.w * ((at + 0.5) / len(groups) - 0.5) if lower.solid else 0)
                ports[pair] = self._without_slip(pair, round(x, 1), len(groups))
        return ports

    def _without_slip(self, pair: tuple[Node, Node], into: float, groups: int) -> Point:
        """Let a line go straight down where a small step would only look like a slip."""
        upper, lower = pair
        out = upper.x
        if abs(out - into) < _SLIP:
            if lower.solid and groups == 1:
                return out, out
            if upper.solid and len(self._next[upper]) == 1:
                return into, into
        return out, into

    def _reserve(self, lane: Lane) -> None:
        """Take the sideways lines to and from a lane that a card keeps from being straight."""
        target = lane.target
        for edge in lane.edges:
            if self._graph.is_blocked(edge.source, lane):
                below = self._channels[edge.source.row + 1]
                below.add((lane, "exit"), self._corner(edge.source, lane, False), lane.x)
                if lane.side < 0 and edge.label_box:
                    below.strips.append((edge, lane))
        if lane.from_above:
            if lane.x != (into := self._entry(lane)):
                self._channels[target.row].add((lane, "entry"), lane.x, into)
        elif self._graph.is_blocked(target, lane):
            into = self._corner(target, lane, True)
            self._channels[target.row].add((lane, "entry"), lane.x, into)
        if lane.side > 0:
            above = min(edge.source.row for edge in lane.edges) < target.row
            self._channels[target.row + (not above)].strips.append((lane.edges[0], lane))

    def _entry(self, lane: Lane) -> float:
        """Where a lane from above meets its target: straight below, as far as the card reaches."""
        reach = lane.target.w / 2 - 20
        return round(max(lane.target.x - reach, min(lane.x, lane.target.x + reach)), 1)

    def _corner(self, node: Node, lane: Lane, arrives: bool) -> float:
        """Where a line to a lane leaves a lower edge, or enters an upper one."""
        key = (node, lane, arrives)
        if key not in self._corners:
            before = self._used.get((node, lane.side, arrives), 0)
            self._used[node, lane.side, arrives] = before + 1
            inwards = max(node.w / 2 - _CORNER - _STEP * before, 0)
            self._corners[key] = round(node.x + lane.side * inwards, 1)
        return self._corners[key]

    def _side_ports(self) -> dict[tuple[Node, Lane, bool], float]:
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

    def _set_heights(self, entry: float) -> float:
        y = 0.0
        rows = self._graph.rows
        for at, channel in enumerate(self._channels):
            channel.top = y
            strips = sum(edge.label_box[3] + _STRIP for edge, _ in channel.strips)
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

    def _flow(self, edge: Edge, shown: set[tuple[Node, float]]) -> None:
        way: list[Point] = []
        for pair in pairwise(edge.chain):
            out, into = self._ports[pair]
            way.append((out, pair[0].y + pair[0].h))
            if out != into:
                y = self._channels[pair[1].row].buses[self._bus_key(pair)].y
                way += [(out, y), (into, y)]
            way.append((into, pair[1].y))
        edge.way = edge.points = _tidy(way)
        into = self._ports[edge.chain[-2], edge.target][1]
        if edge.label_box:
            _, _, wide, high = edge.label_box
            edge.label_box = (into - wide / 2, edge.target.y - _TIP - high - 1, wide, high)
            if (edge.target, into) in shown:  # lines with one label enter as one
                edge.label_box = None
            shown.add((edge.target, into))

    def _along(self, edge: Edge, lane: Lane, sides: dict[tuple[Node, Lane, bool], float]) -> None:
        source, target = edge.source, edge.target
        if (source, lane, False) in sides:
            y = sides[source, lane, False]
            way = [(source.right if lane.side > 0 else source.left, y), (lane.x, y)]
            if lane.side < 0 and edge.label_box:
                _, _, wide, high = edge.label_box
                top = max(source.y, y - high / 2)
                edge.label_box, edge.boxed = (lane.x + 12, top, wide, high), True
        else:
            x = self._corners[source, lane, False]
            y = self._channels[source.row + 1].buses[lane, "exit"].y
            way = [(x, source.y + source.h), (x, y), (lane.x, y)]
        if (target, lane, True) in sides:
            y = sides[target, lane, True]
            way += [(lane.x, y), (target.right if lane.side > 0 else target.left, y)]
        else:
            into = self._entry(lane) if lane.from_above else self._corners[target, lane, True]
            if into != lane.x:
                y = self._channels[target.row].buses[lane, "entry"].y
                way += [(lane.x, y), (into, y)]
            way.append((into, target.y))
        edge.way = _tidy(way)

    def _place_labels(self) -> None:
        pieces = [piece for edge in self._graph.edges for piece in pairwise(edge.points)]
        shown = set()
        for channel in self._channels:
            y = channel.top + _PAD - 4
            for edge, lane in channel.strips:
                _, _, wide, high = edge.label_box
                x = lane.x - 9 - wide if lane.side > 0 else lane.x + 9
                edge.label_box = (x, y, wide, high)
                edge.boxed = any(
                    min(a[0], b[0]) < x + wide + 4
                    and max(a[0], b[0]) > x - 4
                    and min(a[1], b[1]) < y + high
                    and max(a[1], b[1]) > y
                    for a, b in pieces
                )
                shown.add(edge)
                y += high + _STRIP
        for edge in self._graph.edges:
            if edge.kind == "error" and edge not in shown:
                edge.label_box = None

    def _width(self) -> float:
        rights = [node.right for node in self._graph.nodes if node.solid]
        rights += [x for edge in self._graph.edges for x, _ in edge.way]
        rights += [e.label_box[0] + e.label_box[2] for e in self._graph.edges if e.label_box]
        return max(rights)


def _set_tracks(buses: list[_Bus]) -> int:
    """Set `y` of each bus to its track below the first, with few crossings; return how many."""

    def crossings(upper: _Bus, lower: _Bus) -> int:
        (low, high), (first, last) = lower.span, upper.span
        cost = sum(low < x < high for x in upper.below) + sum(first < x < last for x in lower.above)
        return cost + 20 * len(upper.below & lower.above)  # there lines would lie on each other

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

    lands = lane.target.y
    above = sorted((edge for edge in lane.edges if meets(edge) < lands), key=meets)
    below = sorted((edge for edge in lane.edges if meets(edge) >= lands), key=meets)
    trunks = [*above[:1], *below[-1:]]
    for edge in lane.edges:
        edge.points = edge.way
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
