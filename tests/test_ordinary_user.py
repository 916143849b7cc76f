"""What can differ for somebody who is not root, seen where the suite runs as root."""

from __future__ import annotations

import pytest

from tests import ordinary_user

SELECTION = [
    "tests/local_sagemaker/test_private.py",
    "tests/local_sagemaker/test_disk.py",
    "tests/local_sagemaker/test_processing.py",
    "tests/workshop_notes/examples/test_examples.py::test_the_run_prints_what_the_page_shows",
    "-k",
    "not test_the_run_prints or processing/add_packages",
]


def test_jobs_run_for_an_ordinary_user_as_they_do_for_root(tmp_path):
    if reason := ordinary_user.why_not():
        pytest.skip(reason)
    done = ordinary_user.run(SELECTION, tmp_path)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    assert " passed" in done.stdout and "skipped" not in done.stdout.splitlines()[-2], done.stdout
