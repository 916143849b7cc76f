"""Rules about a definition as a whole: each state is reached, some state ends it, names differ.

Source of the rules: https://states-language.net/spec.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from state_machines.defects import ENDS, Defect, inner_machines
from state_machines.source import Mapping


def _targets(raw: Any) -> Iterator[str]:
    if not isinstance(raw, Mapping):
        return
    holders = [raw]
    for key in ("Choices", "Catch"):
        entries = raw.get(key)
        holders += (
            [e for e in entries if isinstance(e, Mapping)] if isinstance(entries, list) else []
        )
    found = [holder.get("Next") for holder in holders] + [raw.get("Default")]
    yield from (name for name in found if isinstance(name, str))


def reach(raw: Mapping, owner: str, what: str, sound: bool) -> Iterator[Defect]:
    """Yield what is wrong with the ways through a machine.

    Args:
        raw: a machine with states, whose StartAt is one of them.
        owner: the state it is inside, or "".
        what: what messages call it.
        sound: whether its states are free of defects of their own.
    """
    states = raw["States"]
    seen: set[str] = set()
    todo = [raw["StartAt"]]
    while todo:
        name = todo.pop()
        if name in states and name not in seen:
            seen.add(name)
            todo.extend(_targets(states[name]))
    for name in states:
        if name not in seen:
            reason = "no state leads to it"
            yield Defect(states.lines[name], name, reason, "lead a state to it, or remove it")
    # A state that is wrong in itself may be the one that was meant to end it.
    reached = [states[name] for name in seen] if sound else []
    if sound and not any("End" in state or state["Type"] in ENDS for state in reached):
        yield Defect(raw.line, owner, f"{what} never ends", 'write "End": true in a state')


def names_used_twice(raw: Any) -> Iterator[Defect]:
    """A name must be unique in the whole definition, not only beside its neighbours."""
    seen: set[str] = set()
    for name, line in _all_names(raw):
        if name in seen:
            reason = "another branch or level has a state of this name"
            yield Defect(line, name, reason, "rename one of them")
        seen.add(name)


def _all_names(raw: Any) -> Iterator[tuple[str, int]]:
    states = raw.get("States") if isinstance(raw, Mapping) else None
    if not isinstance(states, Mapping):
        return
    for name, state in states.items():
        yield name, states.lines[name]
        for inner in inner_machines(state) if isinstance(state, Mapping) else ():
            yield from _all_names(inner)
