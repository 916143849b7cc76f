"""The space between two rows: which sideways lines may share a height, and which need their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations

from state_machines.drawing.graph import Edge

TRACK = 13.0


@dataclass
class Bus:
    """Sideways lines between two rows that may be drawn as one."""

    key: tuple[str, str]
    from_above: set[float] = field(default_factory=set)
    to_below: set[float] = field(default_factory=set)
    y: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        every = self.from_above | self.to_below
        return min(every), max(every)


class Channel:
    """The space between two rows."""

    def __init__(self) -> None:
        self.buses: dict[tuple[str, str], Bus] = {}
        self.chips = 0.0
        self.strips: list[Edge] = []
        self.top = 0.0

    def bus(self, key: tuple[str, str]) -> Bus:
        return self.buses.setdefault(key, Bus(key))


def assign_tracks(buses: list[Bus]) -> int:
    """Set `y` of each bus to its track below the first, with as few crossings as can be."""
    if not buses:
        return 0
    tried = permutations(buses) if len(buses) <= 6 else [tuple(buses)]
    order = min(tried, key=lambda each: (_cost(each), [bus.key for bus in each]))
    tracks: list[list[Bus]] = []
    for bus in order:
        if tracks and all(_apart(bus, other) for other in tracks[-1]):
            tracks[-1].append(bus)
        else:
            tracks.append([bus])
    for at, track in enumerate(tracks):
        for bus in track:
            bus.y = at * TRACK
    return len(tracks)


def _apart(one: Bus, other: Bus) -> bool:
    return one.span[1] + 8 < other.span[0] or other.span[1] + 8 < one.span[0]


def _cost(order: tuple[Bus, ...]) -> int:
    cost = 0
    for at, upper in enumerate(order):
        for lower in order[at + 1 :]:
            low, high = lower.span
            cost += sum(low < x < high for x in upper.to_below)
            cost += 20 * sum(x in lower.from_above for x in upper.to_below)
            low, high = upper.span
            cost += sum(low < x < high for x in lower.from_above)
    return cost
