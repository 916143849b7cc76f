"""Machines made up by chance, with everything that can make a drawing hard: all of them valid."""

from __future__ import annotations

import json
import random
from typing import Any

from state_machines import Machine, parse

LAMBDA = "arn:aws:states:::lambda:invoke"
WORDS = (
    "status", "order", "EvaluateTheNewestModel", "payment", "a", "Übertragung", "retry_count",
    "Undefined", "execution", "state", "Get-Backup", "запуск", "完了",
)  # fmt: skip


def machine(seed: int, size: int = 14) -> Machine:
    """Return a machine of about `size` states; the same for the same seed."""
    rng = random.Random(seed)
    return parse(json.dumps(_level(rng, size, depth=0, prefix="")))


def _level(rng: random.Random, size: int, *, depth: int, prefix: str) -> dict[str, Any]:
    states: dict[str, dict[str, Any]] = {}
    names: list[str] = []
    for number in range(size):
        words = " ".join(rng.choices(WORDS, k=rng.randint(1, 3)))
        name = f"{prefix}{number} {words}"[:70]
        state = _state(rng, depth, f"{prefix}{number}.")
        if names:
            _lead(rng, states, names, name)
        states[name] = state
        names.append(name)
    for place, name in enumerate(names):
        _finish(rng, states[name], names, place)
    if not any(state.get("End") or state["Type"] == "Succeed" for state in states.values()):
        states[names[-1]] = {"Type": "Succeed"}
    return {"StartAt": names[0], "States": states}


def _state(rng: random.Random, depth: int, prefix: str) -> dict[str, Any]:
    kinds = ["Task"] * 5 + ["Choice"] * 4 + ["Pass", "Wait"] + ["Map", "Parallel"] * (depth < 2)
    kind = rng.choice(kinds)
    if kind == "Task":
        return {"Type": "Task", "Resource": LAMBDA}
    if kind == "Choice":
        return {"Type": "Choice", "Choices": []}
    if kind == "Wait":
        return {"Type": "Wait", "Seconds": 5}
    count = rng.randint(1, 4) if kind == "Parallel" else 1
    inner = [
        _level(rng, rng.randint(1, 4), depth=depth + 1, prefix=f"{prefix}{at}.")
        for at in range(count)
    ]
    if kind == "Parallel":
        return {"Type": "Parallel", "Branches": inner}
    return {"Type": "Map", "ItemProcessor": inner[0]} if kind == "Map" else {"Type": "Pass"}


def _lead(rng: random.Random, states: dict[str, Any], names: list[str], name: str) -> None:
    """Let an earlier state lead to a new one, mostly the last that can."""
    for other in sorted(names, key=lambda each: rng.random() + names.index(each) / 3, reverse=True):
        state = states[other]
        if state["Type"] == "Choice":
            state["Choices"].append(_rule(rng, name))
            return
        if "Next" not in state:
            state["Next"] = name
            return
        if "Resource" in state and rng.random() < 0.5:
            state.setdefault("Catch", []).insert(0, {"ErrorEquals": ["E"], "Next": name})
            return
    states[names[-1]].setdefault("Catch", [])
    states[names[-1]] = {"Type": "Choice", "Choices": [_rule(rng, states[names[-1]]["Next"])]}
    states[names[-1]]["Choices"].append(_rule(rng, name))


def _rule(rng: random.Random, target: str) -> dict[str, Any]:
    def test() -> dict[str, Any]:
        words = ".".join(rng.choices(WORDS[:5], k=rng.randint(1, 4)))
        return {"Variable": f"$.{words}", "StringEquals": rng.choice(WORDS)}

    if rng.random() < 0.3:
        return {"Or": [test() for _ in range(rng.randint(2, 11))], "Next": target}
    return {**test(), "Next": target}


def _finish(rng: random.Random, state: dict[str, Any], names: list[str], place: int) -> None:
    """Give a state what it lacks: further rules, handlers, an end."""
    later = names[place + 1 :]
    if state["Type"] == "Choice":
        for _ in range(rng.choice([0, 0, 1, 2])):
            state["Choices"].append(_rule(rng, rng.choice(names)))
        if not state["Choices"] or rng.random() < 0.7:
            state["Default"] = rng.choice(later or names)
        if not state["Choices"]:
            state["Choices"] = [_rule(rng, rng.choice(names))]
        return
    if state["Type"] in ("Task", "Map", "Parallel") and rng.random() < 0.3:
        catch = state.setdefault("Catch", [])
        catch.append({"ErrorEquals": ["States.ALL"], "Next": rng.choice(names)})
    if "Next" not in state:
        if later and rng.random() < 0.6:
            state["Next"] = rng.choice(later)
        else:
            state["End"] = True
