"""The definitions of the scheduling example, and the parser that refuses what is no definition."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from state_machines import (
    DefinitionError,
    Machine,
    State,
    all_states,
    load,
    parse,
    requests,
    resources,
)
from state_machines.source import Mapping, SourceError, read
from state_machines.steps import call, rule_words, steps, waiting

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "definitions"
EXAMPLES = ROOT / "examples" / "schedule-jobs"
SHAPES = sorted(path for path in DATA.glob("*.json") if not path.name.startswith("broken-"))
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:"
JOB = "arn:aws:states:::sagemaker:"

# Names, order and calls of AWS's two sample state machines.
TABLES = {
    "train": [
        ("Generate dataset", LAMBDA),
        ("Train model (XGBoost)", JOB + "createTrainingJob.sync"),
        ("Save Model", JOB + "createModel"),
        ("Batch transform", JOB + "createTransformJob.sync"),
    ],
    "tune": [
        ("Generate Training Dataset", LAMBDA),
        ("HyperparameterTuning (XGBoost)", JOB + "createHyperParameterTuningJob.sync"),
        ("Extract Model Path", LAMBDA),
        ("HyperparameterTuning - Save Model", JOB + "createModel"),
        ("Extract Model Name", LAMBDA),
        ("Batch transform", JOB + "createTransformJob.sync"),
    ],
}
# Defects by file: line, state and a part of the reason, for all that the file has.
BROKEN = {
    "all-not-alone": [(5, "First", "States.ALL beside other errors")],
    "all-not-last": [(5, "First", "entry 1 of Catch has States.ALL before other")],
    "branch-dangling": [(21, "Third", "Next leads to 'First', which is no state here")],
    "branch-start": [(7, "First", "the item processor has no StartAt")],
    "catch-dangling": [(10, "Second", "entry 1 of Catch leads to 'Nowhere'")],
    "choice-next": [(5, "First", "a Choice cannot have Next")],
    "choice-no-choices": [(10, "Second", "a Choice needs Choices")],
    "default-dangling": [(5, "First", "Default leads to 'Nowhere'")],
    "empty": [(1, "", "not valid JSON (Expecting value)")],
    "end-false": [(10, "Second", "End is not true")],
    "fail-next": [(10, "Second", "a Fail cannot have Next")],
    "key-twice": [(10, "Second", "the key 'a' is there twice")],
    "latin-1": [(2, "", "not UTF-8")],
    "many": [
        (5, "First", "a Task needs Resource"),
        (6, "Second", "a Wait needs one of Seconds"),
        (7, "Third", "Next leads to 'Fourth'"),
        (7, "Third", "no state leads to it"),
    ],
    "map-no-processor": [(10, "Second", "a Map needs one of ItemProcessor")],
    "name-long": [(5, "x" * 81, "the name has 81 characters")],
    "name-twice": [(6, "Second", "a second state has this name")],
    "name-twice-nested": [(21, "Second", "another branch or level has a state of this name")],
    "nan": [(5, "", "NaN is not a JSON number")],
    "never-ends": [(1, "", "the definition never ends")],
    "next-and-end": [(10, "Second", "both Next and End")],
    "next-dangling": [
        (10, "Second", "Next leads to 'Thrid', which is no state here"),
        (15, "Third", "no state leads to it"),
    ],
    "no-object": [(1, "", "the definition is not an object")],
    "no-states": [(1, "", "the definition has no states")],
    "no-transition": [
        (10, "Second", "neither Next nor End"),
        (14, "Third", "no state leads to it"),
    ],
    "parallel-no-branches": [(10, "Second", "Branches is []")],
    "pass-catch": [(5, "First", "a Pass cannot have Catch")],
    "retry-all-not-last": [(5, "First", "entry 1 of Retry has States.ALL before other")],
    "retry-count": [(5, "First", "entry 1 of Retry: MaxAttempts is -1")],
    "retry-no-errors": [(5, "First", "entry 1 of Retry: it needs ErrorEquals")],
    "rule-dangling": [(5, "First", "rule 2 leads to 'Nowhere'")],
    "rule-empty": [(5, "First", "rule 1: it needs one of And, Or, Not")],
    "start-missing": [(1, "", "the definition has no StartAt")],
    "start-unknown": [(3, "", "StartAt of the definition names 'Frist'")],
    "state-no-object": [(10, "Second", "it is not an object")],
    "succeed-end": [(10, "Second", "a Succeed cannot have End")],
    "sync-create-endpoint": [(5, "First", "createEndpoint cannot wait")],
    "sync-create-endpoint-config": [(5, "First", "createEndpointConfig cannot wait")],
    "sync-create-model": [(10, "Second", "createModel cannot wait")],
    "sync-update-endpoint": [(5, "First", "updateEndpoint cannot wait")],
    "syntax": [(5, "", "not valid JSON (")],
    "task-no-resource": [(10, "Second", "a Task needs Resource")],
    "task-token": [(5, "First", "createTrainingJob knows no task token")],
    "type-missing": [(10, "Second", "it has no Type")],
    "type-unknown": [(10, "Second", 'the type "Tusk" is unknown')],
    "unreachable": [(10, "Second", "no state leads to it")],
    "wait-none": [(5, "First", "a Wait needs one of Seconds, SecondsPath")],
    "wait-two": [(5, "First", "a Wait has Seconds and SecondsPath")],
}


@pytest.fixture(params=list(TABLES))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def machine(name: str) -> Machine:
    return load(EXAMPLES / f"{name}.asl.json")


def tasks(machine: Machine) -> list[State]:
    return [state for state in all_states(machine) if state.type == "Task"]


def test_states_follow_the_samples_of_aws(name: str, machine: Machine) -> None:
    found = [(state.name, state.raw["Resource"]) for state in tasks(machine)]
    assert [state for state, _ in found] == [state for state, _ in TABLES[name]]
    for (_, resource), (_, expected) in zip(found, TABLES[name], strict=True):
        assert resource.startswith(expected) if expected == LAMBDA else resource == expected
    for state, (following, _) in zip(tasks(machine), TABLES[name][1:], strict=False):
        assert state.next == following
    assert tasks(machine)[-1].end
    assert machine.start_at == TABLES[name][0][0]
    assert list(machine.states)[-1] == "Report failure"


def test_every_error_is_caught_and_every_task_ends_in_time(machine: Machine) -> None:
    assert machine.query_language == "JSONPath"
    assert machine.states["Report failure"].type == "Fail"
    for state in tasks(machine):
        assert [(each.errors, each.target) for each in state.catch] == [
            (("States.ALL",), "Report failure")
        ]
        assert state.raw["TimeoutSeconds"] > 0


def test_only_what_can_succeed_again_is_retried(machine: Machine) -> None:
    for state in tasks(machine):
        errors = {error for retrier in state.retry for error in retrier.errors}
        if waiting(state):
            assert not errors, "a job of the same name cannot be created again"
        elif call(state)[0] == "Lambda":
            assert errors and all(error.startswith("Lambda.") for error in errors)
        else:
            assert errors == {"SageMaker.AmazonSageMakerException"}


def test_names_keep_to_the_limits_of_sagemaker(name: str, machine: Machine) -> None:
    uuid = 36  # what Step Functions names an execution when the caller does not
    for state in tasks(machine):
        for key, value in state.raw["Parameters"].items():
            if value == "$$.Execution.Name" and call(state)[0] == "SageMaker":
                shape = requests.operation(
                    resources.parse(state.raw["Resource"])
                ).input_shape.members[key.removesuffix(".$")]
                assert shape.metadata["max"] >= uuid, (state.name, key)
    if name == "tune":
        tuning = machine.states["HyperparameterTuning (XGBoost)"]
        assert tuning.raw["Parameters"]["HyperParameterTuningJobName.$"] == "$.Dataset.jobName"


def test_states_read_only_what_is_there(machine: Machine) -> None:
    """The input has Bucket and RoleArn; each state adds its result and keeps what was there."""
    known: dict[str, set[str] | None] = {"Bucket": None, "RoleArn": None}
    for state in tasks(machine):
        for path in paths(state.raw["Parameters"]):
            first, *rest = path.split(".")
            assert first in known, (state.name, path)
            fields = known[first]
            assert not rest or fields is None or rest[0] in fields, (state.name, path)
        selector = state.raw.get("ResultSelector")
        place = state.raw["ResultPath"].removeprefix("$.")
        known[place] = {key.removesuffix(".$") for key in selector} if selector else None


def paths(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [path for key in value for path in (paths(value[key]) if key else [])]
    if isinstance(value, list):
        return [path for item in value for path in paths(item)]
    return re.findall(r"(?<!\$)\$\.([\w.]+)", value) if isinstance(value, str) else []


def test_requests_are_valid_for_the_api(machine: Machine) -> None:
    checked = [state for state in tasks(machine) if call(state)[0] == "SageMaker"]
    assert len(checked) == 3
    assert requests.check(machine) == []


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_sound_definitions_are_read(path: Path) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    machine = load(path)
    assert set(machine.states) == set(raw["States"])
    lines = path.read_text(encoding="utf-8").splitlines()
    for state in all_states(machine):
        assert (
            lines[state.line - 1]
            .strip()
            .startswith(f"{json.dumps(state.name, ensure_ascii=False)}: {{")
        )
    ordered = [state.name for state in machine.in_flow_order()]
    assert ordered[0] == raw["StartAt"]
    assert sorted(ordered) == sorted(raw["States"])


def test_every_broken_file_has_its_defects_listed() -> None:
    files = {path.stem.removeprefix("broken-") for path in DATA.glob("broken-*.json")}
    assert files == set(BROKEN)


@pytest.mark.parametrize("stem", sorted(BROKEN))
def test_broken_definitions_are_refused(stem: str) -> None:
    path = DATA / f"broken-{stem}.json"
    with pytest.raises(DefinitionError) as refused:
        load(path)
    lines = str(refused.value).splitlines()
    assert len(lines) == len(BROKEN[stem])
    for line, (number, state, reason) in zip(lines, BROKEN[stem], strict=True):
        where = f"state {state!r}" if state else "definition"
        assert line.startswith(f"{path}:{number}: {where}: "), line
        assert reason in line
        assert re.search(r"[^;]; \S", line), "there is no remedy"


@pytest.mark.parametrize("field", ["Next", "Catch", "Retry", "Choices", "Branches", "Default"])
@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [1], [{}], [None], {"a": [1]}, True])
@pytest.mark.parametrize("kind", ["Task", "Choice", "Parallel", "Map", "Fail", "Wait"])
def test_values_of_a_wrong_type_are_defects_and_no_crash(kind: str, field: str, value: Any) -> None:
    state = {"Type": kind, "Resource": "r", "Seconds": 1, field: value}
    with pytest.raises(DefinitionError):
        parse(json.dumps({"StartAt": "x ", "States": {"x ": state}}))


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.json")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 300 + "1" + "}" * 300])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError):
        parse(text)


def test_reading_keeps_values_and_lines() -> None:
    text = ' {"a": [1, {"b": "\\u00e9\\n{"}, [], {}],\n\r\n "c":\n-1.5e3, "d": null, "c": true}\n'
    found = read(text)
    assert found == {"a": [1, {"b": "é\n{"}, [], {}], "c": -1500.0, "d": None}
    assert isinstance(found, Mapping)
    assert (found.line, found.lines) == (1, {"a": 1, "c": 3, "d": 4})
    assert found.repeated == [("c", 4)]
    with pytest.raises(SourceError, match="line 2"):
        read('{"a": "NaN",\n"b": Infinity}')


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ({"Variable": "$.a", "StringEquals": "b"}, "a = b"),
        ({"Variable": "$.a", "NumericGreaterThanEqualsPath": "$.b"}, "a ≥ b"),
        ({"Variable": "$.a", "NumericLessThan": 3}, "a < 3"),
        ({"Variable": "$.a", "BooleanEquals": False}, "a = false"),
        ({"Variable": "$.a", "IsPresent": False}, "a is not present"),
        ({"Not": {"Variable": "$.a", "IsNull": True}}, "not (a is null)"),
        (
            {
                "And": [
                    {"Variable": "$.a", "IsNull": True},
                    {"Or": [{"Variable": "$.b", "IsNull": True}, {"Condition": "{% $c %}"}]},
                ]
            },
            "a is null and (b is null or $c)",
        ),
    ],
)
def test_rules_in_words(test: dict[str, Any], words: str) -> None:
    assert rule_words(test) == words


def test_steps_tell_the_flow_in_words(name: str, machine: Machine) -> None:
    lines = steps(machine)
    order = [state for state, _ in TABLES[name]] + ["Report failure"]
    assert [re.match(r"\*\*(.+?)\*\* ", line).group(1) for line in lines] == order
    for line in lines[:-1]:
        assert "on any error it goes to **Report failure**" in line
    assert "waits until it ends" in lines[1]
    assert "the run succeeds here" in lines[-2]
    assert lines[-1].endswith("ends the run as failed.")


def test_steps_name_branches_rules_and_loops() -> None:
    loop = "\n".join(steps(load(DATA / "loop.json")))
    assert "**Use the best model** if `status = Completed`" in loop
    assert "otherwise **Give up**" in loop
    assert "pauses: 60 seconds" in loop
    nested = steps(load(DATA / "map-parallel.json"))
    assert nested[0].startswith("**Each region** runs these steps for each item")
    assert nested[1].startswith("    - **Two models** runs 3 branches at the same time")
    assert nested[2] == "        - Branch 1:"
    assert nested[3].startswith("            - **Model A** registers a SageMaker model")
    skip = steps(load(DATA / "catch-many.json"))
    assert any(line.startswith("**Parse CSV**") and "goes to **Write**" in line for line in skip)


def test_steps_escape_markup() -> None:
    text = "\n".join(steps(load(DATA / "names-markup.json")))
    assert "<" not in re.sub(r"`[^`]*`", "", text)
    assert r"**\*stars\* \_and\_ \`ticks\` \[x\](y)**" in text
