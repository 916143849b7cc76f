"""`python -m local_sagemaker` serves other processes until it is told to end."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading

from tests import PATIENCE
from tests.local_sagemaker import api

CLIENT = """
import sys, time
sys.path.insert(0, sys.argv[1])
import boto3
from tests.local_sagemaker import api

class Here:
    client = staticmethod(boto3.client)

boto3.client("s3").create_bucket(Bucket=api.BUCKET)
api.start_script(Here, "other", sys.argv[2])
while True:
    job = boto3.client("sagemaker").describe_training_job(TrainingJobName="other")
    if job["TrainingJobStatus"] != "InProgress" or "--leave" in sys.argv:
        break
    time.sleep(0.05)
print(job["TrainingJobStatus"], *api.keys(Here, "models/"))
"""


def start(*words, **environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "local_sagemaker", *words],
        cwd=api.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS")},
            **environment,
        },
    )
    watchdog = threading.Timer(300, process.kill)
    watchdog.start()
    lines = [process.stdout.readline()]
    while lines[-1] and not lines[-1].startswith("# Copy"):
        lines.append(process.stdout.readline())
    watchdog.cancel()
    assert lines[-1], process.stderr.read()
    return process, "".join(lines)


def exports(text):
    script = text + "\nenv -0"
    output = subprocess.run(["sh", "-c", script], capture_output=True, env={}, check=True).stdout
    return dict(line.split("=", 1) for line in output.decode().split("\0") if line)


def run_client(text, *words):
    return subprocess.run(
        [sys.executable, "-c", CLIENT, str(api.ROOT), *words],
        env={**os.environ, **exports(text)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_other_process_runs_a_job_and_control_c_leaves_nothing():
    process, text = start("--lambdas", str(api.MACHINES / "lambdas"))
    try:
        assert re.search(r"^export AWS_ENDPOINT_URL=http://127\.0\.0\.1:\d+$", text, re.M)
        assert "workshop-extract-model-name" in text
        source = "import os; open(os.environ['SM_MODEL_DIR'] + '/made', 'w').write('x')"
        result = run_client(text, source)
        assert result.stdout == "Completed models/other/output/model.tar.gz\n", result.stderr
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")
    assert api.descendants(process.pid) == []


def test_job_that_is_running_ends_with_the_command():
    process, text = start()
    mark = f"982{process.pid}"
    try:
        run_client(text, f"import subprocess; subprocess.run(['sleep', '{mark}'])", "--leave")
        assert api.waiting_until(lambda: api.processes(mark))
    finally:
        process.terminate()
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")
    assert api.processes(mark) == []
    assert api.descendants(process.pid) == []


def test_killed_command_leaves_neither_process_nor_folder(tmp_path):
    process, text = start(TMPDIR=str(tmp_path))
    mark = f"981{process.pid}"
    try:
        run_client(text, f"import subprocess; subprocess.run(['sleep', '{mark}'])", "--leave")
        assert api.waiting_until(lambda: api.processes(mark))
        assert list(tmp_path.iterdir())
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)
    assert api.waiting_until(lambda: not api.processes(mark))
    assert api.waiting_until(lambda: not list(tmp_path.iterdir()))


def test_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        words = [sys.executable, "-m", "local_sagemaker", "--port", port]
        result = subprocess.run(
            words, cwd=api.ROOT, capture_output=True, text=True, timeout=PATIENCE
        )
    assert result.returncode == 2
    assert port in result.stderr
    assert "Traceback" not in result.stderr


def test_folder_without_functions_is_told(tmp_path):
    words = [sys.executable, "-m", "local_sagemaker", "--lambdas", str(tmp_path)]
    result = subprocess.run(words, cwd=api.ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert (result.returncode, result.stderr) == (2, f"stand-in: {tmp_path} has no Python files\n")
