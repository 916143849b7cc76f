"""The SageMaker operations that the stand-in answers itself, after AWS's API model.

What it does not answer goes to moto if moto only has to remember it (models, tags); all the rest is
refused, because moto would answer with results that nobody computed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from local_sagemaker import processing, training, transform, tuning
from local_sagemaker.errors import ApiError, invalid
from local_sagemaker.host import Host
from local_sagemaker.jobs import Job, Jobs, page_start
from state_machines.api_model import violations

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's, and that of the ARNs in the published definitions
REMEMBERED = frozenset(
    {"CreateModel", "DescribeModel", "DeleteModel", "ListModels", "AddTags", "ListTags",
     "DeleteTags"}
)  # fmt: skip
"""Operations that moto answers: nothing runs for them."""

KINDS = {
    "TrainingJob": "training-job",
    "ProcessingJob": "processing-job",
    "TransformJob": "transform-job",
    "HyperParameterTuningJob": "hyper-parameter-tuning-job",
}
"""The kinds of jobs, with the word that stands for each in ARNs."""

_LISTED_BY = {"NameContains", "StatusEquals", "SortBy", "SortOrder", "NextToken", "MaxResults"}
_PAGE = 10  # MaxResults when not given


@functools.cache
def api_model() -> ServiceModel:
    """Return AWS's model of the SageMaker API, as botocore packs it."""
    return botocore.session.get_session().get_service_model("sagemaker")


def check_client_side(operation: str, request: dict[str, Any]) -> str:
    """Return what a client would find wrong with a request (types, names, what is missing), or ''.

    Raises:
        KeyError: there is no such operation.
    """
    if operation not in api_model().operation_names:
        raise KeyError(operation)
    shape = api_model().operation_model(operation).input_shape
    return ParamValidator().validate(request, shape).generate_report()


class Service:
    """SageMaker.

    Args:
        host: what jobs run on.
        remembered: a boto3 client whose requests reach moto, for the models.
    """

    def __init__(self, host: Host, remembered: Any) -> None:
        self.jobs = Jobs()
        self._host, self._remembered = host, remembered

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any] | None:
        """Carry out an operation.

        Returns:
            The answer, with times in seconds since 1970; None where moto is to answer.

        Raises:
            ApiError: the request is refused.
        """
        self._validate(operation, request)
        if operation == "CreateModel":
            self._check_model(request)
        if operation in REMEMBERED:
            return None
        if operation == "ListTrainingJobsForHyperParameterTuningJob":
            job = self.jobs.find("HyperParameterTuningJob", request["HyperParameterTuningJobName"])
            return tuning.list_trials(self.jobs, job, request)
        for kind in KINDS:
            handlers: dict[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
                f"Create{kind}": self._create,
                f"Describe{kind}": self._describe,
                f"Stop{kind}": self._stop,
                f"List{kind}s": self._list,
            }
            if operation in handlers:
                return handlers[operation](kind, request)
        raise ApiError(
            "UnsupportedOperation",
            f"the stand-in does not do {operation}: nothing would run, and an answer would be "
            "made up",
        )

    def create(self, kind: str, request: dict[str, Any]) -> Job:
        """Start a job whose request has been checked.

        Raises:
            ApiError: the name is taken, or the service would refuse the job.
        """
        name = request[f"{kind}Name"]
        arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{KINDS[kind]}/{name}"
        host = self._host
        if kind == "TransformJob":
            model = self._model(request["ModelName"])
            return self.jobs.start(
                Job(kind, name, arn, request), lambda job: transform.run(job, host, model)
            )
        if kind == "ProcessingJob":
            processing.check(request)
            return self.jobs.start(
                Job(kind, name, arn, request), lambda job: processing.run(job, host)
            )
        if kind == "HyperParameterTuningJob":
            tuning.check(request)
            return self.jobs.start(
                Job(kind, name, arn, request), lambda job: tuning.run(job, self.create)
            )
        return self.jobs.start(Job(kind, name, arn, request), lambda job: training.run(job, host))

    def describe(self, job: Job) -> dict[str, Any]:
        """Return what describing a job answers."""
        members = api_model().operation_model(f"Describe{job.kind}").output_shape.members
        known = {**job.request, **job.described, f"{job.kind}Arn": job.arn}
        if job.kind == "HyperParameterTuningJob":
            known |= tuning.progress(job)
        return {name: value for name, value in known.items() if name in members}

    def _validate(self, operation: str, request: dict[str, Any]) -> None:
        try:
            report = check_client_side(operation, request)
        except KeyError:
            raise ApiError("UnknownOperationException", f"no operation {operation}") from None
        if not report:
            shape = api_model().operation_model(operation).input_shape
            report = "; ".join(violations(shape, request))
        if report:
            count = len(report.splitlines())
            raise invalid(f"{count} validation error{'s'[: count > 1]} detected: {report}")

    def _create(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        return {f"{kind}Arn": self.create(kind, request).arn}

    def _describe(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        return self.describe(self.jobs.find(kind, request[f"{kind}Name"]))

    def _stop(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        job = self.jobs.find(kind, request[f"{kind}Name"])
        if job.ended.is_set():
            what = KINDS[kind].replace("-", " ")
            raise invalid(f"The request was rejected because the {what} is in status {job.status}.")
        job.stop()
        return {}

    def _list(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        field = f"{kind}Summaries"
        output = api_model().operation_model(f"List{kind}s").output_shape
        members = output.members[field].member.members
        if others := sorted(set(request) - _LISTED_BY):
            raise invalid(f"the stand-in does not list by {', '.join(others)}")
        wanted = [
            job
            for job in self.jobs.all(kind)
            if request.get("NameContains", "") in job.name
            and request.get("StatusEquals", job.status) == job.status
        ]
        # The defaults that the API model's documentation gives.
        tuning_jobs = kind == "HyperParameterTuningJob"
        by = request.get("SortBy", "Name" if tuning_jobs else "CreationTime")
        if by != "CreationTime":
            wanted.sort(key=lambda job: job.name if by == "Name" else job.status)
        order = "Descending" if kind == "TransformJob" else "Ascending"
        if request.get("SortOrder", order) == "Descending":
            wanted.reverse()
        first = page_start(request)
        last = first + request.get("MaxResults", _PAGE)
        summaries = [
            {name: value for name, value in self.describe(job).items() if name in members}
            for job in wanted[first:last]
        ]
        return {field: summaries} | ({"NextToken": str(last)} if last < len(wanted) else {})

    def _model(self, name: str) -> dict[str, Any]:
        try:
            return self._remembered.describe_model(ModelName=name)
        except ClientError:
            arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model/{name}"
            raise invalid(f'Could not find model "{arn}".') from None

    def _check_model(self, request: dict[str, Any]) -> None:
        try:
            known = self._remembered.describe_model(ModelName=request["ModelName"])
        except ClientError:
            pass
        else:  # moto would forget it for the new one
            raise invalid(f'Cannot create already existing model "{known["ModelArn"]}".')
        containers = request.get("Containers") or [request.get("PrimaryContainer", {})]
        for container in containers:
            if "ModelDataSource" in container:
                raise invalid("the stand-in reads a model from ModelDataUrl, not ModelDataSource")
            url = container.get("ModelDataUrl")
            if url and not self._host.storage.exists(url):
                raise invalid(f"Could not find model data at {url}.")
