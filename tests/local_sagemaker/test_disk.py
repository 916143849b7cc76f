"""A job that writes without end meets the limit of its disk, and the machine does not notice."""

import re

import pytest

import local_sagemaker
from tests.local_sagemaker import api

DISK_BYTES = 24 << 20


@pytest.fixture(scope="module")
def small(own_folder_for_stages):
    """A stand-in whose jobs have a small disk."""
    with local_sagemaker.running(disk_bytes=DISK_BYTES, grace=0.5) as running:
        running.client("s3").create_bucket(Bucket=api.BUCKET)
        yield running


def alive(aws, name):
    return api.run_script(aws, f"{name}-after", "")["TrainingJobStatus"] == "Completed"


@pytest.mark.parametrize("folder", ["/opt/ml/model", "/tmp", "/dev/shm", "/etc"])
def test_script_that_fills_the_disk(small, private, folder):
    name = f"full{folder.replace('/', '-')}"
    source = f"""
for number in range(100):
    with open(f"{folder}/{{number}}", "wb") as file:
        file.write(bytes(1 << 20))
"""
    job = api.run_script(small, name, source)
    assert job["TrainingJobStatus"] == "Failed"
    assert "OSError: [Errno 28] No space left on device" in job["FailureReason"]
    assert alive(small, name)


def test_input_that_is_larger_than_the_disk(small, private):
    api.put(small, "large/rows", bytes(DISK_BYTES))
    job = api.run_script(small, "large", "", InputDataConfig=[api.channel("large/")])
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "ClientError: Data download failed: No space left on device"
    assert alive(small, "large")


def test_log_without_end_is_cut_off(small):
    # Not by the file system of the job: the log lies outside it.
    source = "import os\nwhile True: os.write(1, bytes(1 << 22))"
    job = api.run_script(small, "endless-log", source)
    assert job["TrainingJobStatus"] == "Failed"
    assert re.search("exit code: (1|153)$", job["FailureReason"])
    assert alive(small, "endless-log")
