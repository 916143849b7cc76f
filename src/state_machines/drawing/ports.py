"""Where ordinary transitions leave the lower edges of cards and enter the upper ones."""

from __future__ import annotations

from itertools import pairwise

from state_machines.drawing.graph import Edge, Graph, Node


def _pairs(graph: Graph) -> dict[tuple[Node, Node], list[Edge]]:
    found: dict[tuple[Node, Node], list[Edge]] = {}
    for edge in graph.edges:
        if edge.kind == "flow":
            for pair in pairwise(edge.chain):
                found.setdefault(pair, []).append(edge)
    return found


def find_ports(graph: Graph) -> dict[tuple[Node, Node], tuple[float, float]]:
    """Where each piece of an edge leaves the upper row and enters the lower one."""
    pairs = _pairs(graph)
    ports = {}
    for lower in graph.nodes:
        into = sorted((pair for pair in pairs if pair[1] is lower), key=lambda pair: pair[0].x)
        groups: list[list[tuple[Node, Node]]] = []
        plain: list[tuple[Node, Node]] | None = None
        for pair in into:
            if _has_chip(pair, pairs):
                groups.append([pair])
            elif plain is None:
                groups.append(plain := [pair])
            else:
                plain.append(pair)
        for at, group in enumerate(groups):
            x = lower.x + lower.w * ((at + 0.5) / len(groups) - 0.5) if lower.solid else lower.x
            for pair in group:
                ports[pair] = _straighten(pair, round(x, 1), len(groups), pairs)
    return ports


def _has_chip(pair: tuple[Node, Node], pairs: dict[tuple[Node, Node], list[Edge]]) -> bool:
    return any(edge.label and edge.source is pair[0] for edge in pairs[pair])


def _straighten(
    pair: tuple[Node, Node], into: float, groups: int, pairs: dict[tuple[Node, Node], list[Edge]]
) -> tuple[float, float]:
    """Let a line go straight down where a small step would only look like a slip."""
    upper, lower = pair
    out = upper.x
    if abs(out - into) < 14:
        if lower.solid and groups == 1:
            return out, out
        if upper.solid and sum(other[0] is upper for other in pairs) == 1:
            return into, into
    return out, into


def bus_key(pair: tuple[Node, Node], graph: Graph) -> tuple[str, str]:
    """Return what a sideways line belongs to: lines with one key are drawn as one."""
    outs = {edge.chain[1] for edge in graph.edges if edge.kind == "flow" and edge.source is pair[0]}
    return ("out", pair[0].key) if len(outs) > 1 else ("in", pair[1].key)
