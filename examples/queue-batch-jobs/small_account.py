"""An account with two instances for transform jobs: a third job is refused, as AWS refuses it."""

import json

import boto3
from botocore.awsrequest import AWSResponse

QUOTA = "Number of instances across all transform jobs"


class _Body:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, **_: object) -> list[bytes]:
        """Return the body of an answer in its parts."""
        return [self._data]


def client(places: int = 2) -> object:
    """Return a client of SageMaker in such an account."""
    asking = boto3.client("sagemaker")

    def refuse(request: object, **_: object) -> AWSResponse | None:
        jobs = asking.list_transform_jobs(StatusEquals="InProgress")["TransformJobSummaries"]
        if len(jobs) < places:
            return None
        words = (
            f"The account-level service limit '{QUOTA}' is {places} Instances, with current "
            f"utilization of {len(jobs)} Instances and a request delta of 1 Instances."
        )
        answer = json.dumps({"__type": "ResourceLimitExceeded", "Message": words}).encode()
        return AWSResponse(request.url, 400, {}, _Body(answer))

    limited = boto3.client("sagemaker")
    limited.meta.events.register("before-send.sagemaker.CreateTransformJob", refuse)
    return limited
