"""Amazon States Language: read a definition into plain dataclasses, or say all that is wrong.

The language is described at https://states-language.net/spec.html; the fields of each type and the
SageMaker actions that can wait are in the AWS Step Functions developer guide (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from state_machines.defects import Defect, inner_machines
from state_machines.rules import check
from state_machines.source import Mapping, SourceError, read, read_yaml


class DefinitionError(ValueError):
    """A definition that Step Functions would refuse, or that cannot do what it says.

    The message has one line for each defect: `path:line: state 'Name': reason; remedy`. What
    belongs to no state says `definition` in its place.

    Attributes:
        defects: the defects, in the order of their lines.
    """

    def __init__(self, path: str, defects: Iterable[Defect]) -> None:
        self.defects = sorted(set(defects))
        super().__init__("\n".join(f"{path}:{defect}" for defect in self.defects))


@dataclass(frozen=True)
class Retrier:
    """One entry of `Retry`: which errors, and how many further attempts (3 when not given)."""

    errors: tuple[str, ...]
    attempts: int


@dataclass(frozen=True)
class Catcher:
    """One entry of `Catch`: which errors, and the state that goes on."""

    errors: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Rule:
    """One entry of `Choices`: the test as it stands in the file, and the state that goes on."""

    test: Mapping
    target: str


@dataclass(frozen=True)
class State:
    """One state.

    Attributes:
        name: its name.
        type: its type, such as `Task`.
        line: the line of its name in the file.
        raw: the whole state as read, for what has no attribute here.
        next: the state after it, or None where it ends the machine or chooses.
        end: whether it says `"End": true`.
        retry, catch, choices: in the order of the file, which is the order they are tried in.
        default: where a Choice goes when no rule holds.
        inner: the branches of a Parallel, or the one machine that a Map runs for each item.
    """

    name: str
    type: str
    line: int
    raw: Mapping
    next: str | None = None
    end: bool = False
    retry: tuple[Retrier, ...] = ()
    catch: tuple[Catcher, ...] = ()
    choices: tuple[Rule, ...] = ()
    default: str | None = None
    inner: tuple[Machine, ...] = ()

    @property
    def ordinary_targets(self) -> tuple[str, ...]:
        """The states that may follow without an error, each once, in the order of the file."""
        found = [self.next, *(rule.target for rule in self.choices), self.default]
        return tuple(dict.fromkeys(name for name in found if name))

    @property
    def attempts(self) -> int:
        """How many further attempts all retriers together allow."""
        return sum(retrier.attempts for retrier in self.retry)


@dataclass(frozen=True)
class Machine:
    """A state machine: a whole definition, or a branch inside one.

    Attributes:
        start_at: the name of the first state.
        states: the states by name, in the order of the file.
        comment: what the definition says about itself.
        query_language: `JSONPath` or `JSONata`.
    """

    start_at: str
    states: dict[str, State] = field(default_factory=dict)
    comment: str = ""
    query_language: str = "JSONPath"

    def in_flow_order(self) -> list[State]:
        """Return the states as a run meets them, and those that only errors reach last.

        A state comes after all states that lead to it, save those that a loop brings back.
        """
        ordinary = self._depth_first([self.start_at])
        targets = [catcher.target for state in ordinary for catcher in state.catch]
        return ordinary + self._depth_first(targets, {state.name for state in ordinary})

    def _depth_first(self, roots: Iterable[str], seen: Iterable[str] = ()) -> list[State]:
        # Reverse post-order; targets backwards, so that the first rule's states come first.
        done: list[State] = []
        visited = set(seen)
        for root in reversed(list(roots)):
            path = [] if root in visited else [self._walk(root, bool(seen))]
            visited.add(root)
            while path:
                state, targets = path[-1]
                target = next((name for name in targets if name not in visited), None)
                if target is None:
                    done.append(state)
                    path.pop()
                else:
                    visited.add(target)
                    path.append(self._walk(target, bool(seen)))
        return done[::-1]

    def _walk(self, name: str, errors: bool) -> tuple[State, Iterator[str]]:
        state = self.states[name]
        caught = [catcher.target for catcher in state.catch] if errors else []
        return state, iter([*state.ordinary_targets, *caught][::-1])


def load(path: Path) -> Machine:
    """Return the machine that the file `path` defines: YAML by its ending, else JSON.

    Raises:
        DefinitionError: the file holds no valid definition; the message names every defect.
        OSError: the file cannot be read.
        ImportError: PyYAML or jsonata-python is needed for it, and not installed.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        defect = Defect(line, "", "not UTF-8 text", "save the file as UTF-8")
        raise DefinitionError(str(path), [defect]) from None
    return parse(text, str(path), yaml=path.suffix.lower() in (".yaml", ".yml"))


def parse(text: str, path: str = "<definition>", *, yaml: bool = False) -> Machine:
    """Return the machine that `text` defines.

    Args:
        text: a definition in JSON, or in YAML.
        path: what messages call it.
        yaml: whether it is YAML.

    Raises:
        DefinitionError: the text is no valid definition; the message names every defect.
        ImportError: PyYAML or jsonata-python is needed for it, and not installed.
    """
    try:
        raw = read_yaml(text) if yaml else read(text)
    except SourceError as error:
        defect = Defect(error.line, "", error.reason, "correct the syntax")
        raise DefinitionError(path, [defect]) from None
    defects = check(raw)
    if defects:
        raise DefinitionError(path, defects)
    return _machine(raw)


def all_states(machine: Machine) -> Iterator[State]:
    """Yield every state, those inside Parallel and Map too, in flow order."""
    for state in machine.in_flow_order():
        yield state
        for inner in state.inner:
            yield from all_states(inner)


def _machine(raw: Mapping) -> Machine:
    states = raw["States"]
    return Machine(
        start_at=raw["StartAt"],
        states={name: _state(name, states[name], states.lines[name]) for name in states},
        comment=raw.get("Comment", ""),
        query_language=raw.get("QueryLanguage", "JSONPath"),
    )


def _state(name: str, raw: Mapping, line: int) -> State:
    def names(entry: dict[str, Any]) -> tuple[str, ...]:
        return tuple(entry["ErrorEquals"])

    def attempts(entry: dict[str, Any]) -> int:
        given = entry.get("MaxAttempts", 3)
        return int(given) if isinstance(given, int | float) else 3

    return State(
        name=name,
        type=raw["Type"],
        line=line,
        raw=raw,
        next=raw.get("Next"),
        end=raw.get("End", False),
        retry=tuple(Retrier(names(r), attempts(r)) for r in raw.get("Retry", ())),
        catch=tuple(Catcher(names(c), c["Next"]) for c in raw.get("Catch", ())),
        choices=tuple(Rule(rule, rule["Next"]) for rule in raw.get("Choices", ())),
        default=raw.get("Default"),
        inner=tuple(_machine(inner) for inner in inner_machines(raw)),
    )
