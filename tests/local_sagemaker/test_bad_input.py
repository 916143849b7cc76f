"""Each bad script ends as the service would end it, and the stand-in goes on."""

import time
import uuid
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.local_sagemaker import api


@pytest.fixture(autouse=True)
def still_alive(aws):
    """Assert after each test that the next job runs as if nothing had been."""
    yield
    job = api.run_script(aws, f"alive-{uuid.uuid4().hex[:8]}", "print('yes')")
    assert job["TrainingJobStatus"] == "Completed"


def failed(job):
    assert job["TrainingJobStatus"] == "Failed"
    assert job["SecondaryStatus"] == "Failed"
    assert "ModelArtifacts" not in job
    return job["FailureReason"]


def test_script_that_raises(aws):
    reason = failed(api.run_script(aws, "raises", "{}['no such key']"))
    assert reason.startswith("AlgorithmError: ExecuteUserScriptError:")
    assert "KeyError: 'no such key'" in reason
    assert reason.endswith("exit code: 1")
    assert "Traceback" in aws.log("raises")


def test_script_that_exits_with_a_code(aws):
    reason = failed(api.run_script(aws, "exits", "import sys; sys.exit(7)"))
    assert "ExitCode 7" in reason
    assert reason.endswith("exit code: 7")


def test_script_that_crashes(aws):
    source = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    assert failed(api.run_script(aws, "crashes", source)).endswith("exit code: 139")


def test_script_with_a_syntax_error(aws):
    assert "SyntaxError" in failed(api.run_script(aws, "syntax", "def ("))


def test_script_that_writes_outside_its_folders(aws, private):
    mark = f"stand-in-mark-{uuid.uuid4().hex}"
    places = ["/", "/etc", "/tmp", "/var/tmp", "/dev/shm", "/opt", str(api.ROOT), str(Path.home())]
    source = f"""
import pathlib
for place in {places!r}:
    try:
        pathlib.Path(place, {mark!r}).write_text("out")
        print("wrote", place)
    except OSError as error:
        print(error)
"""
    job = api.run_script(aws, "outside", source)
    # As in a container: what is written beside the folders goes with the job.
    assert job["TrainingJobStatus"] == "Completed"
    assert "wrote /tmp" in aws.log("outside")
    assert [place for place in places if Path(place, mark).exists()] == []


def test_script_that_deletes_what_it_can(aws, private, tmp_path):
    victims = [api.ROOT / "tests/local_sagemaker/conftest.py", tmp_path / "mine"]
    victims[1].write_text("mine")
    before = [victim.read_bytes() for victim in victims]
    source = f"""
import os
for path in {[str(victim) for victim in victims]!r}:
    try:
        os.remove(path)
    except OSError as error:  # of another folder than the job sees, or shown read-only
        print(error)
"""
    assert api.run_script(aws, "deletes", source)["TrainingJobStatus"] == "Completed"
    assert [victim.read_bytes() for victim in victims] == before


def test_script_that_runs_for_ever_is_stopped_at_its_limit(aws):
    mark = f"987{uuid.uuid4().int % 10**9}"
    source = f"""
import os, pathlib, signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["setsid", "sleep", "{mark}"])
pathlib.Path(os.environ["SM_MODEL_DIR"], "half").write_text("so far")
while True: time.sleep(1)
"""
    job = api.run_script(aws, "forever", source, StoppingCondition={"MaxRuntimeInSeconds": 3})
    assert (job["TrainingEndTime"] - job["TrainingStartTime"]).total_seconds() >= 3
    assert job["TrainingJobStatus"] == "Stopped"
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"
    assert "FailureReason" not in job
    # The service saves what a stopped job has written.
    assert job["ModelArtifacts"]["S3ModelArtifacts"].endswith("forever/output/model.tar.gz")
    assert api.processes(mark) == []


def test_job_that_is_stopped(aws):
    client = aws.client("sagemaker")
    source = "import time; print('going', flush=True); time.sleep(60)"
    api.start_script(aws, "stopped", source)
    assert api.waiting_until(lambda: "going" in aws.log("stopped"))
    client.stop_training_job(TrainingJobName="stopped")
    job = aws.wait("stopped")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    last = [each["Status"] for each in job["SecondaryStatusTransitions"][-3:]]
    assert last == ["Training", "Stopping", "Stopped"]
    words = "The request was rejected because the training job is in status Stopped."
    with pytest.raises(ClientError, match=words):
        client.stop_training_job(TrainingJobName="stopped")


def test_jobs_that_are_stopped_at_any_moment(aws):
    """Each may be starting, in its script, or over: no request may be lost on the way."""
    client = aws.client("sagemaker")
    source = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True: time.sleep(1)
"""
    names = [f"moment-{number}" for number in range(24)]
    for number, name in enumerate(names):
        api.start_processing(aws, name, source)
        time.sleep(number * 0.005)
        client.stop_processing_job(ProcessingJobName=name)
    assert {aws.wait(name)["ProcessingJobStatus"] for name in names} == {"Stopped"}


def test_daemon_does_not_outlive_its_job(aws):
    mark = f"986{uuid.uuid4().int % 10**9}"
    source = f"import subprocess; subprocess.Popen(['setsid', 'sleep', '{mark}'])"
    assert api.run_script(aws, "daemon", source)["TrainingJobStatus"] == "Completed"
    assert api.processes(mark) == []


def test_script_that_prints_binary(aws):
    source = "import os; os.write(1, bytes(range(256)) * 100); print('\\udcff end')"
    assert api.run_script(aws, "binary", source)["TrainingJobStatus"] == "Completed"
    assert aws.log("binary").endswith("\\udcff end\n")


def test_input_that_is_not_there(aws):
    reason = failed(
        api.run_script(aws, "no-data", "", InputDataConfig=[api.channel("nothing/here")])
    )
    assert reason == (
        "ClientError: Data download failed:S3 key: s3://workshop/nothing/here matched no files "
        "on s3"
    )


def test_bucket_that_is_not_there(aws):
    data = api.channel("x")
    data["DataSource"]["S3DataSource"]["S3Uri"] = "s3://no-such-bucket/x"
    reason = failed(api.run_script(aws, "no-bucket", "", InputDataConfig=[data]))
    assert "NoSuchBucket" in reason


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("word", {"num_round": "many"}, "num_round: could not parse value 'many' as int"),
        ("range", {"eta": "7"}, "eta: 7 is not in the range"),
        ("extra", {"trees": "7"}, "Extraneous hyperparameter found: trees"),
        ("objective", {"objective": "reg:magic"}, "reg:magic"),
        ("missing", {"num_round": None}, "Missing required hyperparameter: num_round"),
    ],
)
def test_wrong_hyperparameter(aws, name, changes, words):
    api.put(aws, "table.csv", b"0,1\n1,2\n")
    given = {"num_round": "2", "objective": "reg:logistic", **changes}
    request = api.training_request(
        f"hyper-{name}",
        HyperParameters={key: value for key, value in given.items() if value},
        InputDataConfig=[api.channel("table.csv")],
    )
    aws.client("sagemaker").create_training_job(**request)
    reason = failed(aws.wait(f"hyper-{name}"))
    assert reason.startswith("ClientError: ")
    assert words in reason


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("header", b"label,x\n0,1\n", "could not convert string to float"),
        ("ragged", b"0,1\n1\n", "no table of one width"),
        ("empty", b"\n", "no table of one width"),
        ("labels", b"0,1\n7,2\n", "for the logistic loss"),
    ],
)
def test_wrong_data(aws, name, data, words):
    api.put(aws, f"wrong/{name}.csv", data)
    request = api.training_request(
        f"data-{name}",
        HyperParameters={"num_round": "2", "objective": "reg:logistic"},
        InputDataConfig=[api.channel(f"wrong/{name}.csv")],
    )
    aws.client("sagemaker").create_training_job(**request)
    assert words in failed(aws.wait(f"data-{name}"))


def test_keys_that_cannot_be_files(aws):
    api.put(aws, "clash/a", b"x")
    api.put(aws, "clash/a/b", b"x")
    api.put(aws, f"long/{'x' * 300}", b"x")
    for name, words in (("clash", "File exists"), ("long", "File name too long")):
        job = api.run_script(aws, name, "", InputDataConfig=[api.channel(f"{name}/")])
        assert words in failed(job)


def test_key_that_leads_out_of_the_folder(aws):
    api.put(aws, "evil/../../../../outside.txt", b"x")
    reason = failed(api.run_script(aws, "evil", "", InputDataConfig=[api.channel("evil/")]))
    assert "leads elsewhere" in reason
