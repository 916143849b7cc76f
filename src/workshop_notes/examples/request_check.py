"""Run a script whose requests to AWS are checked and not sent: `python -m ... SCRIPT`.

The real client validates each request against AWS's published API model and writes it as it would
go over the wire; then it is stopped, and gets an empty answer. So a script that reads an answer
fails here: there is none to read.
"""

from __future__ import annotations

import runpy
import sys
from importlib import metadata

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from state_machines import schedules
from state_machines.api_model import violations


class RequestError(ValueError):
    """A request that AWS's API model does not allow."""


class _Body:
    """The body of an answer that says nothing."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, **_: object) -> list[bytes]:
        return [self._data]


def check(script: str) -> list[str]:
    """Run a script with every request stopped before it is sent.

    Args:
        script: the path of a script that makes its clients with `boto3.client`.

    Returns:
        A line for each operation that was accepted, and for each schedule in it.

    Raises:
        RequestError: for a request that breaks an upper bound, a pattern or an enumeration, or
            what EventBridge Scheduler documents of schedules.
        botocore.exceptions.ParamValidationError: for a request that the model refuses.
    """
    accepted: list[str] = []
    version = metadata.version("botocore")

    def stop(request: AWSRequest, event_name: str, **_: object) -> AWSResponse:
        # The event is named before-send.<service>.<Operation>.
        service, operation = event_name.split(".")[1:]
        accepted.append(
            f"{service}: {operation}: accepted by the API model of botocore {version}, not sent"
        )
        nothing = b"" if service == "s3" else b"{}"  # JSON from S3 would count as its fault
        return AWSResponse(request.url, 200, {}, _Body(nothing))

    def limit(params: dict[str, object], model: OperationModel, **_: object) -> None:
        shape = model.input_shape
        if shape is None or ParamValidator().validate(params, shape).has_errors():
            return  # the client says it, in its own words
        found = list(violations(shape, params))
        scheduled = model.service_model.service_name == "scheduler" and "Target" in params
        if scheduled:
            found += schedules.violations(params)
        if found:
            raise RequestError(f"{model.name}: " + "; ".join(found))
        if scheduled:
            accepted.append(f"{params['ScheduleExpression']}: within what AWS documents")

    before = boto3.DEFAULT_SESSION
    boto3.setup_default_session(
        region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    events = boto3.DEFAULT_SESSION.events
    events.register("before-parameter-build", limit)
    events.register("before-send", stop)
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        boto3.DEFAULT_SESSION = before  # clients of others, later in this process, do send
    return accepted


if __name__ == "__main__":
    lines = check(sys.argv[1])
    if not lines:
        sys.exit(f"{sys.argv[1]} made no request")
    print("\n".join(lines))
