"""Batch transform: split the input, let each container of the model answer, assemble the output."""

from __future__ import annotations

import time
from typing import Any

from local_sagemaker.errors import JobFailed, JobStopped, invalid
from local_sagemaker.host import Host
from local_sagemaker.jobs import Job
from local_sagemaker.launcher import Stage
from local_sagemaker.serving import Containers
from local_sagemaker.storage import Storage

_DEFAULT_PAYLOAD_MB = 6  # MaxPayloadInMB of CreateTransformJob when not given


def check_model(request: dict[str, Any], storage: Storage) -> None:
    """Refuse a model that the service, or the stand-in, would not make.

    Raises:
        ApiError: with the reason.
    """
    containers = request.get("Containers") or [request.get("PrimaryContainer")]
    direct = request.get("InferenceExecutionConfig", {}).get("Mode") == "Direct"
    for container in containers:
        if not container or "Image" not in container:
            raise invalid("the stand-in needs an Image in each container, not a model package")
        source = container.get("ModelDataSource", {}).get("S3DataSource", {})
        several = container.get("Mode") == "MultiModel" or "AdditionalModelDataSources" in container
        if several or direct or "ManifestS3Uri" in source:
            raise invalid("the stand-in serves one model in each container, one behind the other")
        url = container.get("ModelDataUrl")
        if url and not storage.exists(url):
            raise invalid(f"Could not find model data at {url}.")


def run(job: Job, host: Host, model: dict[str, Any]) -> None:
    """Bring a transform job to its end.

    Args:
        job: the job.
        host: what it runs on.
        model: the request that made its model.

    Raises:
        JobFailed: with the job's FailureReason.
        JobStopped: it was stopped.
    """
    request = job.request
    _refuse(request)
    source, target = request["TransformInput"], request["TransformOutput"]
    job.described["TransformStartTime"] = time.time()
    kind, accept = source.get("ContentType", ""), target.get("Accept", "")
    with Stage() as inputs:
        prefix = source["DataSource"]["S3DataSource"]["S3Uri"]
        paths = host.storage.download(prefix, inputs.ml, trouble="")
        results = []
        with Containers(host, model, job, request.get("Environment", {})) as containers:
            containers.ready()
            for path in paths:
                answers = []
                for body in _split(path.read_bytes(), request):
                    answer = containers.invoke(body, kind, accept)
                    if job.stop_requested.is_set():
                        raise JobStopped()
                    if answer.status != 200:
                        # A status of 4xx blames the client, anything else the algorithm.
                        blamed = "ClientError" if 400 <= answer.status < 500 else "AlgorithmError"
                        raise JobFailed(f"{blamed}: See job logs for more information")
                    answers.append(answer.body)
                results.append(_assemble(answers, target.get("AssembleWith")))
        for path, body in zip(paths, results, strict=True):
            result = path.with_name(f"{path.name}.out")
            result.write_bytes(body)
            name = result.relative_to(inputs.ml).as_posix()
            host.storage.upload(result, f"{target['S3OutputPath'].rstrip('/')}/{name}")


def _refuse(request: dict[str, Any]) -> None:
    source = request["TransformInput"]
    problems = {
        "DataProcessing": "DataProcessing" in request,
        "SplitType other than Line and None": source.get("SplitType") not in {None, "None", "Line"},
        "compressed input": source.get("CompressionType", "None") != "None",
        "ManifestFile": source["DataSource"]["S3DataSource"]["S3DataType"] != "S3Prefix",
    }
    for name, present in problems.items():
        if present:
            raise JobFailed(f"ClientError: the stand-in does not do {name}")


def _split(data: bytes, request: dict[str, Any]) -> list[bytes]:
    """Return the bodies of the requests that one object becomes."""
    if request["TransformInput"].get("SplitType") != "Line":
        return [data]
    lines = data.splitlines(keepends=True)
    if request.get("BatchStrategy") == "SingleRecord":
        return [line.rstrip(b"\r\n") for line in lines]
    # 0 stands for no limit.
    most = request.get("MaxPayloadInMB", _DEFAULT_PAYLOAD_MB) << 20 or len(data)
    batches: list[list[bytes]] = []
    size = most + 1
    for line in lines:
        if size + len(line) > most:
            batches.append([])
            size = 0
        batches[-1].append(line)
        size += len(line)
    return [b"".join(batch) for batch in batches]


def _assemble(answers: list[bytes], assemble_with: str | None) -> bytes:
    if assemble_with != "Line":
        return b"".join(answers)
    return b"".join(part if part.endswith(b"\n") else part + b"\n" for part in answers)
