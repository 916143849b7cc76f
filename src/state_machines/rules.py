"""The rules that a definition in Amazon States Language has to keep.

Source of the rules: https://states-language.net/spec.html, the developer guide of Step Functions
(2026-11), and for what is checked when a definition is created, ValidateStateMachineDefinition.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from state_machines import resources
from state_machines.defects import Defect, inner_machines
from state_machines.fields import (
    COMPARISONS,
    FIELDS,
    JSONATA,
    JSONPATH,
    TYPES,
    Field,
    alternatives,
    is_open,
    shown,
    template_problems,
)
from state_machines.source import Mapping

MAX_NAME = 80
# What decides on the form of the machine cannot be left to the deployment.
_LITERAL = ("Type", "Next", "End", "Default", "ErrorEquals", "Branches")

Problem = tuple[str, str]
"""What is wrong, and what to do about it."""


def check(raw: Any) -> list[Defect]:
    """Return what is wrong with a whole definition, as `source.read` returned it."""
    language = _language(raw, JSONPATH) if isinstance(raw, Mapping) else JSONPATH
    found = _machine(raw, "Machine", "", 1, "the definition", language)
    return [*found, *_names_used_twice(raw)]


def _language(raw: Mapping, whole: str) -> str:
    """Return the language of a state; what is misspelt counts as JSONata, as AWS takes it."""
    given = raw.get("QueryLanguage", whole)
    return JSONPATH if given == JSONPATH else JSONATA


def _machine(
    raw: Any, kind: str, owner: str, line: int, what: str, language: str
) -> Iterator[Defect]:
    if not isinstance(raw, Mapping):
        yield Defect(line, owner, f"{what} is not an object", "write it as { … }")
        return
    for key, at in raw.repeated:
        yield Defect(at, owner, f"the key {key!r} is there twice", "keep one of them")
    for reason, remedy in _fields(kind, raw, language, "", what):
        yield Defect(raw.line, owner, reason, remedy)
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
        yield Defect(raw.lines["StartAt"], owner, reason, _choose(start, states))
    sound = True
    for name, state in states.items():
        for reason, remedy in _state(name, state, states, language):
            sound = False
            yield Defect(states.lines[name], name, reason, remedy)
        yield from _inside(name, state, states.lines[name], language)
    if isinstance(start, str) and start in states:
        yield from _reach(raw, owner, what, sound)


def _inside(name: str, raw: Any, line: int, language: str) -> Iterator[Defect]:
    """What is wrong below a state: keys that are there twice, and the machines within."""
    if not isinstance(raw, Mapping):
        return
    inner = inner_machines(raw)
    yield from _repeated_keys(name, raw, [id(machine) for machine in inner])
    branches = raw["Type"] == "Parallel" if inner else False
    for number, machine in enumerate(inner, 1):
        what = f"branch {number}" if branches else "the item processor"
        kind = "Branch" if branches else "ItemProcessor"
        yield from _machine(machine, kind, name, getattr(machine, "line", line), what, language)


def _repeated_keys(name: str, raw: Any, skip: list[int]) -> Iterator[Defect]:
    if id(raw) in skip:
        return
    if isinstance(raw, Mapping):
        for key, at in raw.repeated:
            yield Defect(at, name, f"the key {key!r} is there twice", "keep one of them")
    for value in raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ():
        yield from _repeated_keys(name, value, skip)


def _choose(wrong: Any, known: Any) -> str:
    """Return a remedy for a name that does not exist: the nearest one, or all."""
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(str(wrong).lower(), by_lower, 1, 0.75)
    return (
        f"did you mean {by_lower[close[0]]!r}?"
        if close
        else ("choose one of " + ", ".join(map(repr, known)))
    )


def _state(name: str, raw: Any, states: Mapping, whole: str) -> Iterator[Problem]:
    if not isinstance(raw, Mapping):
        yield "it is not an object", "write it as { … }"
        return
    if len(name) > MAX_NAME:
        yield f"the name has {len(name)} characters", f"shorten it to {MAX_NAME} or fewer"
    kind = raw.get("Type")
    if kind not in TYPES:
        reason = f"the type {shown(kind)} is unknown" if "Type" in raw else "it has no Type"
        yield reason, _choose(kind, TYPES)
        return
    language = _language(raw, whole)
    if whole == JSONATA and language == JSONPATH:
        yield "a state cannot go back to JSONPath in a definition in JSONata", "remove the field"
    yield from _fields(kind, raw, language, "", f"a {kind}")
    for what, target in _targets(raw):
        if target not in states:
            yield f"{what} leads to {target!r}, which is no state here", _choose(target, states)
    if "Next" in FIELDS[kind]:
        yield from _transition(raw)
    for field_name in ("Retry", "Catch"):
        if field_name in FIELDS[kind]:
            yield from _catch_all(field_name, raw.get(field_name))
    if kind == "Task":
        yield from _task(raw)
    elif kind == "Choice":
        yield from _operands(raw.get("Choices"))
    elif kind == "Map":
        yield from _map(raw)


def _fields(kind: str, raw: Mapping, language: str, where: str, what: str) -> Iterator[Problem]:
    """Hold an object to the table of fields, and the objects in it.

    Args:
        kind: the kind of object in the table.
        raw: the object.
        language: the query language that counts there.
        where: what messages put before the names of fields, such as `entry 1 of Retry: `.
        what: what messages call the object.
    """
    table = FIELDS[kind]
    for name, value in raw.items():
        if name in table:
            for reason, remedy in _field(name, table[name], value, language, kind):
                yield where + reason, remedy
        else:
            yield f"{where}{what} cannot have {name}", _unknown(name, table)
    for name, field in table.items():
        if field.required and name not in raw and name not in ("StartAt", "States"):
            yield f"{where}{what} needs {name}", "add it"
    for names, needed in alternatives(kind):
        given = [name for name in names if name in raw]
        if len(given) > 1:
            yield f"{where}{what} has {' and '.join(given)}", "keep one of them"
        elif needed and not given:
            known = [name for name in names if name in table]
            usual = [name for name in known if table[name].language in ("", language)]
            few = ", ".join(usual[:4]) + (" …" if len(usual) > 4 else "")
            yield f"{where}{what} needs one of {few}", "add one"


def _field(name: str, field: Field, value: Any, language: str, kind: str) -> Iterator[Problem]:
    if field.language not in ("", language):
        remedy = f'remove it, or write "QueryLanguage": "{field.language}"'
        yield f"{name} is a field of {field.language}, and the state speaks {language}", remedy
        return
    if is_open(value) and not field.inside and name not in _LITERAL:
        return
    expression = language == JSONATA and isinstance(value, str) and value.startswith("{%")
    remedy = "" if field.computed and expression else field.check(value)
    if remedy:
        yield f"{name} is {shown(value)}", remedy
        return
    if field.computed:
        for problem in template_problems(value, language, in_catch=kind == "Catcher"):
            yield f"{name} cannot be computed: {problem}", "correct it"
    if field.inside:
        several = isinstance(value, list)
        for number, item in enumerate(value if several else [value], 1):
            where = f"entry {number} of {name}" if several else name
            where = f"rule {number}" if name == "Choices" else where
            if isinstance(item, Mapping):
                yield from _fields(field.inside, item, language, f"{where}: ", "it")
            else:
                yield f"{where} is not an object", "write it as { … }"


def _unknown(name: str, table: dict[str, Field]) -> str:
    owners = [kind for kind in TYPES if name in FIELDS[kind]]
    if owners:
        return f"remove it; it belongs to {', '.join(owners)}"
    remedy = _choose(name, table)
    return remedy if remedy.startswith("did") else "remove it, or write it into Comment"


def _targets(raw: Any) -> Iterator[tuple[str, str]]:
    """What a state leads to, each with the words that messages have for it."""
    if not isinstance(raw, Mapping):
        return
    found = [("Next", raw.get("Next")), ("Default", raw.get("Default"))]
    for field_name, word in (("Choices", "rule {}"), ("Catch", "entry {} of Catch")):
        entries = raw.get(field_name)
        for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            if isinstance(entry, Mapping):
                found.append((word.format(number), entry.get("Next")))
    yield from ((what, target) for what, target in found if isinstance(target, str))


def _transition(raw: Mapping) -> Iterator[Problem]:
    if "Next" in raw and raw.get("End", False) is not False:
        yield "it has both Next and End", "keep one of them"
    elif "Next" not in raw and raw.get("End") is not True:
        reason = "End is not true" if "End" in raw else "it has neither Next nor End"
        yield reason, 'name the next state, or write "End": true'


def _catch_all(field_name: str, entries: Any) -> Iterator[Problem]:
    if not isinstance(entries, list):
        return
    for number, entry in enumerate(entries, 1):
        errors = entry.get("ErrorEquals") if isinstance(entry, Mapping) else None
        if not isinstance(errors, list) or "States.ALL" not in errors:
            continue
        what = f"entry {number} of {field_name}"
        if len(errors) > 1:
            yield f"{what} has States.ALL beside other errors", "let States.ALL stand alone"
        if number < len(entries):
            yield f"{what} has States.ALL before other entries", "move it to the end"


def _task(raw: Mapping) -> Iterator[Problem]:
    resource = raw.get("Resource")
    known = isinstance(resource, str) and not is_open(resource)
    problem = resources.problem(resource) if known else None
    if problem:
        yield problem
    limit, beat = raw.get("TimeoutSeconds"), raw.get("HeartbeatSeconds")
    if isinstance(limit, int) and isinstance(beat, int) and beat >= limit:
        yield "HeartbeatSeconds is not below TimeoutSeconds", "shorten it"


def _operands(rules: Any) -> Iterator[Problem]:
    """Comparisons without a Variable, and variables beside And, Or and Not."""
    listed = rules if isinstance(rules, list) else []
    todo = [(rule, f"rule {at}") for at, rule in enumerate(listed, 1)]
    while todo:
        rule, what = todo.pop(0)
        if not isinstance(rule, Mapping):
            continue
        compared = any(name in rule for name in COMPARISONS)
        if compared and "Variable" not in rule:
            yield f"{what} compares nothing", "name a Variable"
        elif "Variable" in rule and not compared and {"And", "Or", "Not"} & set(rule):
            yield f"{what} has a Variable, and compares it with nothing", "remove it"
        for name in ("And", "Or", "Not"):
            inner = rule.get(name)
            todo += [(each, what) for each in (inner if isinstance(inner, list) else [inner])]


def _map(raw: Mapping) -> Iterator[Problem]:
    for name in ("ItemProcessor", "Iterator"):
        processor = raw.get(name)
        config = processor.get("ProcessorConfig") if isinstance(processor, Mapping) else None
        if not isinstance(config, Mapping):
            continue
        if config.get("Mode") == "DISTRIBUTED" and "ExecutionType" not in config:
            yield "a distributed Map needs an ExecutionType", "add STANDARD or EXPRESS"
        elif config.get("Mode", "INLINE") == "INLINE" and "ExecutionType" in config:
            yield "an inline Map cannot have an ExecutionType", 'write "Mode": "DISTRIBUTED"'


def _reach(raw: Mapping, owner: str, what: str, sound: bool) -> Iterator[Defect]:
    """States that nothing leads to, and machines that never end."""
    states = raw["States"]
    seen: set[str] = set()
    todo = [raw["StartAt"]]
    while todo:
        name = todo.pop()
        if name in states and name not in seen:
            seen.add(name)
            todo.extend(target for _, target in _targets(states[name]))
    for name in states:
        if name not in seen:
            reason = "no state leads to it"
            yield Defect(states.lines[name], name, reason, "lead a state to it, or remove it")
    # A state that is wrong in itself may be the one that was meant to end it.
    reached = [states[name] for name in seen] if sound else []
    if sound and not any(
        "End" in state or state["Type"] in ("Succeed", "Fail") for state in reached
    ):
        yield Defect(raw.line, owner, f"{what} never ends", 'write "End": true in a state')


def _names_used_twice(raw: Any) -> Iterator[Defect]:
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
