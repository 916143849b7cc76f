"""What a Task can call: the forms of a Resource, and the services with an integration of their own.

Services, actions and patterns: "Integrating optimized services with Step Functions" and the page of
each service in the developer guide (2026-11).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

_ARN = re.compile(r"arn:[\w-]*:[\w-]+:[^:\s]*:[^:\s]*:[^\s:].*\Z")
_TASK = re.compile(
    r"arn:[\w-]*:states:[^:]*:[^:]*:(?:(aws-sdk):)?([\w-]+):(\w+)(\.\w+(?::\d+)?)?\Z"
)
_FUNCTION = re.compile(r"arn:[\w-]*:lambda:[^:]*:[^:]*:function:([^:]+)(:[\w$-]+)?\Z")
_ACTIVITY = re.compile(r"arn:[\w-]*:states:[^:]*:[^:]*:activity:(.+)\Z")
_JOB, _TOKEN = ".sync", ".waitForTaskToken"

# A star: can wait for the job. A plus: can wait for a task token.
_ACTIONS = {
    service: actions.split()
    for service, actions in {
        "apigateway": "invoke+",
        "athena": "startQueryExecution* stopQueryExecution getQueryExecution getQueryResults",
        "batch": "submitJob*",
        "bedrock": "invokeModel+ createModelCustomizationJob*",
        "codebuild": "startBuild* stopBuild batchDeleteBuilds batchGetReports startBuildBatch* "
        "stopBuildBatch retryBuildBatch* deleteBuildBatch",
        "databrew": "startJobRun*",
        "dynamodb": "getItem putItem updateItem deleteItem",
        "ecs": "runTask*+",
        "eks": "call+ runJob*+ createCluster*+ deleteCluster*+ createFargateProfile*+ "
        "deleteFargateProfile*+ createNodegroup*+ deleteNodegroup*+",
        "elasticmapreduce": "createCluster* terminateCluster* addStep* cancelStep "
        "setClusterTerminationProtection modifyInstanceFleetByName modifyInstanceGroupByName",
        "emr-containers": "createVirtualCluster deleteVirtualCluster* startJobRun*",
        "emr-serverless": "createApplication* startApplication* stopApplication* "
        "deleteApplication* startJobRun* cancelJobRun*",
        "events": "putEvents+",
        "glue": "startJobRun*",
        "http": "invoke",
        "lambda": "invoke+",
        "mediaconvert": "createJob*",
        "sagemaker": "createTrainingJob* createTransformJob* createHyperParameterTuningJob* "
        "createLabelingJob* createProcessingJob* createModel createEndpointConfig createEndpoint "
        "updateEndpoint",
        "sns": "publish+",
        "sqs": "sendMessage+",
        "states": "startExecution*+",
    }.items()
}


@dataclass(frozen=True)
class Call:
    """What a Task calls.

    Attributes:
        service: `lambda`, `activity`, a service's name in its ARN, or "" where it cannot be told.
        action: the action, or the name of the activity.
        pattern: `.sync`, `.sync:2`, `.waitForTaskToken` or "".
        sdk: whether it goes through the general integration of the AWS SDK.
    """

    service: str
    action: str
    pattern: str = ""
    sdk: bool = False


def parse(resource: Any) -> Call:
    """Return what a Resource stands for; what has no known form has no service."""
    if not isinstance(resource, str):
        return Call("", "")
    if _FUNCTION.match(resource):
        return Call("lambda", "invoke")
    if found := _ACTIVITY.match(resource):
        return Call("activity", found[1])
    if found := _TASK.match(resource):
        return Call(found[2], found[3], found[4] or "", bool(found[1]))
    return Call("", resource.rsplit(":", 1)[-1])


def problem(resource: str) -> tuple[str, str] | None:
    """Return what is wrong with a Resource, and what to do about it, or None."""
    if not re.match(r"[A-Za-z][\w+.-]*:\S", resource):
        return f"the Resource {resource!r} is no ARN", "write the ARN of what it calls"
    if not resource.startswith("arn:"):
        return None  # the language asks for a URI only
    if not _ARN.match(resource):
        return f"the Resource {resource!r} is no ARN", "write all six parts of it"
    if ":lambda:" in resource and ":function:" in resource and not _FUNCTION.match(resource):
        return f"{resource!r} names no function", "end it with function:NAME or function:NAME:ALIAS"
    call = parse(resource)
    if call.sdk:
        wrong = call.pattern not in ("", _TOKEN)
        return ("the AWS SDK integration cannot wait for jobs", "remove .sync") if wrong else None
    if resource.split(":")[2] != "states" or call.service == "activity":
        return None
    return _integration_problem(call, resource)


def _integration_problem(call: Call, resource: str) -> tuple[str, str] | None:
    found = _ACTIONS.get(call.service)
    if found is None:
        return (
            f"the Resource {resource!r} names no service that Step Functions knows",
            _choose(call.service or resource.split(":")[5], list(_ACTIONS)),
        )
    names = {action.rstrip("*+"): action for action in found}
    if call.action not in names:
        remedy = _choose(call.action, list(names))
        if not remedy.startswith("did"):
            remedy += f", or write aws-sdk:{call.service}:{call.action}"
        return f"{call.service} has no integrated action {call.action!r}", remedy
    marks = names[call.action]
    if call.pattern == _TOKEN and "+" not in marks:
        return f"{call.service}:{call.action} knows no task token", f"remove {_TOKEN}"
    if call.pattern.startswith(_JOB) and "*" not in marks:
        return f"{call.action} cannot wait: it has no .sync", f"write {call.action} without it"
    if call.pattern not in ("", _JOB, _TOKEN) and (call.service, call.pattern) != (
        "states",
        ".sync:2",
    ):
        return f"there is no pattern {call.pattern!r}", f"choose {_JOB} or {_TOKEN}, or none"
    return None


def _choose(wrong: str, known: list[str]) -> str:
    close = difflib.get_close_matches(wrong, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(known)}"
