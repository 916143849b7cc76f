"""The published definitions run to their end, unchanged, and fail well."""

import json
import math
import time

import pytest
from botocore.exceptions import ClientError

from local_sagemaker import states
from local_sagemaker.states import MOST_EVENTS
from tests.local_sagemaker import api

TRAIN = (api.MACHINES / "train.asl.json").read_text()
TUNE = (api.MACHINES / "tune.asl.json").read_text()
REPORT = "Report failure"


def accuracy(aws, prefix):
    """Return the share of right predictions, computed from what lies in S3."""
    predictions = [float(line) for line in api.get(aws, f"{prefix}/test.csv.out").split()]
    labels = [int(line) for line in api.get(aws, "csv/test-labels.csv").split()]
    pairs = list(zip(predictions, labels, strict=True))
    return sum((p > 0.5) == (label == 1) for p, label in pairs) / len(pairs)


def changed(definition, change):
    """Return a definition with a part replaced by `change(definition)`."""
    machine = json.loads(definition)
    change(machine["States"])
    return json.dumps(machine)


def test_training_to_predictions(aws):
    execution = api.execute(aws, TRAIN, "train-all")
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert api.events(aws, execution) == [
        "Generate dataset",
        "Train model (XGBoost)",
        "Save Model",
        "Batch transform",
    ]
    output = json.loads(execution["output"])
    assert output["Predictions"]["S3OutputPath"] == "s3://workshop/predictions/train-all"
    assert output["Training"]["ModelArtifacts"]["S3ModelArtifacts"].startswith("s3://workshop/")
    labels = [int(line) for line in api.get(aws, "csv/test-labels.csv").split()]
    chance = max(sum(labels), len(labels) - sum(labels)) / len(labels)
    assert accuracy(aws, "predictions/train-all") > chance + 0.2


def test_tuning_to_predictions(aws):
    execution = api.execute(aws, TUNE, "an-execution-name-of-more-than-32-characters")
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    output = json.loads(execution["output"])
    tuning = output["Dataset"]["jobName"]
    assert len(tuning) <= 32
    client = aws.client("sagemaker")
    trials = client.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=tuning
    )["TrainingJobSummaries"]
    assert len(trials) == 4
    assert len({json.dumps(trial["TunedHyperParameters"]) for trial in trials}) == 4
    # The best is the one whose own log ends with the smallest error.
    errors = {}
    for trial in trials:
        last = aws.log(trial["TrainingJobName"], "TrainingJob").strip().splitlines()[-1]
        errors[trial["TrainingJobName"]] = float(last.rpartition("validation-rmse:")[2])
        given = client.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        assert trial["TunedHyperParameters"].items() <= given["HyperParameters"].items()
        value = trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        assert math.isclose(value, errors[trial["TrainingJobName"]], rel_tol=1e-6)
    assert len(set(errors.values())) > 1
    best = min(errors, key=errors.get)
    assert output["Tuning"]["BestTrainingJobName"] == best
    assert output["Predictions"]["S3OutputPath"] == f"s3://workshop/predictions/{best}"
    assert accuracy(aws, f"predictions/{best}") > 0.7


def broken_training(states):
    states["Train model (XGBoost)"]["Parameters"]["HyperParameters"]["num_round"] = "many"


def missing_data(states):
    source = states["Train model (XGBoost)"]["Parameters"]["InputDataConfig"][0]["DataSource"]
    del source["S3DataSource"]["S3Uri.$"]
    source["S3DataSource"]["S3Uri"] = "s3://workshop/csv/no-such-file.csv"


def bad_parameter(states):
    resources = states["Train model (XGBoost)"]["Parameters"]["ResourceConfig"]
    resources["InstanceType"] = "ml.m5.huge"


def missing_model_data(states):
    container = states["Save Model"]["Parameters"]["PrimaryContainer"]
    del container["ModelDataUrl.$"]
    container["ModelDataUrl"] = "s3://workshop/models/none/model.tar.gz"
    states["Save Model"]["Retry"][0] |= {"IntervalSeconds": 1, "BackoffRate": 1}


def missing_model(states):
    del states["Batch transform"]["Parameters"]["ModelName.$"]
    states["Batch transform"]["Parameters"]["ModelName"] = "nobody"


def time_out(states):
    states["Train model (XGBoost)"]["TimeoutSeconds"] = 3
    states["Train model (XGBoost)"]["Parameters"]["HyperParameters"]["num_round"] = "1000000"


def broken_function(states):
    states["Generate dataset"]["Parameters"] = {"NoBucket": "x"}


@pytest.mark.parametrize(
    ("change", "last", "error", "words"),
    [
        (broken_training, "Train model (XGBoost)", "States.TaskFailed", "num_round"),
        (missing_data, "Train model (XGBoost)", "States.TaskFailed", "matched no files on s3"),
        (
            bad_parameter,
            "Train model (XGBoost)",
            "SageMaker.AmazonSageMakerException",
            "InstanceType is 'ml.m5.huge'",
        ),
        (
            missing_model_data,
            "Save Model",
            "SageMaker.AmazonSageMakerException",
            "Could not find model data",
        ),
        (
            missing_model,
            "Batch transform",
            "SageMaker.AmazonSageMakerException",
            "Could not find model",
        ),
        (time_out, "Train model (XGBoost)", "States.Timeout", ""),
        (broken_function, "Generate dataset", "KeyError", "Bucket"),
    ],
)
def test_failure_reaches_the_drawn_path(aws, change, last, error, words):
    name = change.__name__.replace("_", "-")
    execution = api.execute(aws, changed(TRAIN, change), name)
    assert execution["status"] == "FAILED"
    assert api.events(aws, execution)[-2:] == [last, REPORT]
    assert execution["error"] == error
    assert words in execution.get("cause", "")


def test_refused_request_is_repeated_like_a_fault_of_the_service(aws):
    """Its error has the same name: what the definition says of its Retry is so."""
    execution = api.execute(aws, changed(TRAIN, missing_model_data), "repeated")
    history = aws.client("stepfunctions").get_execution_history(
        executionArn=execution["executionArn"], maxResults=1000
    )["events"]
    failures = [
        event["taskFailedEventDetails"] for event in history if event["type"] == "TaskFailed"
    ]
    assert [failure["error"] for failure in failures] == ["SageMaker.AmazonSageMakerException"] * 4
    assert "Error Code: ValidationException" in failures[0]["cause"]


def test_cause_is_the_description_of_the_failed_job(aws):
    execution = api.execute(aws, changed(TRAIN, broken_training), "described")
    cause = json.loads(execution["cause"])
    assert cause["TrainingJobStatus"] == "Failed"
    assert cause["FailureReason"].startswith("ClientError: Hyperparameter num_round")
    # Step Functions gives times in milliseconds.
    assert abs(cause["TrainingEndTime"] / 1000 - time.time()) < 600


def test_time_out_of_a_state_stops_its_job(aws):
    # The name of the execution is the name of the job.
    api.execute(aws, changed(TRAIN, time_out), "too-late")
    assert aws.wait("too-late")["TrainingJobStatus"] == "Stopped"


def test_taken_name_is_told(aws):
    api.execute(aws, changed(TRAIN, bad_parameter), "first-use")
    api.run_script(aws, "second-use", "")
    execution = api.execute(aws, TRAIN, "second-use")
    assert execution["error"] == "SageMaker.ResourceInUseException"


def test_stopping_an_execution_stops_its_job(aws):
    def endless(states):
        time_out(states)
        del states["Train model (XGBoost)"]["TimeoutSeconds"]

    arn = api.execute(aws, changed(TRAIN, endless), "stop-me", wait=False)
    client = aws.client("sagemaker")
    assert api.waiting_until(
        lambda: client.list_training_jobs(NameContains="stop-me")["TrainingJobSummaries"]
    )
    aws.client("stepfunctions").stop_execution(executionArn=arn)
    assert aws.wait("stop-me")["TrainingJobStatus"] == "Stopped"
    assert api.ended(aws, arn)["status"] == "ABORTED"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"VolumeSizeInGB": "thirty"}, "VolumeSizeInGB"),
        ({"Volume": 30}, "Volume"),
    ],
)
def test_field_that_step_functions_does_not_take_cannot_be_caught(aws, change, words):
    def spoil(states):
        states["Train model (XGBoost)"]["Parameters"]["ResourceConfig"] |= change

    name = f"spoilt-{words.lower()}"
    execution = api.execute(aws, changed(TRAIN, spoil), name)
    assert execution["error"] == "States.Runtime"
    assert "could not be used to start the Task" in execution["cause"]
    assert words in execution["cause"]
    assert REPORT not in api.events(aws, execution)
    assert (
        aws.client("sagemaker").list_training_jobs(NameContains=name)["TrainingJobSummaries"] == []
    )


def test_path_that_finds_nothing_cannot_be_caught(aws):
    def spoil(states):
        states["Generate dataset"]["Parameters"] = {"Bucket.$": "$.NoBucket"}

    execution = api.execute(aws, changed(TRAIN, spoil), "no-such-path")
    assert execution["error"] == "States.Runtime"
    assert "$.NoBucket" in execution["cause"]
    assert REPORT not in api.events(aws, execution)


def test_model_is_made_once(aws):
    api.create_model(aws, "once", {"Image": api.XGBOOST})
    with pytest.raises(ClientError, match="Cannot create already existing model"):
        api.create_model(aws, "once", {"Image": api.XGBOOST})


@pytest.mark.parametrize("action", ["createModel.sync", "createTrainngJob"])
def test_action_that_cannot_be_waited_for_is_refused(aws, action):
    def rename(states):
        states["Save Model"]["Resource"] = f"arn:aws:states:::sagemaker:{action}"

    with pytest.raises(ClientError, match="Invalid State Machine Definition"):
        api.execute(aws, changed(TRAIN, rename), "refused")


NEVER = {"Variable": "$.never", "IsPresent": True, "Next": "Done"}
AGAIN = {
    "Again": {"Type": "Choice", "Choices": [NEVER], "Default": "A"},
    "Done": {"Type": "Succeed"},
}


@pytest.mark.parametrize("most", [500, pytest.param(MOST_EVENTS, marks=pytest.mark.heavy)])
def test_loop_ends_at_the_limit_of_events(aws, monkeypatch, most):
    monkeypatch.setattr(states, "MOST_EVENTS", most)
    loop = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Again"}, **AGAIN}}
    execution = api.execute(aws, json.dumps(loop), f"loop-{most}")
    assert execution["status"] == "FAILED"
    assert execution["error"] == "States.Runtime"
    assert f"maximum number of history events ({most})" in execution["cause"]
    assert MOST_EVENTS == 25_000


def test_loop_ends_at_its_own_time_limit(aws):
    states = {"A": {"Type": "Wait", "Seconds": 1, "Next": "Again"}, **AGAIN}
    loop = {"StartAt": "A", "TimeoutSeconds": 2, "States": states}
    assert api.execute(aws, json.dumps(loop), "slow-loop")["status"] == "TIMED_OUT"


def test_processing_job_waits_too(aws):
    parameters = {
        "ProcessingJobName.$": "$$.Execution.Name",
        "RoleArn.$": "$.RoleArn",
        "AppSpecification": {
            "ImageUri": "1.dkr.ecr.us-east-1.amazonaws.com/own:1",
            "ContainerEntrypoint": ["/bin/sh", "-c", "sleep 0.5; echo done"],
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
    }
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync",
        "Parameters": parameters,
        "End": True,
    }
    machine = {"StartAt": "Process", "States": {"Process": task}}
    execution = api.execute(aws, json.dumps(machine), "process")
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    output = json.loads(execution["output"])
    assert output["ProcessingJobStatus"] == "Completed"
    assert output["ProcessingEndTime"] - output["CreationTime"] >= 500
    assert api.printed(aws, "process") == ["done"]
