"""Processing jobs: inputs from S3, the request's program, outputs to S3."""

from __future__ import annotations

import json
import os
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from local_sagemaker import images, layout
from local_sagemaker.containers import spark
from local_sagemaker.errors import JobFailed, JobStopped, invalid
from local_sagemaker.host import Host
from local_sagemaker.jobs import Job
from local_sagemaker.launcher import Stage
from local_sagemaker.storage import extract

_ROOT = "/opt/ml/"


def check(request: dict[str, Any]) -> None:
    """Refuse what the stand-in cannot place.

    Raises:
        ApiError: a LocalPath is not below /opt/ml, where every example of AWS puts it, or stands
            twice, which the service refuses too (issues 1950 and 4939 of sagemaker-python-sdk), or
            data come from or go to something else than files in S3.
    """
    for source in request.get("ProcessingInputs", []):
        given = source.get("S3Input", {})
        modes = [given.get(name) for name in ("S3DataType", "S3InputMode", "S3CompressionType")]
        if not given or {*modes} - {"S3Prefix", "File", "None", None}:
            raise invalid(
                f"the stand-in reads an uncompressed S3Prefix, as files: {source['InputName']}"
            )
    for target in request.get("ProcessingOutputConfig", {}).get("Outputs", []):
        if "S3Output" not in target:
            raise invalid(f"the stand-in writes to S3: {target['OutputName']} has no S3Output")
    paths = [place.get("LocalPath", "") for place in _inputs(request) + _outputs(request)]
    for path in paths:
        if sum(each.rstrip("/") == path.rstrip("/") for each in paths) > 1:
            raise invalid(f"LocalPath {path!r} stands more than once")
        if not path.startswith(_ROOT) or ".." in path.split("/"):
            raise invalid(f"LocalPath {path!r} must begin with /opt/ml/")


def run(job: Job, host: Host) -> None:
    """Bring a processing job to its end.

    Raises:
        JobFailed: with the job's FailureReason.
        JobStopped: it was stopped, or ran longer than MaxRuntimeInSeconds.
    """
    request = job.request
    cluster = request["ProcessingResources"]["ClusterConfig"]
    if cluster["InstanceCount"] != 1:
        raise JobFailed("ClientError: the stand-in has one instance: set InstanceCount to 1")
    program = request["AppSpecification"]
    words = program.get("ContainerEntrypoint", []) + program.get("ContainerArguments", [])
    if "ContainerEntrypoint" not in program:
        raise JobFailed(
            f"ClientError: the stand-in has no image {program['ImageUri']}, so the request must "
            "name the program: ContainerEntrypoint"
        )
    image = images.IMAGES.get(images.repository(program["ImageUri"]), images.Image())
    special: dict[str, str] = {}
    if module := image.programs.get(words[0]):
        words = [sys.executable, "-m", module, *words[1:]]
        special = spark.environment(os.environ)
        if "SPARK_HOME" not in special:
            raise JobFailed(
                "ClientError: the stand-in has no Spark: start it with SPARK_HOME set to one, and "
                "JAVA_HOME to a Java that this Spark knows"
            )
        special["PYTHONPATH"] = str(Path(__file__).parents[1])
    job.described["ProcessingStartTime"] = time.time()
    with Stage() as stage:
        (stage.ml / "processing").mkdir()
        _write_config(stage, job)
        for source in _inputs(request):
            folder = _inside(stage, source["LocalPath"])
            folder.mkdir(parents=True, exist_ok=True)
            host.storage.download(source["S3Uri"], folder)
        outputs = _outputs(request)
        exports = [{"from": "output/message", "to": "message"}]
        for number, output in enumerate(outputs):
            _inside(stage, output["LocalPath"]).mkdir(parents=True, exist_ok=True)
            exports.append({"from": output["LocalPath"].removeprefix(_ROOT), "to": f"{number}.tar"})
        network = request.get("NetworkConfig", {}).get("EnableNetworkIsolation", False)
        spec = {
            "task": {"argv": words, "cwd": "/opt/ml/processing"},
            "exports": exports,
            "network": not network,
        }
        named = {"PROCESSING_JOB_NAME": job.name}
        environment = named | special | request.get("Environment", {})
        volume = cluster["VolumeSizeInGB"]
        process = host.start(stage, spec, environment, image.preload, volume)
        limit = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
        try:
            code = job.run_process(process, limit)
        except JobStopped:
            _upload(stage, outputs, host)
            raise
        if message := stage.result("message"):
            job.described["ExitMessage"] = message.read_text(errors="replace")[:1024]
        if code:
            job.note(f"exit code: {code}")
            raise JobFailed("AlgorithmError: See job logs for more information")
        _upload(stage, outputs, host)


def _inputs(request: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["S3Input"] for each in request.get("ProcessingInputs", [])]


def _outputs(request: dict[str, Any]) -> list[dict[str, Any]]:
    outputs = request.get("ProcessingOutputConfig", {}).get("Outputs", [])
    return [each["S3Output"] for each in outputs]


def _inside(stage: Stage, path: str) -> Path:
    return stage.ml / path.removeprefix(_ROOT)


def _write_config(stage: Stage, job: Job) -> None:
    config = stage.ml / "config"
    config.mkdir()
    described = {"ProcessingJobArn": job.arn, **job.request}
    (config / "processingjobconfig.json").write_text(json.dumps(described), encoding="utf-8")
    resources = {"current_host": layout.HOST, "hosts": [layout.HOST]}
    (config / "resourceconfig.json").write_text(json.dumps(resources), encoding="utf-8")


def _upload(stage: Stage, outputs: list[dict[str, Any]], host: Host) -> None:
    for number, output in enumerate(outputs):
        if archive := stage.result(f"{number}.tar"):
            with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as opened:
                extract(opened, Path(folder))
                host.storage.upload_folder(Path(folder), output["S3Uri"])
