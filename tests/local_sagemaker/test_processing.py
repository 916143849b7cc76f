"""Processing jobs run literal paths, and their outputs land in S3."""

import importlib.util
import uuid

import pytest
from botocore.exceptions import ClientError

from tests.local_sagemaker import api
from tests.package_index import wheel

SPARK = "173754725891.dkr.ecr.us-east-1.amazonaws.com/sagemaker-spark-processing:3.5-cpu"
SPLIT = """
import os, pathlib
rows = pathlib.Path("/opt/ml/processing/input/data/rows.csv").read_text().splitlines()
out = pathlib.Path("/opt/ml/processing/train")
(out / "part").mkdir()
(out / "part/rows.csv").write_text("\\n".join(rows[: int(os.environ["ROWS"])]))
pathlib.Path("/opt/ml/processing/test/rows.csv").write_text(rows[-1])
"""


def test_outputs_land_in_s3(aws, private):
    api.put(aws, "raw/rows.csv", b"a\nb\nc\nd")
    job = api.run_processing(
        aws,
        "split",
        SPLIT,
        {"raw/": "/opt/ml/processing/input/data"},
        {"/opt/ml/processing/train": "split/train", "/opt/ml/processing/test": "split/test"},
        Environment={"ROWS": "3"},
    )
    assert job["ProcessingJobStatus"] == "Completed", aws.log("split")
    assert api.keys(aws, "split/") == ["split/test/rows.csv", "split/train/part/rows.csv"]
    assert api.get(aws, "split/train/part/rows.csv") == b"a\nb\nc"
    assert api.get(aws, "split/test/rows.csv") == b"d"


def test_folders_of_a_training_job_are_not_there(aws, private):
    source = "import os; print(sorted(os.listdir('/opt/ml')))"
    api.run_processing(aws, "bare", source)
    assert aws.log("bare") == "['config', 'processing']\n"


def test_job_finds_its_own_request(aws, private):
    source = """
import json
config = json.load(open("/opt/ml/config/processingjobconfig.json"))
print(config["AppSpecification"]["ContainerEntrypoint"][0], config["ProcessingJobName"])
"""
    api.run_processing(aws, "request", source)
    assert aws.log("request") == "python3 request\n"


def test_failure_leaves_no_output_and_keeps_the_message(aws, private):
    source = """
import os, pathlib
os.makedirs("/opt/ml/output")
pathlib.Path("/opt/ml/output/message").write_text("the third column is empty")
pathlib.Path("/opt/ml/processing/out/half.csv").write_text("half")
raise SystemExit(3)
"""
    job = api.run_processing(aws, "fails", source, outputs={"/opt/ml/processing/out": "half"})
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: See job logs for more information"
    assert job["ExitMessage"] == "the third column is empty"
    assert api.keys(aws, "half") == []


def test_input_that_is_not_there_fails_the_job(aws):
    job = api.run_processing(aws, "no-data", "", {"nothing/": "/opt/ml/processing/input/data"})
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        f"ClientError: Data download failed:S3 key: s3://{api.BUCKET}/nothing/ matched no files "
        "on s3"
    )


def test_script_that_prints_binary(aws):
    source = "import os; os.write(1, bytes(range(256)) * 100); raise SystemExit(5)"
    job = api.run_processing(aws, "binary", source)
    assert job["FailureReason"] == "AlgorithmError: See job logs for more information"
    assert aws.log("binary").endswith("stand-in: exit code: 5\n")


def test_job_is_stopped_at_the_limit_even_if_it_ignores_that(aws):
    mark = f"988{uuid.uuid4().int % 10**9}"
    source = f"""
import signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["setsid", "sleep", "{mark}"])
while True: time.sleep(1)
"""
    limit = {"MaxRuntimeInSeconds": 2}
    job = api.run_processing(aws, "forever", source, StoppingCondition=limit)
    assert job["ProcessingJobStatus"] == "Stopped"
    assert api.processes(mark) == []


def test_boto3_inside_a_job_reaches_the_stand_in(aws):
    source = """
import boto3
print([bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]])
"""
    job = api.run_processing(aws, "inside", source)
    assert job["ProcessingJobStatus"] == "Completed", aws.log("inside")
    assert api.printed(aws, "inside") == [f"['{api.BUCKET}']"]


def test_network_isolation_takes_the_network_away(aws, private):
    source = "import boto3; boto3.client('s3').list_buckets()"
    job = api.run_processing(aws, "alone", source, NetworkConfig={"EnableNetworkIsolation": True})
    assert job["ProcessingJobStatus"] == "Failed"
    assert "EndpointConnectionError" in aws.log("alone")


def test_path_outside_opt_ml_is_refused(aws):
    with pytest.raises(ClientError, match="must begin with /opt/ml/"):
        api.run_processing(aws, "outside", "", outputs={"/etc": "x"})


def test_a_job_installs_a_wheel_that_travels_with_it_without_network(aws, private, tmp_path):
    path, _ = wheel(tmp_path, "travels_along")
    api.put(aws, f"code/offline/{path.name}", path.read_bytes())
    source = f"""
import os, subprocess, sys
os.chdir("/opt/ml/processing/input/code")
open("requirements.txt", "w").write("./{path.name}")
subprocess.run([sys.executable, "-m", "pip", "install", "-r", "requirements.txt"], check=True)
subprocess.run([sys.executable, "-c", "import travels_along as t; print(t.ANSWER)"], check=True)
"""
    isolated = {"EnableNetworkIsolation": True}
    job = api.run_processing(aws, "offline", source, NetworkConfig=isolated)
    assert job["ProcessingJobStatus"] == "Completed", aws.log("offline")
    assert api.printed(aws, "offline")[-1] == "42"
    assert importlib.util.find_spec("travels_along") is None, "it outlived its job"


def test_a_spark_job_without_spark_says_what_is_missing(aws, monkeypatch):
    monkeypatch.delenv("SPARK_HOME", raising=False)
    program = {"ImageUri": SPARK, "ContainerEntrypoint": ["smspark-submit", "/opt/ml/x.py"]}
    job = api.run_processing(aws, "sparkless", "", AppSpecification=program)
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: the stand-in has no Spark: start it with")
