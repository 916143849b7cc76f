"""Everything that has a name and an ARN: found, listed and tagged alike, whatever it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.utils import parse_timestamp

from local_sagemaker.api import ACCOUNT, REGION, api_model, page
from local_sagemaker.errors import ApiError, invalid

KINDS = {
    "TrainingJob": "training-job",
    "ProcessingJob": "processing-job",
    "TransformJob": "transform-job",
    "HyperParameterTuningJob": "hyper-parameter-tuning-job",
    "Model": "model",
    "EndpointConfig": "endpoint-config",
    "Endpoint": "endpoint",
}
"""What there is, with the word that stands for each in ARNs."""

JOBS = frozenset(kind for kind in KINDS if kind.endswith("Job"))
_WORDS = {"HyperParameterTuningJob": "hyperparameter tuning job"} | {
    "EndpointConfig": "endpoint configuration"
}
_PAGE = 10  # MaxResults when not given


@dataclass
class Record:
    """One thing that the service knows.

    Attributes:
        kind: a key of `KINDS`.
        name: unique in its kind.
        request: the request that made it.
        described: what describing it answers beyond the request.
        tags: in the order in which they came.
    """

    kind: str
    name: str
    request: dict[str, Any]
    described: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        now = round(time.time(), 3)
        self.described |= {"CreationTime": now, "LastModifiedTime": now}
        self.tags |= {tag["Key"]: tag["Value"] for tag in self.request.get("Tags", [])}

    @property
    def arn(self) -> str:
        """Its address."""
        return arn(self.kind, self.name)

    @property
    def status(self) -> str:
        """The status in the words of the API; empty for what has none."""
        return self.described.get(f"{self.kind}Status", "")

    def set_status(self, status: str) -> None:
        """Change the status."""
        now = round(time.time(), 3)
        self.described |= {f"{self.kind}Status": status, "LastModifiedTime": now}


Some = TypeVar("Some", bound=Record)


def arn(kind: str, name: str) -> str:
    """Return the address of what has this kind and name."""
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{KINDS[kind]}/{name}"


def words(kind: str) -> str:
    """Return what messages call a kind."""
    return _WORDS.get(kind, KINDS[kind].replace("-", " "))


class Store:
    """All records, and the threads in which some of them run."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], Record] = {}
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def find(self, kind: str, name: str) -> Any:
        """Return a record.

        Raises:
            ApiError: there is none of this name.
        """
        with self._lock:
            if (kind, name) in self._records:
                return self._records[kind, name]
        if kind in JOBS:
            raise invalid("Requested resource not found.")
        raise invalid(f'Could not find {words(kind)} "{arn(kind, name)}".')

    def all(self, *kinds: str) -> list[Any]:
        """Return the records of some kinds, oldest first."""
        with self._lock:
            return [record for record in self._records.values() if record.kind in kinds]

    def add(self, record: Some, body: Callable[[Some], None] | None = None) -> Some:
        """Keep a new record and, where it has a body, run that in a thread of its own.

        Raises:
            ApiError: the name is taken, or the service is closing.
        """
        what = words(record.kind)
        with self._lock:
            if (record.kind, record.name) in self._records:
                if record.kind not in JOBS:
                    raise invalid(f'Cannot create already existing {what} "{record.arn}".')
                raise ApiError(
                    "ResourceInUse",
                    f"{what.capitalize()} names must be unique within an AWS account and region, "
                    f"and a {what} with this name already exists ({record.arn})",
                )
            if self._closed:
                raise ApiError("ServiceUnavailable", "the stand-in is closing", 503)
            self._records[record.kind, record.name] = record
            thread = threading.Thread(target=body, args=(record,), daemon=True) if body else None
            if thread:
                self._threads.append(thread)
        if thread:
            thread.start()
        return record

    def remove(self, record: Record) -> None:
        """Forget a record."""
        with self._lock:
            self._records.pop((record.kind, record.name), None)

    def close(self) -> None:
        """End all that runs, and wait until its threads have ended."""
        with self._lock:
            self._closed = True
            records = list(self._records.values())
        for record in records:
            if hasattr(record, "kill"):
                record.kill()
        for thread in self._threads:
            thread.join(30)

    def list(
        self, kind: str, request: dict[str, Any], describe: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Answer a List operation: filtered, sorted, one page of it.

        Args:
            kind: what is listed.
            request: the request.
            describe: tells all of a record; a summary is the part of it that the API model names.

        Raises:
            ApiError: it lists by something else.
        """
        asked = dict(request)
        for name in ("NextToken", "MaxResults"):
            asked.pop(name, None)
        # The defaults that the API model's documentation gives.
        by = asked.pop("SortBy", "Name" if kind == "HyperParameterTuningJob" else "CreationTime")
        ascending = kind in JOBS - {"TransformJob"}
        order = asked.pop("SortOrder", "Ascending" if ascending else "Descending")
        part, status = asked.pop("NameContains", ""), asked.pop("StatusEquals", None)
        times = {name: _seconds(asked.pop(name)) for name in list(asked) if "Time" in name}
        if asked:
            raise invalid(f"the stand-in does not list by {', '.join(sorted(asked))}")
        wanted = [
            record
            for record in self.all(kind)
            if part in record.name
            and status in (None, record.status)
            and all(_within(record, name, value) for name, value in times.items())
        ]
        if by != "CreationTime":
            wanted.sort(key=lambda record: record.name if by == "Name" else record.status)
        if order == "Descending":
            wanted.reverse()
        shape = api_model().operation_model(f"List{kind}s").output_shape
        field_name = next(name for name in shape.members if name != "NextToken")
        members = shape.members[field_name].member.members
        records, more = page(wanted, request, _PAGE)
        summaries = [
            {name: value for name, value in describe(record).items() if name in members}
            for record in records
        ]
        return {field_name: summaries, **more}

    def tag(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Answer AddTags, DeleteTags or ListTags.

        Raises:
            ApiError: nothing has this ARN. The wording is ours.
        """
        address = request["ResourceArn"]
        record = next((each for each in self.all(*KINDS) if each.arn == address), None)
        if record is None:
            raise invalid(f"Could not find resource {address}")
        record.tags |= {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])}
        for key in request.get("TagKeys", []):
            record.tags.pop(key, None)
        if operation == "DeleteTags":
            return {}
        tags = [{"Key": key, "Value": value} for key, value in record.tags.items()]
        tags, more = page(tags, request, 50) if operation == "ListTags" else (tags, {})
        return {"Tags": tags, **more}


def _seconds(value: Any) -> float:
    return round(parse_timestamp(value).timestamp(), 3)


def _within(record: Record, limit: str, value: float) -> bool:
    name = limit.removesuffix("After").removesuffix("Before")
    known = record.described[name]
    return known > value if limit.endswith("After") else known < value
