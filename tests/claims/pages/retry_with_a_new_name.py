"""What the page on retries of jobs says."""

import json
import re
import uuid

from state_machines import load
from tests.claims import claim
from tests.claims.pages.queue_batch_jobs import errors
from tests.claims.proofs import bounds, example, field, says
from tests.site import ROOT

PAGE = "asked-since/retry-with-a-new-name.md"
FOLDER = ROOT / "examples/retry-with-a-new-name"


def name_of_the_job(language: str) -> str:
    """Return what the state machine of the page gives as the name."""
    state = json.loads((FOLDER / f"{language}.asl.json").read_text(encoding="utf-8"))["States"]
    given = state["Train"].get("Parameters") or state["Train"]["Arguments"]
    return given.get("TrainingJobName") or given["TrainingJobName.$"]


@claim(
    PAGE,
    "States.Format('{}-{}', $$.Execution.Name, $$.State.RetryCount)",
    "the jobs of one execution are called x-0, x-1, x-2",
    "In JSONata the name is {% $states.context.Execution.Name & '-' & "
    "$states.context.State.RetryCount %}; that machine is jsonata.asl.json",
    "a job that fails twice",
    by="run",
)
def names_of_the_attempts():
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    for language in ("jsonpath", "jsonata"):
        assert f"`{name_of_the_job(language)}`" in text
        printed = re.findall(
            rf"^(nightly-{language}-\d) (\w+)$",
            example("retry-with-a-new-name/retry_training.out"),
            re.M,
        )
        states = ["Failed", "Failed", "Completed"]
        assert printed == [(f"nightly-{language}-{n}", state) for n, state in enumerate(states)]


@claim(
    PAGE,
    "Take the name of the job for the next states from the result, as $.TrainingJobName",
    by="page",
)
def name_for_the_next_states():
    train = load(ROOT / "examples/schedule-jobs/train.asl.json").states["Train model (XGBoost)"]
    assert train.raw["ResultSelector"]["TrainingJobName.$"] == "$.TrainingJobName"


@claim(
    PAGE,
    "every error but States.Timeout",
    "States.Timeout | only where the next attempt may be faster",
    "States.Runtime | cannot be: the execution fails at once",
    "a parameter of the wrong type is States.Runtime, which no Catch takes, not even States.ALL",
    by="source",
)
def what_is_retried():
    assert says("sfn-error-handling", "any known error name except for States.Timeout")
    assert says("sfn-error-handling", "States.ALL won't catch States.Runtime errors")
    *_, last = example("schedule-jobs/run_failures.out").splitlines()
    assert "`States.Runtime`" in last and "a word where a number belongs" in last
    (FOLDER / "jsonpath.asl.json").read_text(encoding="utf-8").index('"States.Timeout"')


@claim(PAGE, "SageMaker.ResourceInUseException | no: the name is taken", by="API model")
def taken_names():
    assert "ResourceInUse" in errors("CreateTrainingJob")
    # How Step Functions calls such an error, in AWS's own words.
    assert "ResourceLimitExceeded" in errors("CreateTrainingJob")
    assert says("sfn-connect-sagemaker", "SageMaker.ResourceLimitExceededException")


@claim(
    PAGE,
    "SageMaker itself may repeat a job that failed by an InternalServerError: RetryStrategy of "
    "CreateTrainingJob takes 1 to 30 attempts",
    by="API model",
)
def own_retries_of_sagemaker():
    assert bounds("sagemaker", "CreateTrainingJob.RetryStrategy.MaximumRetryAttempts") == (1, 30)
    said = field("sagemaker", "CreateTrainingJob.RetryStrategy").documentation
    assert "<code>InternalServerError</code>" in said


@claim(
    PAGE,
    "63 characters for training, transform and processing jobs and models, 32 for tuning jobs",
    by="API model",
)
def names_are_short():
    for path in (
        "CreateTrainingJob.TrainingJobName",
        "CreateTransformJob.TransformJobName",
        "CreateProcessingJob.ProcessingJobName",
        "CreateModel.ModelName",
    ):
        assert bounds("sagemaker", path)[1] == 63, path
    tuning = "CreateHyperParameterTuningJob.HyperParameterTuningJobName"
    assert bounds("sagemaker", tuning)[1] == 32


@claim(PAGE, "a UUID of 36, too long for a tuning job, so a function makes that name", by="page")
def default_name():
    assert len(str(uuid.uuid4())) == 36
    assert "LONGEST_NAME = 32" in example(
        "schedule-jobs/lambdas/workshop_generate_training_dataset.py"
    )


@claim(
    PAGE,
    "Broken in five ways",
    "Four take the path",
    "the first of the five",
    "two states were not reached",
    by="run",
)
def failures():
    lines = example("schedule-jobs/run_failures.out").splitlines()
    assert len(lines) == 5
    assert sum(line.endswith("then **Report failure**") for line in lines) == 4
    events = json.loads(example("schedule-jobs/run_failures.history.json"))["events"]
    key = "stateEnteredEventDetails"
    entered = {event[key]["name"] for event in events if key in event}
    machine = load(ROOT / "examples/schedule-jobs/train.asl.json")
    assert len(set(machine.states) - entered) == 2
