"""One mistake at a time in the published definition: each is refused by line, state and reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from state_machines import DefinitionError, parse, requests
from tests.site import ROOT

TEXT = (ROOT / "examples" / "schedule-jobs" / "train.asl.json").read_text(encoding="utf-8")
DATA, TRAIN, SAVE, PREDICT = (
    "Generate dataset", "Train model (XGBoost)", "Save Model", "Batch transform",
)  # fmt: skip
REMOVED = object()

# (state, path below it, new value, part of what is said)
MUTANTS: list[tuple[str, str, Any, str]] = [
    (DATA, "Next", "Train", "no state here"),
    (DATA, "Next", REMOVED, "Next"),
    (DATA, "Resource", REMOVED, "Resource"),
    (DATA, "Type", "Tusk", "Tusk"),
    (DATA, "Type", REMOVED, "Type"),
    (DATA, "End", True, "End"),
    (DATA, "Catch.0.Next", "Nowhere", "Nowhere"),
    (DATA, "Catch.0.ErrorEquals", [], "ErrorEquals"),
    (DATA, "Catch.0.ErrorEquals", ["States.ALL", "X"], "States.ALL"),
    (DATA, "Retry.0.MaxAttempts", "three", "MaxAttempts"),
    (DATA, "Retry.0.ErrorEquals", REMOVED, "ErrorEquals"),
    (SAVE, "Resource", "arn:aws:states:::sagemaker:createModel.sync", "cannot wait"),
    (TRAIN, "Resource", "arn:aws:states:::sagemaker:createTraining.sync", "createTraining"),
    (TRAIN, "Resource", "arn:aws:states:::sagemaker:createTrainingJob.waitForTaskToken", "token"),
    (TRAIN, "Parameters", REMOVED, "needs the parameter"),
    (TRAIN, "Parameters.TrainingJobName.$", REMOVED, "TrainingJobName"),
    (TRAIN, "Parameters.TrainingJobNam", "x", "TrainingJobNam"),
    (TRAIN, "Parameters.RoleArn.$", REMOVED, "RoleArn"),
    (TRAIN, "Parameters.AlgorithmSpecification.TrainingInputMode", "Files", "Files"),
    (TRAIN, "Parameters.AlgorithmSpecification.TrainingInputMode", REMOVED, "TrainingInputMode"),
    (TRAIN, "Parameters.HyperParameters.num_round", 50, "Invalid type"),
    (TRAIN, "Parameters.InputDataConfig.0.ChannelName", "a b", "ChannelName"),
    (TRAIN, "Parameters.InputDataConfig.0.DataSource.S3DataSource.S3DataType", "Prefix", "Prefix"),
    (TRAIN, "Parameters.OutputDataConfig", REMOVED, "OutputDataConfig"),
    (TRAIN, "Parameters.ResourceConfig.InstanceType", "ml.m5.xxl", "ml.m5.xxl"),
    (TRAIN, "Parameters.ResourceConfig.InstanceCount", -1, "InstanceCount"),
    (TRAIN, "Parameters.ResourceConfig.VolumeSizeInGB", "30", "VolumeSizeInGB"),
    (TRAIN, "Parameters.StoppingCondition.MaxRuntimeInSeconds", "1h", "MaxRuntimeInSeconds"),
    (SAVE, "Parameters.ModelName.$", REMOVED, "ModelName"),
    (SAVE, "Parameters.PrimaryContainer.ModelDataUrl", 7, "ModelDataUrl"),
    (PREDICT, "Parameters.TransformInput.SplitType", "Lines", "Lines"),
    (PREDICT, "Parameters.TransformResources.InstanceCount", 0, "InstanceCount"),
    (PREDICT, "Parameters.ModelClientConfig", {"InvocationsMaxRetries": 4}, "at most 3"),
    (PREDICT, "Parameters.TransformOutput.S3OutputPath.$", REMOVED, "S3OutputPath"),
    (PREDICT, "Parameters.BatchStrategy", "Many", "Many"),
    (PREDICT, "End", REMOVED, "End"),
    ("Report failure", "Next", DATA, "Next"),
]


def mutate(state: str, path: str, value: Any) -> str:
    """Return the definition with one key changed; keys that end in `.$` keep their dot."""
    tree = json.loads(TEXT)
    at = tree["States"][state]
    parts = path.replace(".$", "\0").split(".")
    *way, last = [int(p) if p.isdigit() else p.replace("\0", ".$") for p in parts]
    for part in way:
        at = at[part]
    if value is REMOVED:
        del at[last]
    else:
        at[last] = value
    return json.dumps(tree, indent=2)


def refusals(text: str) -> list[str]:
    try:
        return [str(defect) for defect in requests.check(parse(text))]
    except DefinitionError as error:
        return [str(defect) for defect in error.defects]


def test_the_published_definition_is_sound():
    assert refusals(json.dumps(json.loads(TEXT), indent=2)) == []
    assert len(MUTANTS) >= 37


@pytest.mark.parametrize(
    ("state", "path", "value", "said"), MUTANTS, ids=[f"{s}: {p}" for s, p, *_ in MUTANTS]
)
def test_a_mutant_is_refused(state, path, value, said):
    text = mutate(state, path, value)
    line = text.splitlines().index(f'    "{state}": {{') + 1
    found = refusals(text)
    where = f"{line}: state '{state}': "
    assert any(each.startswith(where) and said in each for each in found), found


def test_a_loop_without_an_end_is_refused():
    tree = json.loads(TEXT)
    tree["States"][PREDICT] = {**tree["States"][PREDICT], "Next": DATA}
    del tree["States"][PREDICT]["End"]
    for state in tree["States"].values():
        state.pop("Catch", None)
    del tree["States"]["Report failure"]
    assert any("end" in line.lower() for line in refusals(json.dumps(tree)))
