"""Read the execution history of a state machine: which states ran, for how long, and what failed.

A history is what `aws stepfunctions get-execution-history` prints. Event types and the chain of
`previousEventId` are those of the Step Functions API (GetExecutionHistory, 2026-11).
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from state_machines import Machine, all_states


class HistoryError(ValueError):
    """A history that cannot be read; the message names the file and says what to do."""


@dataclass
class Passage:
    """What an execution did in one state.

    Attributes:
        seconds: how long it was in the state, all visits together.
        visits: how often it entered the state.
        error: the error with which the last visit ended, or "".
    """

    seconds: float = 0.0
    visits: int = 0
    error: str = ""

    @property
    def words(self) -> str:
        """What happened, for a reader: `ran 1.9 s`."""
        if self.error:
            return f"failed after {_seconds(self.seconds)}: {self.error}"
        times = f"{self.visits} times, " if self.visits > 1 else ""
        return f"ran {times}{_seconds(self.seconds)}"


@dataclass
class Execution:
    """One execution.

    Attributes:
        passages: what it did, by state; a state that is missing was not reached.
        moves: the transitions that it made, as (from, to); "" stands for start and end.
        started: when it began.
    """

    passages: dict[str, Passage] = field(default_factory=dict)
    moves: set[tuple[str, str]] = field(default_factory=set)
    started: datetime.datetime | None = None


def load(path: Path, machine: Machine | None = None) -> Execution:
    """Return the execution that a file records.

    Args:
        path: a JSON file with the key `events`.
        machine: what was executed; then each state of the history must be one of its states.

    Raises:
        HistoryError: the file is no history, or that of another machine.
        OSError: it cannot be read.
    """
    remedy = "write it with 'aws stepfunctions get-execution-history'"
    try:
        execution = _read(json.loads(path.read_text(encoding="utf-8"))["events"])
    except (KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        raise HistoryError(f"{path}: no execution history ({what}); {remedy}") from None
    if machine is not None:
        strange = set(execution.passages) - {state.name for state in all_states(machine)}
        if strange:
            names = ", ".join(repr(name) for name in sorted(strange))
            raise HistoryError(f"{path}: the definition has no state {names}; record it anew")
    return execution


def course(events: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return what another run of the same kind has in common: types, states and errors, in order.

    Times are left out, as are the identities of jobs.
    """
    return [(event["type"], _detail(event, "name"), _detail(event, "error")) for event in events]


def settled(before: bytes, after: bytes) -> bytes:
    """Return `before` where both histories took the same course, else `after`.

    Times are measurements: a run that only took longer does not change what is committed.
    """
    try:
        old, new = (course(json.loads(each)["events"]) for each in (before, after))
    except (KeyError, TypeError, ValueError):
        return after
    return before if old == new else after


@dataclass
class _Visit:
    state: str
    kind: str
    entered: datetime.datetime
    error: str = ""
    open: bool = True


def _seconds(value: float) -> str:
    """Write a duration as precisely as a reader needs it."""
    if value >= 120:
        return f"{value / 60:.0f} min"
    return f"{value:.0f} s" if value >= 9.95 else f"{max(value, 0.05):.1f} s"


def _read(events: list[dict[str, Any]]) -> Execution:
    execution = Execution(started=_time(events[0]) if events else None)
    by_id = {event["id"]: event for event in events}
    visits: dict[int, _Visit] = {}
    for event in events:
        kind, at = event["type"], _time(event)
        if kind.endswith("StateEntered"):
            name = event["stateEnteredEventDetails"]["name"]
            visits[event["id"]] = _Visit(name, kind.removesuffix("StateEntered"), at)
            before = by_id.get(event.get("previousEventId", 0), {})
            execution.moves.add((_detail(before, "name"), name))
        elif kind.endswith("StateExited"):
            name = event["stateExitedEventDetails"]["name"]
            _close(execution, _last(visits, lambda visit, name=name: visit.state == name), at)
        elif kind.startswith("Execution") and kind != "ExecutionStarted":
            before = by_id.get(event.get("previousEventId", 0), {})
            if kind == "ExecutionSucceeded":
                execution.moves.add((_detail(before, "name"), ""))
            for visit in list(visits.values()):
                if visit.open:
                    visit.error = visit.error or _detail(event, "error") or kind
                    _close(execution, visit, at)
        elif kind.endswith(("Failed", "TimedOut", "Aborted")):
            if visit := _visit_of(event, by_id, visits):
                visit.error = _detail(event, "error") or kind
        elif kind.endswith("Scheduled") and (visit := _visit_of(event, by_id, visits)):
            visit.error = ""  # it tries again
    if not events or not re.match("Execution(?!Started)", events[-1]["type"]):
        raise ValueError("the execution had not ended, or the list is cut off")
    return execution


def _visit_of(
    event: dict[str, Any], by_id: dict[int, dict[str, Any]], visits: dict[int, _Visit]
) -> _Visit | None:
    """Return the open visit that an event belongs to: the nearest one up its chain."""
    for kind in ("Parallel", "Map"):
        if event["type"].startswith(f"{kind}State"):
            return _last(visits, lambda visit, kind=kind: visit.kind == kind)
    at: dict[str, Any] | None = event
    while at is not None:
        visit = visits.get(at["id"])
        if visit and visit.open:
            return visit
        at = by_id.get(at.get("previousEventId", 0))
    return None


def _last(visits: dict[int, _Visit], fits: Any) -> _Visit | None:
    return next((visit for visit in reversed(visits.values()) if visit.open and fits(visit)), None)


def _close(execution: Execution, visit: _Visit | None, at: datetime.datetime) -> None:
    if visit is None:
        return
    visit.open = False
    passage = execution.passages.setdefault(visit.state, Passage())
    passage.seconds += (at - visit.entered).total_seconds()
    passage.visits += 1
    passage.error = visit.error


def _detail(event: dict[str, Any], key: str) -> str:
    """Return a field of the details that come with an event, or ""."""
    for name, value in event.items():
        if name.endswith("EventDetails") and key in value:
            return value[key]
    return ""


def _time(event: dict[str, Any]) -> datetime.datetime:
    """Return the time of an event: the CLI writes ISO 8601, or seconds since 1970."""
    stamp = event["timestamp"]
    if isinstance(stamp, int | float):
        return datetime.datetime.fromtimestamp(stamp, datetime.UTC)
    return datetime.datetime.fromisoformat(stamp)
