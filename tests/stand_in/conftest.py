"""One stand-in for each file of tests, and the promise that no test leaves anything behind."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from tests.stand_in import api
from workshop_notes import stand_in
from workshop_notes.stand_in import functions


@pytest.fixture(scope="session", autouse=True)
def own_folder_for_stages(tmp_path_factory):
    """Keep the folders of these jobs apart from those of another run on this machine."""
    before = tempfile.tempdir
    tempfile.tempdir = str(tmp_path_factory.mktemp("stages"))
    yield
    tempfile.tempdir = before


@pytest.fixture(scope="module")
def aws(own_folder_for_stages):
    """A running stand-in with the published functions and an empty bucket."""
    with stand_in.running(functions.load(api.MACHINES / "lambdas"), grace=0.5) as running:
        running.client("s3").create_bucket(Bucket=api.BUCKET)
        yield running


@pytest.fixture(autouse=True)
def nothing_left(own_folder_for_stages):
    """Assert after each test that no job's process, folder or mount is left."""
    mounts = Path("/proc/self/mountinfo").read_text()
    before = _folders()
    yield
    until = time.monotonic() + 5
    while time.monotonic() < until and (_job_processes() or _folders() - before):
        time.sleep(0.02)
    assert not _job_processes()
    assert not _folders() - before
    assert Path("/proc/self/mountinfo").read_text() == mounts


def _folders():
    return set(Path(tempfile.gettempdir()).glob("stand-in-*"))


def _job_processes():
    # The process that jobs are forked from stays while the stand-in runs; below it are only jobs.
    return [
        pid
        for child in api.descendants(os.getpid())
        if "stand_in.forks" in _command(child)
        for pid in api.descendants(child)
    ]


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.hookimpl(tryfirst=True)  # before the marks are looked at
def pytest_collection_modifyitems(items):
    """Leave this folder to `make test-heavy`: it starts hundreds of jobs.

    Skip it where the kernel forbids what it is about, as inside a chroot.
    """
    here = Path(__file__).parent
    mine = [item for item in items if item.path.is_relative_to(here)]
    reason = api.why_not_private() if mine else ""
    for item in mine:
        item.add_marker(pytest.mark.heavy)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
