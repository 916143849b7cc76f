"""What the page on queueing batch jobs says."""

from botocore.retries import standard

from tests.claims import claim
from tests.claims.proofs import example, model, says
from tests.site import ROOT

PAGE = "asked-since/queue-batch-jobs.md"


def errors(operation: str) -> set[str]:
    """Return the errors that AWS's API model declares for an operation."""
    return {each.name for each in model("sagemaker").operation_model(operation).error_shapes}


@claim(
    PAGE,
    "Catch ResourceLimitExceeded, wait",
    "SageMaker itself queues no transform job",
    by="API model",
)
def refused():
    assert "ResourceLimitExceeded" in errors("CreateTransformJob")
    states = model("sagemaker").shape_for("TransformJobStatus").enum
    assert not [state for state in states if state.lower() in {"pending", "queued"}]
    codes = {
        *standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
        *standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES,
    }
    assert "ResourceLimitExceeded" not in codes


@claim(PAGE, "A queue in twenty lines", by="page")
def size():
    code = example("queue-batch-jobs/queue_jobs.py").split("[start:queue]")[1]
    loop = code.split("names = ")[0]
    assert len([line for line in loop.splitlines() if line.strip()]) <= 20


@claim(
    PAGE,
    "in AWS's words for an account with two instances",
    by="run",
)
def words():
    helper = example("queue-batch-jobs/small_account.py")
    assert "places: int = 2" in helper and "The account-level service limit" in helper
    assert says("workshop-issue-limit", "The account-level service limit")
    assert "6 of 6 completed\nnever more than 2 at once" in example(
        "queue-batch-jobs/queue_jobs.out"
    )


@claim(PAGE, "Three traps", by="page")
def traps():
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    assert text.split("## Three traps")[1].split("\n## ")[0].count("\n- ") == 3


@claim(PAGE, "A quota of 0.", by="source")
def nothing_to_wait_for():
    assert says(
        "gr-sagemaker-quotas", "ml.m5.xlarge for transform job usage Each supported Region: 0 Yes"
    )
    assert 'if not running["TransformJobSummaries"]' in example("queue-batch-jobs/queue_jobs.py")


@claim(
    PAGE,
    "a Map state with MaxConcurrency below the quota, and createTransformJob.sync in it",
    "MaxConcurrency bounds how many of the jobs of that state machine run at once, and not how "
    "many start in a second",
    by="grammar",
)
def state_machine():
    allowed = (ROOT / "src/state_machines/fields.py").read_text(encoding="utf-8")
    assert '("Map", "MaxConcurrency ' in allowed
    assert says("sfn-connect-sagemaker", "createTransformJob.sync")


@claim(PAGE, "CreateTrainingJob gives the same error", by="API model")
def training():
    assert "ResourceLimitExceeded" in errors("CreateTrainingJob")
