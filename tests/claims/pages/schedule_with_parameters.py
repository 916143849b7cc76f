"""What the page on schedules with parameters says."""

import json

from tests.claims import claim
from tests.claims.proofs import body, bounds, defined, example, field, says, v3

PAGE = "asked-since/schedule-with-parameters.md"
WORKFLOW = "sagemaker/mlops/workflow"
SCRIPT = example("schedule-with-parameters/make_schedules.py")


@claim(
    PAGE,
    "create_schedule of EventBridge Scheduler takes a time zone, and a pipeline's parameters",
    by="API model",
)
def fields():
    assert field("scheduler", "CreateSchedule.ScheduleExpressionTimezone")
    assert field("scheduler", "CreateSchedule.Target.SageMakerPipelineParameters")


@claim(
    PAGE,
    "if the job's name holds <aws.scheduler.execution-id>",
    "Its Input is the request. A fixed job name would work once; the scheduler replaces a few "
    "words in angle brackets, and one of them is new for each attempt",
    by="source",
)
def new_names():
    words = "unique ID that EventBridge Scheduler assigns for each attempted invocation"
    assert says("scheduler-context-attributes", words)
    assert '"nightly-<aws.scheduler.execution-id>"' in SCRIPT
    assert "sagemaker: CreateTrainingJob: accepted" in example(
        "schedule-with-parameters/make_schedules.out"
    )
    assert '"Input": json.dumps(job)' in SCRIPT


@claim(PAGE, "The role trusts scheduler.amazonaws.com; both of its files", by="source")
def role():
    assert says("sm-pipeline-schedule", "scheduler.amazonaws.com")
    trust = json.loads(example("schedule-with-parameters/scheduler.trust.json"))
    assert trust["Statement"][0]["Principal"] == {"Service": "scheduler.amazonaws.com"}
    policy = json.loads(example("schedule-with-parameters/scheduler.policy.json"))
    assert [each["Action"] for each in policy["Statement"]] == [
        "sagemaker:StartPipelineExecution",
        "sagemaker:CreateTrainingJob",
        "iam:PassRole",
    ]


@claim(
    PAGE,
    "<aws.scheduler.execution-id> | an id of this attempt, such as d32c5kddcf5bb8c3",
    "<aws.scheduler.scheduled-time> | the time that the schedule meant, in UTC",
    "<aws.scheduler.attempt-number> | 1, and more when a call is tried again",
    "<aws.scheduler.schedule-arn> | the schedule",
    by="source",
)
def placeholders():
    for name in ("execution-id", "scheduled-time", "attempt-number", "schedule-arn"):
        assert says("scheduler-context-attributes", f"<aws.scheduler.{name}>")
    assert says("scheduler-context-attributes", "d32c5kddcf5bb8c3", "2022-03-22T18:59:43Z")
    # The SDK sends one of them to a pipeline as a parameter, as the page does.
    helper = "sagemaker/mlops/feature_store/feature_processor/_event_bridge_scheduler_helper.py"
    sent = body(v3(helper), "EventBridgeSchedulerHelper.upsert_schedule")
    assert "Value=EVENT_BRIDGE_INVOCATION_TIME" in sent


@claim(PAGE, "repeats a call that failed, up to 185 times unless you say less", by="API model")
def repeats():
    path = "CreateSchedule.Target.RetryPolicy.MaximumRetryAttempts"
    assert bounds("scheduler", path)[1] == 185
    assert says("sfn-eventbridge-scheduler", "The maximum value is 185 retries")


@claim(
    PAGE,
    "The SDK's own put_triggers passes neither time zone nor parameters",
    "What put_triggers does",
    "The expression is read in UTC, since no time zone is sent",
    "It refuses a pipeline of which a parameter has no default, because it passes none",
    "The pipeline must exist, and the role must pass a check of the SDK",
    "call delete_triggers first",
    by="SDK",
)
def triggers():
    helper = v3(f"{WORKFLOW}/_event_bridge_client_helper.py")
    sent = body(helper, "EventBridgeSchedulerHelper.upsert_schedule")
    assert "ScheduleExpressionTimezone" not in sent and "SageMakerPipelineParameters={}" in sent
    refused = body(v3(f"{WORKFLOW}/triggers.py"), "validate_default_parameters_for_schedules")
    assert "param.default_value is None" in refused and "raise ValueError" in refused
    pipeline = v3(f"{WORKFLOW}/pipeline.py")
    called = body(pipeline, "Pipeline.put_triggers")
    for step in ("resolve_and_validate_role", "that does not exist", "validate_default_param"):
        assert step in called
    assert "Pipeline.delete_triggers" in defined(pipeline)
    assert says("sm-pipeline-schedule", "API call does not delete your triggers")


@claim(
    PAGE,
    "The field has the same name in EventBridge's own rules: SageMakerPipelineParameters",
    by="API model",
)
def rules():
    assert field("events", "PutTargets.Targets.SageMakerPipelineParameters")
