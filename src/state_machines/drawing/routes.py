"""Give the rows their heights and the edges their corners.

Lines run straight down through rows, at places that no card takes, and sideways only between two
rows or out of a card's side towards a lane: so no line can run through a card.
"""

from __future__ import annotations

from itertools import pairwise

from state_machines.drawing.channels import TRACK, Channel, assign_tracks
from state_machines.drawing.graph import Edge, Graph, Node
from state_machines.drawing.lanes import Lane, blocked, set_lanes
from state_machines.drawing.ports import bus_key, find_ports

PAD = 11.0
TIP = 17.0
STRIP = 4.0
CORNER_PORT = 24.0
SIDE_STEP = 12.0

# Where a line of a lane meets a card; the last part of the key says whether it arrives there.
Ports = dict[tuple[Node, Lane, bool], float]


def route(graph: Graph, entry: float) -> tuple[float, float]:
    """Set all heights, corners and label places; return the width and height of the whole.

    Args:
        graph: nodes with sizes, and `x` for those that errors do not reach alone.
        entry: the height left free above the first row.
    """
    lanes = set_lanes(graph)
    _shift_right(graph, lanes)
    channels = [Channel() for _ in range(len(graph.rows) + 1)]
    ports = find_ports(graph)
    for pair, (out, into) in ports.items():
        if out != into:
            bus = channels[pair[0].rank + 1].bus(bus_key(pair, graph))
            bus.from_above.add(out)
            bus.to_below.add(into)
    for edge in graph.edges:
        if edge.kind == "flow" and edge.label_box:
            channel = channels[edge.source.rank + 1]
            channel.chips = max(channel.chips, edge.label_box[3] + 8)
    corners = _corners(lanes, graph)
    for lane in lanes:
        _reserve(lane, graph, channels, corners)
    height = _set_heights(graph, channels, entry)
    for edge in graph.edges:
        if edge.kind == "flow":
            _flow(edge, graph, channels, ports)
    sides = _side_ports(lanes, graph)
    for lane in lanes:
        for edge in lane.edges:
            _along_lane(edge, lane, graph, channels, sides | corners)
        _join(lane)
    _place_strips(lanes, channels, graph)
    _box_crossed(graph)
    return _size(graph, height)


def _shift_right(graph: Graph, lanes: list[Lane]) -> None:
    lefts = [node.left for node in graph.nodes] + [lane.x - 1 for lane in lanes]
    by = -min(lefts)
    for node in graph.nodes:
        node.x = round(node.x + by, 1)
    for lane in lanes:
        lane.x = round(lane.x + by, 1)


def _reserve(lane: Lane, graph: Graph, channels: list[Channel], corners: Ports) -> None:
    for edge in lane.edges:
        if blocked(edge.source, lane, graph):
            bus = channels[edge.source.rank + 1].bus(("lane", f"{lane.side}{lane.target.key}"))
            bus.from_above.add(corners[edge.source, lane, False])
            bus.to_below.add(lane.x)
            if lane.side < 0 and edge.label_box:
                channels[edge.source.rank + 1].strips.append(edge)
    if not lane.from_above and blocked(lane.target, lane, graph):
        bus = channels[lane.target.rank].bus(("land", f"{lane.side}{lane.target.key}"))
        bus.from_above.add(lane.x)
        bus.to_below.add(corners[lane.target, lane, True])
    if lane.side > 0:
        above = min(edge.source.rank for edge in lane.edges) < lane.target.rank
        channels[lane.target.rank + (0 if above else 1)].strips.append(lane.edges[0])


def _corners(lanes: list[Lane], graph: Graph) -> Ports:
    """Where lines to a lane leave a lower edge, or enter an upper one, past a card beside it."""
    used: dict[tuple[Node, int, bool], int] = {}
    found: Ports = {}
    for lane in lanes:
        ends = [(edge.source, False) for edge in lane.edges]
        ends += [] if lane.from_above else [(lane.target, True)]
        for node, arrives in dict.fromkeys(ends):
            if blocked(node, lane, graph):
                before = used.get((node, lane.side, arrives), 0)
                used[node, lane.side, arrives] = before + 1
                inwards = node.w / 2 - CORNER_PORT - SIDE_STEP * before
                found[node, lane, arrives] = round(node.x + lane.side * inwards, 1)
    return found


def _side_ports(lanes: list[Lane], graph: Graph) -> Ports:
    """Where lines meet the sides of cards: keyed by card, lane, and whether the line arrives."""
    uses: dict[tuple[Node, int], list[tuple[Lane, bool]]] = {}
    for lane in lanes:
        for source in {edge.source: None for edge in lane.edges}:
            if not blocked(source, lane, graph):
                uses.setdefault((source, lane.side), []).append((lane, False))
        if not lane.from_above and not blocked(lane.target, lane, graph):
            uses.setdefault((lane.target, lane.side), []).append((lane, True))
    found = {}
    for (node, side), every in uses.items():
        # Arrivals on top; below them the outer lanes first, which pass above the inner ones.
        every.sort(key=lambda use: (not use[1], -use[0].x * side))
        for at, (lane, arrives) in enumerate(every):
            found[node, lane, arrives] = (
                node.y + node.side_y + SIDE_STEP * (at - (len(every) - 1) / 2)
            )
    return found


def _set_heights(graph: Graph, channels: list[Channel], entry: float) -> float:
    y = 0.0
    last = len(graph.rows)
    for at, channel in enumerate(channels):
        channel.top = y
        strips = sum(edge.label_box[3] + STRIP for edge in channel.strips if edge.label_box)
        tracks = assign_tracks(list(channel.buses.values()))
        inside = strips + TRACK * tracks + channel.chips
        if at == 0:
            y += max(entry, PAD + inside + TIP if inside else 0.0)
        elif at < last:
            y += max(30.0, PAD + inside + TIP)
        elif inside:
            y += PAD + inside
        for bus in channel.buses.values():
            bus.y += channel.top + PAD + strips
        if at < last:
            high = max(node.h for node in graph.rows[at])
            for node in graph.rows[at]:
                node.y = y
                if not node.solid:
                    node.h = high
            y += high
    return y


def _flow(edge: Edge, graph: Graph, channels: list[Channel], ports: dict) -> None:
    points: list[tuple[float, float]] = []
    for upper, lower in pairwise(edge.chain):
        out, into = ports[upper, lower]
        points.append((out, upper.y + upper.h))
        if out != into:
            y = channels[upper.rank + 1].buses[bus_key((upper, lower), graph)].y
            points += [(out, y), (into, y)]
        points.append((into, lower.y))
    edge.points = _tidy(points)
    if edge.label_box:
        into = ports[edge.chain[0], edge.chain[1]][1]
        _, _, wide, high = edge.label_box
        edge.label_box = (into - wide / 2, edge.chain[1].y - TIP - high - 1, wide, high)


def _along_lane(
    edge: Edge,
    lane: Lane,
    graph: Graph,
    channels: list[Channel],
    ports: Ports,
) -> None:
    source, target = edge.source, edge.target
    if blocked(source, lane, graph):
        x = ports[source, lane, False]
        y = channels[source.rank + 1].buses["lane", f"{lane.side}{target.key}"].y
        points = [(x, source.y + source.h), (x, y), (lane.x, y)]
    else:
        side = source.right if lane.side > 0 else source.left
        y = ports[source, lane, False]
        points = [(side, y), (lane.x, y)]
        if lane.side < 0 and edge.label_box:
            _, _, wide, high = edge.label_box
            # A line that arrives above this one would run through a label there.
            arrives = any(key[0] is source and key[2] and key[1].side < 0 for key in ports)
            edge.label_box = (lane.x + 9, y + 1 if arrives else y - high - 5, wide, high)
            edge.label_anchor = "start"
    if lane.from_above:
        points.append((lane.x, target.y))
    elif blocked(target, lane, graph):
        x = ports[target, lane, True]
        y = channels[target.rank].buses["land", f"{lane.side}{target.key}"].y
        points += [(lane.x, y), (x, y), (x, target.y)]
    else:
        y = ports[target, lane, True]
        points += [(lane.x, y), (target.right if lane.side > 0 else target.left, y)]
    edge.points = _tidy(points)


def _join(lane: Lane) -> None:
    """End edges where they meet the lane, save the farthest: dashes drawn twice look solid."""

    def meets(edge: Edge) -> float:
        return next(y for x, y in edge.points if x == lane.x)

    lands = lane.target.y
    above = [edge for edge in lane.edges if meets(edge) < lands]
    below = [edge for edge in lane.edges if edge not in above]
    trunks = [*sorted(above, key=meets)[:1], *sorted(below, key=meets)[-1:]]
    for edge in lane.edges:
        if edge is trunks[0]:
            continue
        edge.joins = True
        at = next(at for at, (x, _) in enumerate(edge.points) if x == lane.x)
        # One trunk comes from above and one from below; the second ends where they meet.
        edge.points = edge.points[: at + (2 if edge in trunks else 1)]


def _place_strips(lanes: list[Lane], channels: list[Channel], graph: Graph) -> None:
    upright = [
        (one[0], min(one[1], two[1]), max(one[1], two[1]))
        for edge in graph.edges
        for one, two in pairwise(edge.points)
        if one[0] == two[0]
    ]
    shown = [edge for channel in channels for edge in channel.strips if edge.label_box]
    for channel in channels:
        y = channel.top + PAD - 4
        for edge in channel.strips:
            if edge.label_box is None:
                continue
            lane = next(each for each in lanes if edge in each.edges)
            _, _, wide, high = edge.label_box
            inside = lane.x - 9 - wide if lane.side > 0 else lane.x + 9
            outside = lane.x + 9 if lane.side > 0 else lane.x - 9 - wide

            def crossed(x: float, y: float = y, wide: float = wide, high: float = high) -> int:
                return sum(
                    x - 4 < at < x + wide + 4 and top < y + high and y < bottom
                    for at, top, bottom in upright
                )

            x = outside if lane.side > 0 and crossed(outside) < crossed(inside) else inside
            edge.label_box = (x, y, wide, high)
            edge.label_anchor = "end" if x < lane.x else "start"
            y += high + STRIP
    for edge in graph.edges:
        if edge.kind == "error" and edge not in shown:
            edge.label_box = None


def _box_crossed(graph: Graph) -> None:
    pieces = [piece for edge in graph.edges for piece in pairwise(edge.points)]
    for edge in graph.edges:
        if edge.kind != "flow" and edge.label_box:
            left, top, wide, high = edge.label_box
            edge.boxed = any(
                min(a[0], b[0]) < left + wide
                and left < max(a[0], b[0])
                and min(a[1], b[1]) < top + high
                and top < max(a[1], b[1])
                for a, b in (((x, y), (u + 0.1, v + 0.1)) for (x, y), (u, v) in pieces)
            )
            edge.label_anchor = "middle" if edge.boxed else edge.label_anchor


def _tidy(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Drop points that are there twice, or lie on a straight line between their neighbours."""
    found: list[tuple[float, float]] = []
    for point in points:
        if found and found[-1] == point:
            continue
        if len(found) > 1 and (
            found[-2][0] == found[-1][0] == point[0] or found[-2][1] == found[-1][1] == point[1]
        ):
            found.pop()
        found.append(point)
    return found


def _size(graph: Graph, height: float) -> tuple[float, float]:
    rights = [node.right for node in graph.nodes]
    rights += [x for edge in graph.edges for x, _ in edge.points]
    rights += [e.label_box[0] + e.label_box[2] for e in graph.edges if e.label_box]
    return max(rights), height
