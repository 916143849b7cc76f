"""Where there is no private /opt/ml, jobs run all the same and the log says so; no root needed."""

import os
import time
import uuid
from pathlib import Path

import pytest

from tests.stand_in import api
from workshop_notes import stand_in
from workshop_notes.stand_in.supervise import ENVIRONMENT_ONLY

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


@pytest.fixture
def plain():
    """A stand-in that is told to do without a private /opt/ml."""
    with stand_in.running(isolate=False, disk_bytes=1 << 20, grace=0.2) as running:
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


def test_no_root_is_needed():
    """Another account may not be able to read a checkout or a Python below root's home."""
    if os.getuid() == 0:
        pytest.skip("run by root: any other account shows that none is needed")
    with stand_in.running() as aws:
        aws.client("s3").create_bucket(Bucket=api.BUCKET)
        source = "import os; open('/opt/ml/model/me', 'w').write('x')"
        job = api.run_script(aws, "plain-user", source)
        assert job["TrainingJobStatus"] == "Completed"


def test_two_at_once_are_refused(plain):
    with pytest.raises(RuntimeError, match="running in this process already"):
        stand_in.running().__enter__()


def test_nothing_is_remembered():
    for _ in range(2):
        with stand_in.running() as running:
            assert running.client("s3").list_buckets()["Buckets"] == []
            running.client("s3").create_bucket(Bucket=api.BUCKET)
            api.run_script(running, "same-name", "")


def test_environment_comes_back(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://before")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    with stand_in.running() as running:
        assert os.environ["AWS_ENDPOINT_URL"] == running.endpoint
        assert "AWS_PROFILE" not in os.environ
    assert os.environ["AWS_ENDPOINT_URL"] == "http://before"
    assert os.environ["AWS_PROFILE"] == "mine"


@pytest.mark.parametrize("isolate", [True, False])
def test_jobs_end_with_the_stand_in(isolate):
    mark = f"984{uuid.uuid4().int % 10**9}"
    with stand_in.running(isolate=isolate) as running:
        running.client("s3").create_bucket(Bucket=api.BUCKET)
        source = f"import subprocess; subprocess.run(['setsid', 'sleep', '{mark}'])"
        api.start_script(running, "left", source)
        until = time.monotonic() + 20
        while not api.processes(f"sleep {mark}") and time.monotonic() < until:
            time.sleep(0.02)
        assert api.processes(f"sleep {mark}")
    assert api.processes(mark) == []
