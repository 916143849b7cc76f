"""Batch transform: split the input, let each container of the model answer, assemble the output."""

from __future__ import annotations

import json
import tarfile
import time
from dataclasses import dataclass
from typing import Any

from local_sagemaker import images
from local_sagemaker.containers.contract import FOLDER
from local_sagemaker.errors import JobFailed
from local_sagemaker.host import Host
from local_sagemaker.jobs import Job
from local_sagemaker.launcher import Stage

_DEFAULT_PAYLOAD_MB = 6  # MaxPayloadInMB of CreateTransformJob when not given


@dataclass
class _Payload:
    """One request on its way through the containers."""

    body: bytes
    content_type: str


def run(job: Job, host: Host, model: dict[str, Any]) -> None:
    """Bring a transform job to its end.

    Args:
        job: the job.
        host: what it runs on.
        model: the description of its model, as DescribeModel gives it.

    Raises:
        JobFailed: with the job's FailureReason.
        JobStopped: it was stopped.
    """
    request = job.request
    _refuse(request)
    source, target = request["TransformInput"], request["TransformOutput"]
    job.described["TransformStartTime"] = time.time()
    containers = model.get("Containers") or [model["PrimaryContainer"]]
    with Stage() as inputs:
        prefix = source["DataSource"]["S3DataSource"]["S3Uri"]
        paths = host.storage.download(prefix, inputs.ml, trouble="")
        batches = [_split(path.read_bytes(), request) for path in paths]
        # AWS sends one request after the other through all containers. Here one container
        # answers all requests before the next begins, which the containers cannot tell.
        flow = [
            _Payload(body, source.get("ContentType", "")) for batch in batches for body in batch
        ]
        for number, container in enumerate(containers):
            # Only the last container learns what the request accepts.
            accept = target.get("Accept", "") if number == len(containers) - 1 else ""
            flow = _answer(job, host, container, flow, accept)
        answers = iter(flow)
        for path, batch in zip(paths, batches, strict=True):
            body = _assemble([next(answers).body for _ in batch], target.get("AssembleWith"))
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


def _answer(
    job: Job, host: Host, container: dict[str, Any], flow: list[_Payload], accept: str
) -> list[_Payload]:
    """Return what one container answers to all payloads."""
    image = images.find(container["Image"])
    with Stage() as stage:
        if "ModelDataUrl" in container:
            host.storage.unpack(container["ModelDataUrl"], stage.ml / "model")
        environment = container.get("Environment", {}) | job.request.get("Environment", {})
        code = environment.get("SAGEMAKER_SUBMIT_DIRECTORY", "")
        if code.startswith("s3://"):
            host.storage.unpack(code, stage.ml / "code")
        _write_requests(stage, flow, accept)
        spec = {
            "task": {"call": image.serve},
            "exports": [{"from": f"{FOLDER}/responses", "to": "responses.tar"}],
            "network": True,
        }
        process = host.start(stage, spec, environment, image.preload)
        code = job.run_process(process, None)
        if code:
            raise JobFailed("AlgorithmError: See job logs for more information")
        return _read_responses(stage)


def _write_requests(stage: Stage, flow: list[_Payload], accept: str) -> None:
    folder = stage.ml / FOLDER
    (folder / "requests").mkdir(parents=True)
    for number, payload in enumerate(flow):
        (folder / "requests" / str(number)).write_bytes(payload.body)
    words = [{"content_type": payload.content_type, "accept": accept} for payload in flow]
    (folder / "requests.json").write_text(json.dumps(words), encoding="utf-8")


def _read_responses(stage: Stage) -> list[_Payload]:
    path = stage.result("responses.tar")
    if path is None:
        raise JobFailed("AlgorithmError: See job logs for more information")
    with tarfile.open(path) as archive:
        index = json.loads(archive.extractfile("index.json").read())
        for response in index:
            if response["status"] != 200:
                # A status of 4xx blames the client, anything else the algorithm.
                kind = "ClientError" if response["status"] < 500 else "AlgorithmError"
                raise JobFailed(f"{kind}: See job logs for more information")
        return [
            _Payload(archive.extractfile(str(number)).read(), response["content_type"])
            for number, response in enumerate(index)
        ]
