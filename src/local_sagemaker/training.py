"""Training jobs: data from S3, the algorithm or script, the model to S3."""

from __future__ import annotations

import tarfile
import time
from pathlib import Path
from typing import Any

from local_sagemaker import images, layout
from local_sagemaker.errors import JobFailed, JobStopped
from local_sagemaker.host import Host
from local_sagemaker.jobs import Job
from local_sagemaker.launcher import Stage

_EXPORTS = [
    {"from": "model", "to": "model.tar.gz"},
    {"from": "output/data", "to": "output.tar.gz"},
    {"from": "output/failure", "to": "failure"},
]
_USER_ERROR = 2


def run(job: Job, host: Host) -> None:
    """Bring a training job to its end.

    Raises:
        JobFailed: with the job's FailureReason.
        JobStopped: it was stopped, or ran longer than MaxRuntimeInSeconds. What it had saved by
            then is in S3, as the developer guide says of StopTrainingJob.
    """
    request = job.request
    if request["ResourceConfig"].get("InstanceCount", 1) != 1:
        raise JobFailed("ClientError: the stand-in has one instance: set InstanceCount to 1")
    for name in ("CheckpointConfig", "DebugRuleConfigurations", "ProfilerRuleConfigurations"):
        if request.get(name):
            raise JobFailed(f"ClientError: the stand-in does not do {name}")
    job.say("Starting", "Starting the training job")
    image, task = _task(request)
    limit = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
    with Stage() as stage:
        layout.write_training(stage, request)
        job.described["TrainingStartTime"] = time.time()
        job.say("Downloading", "Downloading input data")
        _download(stage, request, host)
        job.say("Training", "Training image download completed. Training in progress.")
        spec = {
            "task": task,
            "exports": _EXPORTS,
            "network": not request.get("EnableNetworkIsolation", False),
        }
        environment = layout.training_environment(request, job.arn)
        volume = request["ResourceConfig"].get("VolumeSizeInGB")
        process = host.start(stage, spec, environment, image.preload, volume)
        try:
            code = job.run_process(process, limit)
            job.say("Uploading", "Uploading generated training model")
        except JobStopped:
            _upload(job, stage, host)
            raise
        _upload(job, stage, host)  # of a failed job too
        if code:
            raise JobFailed(_reason(stage, code, task))


def _task(request: dict[str, Any]) -> tuple[images.Image, dict[str, Any]]:
    algorithm = request["AlgorithmSpecification"]
    if "TrainingImage" not in algorithm:
        raise JobFailed("ClientError: the stand-in runs no algorithm of the AWS Marketplace")
    if "ContainerEntrypoint" in algorithm:
        words = algorithm["ContainerEntrypoint"] + algorithm.get("ContainerArguments", [])
        known = images.IMAGES.get(images.repository(algorithm["TrainingImage"]), images.Image())
        return known, {"argv": words, "cwd": "/opt/ml/code"}
    image = images.find(algorithm["TrainingImage"])
    return image, {"call": image.train}


def _download(stage: Stage, request: dict[str, Any], host: Host) -> None:
    for channel in request.get("InputDataConfig", []):
        source = channel["DataSource"].get("S3DataSource")
        mode = channel.get("InputMode", request["AlgorithmSpecification"].get("TrainingInputMode"))
        packed = {channel.get("CompressionType"), channel.get("RecordWrapperType")} - {"None", None}
        if source is None or source["S3DataType"] != "S3Prefix" or mode == "Pipe" or packed:
            raise JobFailed(
                f"ClientError: channel {channel['ChannelName']}: the stand-in reads an S3Prefix, "
                "uncompressed and as files"
            )
        folder = stage.ml / "input/data" / channel["ChannelName"]
        folder.mkdir(parents=True)
        host.storage.download(source["S3Uri"], folder)
    code = layout.decoded(request.get("HyperParameters", {}).get("sagemaker_submit_directory", ""))
    if isinstance(code, str) and code.startswith("s3://"):
        host.storage.unpack(code, stage.ml / "code")


def _upload(job: Job, stage: Stage, host: Host) -> None:
    target = f"{job.request['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}/output"
    for name in ("model.tar.gz", "output.tar.gz"):
        path = stage.result(name)
        if path is None or not _has_members(path):
            continue
        host.storage.upload(path, f"{target}/{name}")
        if name == "model.tar.gz":
            job.described["ModelArtifacts"] = {"S3ModelArtifacts": f"{target}/{name}"}


def _has_members(path: Path) -> bool:
    with tarfile.open(path) as archive:
        return archive.next() is not None


def _reason(stage: Stage, code: int, task: dict[str, Any]) -> str:
    path = stage.result("failure")
    text = path.read_text(encoding="utf-8", errors="replace").strip() if path else ""
    if not text and "call" in task:
        # The disk may be too full for the file; what the script said last went elsewhere.
        lines = stage.printed().text.decode(errors="replace").strip().splitlines()
        text = lines[-1] if lines else ""
    kind = "ClientError" if code == _USER_ERROR and "call" in task else "AlgorithmError"
    return f"{kind}: {text}, exit code: {code}"
