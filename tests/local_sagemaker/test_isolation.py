"""Where there is no private /opt/ml, jobs run all the same and the log says so."""

import uuid
from pathlib import Path

import pytest

import local_sagemaker
from local_sagemaker.supervise import ENVIRONMENT_ONLY
from tests.local_sagemaker import api

TRAIN = """
import os, pathlib
rows = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"], "rows.csv").read_text()
pathlib.Path(os.environ["SM_MODEL_DIR"], "copy.csv").write_text(rows)
print(os.environ["SAGEMAKER_BASE_DIR"])
"""
PROCESS = """
import pathlib, sys
pathlib.Path(sys.argv[1], "out.txt").write_text("made")
"""


@pytest.fixture(scope="module")
def plain(own_folder_for_stages):
    """A stand-in that is told to do without a private /opt/ml."""
    with local_sagemaker.running(isolate=False, disk_bytes=1 << 20, grace=0.2) as running:
        running.client("s3").create_bucket(Bucket=api.BUCKET)
        yield running


def test_training_without_a_private_folder(plain):
    assert plain.isolation == ENVIRONMENT_ONLY
    api.put(plain, "rows/rows.csv", b"1,2")
    job = api.run_script(plain, "plain", TRAIN, InputDataConfig=[api.channel("rows/")])
    assert job["TrainingJobStatus"] == "Completed", plain.log("plain")
    first, base = plain.log("plain").splitlines()
    assert first.startswith("stand-in: no private /opt/ml here (switched off)")
    assert base != "/opt/ml"
    assert not Path(base).exists()
    assert api.keys(plain, "models/") == ["models/plain/output/model.tar.gz"]


def test_processing_without_a_private_folder_gets_changed_arguments(plain):
    request = {
        "AppSpecification": {
            "ImageUri": "1.dkr.ecr.us-east-1.amazonaws.com/own:1",
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/script.py"],
            "ContainerArguments": ["/opt/ml/processing/output"],
        }
    }
    job = api.run_processing(
        plain, "plain", PROCESS, outputs={"/opt/ml/processing/output": "made"}, **request
    )
    assert job["ProcessingJobStatus"] == "Completed", plain.log("plain")
    assert api.get(plain, "made/out.txt") == b"made"


def test_daemon_does_not_outlive_its_job_without_namespaces(plain):
    mark = f"985{uuid.uuid4().int % 10**9}"
    source = f"import subprocess; subprocess.Popen(['setsid', 'sleep', '{mark}'])"
    assert api.run_script(plain, "daemon", source)["TrainingJobStatus"] == "Completed"
    assert api.processes(mark) == []


def test_file_larger_than_the_disk_fails_without_namespaces(plain):
    source = "open(__import__('os').environ['SM_MODEL_DIR'] + '/x', 'wb').write(bytes(1 << 22))"
    job = api.run_script(plain, "large", source)
    assert "File too large" in job["FailureReason"]


def test_job_that_hangs_is_stopped_without_namespaces(plain):
    job = api.run_script(
        plain, "hangs", "while True: pass", StoppingCondition={"MaxRuntimeInSeconds": 1}
    )
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"


def test_network_cannot_be_taken_away_without_namespaces(plain):
    job = api.run_processing(plain, "alone", "", NetworkConfig={"EnableNetworkIsolation": True})
    assert "cannot do EnableNetworkIsolation here: switched off" in job["FailureReason"]


def test_other_word_with_the_same_beginning_is_left_alone_without_namespaces(plain):
    source = "import os; print(os.environ['A'], os.environ['B'])"
    environment = {"A": "/opt/mlflow", "B": "/opt/ml"}
    api.run_processing(plain, "words", source, Environment=environment)
    first, second = api.printed(plain, "words")[0].split()
    assert first == "/opt/mlflow"
    assert second.endswith("/ml") and second != "/opt/ml"


def test_two_at_once_are_refused(plain):
    with pytest.raises(RuntimeError, match="running in this process already"):
        local_sagemaker.running().__enter__()
