"""Training jobs run the algorithm or the script, and leave what it left."""

import io
import json
import math
import socket
import tarfile
import time
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from local_sagemaker import service
from tests import PATIENCE
from tests.local_sagemaker import api

SCRIPT = """
import argparse, json, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--factor", type=float)
parser.add_argument("--model-dir", default=os.environ["SM_MODEL_DIR"])
parser.add_argument("--train", default=os.environ["SM_CHANNEL_TRAIN"])
words = parser.parse_args()
numbers = [float(x) for x in pathlib.Path(words.train, "numbers.csv").read_text().split()]
result = {"sum": words.factor * sum(numbers), "here": sorted(os.listdir("/opt/ml"))}
pathlib.Path(words.model_dir, "result.json").write_text(json.dumps(result))
pathlib.Path("/opt/ml/output/data/extra.txt").write_text("more")
print("mean:", sum(numbers) / len(numbers))
"""


def members(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {name: archive.extractfile(name).read() for name in archive.getnames()}


def test_script_gets_its_data_and_its_model_lands_in_s3(aws, private):
    api.put(aws, "numbers/numbers.csv", b"1\n2\n4\n")
    job = api.run_script(
        aws,
        "script",
        SCRIPT,
        {"factor": "2.5"},
        InputDataConfig=[api.channel("numbers/")],
    )
    assert job["TrainingJobStatus"] == "Completed", aws.log("script")
    assert "mean: 2.33" in aws.log("script")
    bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"][5:].partition("/")
    assert (bucket, key) == (api.BUCKET, "models/script/output/model.tar.gz")
    result = json.loads(members(api.get(aws, key))["result.json"])
    assert result["sum"] == 17.5
    assert result["here"] == ["code", "input", "model", "output"]
    assert members(api.get(aws, "models/script/output/output.tar.gz"))["extra.txt"] == b"more"


def test_times_and_secondary_statuses_are_those_of_the_run(aws):
    before = time.time()
    job = api.run_script(aws, "times", "import time; time.sleep(0.3)")
    started, ended = job["TrainingStartTime"], job["TrainingEndTime"]
    assert before - 0.1 <= job["CreationTime"].timestamp() <= started.timestamp()
    assert (ended - started).total_seconds() >= 0.3
    statuses = [each["Status"] for each in job["SecondaryStatusTransitions"]]
    assert statuses == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    seconds = math.ceil((ended - started).total_seconds())
    assert job["TrainingTimeInSeconds"] == job["BillableTimeInSeconds"] == seconds


def test_prefix_without_a_final_slash_is_the_folder(aws):
    # As `upload_data` of the SDK returns it.
    api.put(aws, "plain/iris.csv", b"1")
    api.put(aws, "plain/more/deep.csv", b"2")
    source = "import os; print(sorted(os.listdir(os.environ['SM_CHANNEL_TRAIN'])))"
    api.run_script(aws, "plain", source, InputDataConfig=[api.channel("plain")])
    assert api.printed(aws, "plain") == ["['iris.csv', 'more']"]


def test_what_a_failed_script_has_written_lands_in_s3(aws, private):
    source = """
import pathlib
pathlib.Path("/opt/ml/output/data/why.txt").write_text("because")
pathlib.Path("/opt/ml/model/half").write_text("so far")
raise RuntimeError("no more")
"""
    job = api.run_script(aws, "failing", source)
    assert job["TrainingJobStatus"] == "Failed"
    assert members(api.get(aws, "models/failing/output/output.tar.gz"))["why.txt"] == b"because"
    assert job["ModelArtifacts"]["S3ModelArtifacts"].endswith("failing/output/model.tar.gz")


def test_tags_of_any_script_stay_with_what_they_are_on(aws):
    client = aws.client("sagemaker")
    tags = [{"Key": "équipe", "Value": "données 数据 a+b=c@d"}, {"Key": "k", "Value": ""}]
    job = api.run_script(aws, "tagged", "", Tags=tags)
    place = {"ResourceArn": job["TrainingJobArn"]}
    assert client.list_tags(**place)["Tags"] == tags
    new = [{"Key": "k", "Value": "new"}, {"Key": "l", "Value": "1"}]
    assert client.add_tags(**place, Tags=new)["Tags"] == [tags[0], *new]
    client.delete_tags(**place, TagKeys=["équipe", "none"])
    assert client.list_tags(**place)["Tags"] == new
    many = [{"Key": f"key-{number:02}", "Value": ""} for number in range(50)]
    client.add_tags(**place, Tags=many)
    pages = client.get_paginator("list_tags").paginate(**place)
    assert [page["Tags"] for page in pages] == [[*new, *many[:48]], many[48:]]
    with pytest.raises(ClientError, match="Could not find resource"):
        client.list_tags(ResourceArn=job["TrainingJobArn"] + "x")
    with pytest.raises(ClientError, match="does not match"):
        client.add_tags(**place, Tags=[{"Key": "semi;colon", "Value": ""}])


def test_job_without_a_model_has_no_artefact(aws):
    job = api.run_script(aws, "modelless", "print('nothing to keep')")
    assert job["TrainingJobStatus"] == "Completed"
    assert "ModelArtifacts" not in job
    assert api.keys(aws, "models/modelless/") == []


def test_jobs_draw_different_random_numbers(aws):
    # All are forks of one process, which must not hand each the same state.
    source = "import random, numpy; print(random.random(), numpy.random.random())"
    for name in ("draw-1", "draw-2"):
        api.run_script(aws, name, source)
    first, second = (api.printed(aws, name)[0].split() for name in ("draw-1", "draw-2"))
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_name_is_taken_once(aws):
    api.run_script(aws, "taken", "")
    with pytest.raises(ClientError, match="already exists") as error:
        api.start_script(aws, "taken", "")
    assert error.value.response["Error"]["Code"] == "ResourceInUse"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"TrainingJobName": "under_score"}, "TrainingJobName"),
        ({"RoleArn": "nobody"}, "RoleArn"),
        ({"ResourceConfig": {"InstanceType": "ml.m5.huge", "InstanceCount": 1}}, "ml.m5.huge"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 0}}, "MaxRuntimeInSeconds"),
    ],
)
def test_request_outside_the_api_model_is_refused(aws, changes, words):
    # Without the client's own check, as another SDK might send it.
    import boto3
    from botocore.config import Config

    config = Config(parameter_validation=False)
    client = boto3.client("sagemaker", endpoint_url=aws.endpoint, config=config)
    with pytest.raises(ClientError, match=words) as error:
        client.create_training_job(**{**api.training_request("refused"), **changes})
    assert error.value.response["Error"]["Code"] == "ValidationException"
    assert client.list_training_jobs(NameContains="refused")["TrainingJobSummaries"] == []


def test_unknown_image_says_what_is_known(aws):
    request = api.training_request("unknown", "1.dkr.ecr.us-east-1.amazonaws.com/mine:1")
    aws.client("sagemaker").create_training_job(**request)
    job = aws.wait("unknown")
    assert job["TrainingJobStatus"] == "Failed"
    assert "sagemaker-scikit-learn, sagemaker-xgboost" in job["FailureReason"]


def test_any_image_runs_the_program_that_the_request_names(aws, private):
    request = api.training_request("program", "1.dkr.ecr.us-east-1.amazonaws.com/mine:1")
    request["AlgorithmSpecification"] |= {
        "ContainerEntrypoint": ["/bin/sh", "-c"],
        "ContainerArguments": ["pwd; echo $TRAINING_JOB_NAME; echo kept > /opt/ml/model/file"],
    }
    aws.client("sagemaker").create_training_job(**request)
    assert aws.wait("program")["TrainingJobStatus"] == "Completed"
    assert aws.log("program").split() == ["/opt/ml/code", "program"]
    model = members(api.get(aws, "models/program/output/model.tar.gz"))
    assert model["file"] == b"kept\n"


def test_four_jobs_run_side_by_side(aws):
    names = [f"side-{number}" for number in range(4)]
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(300)
        place = server.getsockname()
        for name in names:
            # Each ends when this side of its connection is closed.
            source = f"import socket; socket.create_connection({place!r}).recv(1); print('done')"
            api.start_script(aws, name, source)
        connections = [server.accept()[0] for _ in names]
        for connection in connections:
            connection.close()
    assert {aws.wait(name)["TrainingJobStatus"] for name in names} == {"Completed"}


def test_listing_pages_sorts_and_filters(aws):
    client = aws.client("sagemaker")
    for number in range(3):
        api.run_script(aws, f"listed-{number}", "raise SystemExit(1)" if number else "")
    found = client.list_training_jobs(NameContains="listed", StatusEquals="Failed")
    names = [job["TrainingJobName"] for job in found["TrainingJobSummaries"]]
    assert names == ["listed-1", "listed-2"]
    pages = client.get_paginator("list_training_jobs").paginate(
        NameContains="listed", SortOrder="Descending", PaginationConfig={"PageSize": 2}
    )
    sizes = [[job["TrainingJobName"] for job in page["TrainingJobSummaries"]] for page in pages]
    assert sizes == [["listed-2", "listed-1"], ["listed-0"]]
    middle = client.describe_training_job(TrainingJobName="listed-1")["CreationTime"]
    for limits, expected in (
        ({"CreationTimeAfter": middle}, ["listed-2"]),
        ({"CreationTimeBefore": middle}, ["listed-0"]),
        ({"LastModifiedTimeAfter": datetime(2100, 1, 1)}, []),
    ):
        found = client.list_training_jobs(NameContains="listed", **limits)
        assert [job["TrainingJobName"] for job in found["TrainingJobSummaries"]] == expected
    with pytest.raises(ClientError, match="does not list by WarmPoolStatusEquals"):
        client.list_training_jobs(WarmPoolStatusEquals="InUse")
    with pytest.raises(ClientError, match="Invalid NextToken"):
        client.list_training_jobs(NextToken="next")


def test_operation_that_would_be_made_up_is_refused(aws):
    client = aws.client("sagemaker")
    with pytest.raises(ClientError, match="does not do DescribeAutoMLJobV2"):
        client.describe_auto_ml_job_v2(AutoMLJobName="any")


def test_describing_a_job_waits_for_its_end_but_not_for_long(aws, monkeypatch):
    def status(name):
        described = aws.client("sagemaker").describe_training_job(TrainingJobName=name)
        return described["TrainingJobStatus"]

    monkeypatch.setattr(service, "_HELD_SECONDS", PATIENCE)
    api.start_script(aws, "brief", "")
    assert status("brief") == "Completed"
    monkeypatch.setattr(service, "_HELD_SECONDS", 0.01)
    api.start_script(aws, "endless", "import signal\nsignal.pause()")
    assert status("endless") == "InProgress"
    aws.client("sagemaker").stop_training_job(TrainingJobName="endless")
    assert aws.wait("endless")["TrainingJobStatus"] == "Stopped"
