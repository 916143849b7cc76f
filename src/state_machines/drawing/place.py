"""Give each node of a row its place from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from state_machines.drawing.graph import Graph, Node

CARD_GAP, VIA_GAP = 26.0, 20.0
_SWEEPS = 24
_FAR = 1e9

Pulls = dict[Node, list[tuple[Node, float]]]


def place_columns(graph: Graph) -> None:
    """Set `x` of every node that ordinary transitions reach; nodes aside come later.

    Each row in turn is pulled towards its neighbours above and below, as far as the order and the
    gaps of the row allow: the least sum of squares under those bounds, which pooling adjacent
    violators finds (M. Ayer and others, "An empirical distribution function for sampling with
    incomplete information", 1955). Then what hangs below one another is made exactly straight.
    """
    rows = [[node for node in row if not node.aside] for row in graph.rows]
    pulls = _pulls(graph)
    for row in rows:
        _settle(row, [0.0] * len(row), [1.0] * len(row))
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wanted, weights = [], []
            for node in row:
                near = pulls.get(node, [])
                total = sum(pull for _, pull in near)
                wanted.append(sum(n.x * pull for n, pull in near) / total if near else node.x)
                weights.append(total or 0.01)
            _settle(row, wanted, weights)
    _straighten(rows, pulls)
    for row in rows:
        for node in row:
            node.x = round(node.x, 1)


def gap(left: Node, right: Node) -> float:
    """Return how far apart two neighbours of a row must stay."""
    return CARD_GAP if left.solid and right.solid else VIA_GAP


def _apart(left: Node, right: Node) -> float:
    return left.w / 2 + gap(left, right) + right.w / 2


def _pulls(graph: Graph) -> Pulls:
    pulls: Pulls = {}
    for edge in graph.edges:
        if edge.kind != "flow":
            continue
        for upper, lower in pairwise(edge.chain):
            if not upper.aside and not lower.aside:
                # What runs through several rows pulls harder, to stay straight.
                pull = 1.0 + 2.0 * (not upper.solid) + 2.0 * (not lower.solid)
                pulls.setdefault(upper, []).append((lower, pull))
                pulls.setdefault(lower, []).append((upper, pull))
    return pulls


def _settle(row: Sequence[Node], wanted: Sequence[float], weights: Sequence[float]) -> None:
    """Move a row to the wanted places, as near as its order and gaps allow."""
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + _apart(left, right))
    # Each pool is a run of nodes that touch: mean place, weight, number of nodes.
    pools: list[tuple[float, float, int]] = []
    for place, weight, offset in zip(wanted, weights, offsets, strict=False):
        mean, total, count = place - offset, weight, 1
        while pools and pools[-1][0] > mean:
            other, heavy, many = pools.pop()
            mean = (mean * total + other * heavy) / (total + heavy)
            total, count = total + heavy, count + many
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    for node, mean, offset in zip(row, means, offsets, strict=False):
        node.x = mean + offset


def _straighten(rows: list[list[Node]], pulls: Pulls) -> None:
    """Give the nodes of a column one place, as near to their neighbours as others allow."""
    column = {node: [node] for row in rows for node in row}
    place = {node: at for row in rows for at, node in enumerate(row)}
    for row in rows:
        for lower in row:
            above = [near for near, _ in pulls.get(lower, []) if near.rank < lower.rank]
            if len(above) != 1 or not _alone(above[0], lower, pulls):
                continue
            if _crosses(column[above[0]], column[lower], column, place):
                continue
            merged = column[above[0]] + column[lower]
            for node in merged:
                column[node] = merged
    columns = list({id(nodes): nodes for nodes in column.values()}.values())
    left = {b: a for row in rows for a, b in pairwise(row)}
    right = {a: b for row in rows for a, b in pairwise(row)}
    for nodes in columns:
        middle = sum(node.x for node in nodes) / len(nodes)
        for node in nodes:
            node.x = middle
    for _ in range(len(place)):
        for nodes in columns:
            need = max((left[n].x + _apart(left[n], n) for n in nodes if n in left), default=-_FAR)
            if need > nodes[0].x:
                for node in nodes:
                    node.x = need
    for _ in range(_SWEEPS):
        for nodes in columns:
            _slide(nodes, left, right, pulls)


def _alone(upper: Node, lower: Node, pulls: Pulls) -> bool:
    below = [near for near, _ in pulls[upper] if near.rank > upper.rank]
    return below == [lower]


def _crosses(
    upper: list[Node],
    lower: list[Node],
    column: dict[Node, list[Node]],
    place: dict[Node, int],
) -> bool:
    """Return whether some column would be left of the joined one in a row, and right in another."""
    sides: dict[int, set[bool]] = {}
    for node in [*upper, *lower]:
        for other, nodes in column.items():
            if other.rank == node.rank and other is not node:
                sides.setdefault(id(nodes), set()).add(place[other] < place[node])
    return any(len(found) > 1 for found in sides.values())


def _slide(
    nodes: list[Node], left: dict[Node, Node], right: dict[Node, Node], pulls: Pulls
) -> None:
    near = [pair for node in nodes for pair in pulls.get(node, []) if pair[0] not in nodes]
    if not near:
        return
    wanted = sum(node.x * pull for node, pull in near) / sum(pull for _, pull in near)
    low = max((left[n].x + _apart(left[n], n) for n in nodes if n in left), default=-_FAR)
    high = min((right[n].x - _apart(n, right[n]) for n in nodes if n in right), default=_FAR)
    x = max(low, min(wanted, high))
    for node in nodes:
        node.x = x
