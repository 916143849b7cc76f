"""The folders and files of `/opt/ml`, and the environment, that a job finds.

After "How Amazon SageMaker AI provides training information" in the developer guide, and the
environment variables that the README of aws/sagemaker-training-toolkit lists (both 2026-11).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from local_sagemaker.launcher import Stage

# AWS says `algo-1`; sagemaker-training waits up to 15 minutes for a host that nobody can find.
HOST = "localhost"


def base_environment(endpoint: dict[str, str], stage: Stage, isolated: bool) -> dict[str, str]:
    """Return the environment of every job.

    Args:
        endpoint: what leads boto3 to the stand-in.
        stage: the job's folder.
        isolated: whether the job has a private `/opt/ml`; otherwise SAGEMAKER_BASE_DIR says where
            its folders are, as sagemaker-training-toolkit reads it.
    """
    binaries = [str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]
    scratch = "/tmp" if isolated else str(stage.path / "tmp")
    environment = {
        "PATH": os.pathsep.join(binaries),
        "HOME": scratch,
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "AWS_REGION": endpoint["AWS_DEFAULT_REGION"],
        "SAGEMAKER_BASE_DIR": "/opt/ml",
        **endpoint,
    }
    if "VIRTUAL_ENV" in os.environ:
        environment["VIRTUAL_ENV"] = os.environ["VIRTUAL_ENV"]
    return environment


def write_training(stage: Stage, request: dict[str, Any]) -> None:
    """Write what a training job finds in `/opt/ml/input/config`, and make the empty folders."""
    config = stage.ml / "input/config"
    for folder in ("input/config", "input/data", "model", "output/data", "code"):
        (stage.ml / folder).mkdir(parents=True, exist_ok=True)
    channels = {
        channel["ChannelName"]: {
            "TrainingInputMode": "File",
            "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
                "S3DataDistributionType", "FullyReplicated"
            ),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
        }
        for channel in request.get("InputDataConfig", [])
    }
    resources = {
        "current_host": HOST,
        "hosts": [HOST],
        "network_interface_name": "lo",
        "current_instance_type": request.get("ResourceConfig", {}).get("InstanceType", ""),
    }
    files = {
        "hyperparameters": request.get("HyperParameters", {}),
        "inputdataconfig": channels,
        "resourceconfig": resources,
    }
    for name, content in files.items():
        (config / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def training_environment(request: dict[str, Any], arn: str) -> dict[str, str]:
    """Return the `SM_…` variables of a training job, besides the request's own environment."""
    hyperparameters = for_script(request.get("HyperParameters", {}))
    channels = [channel["ChannelName"] for channel in request.get("InputDataConfig", [])]
    words: dict[str, Any] = {
        "SM_MODEL_DIR": "/opt/ml/model",
        "SM_OUTPUT_DIR": "/opt/ml/output",
        "SM_OUTPUT_DATA_DIR": "/opt/ml/output/data",
        "SM_INPUT_DIR": "/opt/ml/input",
        "SM_INPUT_CONFIG_DIR": "/opt/ml/input/config",
        "SM_MODULE_DIR": "/opt/ml/code",
        "SM_CHANNELS": json.dumps(sorted(channels)),
        "SM_HPS": json.dumps(hyperparameters),
        "SM_HOSTS": json.dumps([HOST]),
        "SM_CURRENT_HOST": HOST,
        "SM_NUM_CPUS": "1",
        "SM_NUM_GPUS": "0",
        "SM_LOG_LEVEL": "20",
        "SM_USER_ARGS": json.dumps(arguments(hyperparameters)),
        "TRAINING_JOB_NAME": request["TrainingJobName"],
        "TRAINING_JOB_ARN": arn,
    }
    for channel in channels:
        words[f"SM_CHANNEL_{channel.upper().replace('-', '_')}"] = f"/opt/ml/input/data/{channel}"
    for name, value in hyperparameters.items():
        words[f"SM_HP_{name.upper().replace('-', '_')}"] = _text(value)
    return words | request.get("Environment", {})


def for_script(given: dict[str, str]) -> dict[str, Any]:
    """Return the hyperparameters that a script gets: not those meant for toolkit and tuner."""
    return {
        name: decoded(value)
        for name, value in given.items()
        if not name.startswith(("sagemaker_", "_tuning_"))
    }


def arguments(hyperparameters: dict[str, Any]) -> list[str]:
    """Return hyperparameters as a script's command line, in the order of their names."""
    words = []
    for name in sorted(hyperparameters):
        words += [f"-{name}" if len(name) == 1 else f"--{name}", _text(hyperparameters[name])]
    return words


def decoded(value: str) -> Any:
    """Return what a hyperparameter means: SDKs write each as JSON, people write bare words."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
