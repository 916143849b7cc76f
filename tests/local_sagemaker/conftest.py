"""One stand-in for each file of tests, and the promise that no test leaves anything behind."""

import os
import tempfile
from pathlib import Path

import pytest

import local_sagemaker
from local_sagemaker import functions
from tests.local_sagemaker import api


@pytest.fixture(scope="session", autouse=True)
def own_folder_for_stages(tmp_path_factory):
    """Keep the folders of these jobs apart from those of another run on this machine."""
    before = tempfile.tempdir
    tempfile.tempdir = str(tmp_path_factory.mktemp("stages"))
    yield
    tempfile.tempdir = before


@pytest.fixture(scope="session")
def private():
    """Skip the test where jobs cannot have a private /opt/ml, in the kernel's words."""
    if reason := api.why_not_private():
        pytest.skip(reason)


@pytest.fixture(scope="module")
def aws(own_folder_for_stages):
    """A running stand-in with the published functions and an empty bucket."""
    with local_sagemaker.running(functions.load(api.MACHINES / "lambdas"), grace=0.5) as running:
        running.client("s3").create_bucket(Bucket=api.BUCKET)
        yield running


@pytest.fixture(autouse=True)
def nothing_left(own_folder_for_stages):
    """Assert after each test that none of its jobs' processes, folders and mounts is left."""
    before = _folders()
    yield
    api.waiting_until(lambda: not _job_processes() and not _folders() - before, 60)
    assert not _job_processes()
    assert not _folders() - before
    assert not _mounts()


def _folders():
    return set(Path(tempfile.gettempdir()).glob("stand-in-*"))


def _mounts():
    # Of this machine's mounts those of these jobs: another run may come and go meanwhile.
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    return [line for line in mounts if tempfile.gettempdir() in line]


def _job_processes():
    # The process that jobs are forked from stays while the stand-in runs; below it are only jobs.
    return [
        pid
        for child in api.descendants(os.getpid())
        if "local_sagemaker.forks" in api.command(child)
        for pid in api.descendants(child)
    ]
