"""The candidates in SageMaker script mode, under the toolkits that AWS publishes for its images.

Real are `sagemaker-training`, which starts the trainer, and `sagemaker-inference`, which calls the
server's functions. The machine, the image and the model server (Java, in front of the second) are
not there: `/opt/ml` is a folder, and requests are handed over as the model server would.
"""

import io
import json
import os
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from autotune.evaluate import imported
from tests import PATIENCE
from tests.autotune.made import TARGETS, as_csv, made, names
from tests.autotune.toolkits import python

pytestmark = pytest.mark.heavy

# Runs below sagemaker-inference: requests come as JSON lines, and so do the answers.
HOST = """
import json, sys
from types import SimpleNamespace
from sagemaker_inference.default_handler_service import DefaultHandlerService

class Context:
    def __init__(self, folder):
        self.system_properties = {"model_dir": folder}
        self.request_processor = [self]
    def get_request_properties(self):
        return self.headers
    def set_response_content_type(self, place, kind):
        self.kind = kind
    def set_response_status(self, code, phrase):
        self.status = code

context, service = Context(sys.argv[1]), DefaultHandlerService()
context.headers = {}
service.initialize(context)
for line in sys.stdin:
    request = json.loads(line)
    context.headers, context.status, context.kind = request["headers"], 200, None
    answer = service.handle([{"body": request["body"].encode()}], context)[0]
    print(json.dumps({"status": context.status, "kind": context.kind, "body": answer}))
"""


@pytest.fixture(scope="module", params=TARGETS)
def generated(request, tmp_path_factory):
    return made(tmp_path_factory.mktemp(request.param), request.param)


def train(base, generated, hyperparameters):
    """Run a training job as the image's `train` does, in `base` instead of /opt/ml."""
    config, channel = base / "input/config", base / "input/data/train"
    for folder in (config, channel, base / "model", base / "output/data", base / "code"):
        folder.mkdir(parents=True)
    half = len(generated.text) // 2
    (channel / "part-0.csv").write_text(as_csv(generated.text[:half]), "utf-8")
    (channel / "part-1.csv").write_text(as_csv(generated.text[half:]), "utf-8")
    program = {
        "sagemaker_program": "trainer.py",
        "sagemaker_submit_directory": str(generated.folder),
        "sagemaker_region": "us-east-1",
    }
    given = {name: json.dumps(value) for name, value in (program | hyperparameters).items()}
    channels = {"train": {"TrainingInputMode": "File", "ContentType": "text/csv"}}
    # Not algo-1: the toolkit would wait a quarter of an hour for a host that nobody can find.
    hosts = {"current_host": "localhost", "hosts": ["localhost"], "network_interface_name": "lo"}
    for name, content in (
        ("hyperparameters", given),
        ("inputdataconfig", channels),
        ("resourceconfig", hosts),
    ):
        (config / f"{name}.json").write_text(json.dumps(content), "utf-8")
    interpreter = python()
    environment = {
        "PATH": f"{interpreter.parent}:/usr/bin:/bin",
        "HOME": str(base),
        "SAGEMAKER_BASE_DIR": str(base),
        "OMP_NUM_THREADS": "1",
        "AWS_REGION": "us-east-1",
        # The toolkit installs requirements.txt; all of it is there, so pip needs no index.
        "PIP_NO_INDEX": "1",
    }
    command = [interpreter.with_name("train")]
    return subprocess.run(
        command, env=environment, cwd=base, capture_output=True, text=True, timeout=PATIENCE
    )


def ask(base, requests):
    """Hand requests `(headers, body)` to the server; return its answers."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(base),
        "PYTHONPATH": str(base / "model/code"),
        "SAGEMAKER_BASE_DIR": str(base),
        "SAGEMAKER_PROGRAM": "serve.py",
        "OMP_NUM_THREADS": "1",
    }
    lines = [json.dumps({"headers": headers, "body": body}) for headers, body in requests]
    done = subprocess.run(
        [python(), "-c", HOST, base / "model"],
        input="\n".join(lines), env=environment, cwd=base, capture_output=True, text=True,
        timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_candidate_trains_and_serves_under_the_toolkits(generated, tmp_path):
    features = generated.text.drop(columns=generated.target).head(20)
    csv = {"Content-Type": "text/csv", "Accept": "text/csv"}
    requests = [
        (csv, as_csv(features)),
        (csv, as_csv(features[::-1])),
        (csv, as_csv(features[:1].map(lambda cell: ""))),
        ({"Content-Type": "text/csv", "Accept": "application/json"}, as_csv(features[:3])),
        (csv, "1,2,3\n"),
        ({"Content-Type": "image/png"}, "png"),
        (csv, as_csv(features[:1])),
    ]
    for candidate in generated.candidates:
        base = tmp_path / candidate.name
        tuned = {"num_round": 20, "eta": 0.3} if candidate.algorithm == "xgboost" else {"l2": 0.5}
        done = train(base, generated, {"candidate": candidate.name, **tuned})
        log = done.stdout + done.stderr
        assert done.returncode == 0, log[-3000:]
        assert "Reporting training SUCCESS" in log
        assert (base / "output/success").exists() and not (base / "output/failure").exists()
        measure = "rmse" if generated.profile.problem == "regression" else "logloss"
        assert re.search(rf"^validation:{measure}=[\d.]+;$", log, re.M), log[-3000:]

        answers = ask(base, requests)
        assert [answer["status"] for answer in answers] == [200, 200, 200, 200, 500, 500, 200]
        rows = answers[0]["body"].splitlines()
        assert len(rows) == 20 and answers[0]["kind"] == "text/csv"
        assert answers[1]["body"].splitlines() == rows[::-1]
        assert len(answers[2]["body"].splitlines()) == 1
        assert len(json.loads(answers[3]["body"])) == 3
        assert "row 1 has 3 cells and is no header" in answers[4]["body"]
        assert "image/png cannot be read: send text/csv" in answers[5]["body"]
        assert answers[6]["body"].splitlines() == rows[:1]

        # The same as the server says by itself: the toolkit adds nothing and takes nothing away.
        with imported(base / "model/code", "serve") as (server,):
            model = server.model_fn(str(base / "model"))
            alone = server.predict_fn(as_csv(features), model)
        pd.testing.assert_frame_equal(
            pd.read_csv(io.StringIO(answers[0]["body"]), header=None).iloc[:, -1:],
            pd.DataFrame(alone).iloc[:, -1:].set_axis([alone.shape[1] - 1], axis=1),
            rtol=1e-4, check_dtype=False,
        )  # fmt: skip


def test_a_failure_of_the_trainer_is_a_failure_of_the_job(generated, tmp_path):
    name = names(generated)[0]
    done = train(tmp_path / "ml", generated, {"candidate": name, "l2": 1})
    assert done.returncode == 1
    failure = Path(tmp_path / "ml/output/failure").read_text("utf-8")
    assert "ExecuteUserScriptError" in failure and "--l2 1" in failure
    assert "dpp0 is trained by xgboost, which has no l2" in done.stdout + done.stderr
