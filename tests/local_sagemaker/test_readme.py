"""The README of the package keeps its word: its blocks run, its table is what the code does."""

import importlib
import os
import re
import subprocess
import sys

import pytest

import local_sagemaker
from local_sagemaker.service import Service
from tests import PATIENCE
from tests.local_sagemaker import api

README = (api.ROOT / "src/local_sagemaker/README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r'^```python(?: title="([^"]*)")?\n(.*?)^```$', README, re.M | re.S)
FAILING = """
def test_that_fails(local_sagemaker):
    local_sagemaker.client("sagemaker").create_processing_job(
        ProcessingJobName="mine",
        RoleArn="arn:aws:iam::123456789012:role/mine",
        AppSpecification={
            "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1",
            "ContainerEntrypoint": ["python3", "-c", "raise KeyError('of the script')"],
        },
        ProcessingResources={"ClusterConfig": {
            "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1
        }},
    )
    assert local_sagemaker.wait("mine")["ProcessingJobStatus"] == "Completed"
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What the blocks without a title print, one after the other in one interpreter."""
    source = "\nprint('-- next --')\n".join(block for title, block in BLOCKS if not title)
    with local_sagemaker.running() as aws:
        result = subprocess.run(
            [sys.executable, "-c", source],
            cwd=tmp_path_factory.mktemp("reader"),
            env={**os.environ, **aws.environment(), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert result.returncode == 0, result.stderr
    return [part + result.stderr for part in result.stdout.split("-- next --\n")]


def test_three_things_run_and_print_what_they_say(printed):
    assert len(printed) == 3
    by_boto3, by_sdk, by_states = printed
    assert by_boto3.startswith("3 rows\n")
    version = importlib.import_module("sklearn").__version__
    assert f"scikit-learn {version}" in by_sdk
    assert '\nSUCCEEDED "Completed"\n' in f"\n{by_states}"
    for said in ("# 3 rows", '# SUCCEEDED "Completed"'):
        assert said in README


def test_fixture_leads_to_a_stand_in_and_shows_why_a_job_failed(pytester):
    titled = {title: block for title, block in BLOCKS if title}
    assert set(titled) == {"conftest.py", "test_job.py"}
    for title, block in titled.items():
        pytester.path.joinpath(title).write_text(block, encoding="utf-8")
    pytester.makepyfile(test_zz=FAILING)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", timeout=PATIENCE)
    result.assert_outcomes(passed=1, failed=1)
    assert "KeyError: 'of the script'" in result.stdout.str()


def table():
    classes = Service(None, None).classes()
    lines = ["| | operations |", "| --- | --- |"]
    for name in ("runs", "answers"):
        lines.append(f"| {name} | {', '.join(f'`{each}`' for each in classes[name])} |")
    lines.append(f"| refused | all others, {len(classes['refused'])}: `UnsupportedOperation` |")
    return "\n".join(lines)


def test_table_of_operations_is_that_of_the_code():
    found = re.search(r"<!-- operations -->(.*)<!-- /operations -->", README, re.S)
    assert found, "the markers are missing"
    assert found[1].strip() == table(), f"write this table into the README:\n\n{table()}\n"
