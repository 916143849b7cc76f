"""What a defect of a definition is, and what the modules that look for defects share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from state_machines.source import Mapping


@dataclass(frozen=True, order=True)
class Defect:
    """One thing that is wrong.

    Attributes:
        line: the line of the state, or of a key that is there twice, or where JSON ends to be JSON.
        state: the name of the state, or "" for the definition itself.
        reason: what is wrong.
        remedy: what to do about it.
    """

    line: int
    state: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        where = f"state {self.state!r}" if self.state else "definition"
        return f"{self.line}: {where}: {self.reason}; {self.remedy}"


def inner_machines(raw: Mapping) -> list[Any]:
    """Return the machines inside a state: a Parallel's branches, or what a Map runs."""
    if raw.get("Type") == "Parallel":
        branches = raw.get("Branches")
        return branches if isinstance(branches, list) else []
    if raw.get("Type") == "Map":
        return [raw[key] for key in ("ItemProcessor", "Iterator") if key in raw]
    return []
