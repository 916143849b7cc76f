"""A stand-in begins with nothing, ends with everything it started, and changes nothing outside."""

import os
import signal
import uuid
from pathlib import Path

import pytest

import local_sagemaker
from tests.local_sagemaker import api


def test_nothing_is_remembered():
    for _ in range(2):
        with local_sagemaker.running() as running:
            assert running.client("s3").list_buckets()["Buckets"] == []
            running.client("s3").create_bucket(Bucket=api.BUCKET)
            api.run_processing(running, "same-name", "")


def test_environment_comes_back(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://before")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    with local_sagemaker.running() as running:
        assert os.environ["AWS_ENDPOINT_URL"] == running.endpoint
        assert "AWS_PROFILE" not in os.environ
    assert os.environ["AWS_ENDPOINT_URL"] == "http://before"
    assert os.environ["AWS_PROFILE"] == "mine"


@pytest.mark.parametrize("isolate", [True, False])
def test_jobs_end_with_the_stand_in(isolate):
    mark = f"984{uuid.uuid4().int % 10**9}"
    with local_sagemaker.running(isolate=isolate) as running:
        running.client("s3").create_bucket(Bucket=api.BUCKET)
        source = f"import subprocess; subprocess.run(['setsid', 'sleep', '{mark}'])"
        api.start_processing(running, "left", source)
        assert api.waiting_until(lambda: api.processes(f"sleep {mark}"))
    assert api.processes(mark) == []


def test_logs_are_kept_where_somebody_wants_them(tmp_path):
    with local_sagemaker.running(logs=tmp_path / "kept") as aws:
        aws.client("s3").create_bucket(Bucket=api.BUCKET)
        api.run_processing(aws, "kept", "print('kept')")
    assert "kept" in (tmp_path / "kept" / "ProcessingJob-kept.log").read_text()


def parents_of_jobs():
    """The processes of this one that jobs are forked from."""
    return {n for n in api.descendants(os.getpid()) if "local_sagemaker.forks" in api.command(n)}


def is_over(pid):
    """Whether a process that was killed has closed its files, which it does after all else."""
    folder = Path(f"/proc/{pid}")
    try:
        state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        return state == "Z" and len(list((folder / "task").iterdir())) == 1
    except OSError:
        return True


def test_stand_ins_that_follow_each_other_have_one_process_that_jobs_are_forked_from():
    """Which `kept_warm` keeps, and which is started anew where it was killed."""
    seen = []
    for number in range(3):
        with local_sagemaker.running() as running:
            running.client("s3").create_bucket(Bucket=api.BUCKET)
            job = api.run_processing(running, "same-name", "")
            assert job["ProcessingJobStatus"] == "Completed"
        seen.append(parents_of_jobs())
        if number == 1:
            for pid in seen[1]:
                os.kill(pid, signal.SIGKILL)
            assert api.waiting_until(lambda: not parents_of_jobs() and all(map(is_over, seen[1])))
    assert len(seen[0]) == len(seen[2]) == 1
    assert seen[0] == seen[1] != seen[2]
