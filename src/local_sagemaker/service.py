"""The SageMaker operations that are answered here, after AWS's API model.

All else is refused: moto would answer, with results that nobody computed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from local_sagemaker import endpoints, processing, training, transform, tuning
from local_sagemaker.api import ACCOUNT, api_model, check
from local_sagemaker.errors import ApiError, invalid
from local_sagemaker.host import Host
from local_sagemaker.jobs import Job, Runs
from local_sagemaker.logs import Logs
from local_sagemaker.store import JOBS, KINDS, Record, Store, words

_HELD_SECONDS = 5.0

Running = TypeVar("Running", bound=Runs)
Operation = Callable[[dict[str, Any]], dict[str, Any]]


class Service:
    """SageMaker.

    Args:
        host: what jobs and endpoints run on.
        logs: where what they print goes.

    Attributes:
        store: all that there is.
        operations: what is answered, by name.
    """

    def __init__(self, host: Host, logs: Logs) -> None:
        self.store = Store()
        self._host, self.logs = host, logs
        self.operations: dict[str, Operation] = {
            "ListTrainingJobsForHyperParameterTuningJob": self._list_trials,
        }
        for kind in KINDS:
            self.operations |= {
                f"Create{kind}": partial(self._create, kind),
                f"Describe{kind}": partial(self._describe, kind),
                f"List{kind}s": partial(self.store.list, kind, describe=self.describe),
                f"Stop{kind}" if kind in JOBS else f"Delete{kind}": partial(self._end, kind),
            }
        for name in ("AddTags", "DeleteTags", "ListTags"):
            self.operations[name] = partial(self.store.tag, name)

    def classes(self) -> dict[str, list[str]]:
        """Return the operations of the API model by what becomes of them.

        `runs`: something starts in a process; `answers`: from what was asked before; `refused`.
        """
        found: dict[str, list[str]] = {"runs": [], "answers": [], "refused": []}
        starting = {f"Create{kind}" for kind in (*JOBS, "Endpoint")}
        for name in api_model().operation_names:
            known = "answers" if name in self.operations else "refused"
            found["runs" if name in starting else known].append(name)
        return found

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out an operation and return its answer, with times in seconds since 1970.

        Raises:
            ApiError: the request is refused.
        """
        check(operation, request)
        if operation not in self.operations:
            raise ApiError(
                "UnsupportedOperation",
                f"the stand-in does not do {operation}: nothing would run, and an answer would be "
                "made up",
            )
        return self.operations[operation](request)

    def invoke(
        self, name: str, body: bytes, headers: dict[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        """Answer InvokeEndpoint: the payload, and the headers that go with it.

        Raises:
            ApiError: there is no such endpoint, or its model refuses.
        """
        found = [each for each in self.store.all("Endpoint") if each.name == name]
        if not found:
            raise ApiError("ValidationError", f"Endpoint {name} of account {ACCOUNT} not found.")
        answer = found[0].invoke(body, headers)
        variant = found[0].config["ProductionVariants"][0]["VariantName"]
        return answer.body, {
            "Content-Type": answer.content_type,
            "x-Amzn-Invoked-Production-Variant": variant,
        }

    def create(self, kind: str, request: dict[str, Any]) -> Record:
        """Make, and where it runs start, what a request that has been checked asks for.

        Raises:
            ApiError: the name is taken, or the service would refuse the request.
        """
        name, host, find = request[f"{kind}Name"], self._host, self.store.find
        if kind == "Model":
            transform.check_model(request, host.storage)
            return self.store.add(Record(kind, name, request))
        if kind == "EndpointConfig":
            endpoints.check(request)
            for variant in request["ProductionVariants"]:
                find("Model", variant["ModelName"])
            return self.store.add(Record(kind, name, request))
        if kind == "Endpoint":
            config = find("EndpointConfig", request["EndpointConfigName"]).request
            model = find("Model", config["ProductionVariants"][0]["ModelName"]).request
            endpoint = endpoints.Endpoint(kind, name, request, config=config, model=model)
            return self._run(endpoint, lambda made: made.run(host))
        body: Callable[[Job], None]
        if kind == "TransformJob":
            model = find("Model", request["ModelName"]).request
            body = partial(transform.run, host=host, model=model)
        elif kind == "ProcessingJob":
            processing.check(request)
            body = partial(processing.run, host=host)
        elif kind == "HyperParameterTuningJob":
            tuning.check(request)
            body = partial(tuning.run, create=self.create)
        else:
            body = partial(training.run, host=host)
        return self._run(Job(kind, name, request), lambda job: job.run(body))

    def _run(self, run: Running, body: Callable[[Running], None]) -> Running:
        run.on_end = self.logs.keep
        self.store.add(run, body)
        self.logs.runs.append(run)
        return run

    def describe(self, record: Record) -> dict[str, Any]:
        """Return what describing a record answers."""
        members = api_model().operation_model(f"Describe{record.kind}").output_shape.members
        known = {**record.request, **record.described, f"{record.kind}Arn": record.arn}
        if isinstance(record, Job) and record.kind == "HyperParameterTuningJob":
            known |= tuning.progress(record)
        return {name: value for name, value in known.items() if name in members}

    def _create(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        return {f"{kind}Arn": self.create(kind, request).arn}

    def _describe(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        record = self.store.find(kind, request[f"{kind}Name"])
        if isinstance(record, Runs):
            # Who asks waits for the end as a rule, and would sleep for as long before asking again.
            record.ended.wait(_HELD_SECONDS)
        return self.describe(record)

    def _list_trials(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["HyperParameterTuningJobName"]
        return tuning.list_trials(self.store.find("HyperParameterTuningJob", name), request)

    def _end(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        """Stop a job, or delete something else."""
        record = self.store.find(kind, request[f"{kind}Name"])
        if kind not in JOBS:
            if kind == "Endpoint":
                record.stop()
            self.store.remove(record)
        elif record.ended.is_set():
            raise invalid(
                f"The request was rejected because the {words(kind)} is in status {record.status}."
            )
        else:
            record.stop()
        return {}
