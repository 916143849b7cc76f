"""Machines made up by chance are drawn as cleanly as those that people write, and fast."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from state_machines import Machine, all_states, parse
from state_machines.drawing import draw
from state_machines.steps import steps
from tests.state_machines import generated
from tests.state_machines import test_drawings as geometry
from tests.state_machines.test_drawings import SVG, Drawing

LAMBDA = "arn:aws:states:::lambda:invoke"
CHECKS = (
    geometry.test_every_state_has_one_card_inside_the_drawing,
    geometry.test_cards_do_not_overlap,
    geometry.test_lines_do_not_cross_cards,
    geometry.test_lines_end_at_the_cards_they_join,
    geometry.test_dashes_are_not_drawn_over_each_other,
    geometry.test_text_fits_its_card,
    geometry.test_labels_stand_clear,
    geometry.test_nothing_runs_leaks_or_is_fetched,
)


def machine(states: dict[str, Any]) -> Machine:
    return parse(json.dumps({"StartAt": next(iter(states)), "States": states}))


def rule(target: str, *values: str) -> dict[str, Any]:
    tests = [{"Variable": "$.order.payment.status", "StringEquals": value} for value in values]
    return {"Next": target, **(tests[0] if len(tests) == 1 else {"Or": tests})}


def choice(count: int) -> Machine:
    """Return a Choice among as many states."""
    names = [f"Case {number}" for number in range(count)]
    rules = [rule(name, f"value {name}") for name in names]
    first = {"Type": "Choice", "Choices": rules, "Default": names[0]}
    return machine({"Which?": first} | {name: {"Type": "Succeed"} for name in names})


@pytest.mark.parametrize("seed", range(16))
def test_nothing_overlaps_or_overflows(seed: int) -> None:
    drawing = Drawing(generated.machine(seed, 3 + seed))
    for check in CHECKS:
        check(drawing)


def test_two_poll_loops_with_long_rules_stand_clear() -> None:
    states: dict[str, Any] = {}
    for side in ("Left", "Right"):
        branch = {
            f"Ask {side}": {"Type": "Task", "Resource": LAMBDA, "Next": f"Done {side}?"},
            f"Done {side}?": {
                "Type": "Choice",
                "Choices": [
                    rule(f"Wait {side}", "IN_PROGRESS", "STOPPING", "COMPLETING"),
                    rule(f"Ask {side}", "PENDING_FURTHER_REVIEW_BY_THE_SECOND_TEAM"),
                ],
                "Default": "End",
            },
            f"Wait {side}": {"Type": "Wait", "Seconds": 60, "Next": f"Ask {side}"},
        }
        states |= branch
    first = {"Type": "Choice", "Choices": [rule("Ask Left", "left")], "Default": "Ask Right"}
    drawing = Drawing(machine({"Where?": first, **states, "End": {"Type": "Succeed"}}))
    for check in CHECKS:
        check(drawing)
    assert sum(group.get("data-label") == "loop" for group in drawing.labels) == 2


@pytest.mark.parametrize("count", [7, 20, 60])
def test_a_choice_among_many_stays_narrow(count: int) -> None:
    drawing = Drawing(choice(count))
    assert drawing.size.right < 2000
    for check in CHECKS:
        check(drawing)


def test_many_choices_of_one_target_get_it_wide_enough() -> None:
    names = [f"Check {number}" for number in range(9)]
    states = {
        name: {"Type": "Choice", "Choices": [rule("Stop", f"bad {name}")], "Default": after}
        for name, after in zip(names, [*names[1:], "Done"], strict=True)
    }
    drawing = Drawing(machine({**states, "Done": {"Type": "Succeed"}, "Stop": {"Type": "Fail"}}))
    for check in CHECKS:
        check(drawing)


def test_a_long_rule_is_shortened_and_whole_in_its_title() -> None:
    values = [f"REGION_{number}" for number in range(11)]
    states = {
        "Where?": {"Type": "Choice", "Choices": [rule("There", *values)], "Default": "Here"},
        "There": {"Type": "Succeed"},
        "Here": {"Type": "Succeed"},
    }
    long, short = Drawing(machine(states)).labels
    title = long.find(f"{SVG}title").text
    assert all(value in title for value in values)
    lines = [text.text for text in long.iter(f"{SVG}text")]
    assert len(lines) <= 4 and lines[-1].endswith("…")
    assert title.startswith("order.payment.status = REGION_0 or ")
    assert short.find(f"{SVG}title") is None


def test_errors_that_leave_a_card_and_enter_the_next_stand_clear() -> None:
    def task(after: str, caught: str) -> dict[str, Any]:
        catch = {"ErrorEquals": [f"{caught} failed"], "Next": caught}
        return {"Type": "Task", "Resource": LAMBDA, "Next": after, "Catch": [catch]}

    states = {
        "Open order": task("Book hotel", "Close order"),
        "Book hotel": task("Book flight", "Cancel hotel"),
        "Book flight": task("Report", "Cancel flight"),
        "Report": {"Type": "Pass", "Next": "Done"},
        "Done": {"Type": "Succeed"},
        "Cancel flight": task("Cancel hotel", "Report the flight"),
        "Cancel hotel": task("Close order", "Report the hotel"),
        "Close order": task("Failed", "Report the order"),
        "Report the flight": {"Type": "Pass", "Next": "Failed"},
        "Report the hotel": {"Type": "Pass", "Next": "Failed"},
        "Report the order": {"Type": "Pass", "Next": "Failed"},
        "Failed": {"Type": "Fail"},
    }
    drawing = Drawing(machine(states))
    for check in CHECKS:
        check(drawing)


def test_words_break_at_spaces_or_between_their_parts() -> None:
    name = "Undefined execution state of the HyperparameterTuningJob"
    states = {
        "Start it": {
            "Type": "Task",
            "Resource": LAMBDA,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": name}],
            "End": True,
        },
        name: {"Type": "Fail"},
    }
    drawing = Drawing(machine(states))
    lines = [text.text for text in drawing.groups[name].iter(f"{SVG}text")]
    assert len(lines) > 1
    assert all(line.split()[-1] in re.split(r"[ ]|(?<=[a-z])(?=[A-Z])", name) for line in lines[:3])
    geometry.test_text_fits_its_card(drawing)


@pytest.mark.parametrize("catch", [False, True])
def test_a_chain_of_1000_is_read_told_and_drawn(catch: bool) -> None:
    states: dict[str, Any] = {
        f"Step {number}": {"Type": "Task", "Resource": LAMBDA, "Next": f"Step {number + 1}"}
        for number in range(1000)
    }
    if catch:
        for state in states.values():
            state["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Report"}]
        states["Report"] = {"Type": "Fail"}
    found = machine({**states, "Step 1000": {"Type": "Succeed"}})
    assert sum(1 for _ in all_states(found)) == len(steps(found)) == 1001 + catch
    assert draw(found, title="t").count("data-state=") == 1001 + catch
