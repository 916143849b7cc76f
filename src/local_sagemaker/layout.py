"""The folders and files of `/opt/ml`, and the environment, that a job finds.

After "How Amazon SageMaker AI provides training information" in the developer guide, and after
`mapping.py` and `environment.py` of aws/sagemaker-training-toolkit (both 2026-11).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from local_sagemaker import sandbox
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
    shown = isolated and sandbox.has_venv()
    python = sandbox.VENV / "bin" if shown else Path(sys.executable).parent
    binaries = [str(python), "/usr/local/bin", "/usr/bin", "/bin"]
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
        environment["VIRTUAL_ENV"] = str(python.parent)
    return environment


def write_training(stage: Stage, request: dict[str, Any]) -> None:
    """Write what a training job finds in `/opt/ml/input/config`, and make the empty folders."""
    for folder in ("input/config", "input/data", "model", "output/data", "code"):
        (stage.ml / folder).mkdir(parents=True, exist_ok=True)
    files = {
        "hyperparameters": request.get("HyperParameters", {}),
        "inputdataconfig": _channels(request),
        "resourceconfig": _resources(request),
    }
    for name, content in files.items():
        path = stage.ml / f"input/config/{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")


def _channels(request: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        channel["ChannelName"]: {
            "TrainingInputMode": "File",
            "S3DistributionType": channel["DataSource"]
            .get("S3DataSource", {})
            .get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
        }
        for channel in request.get("InputDataConfig", [])
    }


def _resources(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "current_host": HOST,
        "hosts": [HOST],
        "network_interface_name": "lo",
        "current_instance_type": request.get("ResourceConfig", {}).get("InstanceType", ""),
    }


def training_environment(request: dict[str, Any], arn: str) -> dict[str, str]:
    """Return the variables of a training job, the request's own among them."""
    given = {name: decoded(text) for name, text in request.get("HyperParameters", {}).items()}
    hyperparameters = for_script(request.get("HyperParameters", {}))
    channels = _channels(request)
    program = str(given.get("sagemaker_program", ""))
    known: dict[str, Any] = _resources(request) | {
        "model_dir": "/opt/ml/model",
        "output_dir": "/opt/ml/output",
        "output_data_dir": "/opt/ml/output/data",
        "output_intermediate_dir": "/opt/ml/output/intermediate",
        "input_dir": "/opt/ml/input",
        "input_config_dir": "/opt/ml/input/config",
        "input_data_config": channels,
        "resource_config": _resources(request),
        "module_dir": given.get("sagemaker_submit_directory", "/opt/ml/code"),
        "module_name": program.removesuffix(".py"),
        "user_entry_point": program,
        "num_cpus": 1,
        "num_gpus": 0,
        "log_level": 20,
    }
    folders = {name: f"/opt/ml/input/data/{name}" for name in channels}
    whole = {"channel_input_dirs": folders, "hyperparameters": hyperparameters}
    known["training_env"] = known | whole | {"job_name": request["TrainingJobName"]}
    known |= {f"channel_{name}": folder for name, folder in folders.items()}
    known |= {f"hp_{name}": value for name, value in hyperparameters.items()}
    known |= {"channels": sorted(channels), "hps": hyperparameters}
    known["user_args"] = arguments(hyperparameters)
    words = {f"SM_{name.upper()}": _text(value) for name, value in known.items()}
    words |= {"TRAINING_JOB_NAME": request["TrainingJobName"], "TRAINING_JOB_ARN": arn}
    return words | request.get("Environment", {})


def for_script(given: dict[str, str]) -> dict[str, Any]:
    """Return the hyperparameters that a script gets: not those meant for toolkit and tuner."""
    return {
        name: decoded(value)
        for name, value in given.items()
        if not name.startswith(("sagemaker_", "_tuning_"))
    }


def arguments(hyperparameters: dict[str, Any]) -> list[str]:
    """Return hyperparameters as a script's command line, in the order of their names.

    A list and a truth value come as Python writes them, a mapping as `a=1,b=2`.
    """
    words = []
    for name, value in sorted(hyperparameters.items()):
        if isinstance(value, dict):
            value = ",".join(f"{key}={value[key]}" for key in sorted(value))
        text = "" if value is None else str(value)
        words += [f"-{name}" if len(name) == 1 else f"--{name}", text]
    return words


def decoded(value: str) -> Any:
    """Return what a hyperparameter means: SDKs write each as JSON, people write bare words."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    compact = (",", ":")
    return (
        value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=compact)
    )
