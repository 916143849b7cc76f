"""What the page on schedules says."""

import json
import re

import boto3
from moto import mock_aws
from sagemaker.core.helper.iam_policies import IAM_POLICY_CONFIG

from state_machines import load, resources, schedules
from tests.claims import claim
from tests.claims.proofs import body, defined, example, field, parameters, says, v3
from tests.site import ROOT

PAGE = "day-1/schedule-jobs.md"
FOLDER = ROOT / "examples/schedule-jobs"
WORKFLOW = "sagemaker/mlops/workflow"


def document(role: str, kind: str) -> dict:
    """Return the policy or the trust policy of a role."""
    return json.loads(example(f"schedule-jobs/roles/{role}.{kind}.json"))


def allowed(role: str) -> set[str]:
    """Return what the policy of a role allows."""
    found = [each["Action"] for each in document(role, "policy")["Statement"]]
    return {action for each in found for action in ([each] if isinstance(each, str) else each)}


@claim(
    PAGE,
    "A pipeline has branches and retries of its own, and names its jobs itself",
    by="SDK",
)
def pipelines():
    assert "ConditionStep" in defined(v3(f"{WORKFLOW}/condition_step.py"))
    assert "StepRetryPolicy" in defined(v3("sagemaker/mlops/workflow/retry.py"))
    popped = v3("sagemaker/core/workflow/utilities.py").read_text(encoding="utf-8")
    assert "it will be overridden at pipeline execution time" in popped


@claim(PAGE, "Each has two files in the download, whom it trusts and what it may do", by="page")
def files_of_the_roles():
    names = {path.name for path in (FOLDER / "roles").iterdir()}
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    roles = re.findall(r"^\| `([\w-]+)` \| `[\w.]+`", text, re.M)
    assert names == {f"{role}.{kind}.json" for role in roles for kind in ("trust", "policy")}
    with mock_aws():
        iam = boto3.client("iam", region_name="us-east-1")
        for role in roles:  # it refuses what is no policy
            trust, policy = (json.dumps(document(role, each)) for each in ("trust", "policy"))
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)
            iam.put_role_policy(RoleName=role, PolicyName=role, PolicyDocument=policy)


@claim(
    PAGE,
    "jobs | sagemaker.amazonaws.com | read and write the bucket, fetch containers, write logs",
    "pipeline | sagemaker.amazonaws.com | start training jobs, pass jobs on",
    by="SDK",
)
def roles_of_sagemaker():
    for role, kind in (("jobs", "training"), ("pipeline", "pipeline")):
        policies = IAM_POLICY_CONFIG[kind]["policies"].values()
        known = {
            action for each in policies for part in each["Statement"] for action in part["Action"]
        }
        assert allowed(role) <= known, "what the SDK gives such a role"
        (trust,) = document(role, "trust")["Statement"]
        wanted = IAM_POLICY_CONFIG[kind]["trust_policy"]["Statement"][0]["Principal"]
        assert trust["Principal"] == wanted
    assert {"s3:GetObject", "s3:PutObject", "ecr:BatchGetImage", "logs:PutLogEvents"} <= allowed(
        "jobs"
    )
    assert allowed("pipeline") >= {"sagemaker:CreateTrainingJob", "iam:PassRole"}


@claim(
    PAGE,
    "state-machine | states.amazonaws.com | the same for each job, call the functions, "
    "sagemaker:AddTags, events:PutRule",
    by="source",
)
def role_of_the_state_machine():
    for name in ("train", "tune"):
        for state in load(FOLDER / f"{name}.asl.json").states.values():
            resource = state.raw.get("Resource", "")
            if match := re.search(r":sagemaker:create(\w+)", resource):
                kinds = ("Create", "Describe", "Stop") if resource.endswith(".sync") else ["Create"]
                assert {f"sagemaker:{kind}{match[1]}" for kind in kinds} <= allowed("state-machine")
    assert {"iam:PassRole", "lambda:InvokeFunction"} <= allowed("state-machine")
    for action in ("sagemaker:AddTags", "events:PutRule"):
        assert says("sfn-connect-sagemaker-iam", action) and action in allowed("state-machine")
    (trust,) = document("state-machine", "trust")["Statement"]
    assert trust["Principal"] == {"Service": "states.amazonaws.com"}


@claim(
    PAGE,
    "scheduler | scheduler.amazonaws.com | start the pipeline and the state machine",
    "functions | lambda.amazonaws.com | write the data, look a job up",
    by="source",
)
def other_roles():
    assert says("sm-pipeline-schedule", "scheduler.amazonaws.com")
    assert allowed("scheduler") == {"sagemaker:StartPipelineExecution", "states:StartExecution"}
    called = "".join(path.read_text(encoding="utf-8") for path in (FOLDER / "lambdas").glob("*.py"))
    made = {f"{service}:{call}" for service, call in re.findall(r"\b(s3)\.(put_object)", called)}
    assert made == {"s3:put_object"} and "describe_training_job(" in called
    assert {"s3:PutObject", "sagemaker:DescribeTrainingJob"} <= allowed("functions")
    for role in ("scheduler", "functions"):
        (trust,) = document(role, "trust")["Statement"]
        service = {"functions": "lambda"}.get(role, role)
        assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}


@claim(
    PAGE,
    "AWS's API model takes any text for an expression, even cron(61 99 * * ? *)",
    by="API model",
)
def expressions():
    assert "pattern" not in field("scheduler", "CreateSchedule.ScheduleExpression").metadata
    assert schedules.expression("cron(61 99 * * ? *)")
    assert not schedules.expression("cron(30 2 ? * MON-FRI *)")


@claim(
    PAGE,
    "SDK v3 has PipelineSchedule for it, without a time zone and parameters",
    by="SDK",
)
def triggers():
    assert "PipelineSchedule" in defined(v3(f"{WORKFLOW}/triggers.py"))
    helper = v3(f"{WORKFLOW}/_event_bridge_client_helper.py")
    sent = body(helper, "EventBridgeSchedulerHelper.upsert_schedule")
    assert "ScheduleExpressionTimezone" not in sent
    assert "SageMakerPipelineParameters={}" in sent
    called = parameters(v3(f"{WORKFLOW}/pipeline.py"), "Pipeline.put_triggers")
    assert list(called) == ["self", "triggers", "role_arn"]


@claim(
    PAGE,
    "The definition is train.asl.json in the download, its function is in lambdas",
    "tune.asl.json follows AWS's tuning sample",
    by="page",
)
def files_of_the_machines():
    for name in ("train", "tune"):
        for state in load(FOLDER / f"{name}.asl.json").states.values():
            *_, kind, function = state.raw.get("Resource", ":").split(":")
            if kind == "function":
                assert (FOLDER / f"lambdas/{function.replace('-', '_')}.py").is_file()
    assert says("sfn-sample-hyper-tuning", "creates a hyperparameter tuning job")


@claim(
    PAGE,
    ".sync on a SageMaker action waits until the job ends",
    "Training, transform, tuning, processing and labelling jobs have it; creating a model or an "
    "endpoint does not",
    by="grammar",
)
def waits():
    jobs = ("Training", "Transform", "HyperParameterTuning", "Processing", "Labeling")
    for action in [f"create{kind}Job" for kind in jobs]:
        assert not resources.problem(f"arn:aws:states:::sagemaker:{action}.sync")
    for action in ("createModel", "createEndpoint"):
        assert resources.problem(f"arn:aws:states:::sagemaker:{action}.sync")
        assert not resources.problem(f"arn:aws:states:::sagemaker:{action}")
