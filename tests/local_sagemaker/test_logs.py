"""What jobs and endpoints print is read as from CloudWatch Logs, and a failure says where it is."""

import logging
import os
import re
import sys

import pytest
from botocore.exceptions import ClientError

from tests import PATIENCE
from tests.local_sagemaker import api

GROUP = "/aws/sagemaker"
SERVED = """
print("up")
def model_fn(folder): return None
def input_fn(data, kind): return data
def predict_fn(data, model): return data
def output_fn(result, accept): return result
"""
WATCH = """
from sagemaker.core.resources import {kind}
from sagemaker.core.utils.utils import configure_logging

configure_logging("INFO")  # which its containers' lines come as

try:
    {kind}.get("{name}").wait(poll=1, logs=True)
except Exception as error:
    print(type(error).__name__, error)
"""


def streams(aws, group):
    found = aws.client("logs").describe_log_streams(logGroupName=group, orderBy="LogStreamName")
    return [stream["logStreamName"] for stream in found["logStreams"]]


def messages(aws, group, stream, **words):
    found = aws.client("logs").get_log_events(
        logGroupName=group, logStreamName=stream, startFromHead=True, **words
    )
    return [event["message"] for event in found["events"]]


def stream_of(aws, group, name):
    (found,) = [stream for stream in streams(aws, group) if stream.startswith(f"{name}/")]
    return found


@pytest.mark.parametrize(
    ("kind", "run"), [("TrainingJob", api.run_script), ("ProcessingJob", api.run_processing)]
)
def test_job_has_a_stream_that_holds_what_it_printed(aws, kind, run):
    name = f"prints-{kind.lower()}"
    job = run(aws, name, "print('first\\n\\n10 %\\r20 %')\nprint('second')")
    stream = stream_of(aws, f"{GROUP}/{kind}s", name)
    assert re.fullmatch(rf"{name}/algo-1-\d{{10}}", stream)
    assert messages(aws, f"{GROUP}/{kind}s", stream)[:3] == ["first", "10 %\r20 %", "second"]
    found = aws.client("logs").filter_log_events(
        logGroupName=f"{GROUP}/{kind}s", logStreamNamePrefix=name, filterPattern="second"
    )
    (event,) = found["events"]
    begin, end = (job[f"{when}Time"].timestamp() * 1000 for when in ("Creation", "LastModified"))
    assert begin - 1 <= event["timestamp"] <= end + 1


def test_lines_come_while_the_job_runs_and_each_once(aws):
    source = """
import signal, sys
print("before")
sys.stdout.write("half a")
sys.stdout.flush()
signal.pause()  # until it is stopped: what was begun is then a line of its own
"""
    api.start_script(aws, "live", source)
    group = f"{GROUP}/TrainingJobs"

    def seen():
        try:
            found = [each for each in streams(aws, group) if each.startswith("live/")]
        except ClientError:  # no group yet
            return []
        return messages(aws, group, found[0]) if found else []

    assert api.waiting_until(lambda: "before" in seen())
    assert api.waiting_until(lambda: aws.log("live").endswith("half a"))
    assert "half a" not in seen()
    aws.client("sagemaker").stop_training_job(TrainingJobName="live")
    assert aws.wait("live")["TrainingJobStatus"] == "Stopped"
    assert seen().count("before") == 1
    assert seen()[-1] == "half a"


def test_more_than_a_log_keeps_comes_piece_by_piece(aws, monkeypatch):
    monkeypatch.setattr("local_sagemaker.launcher._LONGEST_LOG", 1000)
    api.run_script(aws, "long", "for n in range(1000): print(n)")
    group = f"{GROUP}/TrainingJobs"
    found = messages(aws, group, stream_of(aws, group, "long"))
    assert found[-1] == "999"
    assert 200 < len(found) < 300


def test_containers_of_a_pipeline_have_streams_of_their_own(aws):
    api.put(aws, "models/served.tar.gz", api.pack({"code/inference.py": SERVED}))
    container = {
        "Image": api.SKLEARN,
        "ModelDataUrl": f"s3://{api.BUCKET}/models/served.tar.gz",
        "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
    }
    api.create_model(aws, "chain", container, container | {"ContainerHostname": "second"})
    api.put(aws, "chain/one.csv", b"1\n")
    api.run_transform(aws, "chain", "chain", "chain/")
    group = f"{GROUP}/TransformJobs"
    found = [stream for stream in streams(aws, group) if stream.startswith("chain/")]
    assert [re.sub(r"i-[0-9a-f]{17}-\d{10}", "I-T", each) for each in found] == [
        "chain/I-T/container-1",
        "chain/I-T/second",
    ]
    for stream in found:
        assert messages(aws, group, stream).count("up") == 1


def test_endpoint_keeps_its_log_after_it_is_deleted_and_made_again(aws):
    sagemaker = aws.client("sagemaker")
    api.put(aws, "models/again.tar.gz", api.pack({"code/inference.py": SERVED}))
    container = {
        "Image": api.SKLEARN,
        "ModelDataUrl": f"s3://{api.BUCKET}/models/again.tar.gz",
        "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
    }
    api.create_model(aws, "again", container)
    sagemaker.create_endpoint_config(
        EndpointConfigName="again",
        ProductionVariants=[{"VariantName": "main", "ModelName": "again"}],
    )
    for _ in range(2):
        sagemaker.create_endpoint(EndpointName="again", EndpointConfigName="again")
        assert aws.wait("again", kind="Endpoint")["EndpointStatus"] == "InService"
        sagemaker.delete_endpoint(EndpointName="again")
    found = streams(aws, f"{GROUP}/Endpoints/again")
    assert len(found) == 2
    for stream in found:
        assert re.fullmatch(r"main/i-[0-9a-f]{17}", stream)
        assert "up" in messages(aws, f"{GROUP}/Endpoints/again", stream)


def test_failure_says_where_the_log_is_and_how_it_ends(aws, caplog):
    with caplog.at_level(logging.WARNING, "local_sagemaker"):
        job = api.run_script(aws, "fails-loudly", "print('about to')\n1 / 0")
    path = aws.logs / "TrainingJob-fails-loudly.log"
    assert f"log: {path}" in caplog.text
    assert job["FailureReason"] in caplog.text
    assert "ZeroDivisionError: division by zero" in caplog.text
    assert path.read_text() == aws.log("fails-loudly")


@pytest.mark.parametrize("kind", ["TrainingJob", "ProcessingJob"])
def test_sdk_streams_a_log_and_its_traceback(aws, tmp_path, preloaded, kind):
    name = f"sdk-{kind.lower()}"
    start = api.start_script if kind == "TrainingJob" else api.start_processing
    start(aws, name, "print('from inside')\nraise KeyError('the cause')")
    (tmp_path / "watch.py").write_text(WATCH.format(kind=kind, name=name), encoding="utf-8")
    command = [sys.executable, "watch.py"]
    result = preloaded.run(command, cwd=tmp_path, env=os.environ, text=True, timeout=PATIENCE)
    said = result.stdout + result.stderr
    assert "from inside" in said, said
    assert "KeyError: 'the cause'" in said
    assert "FailedStatusError" in said


def test_group_that_nobody_wrote_to_is_missing(aws):
    with pytest.raises(ClientError) as caught:
        streams(aws, f"{GROUP}/Endpoints/nobody")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
