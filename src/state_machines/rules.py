"""The rules that a definition in Amazon States Language has to keep.

Source of the rules: https://states-language.net/spec.html; for what SageMaker actions can wait for,
the Step Functions developer guide, page "Create and manage Amazon SageMaker AI jobs" (2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from state_machines.defects import ENDS, TYPES, Defect, inner_machines
from state_machines.reach import names_used_twice, reach
from state_machines.source import Mapping

WAIT_FIELDS = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
ONE_SHOT = ("createModel", "createEndpointConfig", "createEndpoint", "updateEndpoint")
MAX_NAME = 80

_SAGEMAKER = re.compile(r"arn:[\w-]+:states:[\w-]*:\d*:sagemaker:(\w+)(\.[\w:]+)?\Z")
_BELONGS = {
    "Resource": "Task",
    "Choices": "Choice",
    "Default": "Choice",
    "Branches": "Parallel",
    "ItemProcessor": "Map",
    "Iterator": "Map",
}
_OPERATORS = ("And", "Or", "Not", "Variable", "Condition")


def check(raw: Any) -> list[Defect]:
    """Return what is wrong with a whole definition, as `source.read` returned it."""
    return [*_machine(raw, "", 1, "the definition"), *names_used_twice(raw)]


def _machine(raw: Any, owner: str, line: int, what: str) -> Iterator[Defect]:
    if not isinstance(raw, Mapping):
        yield Defect(line, owner, f"{what} is not an object", "write it as { … }")
        return
    for key, at in raw.repeated:
        yield Defect(at, owner, f"the key {key!r} is there twice", "keep one of them")
    states = raw.get("States")
    if not isinstance(states, Mapping) or not states:
        yield Defect(raw.line, owner, f"{what} has no states", 'add at least one to "States"')
        return
    for name, at in states.repeated:
        yield Defect(at, name, "a second state has this name", "rename one of them")
    start = raw.get("StartAt")
    if not isinstance(start, str):
        yield Defect(raw.line, owner, f"{what} has no StartAt", "name its first state there")
    elif start not in states:
        reason = f"StartAt of {what} names {start!r}, which is no state of it"
        yield Defect(raw.lines["StartAt"], owner, reason, _choose(states))
    sound = True
    for name, state in states.items():
        for reason, remedy in _state(name, state, states):
            sound = False
            yield Defect(states.lines[name], name, reason, remedy)
        yield from _inside(name, state, states.lines[name])
    if isinstance(start, str) and start in states:
        yield from reach(raw, owner, what, sound)


def _inside(name: str, raw: Any, line: int) -> Iterator[Defect]:
    """What is wrong below a state: keys that are there twice, and the machines within."""
    if not isinstance(raw, Mapping):
        return
    inner = inner_machines(raw)
    yield from _repeated_keys(name, raw, [id(machine) for machine in inner])
    for number, machine in enumerate(inner, 1):
        what = f"branch {number}" if raw["Type"] == "Parallel" else "the item processor"
        yield from _machine(machine, name, getattr(machine, "line", line), what)


def _repeated_keys(name: str, raw: Any, skip: list[int]) -> Iterator[Defect]:
    if id(raw) in skip:
        return
    if isinstance(raw, Mapping):
        for key, at in raw.repeated:
            yield Defect(at, name, f"the key {key!r} is there twice", "keep one of them")
    for value in raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ():
        yield from _repeated_keys(name, value, skip)


def _choose(states: Mapping) -> str:
    return "choose one of " + ", ".join(map(repr, states))


def _state(name: str, raw: Any, states: Mapping) -> Iterator[tuple[str, str]]:
    if not isinstance(raw, Mapping):
        yield "it is not an object", "write it as { … }"
        return
    if len(name) > MAX_NAME:
        yield f"the name has {len(name)} characters", f"shorten it to {MAX_NAME} or fewer"
    if "Type" not in raw:
        yield "it has no Type", f"add one of {', '.join(TYPES)}"
        return
    kind = raw["Type"]
    if kind not in TYPES:
        yield f"the type {kind!r} is unknown", f"choose one of {', '.join(TYPES)}"
        return
    for key, owner in _BELONGS.items():
        if key in raw and kind != owner:
            yield f"a {kind} cannot have {key}", f"remove it, or make the state a {owner}"
    yield from _fields(kind, raw, states)
    yield from _transition(kind, raw, states)
    for field_name in ("Retry", "Catch"):
        yield from _handlers(field_name, raw, states)


def _fields(kind: str, raw: Mapping, states: Mapping) -> Iterator[tuple[str, str]]:
    if kind == "Task":
        if not isinstance(raw.get("Resource"), str):
            yield "a Task needs a Resource", "add the ARN of what it calls"
        else:
            yield from _resource(raw["Resource"])
    elif kind == "Choice":
        if not isinstance(raw.get("Choices"), list) or not raw["Choices"]:
            yield "a Choice needs Choices", "add at least one rule"
        else:
            yield from _rules(raw["Choices"], states)
    elif kind == "Wait":
        given = [key for key in WAIT_FIELDS if key in raw]
        if len(given) != 1:
            said = " and ".join(given) or "none"
            yield (
                f"a Wait needs one length of time, and has {said}",
                (f"give exactly one of {', '.join(WAIT_FIELDS)}"),
            )
    elif kind == "Parallel":
        if not isinstance(raw.get("Branches"), list) or not raw["Branches"]:
            yield "a Parallel needs Branches", "add at least one branch"
    elif kind == "Map" and len(inner_machines(raw)) != 1:
        yield "a Map needs one ItemProcessor (or, in old files, Iterator)", "give exactly one"


def _resource(resource: str) -> Iterator[tuple[str, str]]:
    found = _SAGEMAKER.match(resource)
    action, suffix = found.groups() if found else ("", None)
    if action in ONE_SHOT and suffix == ".sync":
        yield f"{action} cannot wait: it has no .sync", f"write sagemaker:{action} without it"
    elif action and suffix == ".waitForTaskToken":
        yield "SageMaker actions know no task token", "remove .waitForTaskToken"


def _rules(rules: list[Any], states: Mapping) -> Iterator[tuple[str, str]]:
    for number, rule in enumerate(rules, 1):
        if not isinstance(rule, Mapping):
            yield f"rule {number} is not an object", "write it as { … }"
            continue
        if not any(key in rule for key in _OPERATORS):
            yield f"rule {number} tests nothing", f"add one of {', '.join(_OPERATORS)}"
        yield from _target(f"rule {number}", rule.get("Next"), states)


def _target(what: str, target: Any, states: Mapping) -> Iterator[tuple[str, str]]:
    if not isinstance(target, str):
        yield f"{what} has no Next", _choose(states)
    elif target not in states:
        yield f"{what} leads to {target!r}, which is no state here", _choose(states)


def _transition(kind: str, raw: Mapping, states: Mapping) -> Iterator[tuple[str, str]]:
    present = [key for key in ("Next", "End") if key in raw]
    if kind in ENDS or kind == "Choice":
        for key in present:
            why = "goes on by its rules" if kind == "Choice" else "ends the machine by itself"
            yield f"a {kind} has {key}, but it {why}", f"remove {key}"
        if kind == "Choice" and "Default" in raw:
            yield from _target("Default", raw["Default"], states)
        return
    if len(present) == 2:
        yield "it has both Next and End", "keep one of them"
    elif not present:
        yield "it has neither Next nor End", 'name the next state, or write "End": true'
    elif "End" in raw and raw["End"] is not True:
        yield "End is not true", 'write "End": true, or name the next state'
    if "Next" in raw:
        yield from _target("Next", raw["Next"], states)


def _handlers(field_name: str, raw: Mapping, states: Mapping) -> Iterator[tuple[str, str]]:
    if field_name not in raw:
        return
    if raw["Type"] not in ("Task", "Parallel", "Map"):
        yield f"a {raw['Type']} cannot have {field_name}", f"remove {field_name}"
        return
    entries = raw[field_name]
    if not isinstance(entries, list) or not entries:
        yield f"{field_name} has no entries", "add one, or remove the field"
        return
    for number, entry in enumerate(entries, 1):
        what = f"entry {number} of {field_name}"
        errors = entry.get("ErrorEquals") if isinstance(entry, Mapping) else None
        if (
            not isinstance(errors, list)
            or not errors
            or not all(isinstance(e, str) for e in errors)
        ):
            yield f"{what} names no errors", "list them in ErrorEquals"
            continue
        if "States.ALL" in errors and len(errors) > 1:
            yield f"{what} has States.ALL beside other errors", "let States.ALL stand alone"
        if "States.ALL" in errors and number < len(entries):
            yield f"{what} has States.ALL before other entries", "move it to the end"
        if field_name == "Catch":
            yield from _target(what, entry.get("Next"), states)
        elif not _is_count(entry.get("MaxAttempts", 0)):
            yield f"{what} has a MaxAttempts that is no count", "write 0 or a whole number above"


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, str) for e in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
