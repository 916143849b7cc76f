"""Code on a page is code that ran: each run prints what the page shows, and earns its badge."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from lxml import html

from state_machines.api_model import violations
from tests.example_results import LOOKS
from tests.local_sagemaker.api import why_not_private
from tests.site import ROOT, environment
from workshop_notes.checks import read_checked
from workshop_notes.content.problems import ContentError
from workshop_notes.content.project import Project
from workshop_notes.examples import execution

RUNS = execution.read_runs(Project(ROOT))
ALL = [
    pytest.param(run, id=run.label, marks=[pytest.mark.heavy] if run.heavy else [])
    for run in RUNS
    if not run.measured
]
REMEDY = "run 'make format', look at what changed, and commit it"
RULE = "docs/day-1/custom-debugger-rules.md"


@pytest.mark.parametrize("run", ALL)
def test_the_run_prints_what_the_page_shows(run, tmp_path, preloaded):
    if run.badge == "stand-in" and (reason := why_not_private()):
        pytest.skip(reason)
    look = LOOKS.get(run.label)
    for path, data in execution.execute(run, tmp_path, look, preloaded.run).items():
        assert path.is_file(), f"{path.name} is missing: {REMEDY}"
        if path == run.badge_file:
            found, wanted = (json.loads(text) for text in (path.read_bytes(), data))
            # A badge's date is that of the run that changed it last.
            assert found | {"date": ""} == wanted | {"date": ""}, REMEDY
        else:
            assert path.read_bytes() == data, f"{path.name} differs: {REMEDY}"


def test_what_each_run_on_the_stand_in_left_is_looked_at():
    # Processing has tests of its own in tests/local_sagemaker.
    labels = {run.label for run in RUNS if run.badge == "stand-in"}
    assert labels - set(LOOKS) <= {"processing/start_job"}
    assert set(LOOKS) <= labels


def test_each_page_shows_code_with_the_badge_of_its_run(site):
    shown = {}
    for run in RUNS:
        page = html.parse(str(next(site.glob(f"*/{run.folder.name}/index.html")))).getroot()
        badges = [" ".join(b.text_content().split()) for b in page.find_class("badge")]
        record = json.loads(run.badge_file.read_text(encoding="utf-8"))
        words = execution.BADGES[record["badge"]]
        assert any(badge.startswith(f"{words} ") for badge in badges), (run.label, badges)
        for name, version in record["versions"].items():
            assert any(f"{name} {version}" in badge for badge in badges)
        shown[run.label] = len(badges)
    assert len(shown) >= 5


def test_a_script_that_fails_earns_nothing(tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "wrong.py").write_text("print('begun')\nraise SystemExit('no')\n", encoding="utf-8")
    run = execution.Run(folder, "wrong", "executed", ("botocore",))
    with pytest.raises(execution.RunError, match=r"broken/wrong ended with status 1:\nno"):
        execution.update(run, tmp_path)
    assert not run.output.exists()
    assert not run.badge_file.exists()


def test_a_script_that_fails_by_a_job_shows_the_end_of_its_log(tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "waits.py").write_text(WAITS, encoding="utf-8")
    run = execution.Run(folder, "waits", "stand-in", ("botocore",), ("SageMaker",))
    with pytest.raises(execution.RunError) as refusal:
        execution.execute(run, tmp_path)
    lines = str(refusal.value).splitlines()
    assert lines[0] == "broken/waits ended with status 1:"
    assert "The log of the job broken ends:" in lines
    assert "this is why" in lines
    assert len(lines) < 40


WAITS = """\
import boto3

sagemaker = boto3.client("sagemaker")
sagemaker.create_processing_job(
    ProcessingJobName="broken",
    RoleArn="arn:aws:iam::111122223333:role/SageMaker",
    AppSpecification={
        "ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1",
        "ContainerEntrypoint": ["sh", "-c", "echo this is why; exit 3"],
    },
    ProcessingResources={
        "ClusterConfig": {
            "InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1,
        }
    },
)
sagemaker.get_waiter("processing_job_completed_or_stopped").wait(
    ProcessingJobName="broken", WaiterConfig={"Delay": 1}
)
"""


def test_a_file_that_was_promised_must_be_written(tmp_path):
    folder = tmp_path / "lazy"
    folder.mkdir()
    (folder / "idle.py").write_text("", encoding="utf-8")
    run = execution.Run(folder, "idle", "executed", ("botocore",), writes=("plot.svg",))
    with pytest.raises(execution.RunError, match=r"did not write plot\.svg"):
        execution.execute(run, tmp_path)


def test_a_history_is_replaced_only_by_another_course(tmp_path):
    folder, name = tmp_path / "timed", "run.history.json"
    folder.mkdir()
    (folder / "run.py").write_text(
        "import json, sys, time\nfrom pathlib import Path\n"
        "event = {'id': 1, 'type': Path('../kind').read_text(), 'timestamp': time.time()}\n"
        f"Path({name!r}).write_text(json.dumps({{'events': [event]}}))\n",
        encoding="utf-8",
    )
    run = execution.Run(folder, "run", "executed", ("botocore",), writes=(name,))
    work = tmp_path / "work"
    work.mkdir()
    seen = []
    for kind in ("ExecutionSucceeded", "ExecutionSucceeded", "ExecutionFailed"):
        (tmp_path / "kind").write_text(kind, encoding="utf-8")
        execution.update(run, work)
        seen.append((folder / name).read_bytes())
    assert seen[0] == seen[1] != seen[2]


def test_an_example_asks_no_real_account(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_PROFILE", "real")
    folder = tmp_path / "nosy"
    folder.mkdir()
    script = (
        "import os\nprint([k for k in os.environ if k in ('AWS_ACCESS_KEY_ID', 'AWS_PROFILE')])"
    )
    (folder / "look.py").write_text(script, encoding="utf-8")
    run = execution.Run(folder, "look", "executed", ("botocore",))
    assert execution.execute(run, tmp_path)[run.output] == b"[]\n"


def test_a_badge_keeps_its_date_until_versions_or_output_change(tmp_path):
    run = execution.Run(tmp_path, "one", "executed", ("botocore",))
    run.output.write_bytes(b"1")
    record = json.loads(execution.badge(run, b"1")) | {"date": "2001-02-03"}
    run.badge_file.write_text(json.dumps(record), encoding="utf-8")
    assert json.loads(execution.badge(run, b"1"))["date"] == "2001-02-03"
    assert json.loads(execution.badge(run, b"2"))["date"] != "2001-02-03"
    run.badge_file.write_text(json.dumps(record | {"versions": {}}), encoding="utf-8")
    assert json.loads(execution.badge(run, b"1"))["date"] != "2001-02-03"


def check_request(tmp_path, text: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "request.py"
    script.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "workshop_notes.examples.request_check", str(script)],
        env=environment(),
        text=True,
        capture_output=True,
        check=False,
    )


NOTEBOOK = """\
import boto3
boto3.client("sagemaker").create_notebook_instance(
    NotebookInstanceName="workshop", InstanceType="ml.t3.medium",
    RoleArn="arn:aws:iam::123456789012:role/workshop",
    AdditionalCodeRepositories=["https://example.org/a.git"] * 3)
"""


UPLOAD = """\
import io, boto3
boto3.client("s3").put_object(Bucket="my-bucket", Key="a", Body=io.BytesIO(b"a"))
"""


def test_a_file_may_go_to_s3_before_the_request_that_names_it(tmp_path):
    done = check_request(tmp_path, UPLOAD)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("s3: PutObject: accepted")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("* 3", "* 4", "AdditionalCodeRepositories has 4 entries, at most 3 are allowed"),
        ('"workshop", I', '"work_shop", I', "NotebookInstanceName is 'work_shop', which does not"),
        ("ml.t3.medium", "ml.t3.huge", "InstanceType is 'ml.t3.huge', not one of"),
        ('"workshop", I', "7, I", "Invalid type for parameter NotebookInstanceName"),
        ("RoleArn=", "Role=", "Missing required parameter"),
        ("create_notebook_instance", "create_notebook", "no attribute 'create_notebook'"),
        (NOTEBOOK, "import boto3\n", "made no request"),
    ],
)
def test_a_request_that_the_model_forbids_is_refused(tmp_path, old, new, expected):
    assert old in NOTEBOOK
    run = check_request(tmp_path, NOTEBOOK.replace(old, new, 1))
    assert run.returncode != 0
    assert expected in run.stderr


def test_a_request_that_it_allows_is_named_with_the_model(tmp_path):
    run = check_request(tmp_path, NOTEBOOK)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("sagemaker: CreateNotebookInstance: accepted by the API model of")


def test_limits_are_found_at_any_depth():
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    model = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
    shape = model.operation_model("CreateTransformJob").input_shape
    request = {"TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}}
    assert list(violations(shape, request)) == []
    request["TransformInput"] = {"SplitType": "Lines"}
    (found,) = violations(shape, request)
    assert found.startswith("TransformInput.SplitType is 'Lines', not one of")


def edit(copy, name: str, old: str, new: str) -> None:
    path = copy.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (RULE, ".py:rule", ".py:rules", "has no section 'rules'; use one of: train, rule"),
        (RULE, "worse.out", "better.out", "include of custom-debugger-rules/stop_when_better.out"),
        (RULE, "<!-- badge: custom-debugger-rules/stop_when_worse -->", "", "without its badge"),
        (
            RULE,
            "badge: custom-debugger-rules/stop",
            "badge: custom-debugger-rules/go",
            "no run 'cu",
        ),
        (RULE, '--8<-- "custom-debugger-rules/stop_when_worse.py:rule"', "x = 1", "no run stands"),
        (
            "examples/custom-debugger-rules/stop_when_worse.py",
            "[start:rule]",
            "[start:law]",
            "has no section 'rule'",
        ),
        (
            "examples/custom-debugger-rules/example.yml",
            "badge: executed",
            "badge: perhaps",
            "example.yml:3: 'perhaps' is not one of",
        ),
        (
            "examples/custom-debugger-rules/example.yml",
            "name: stop_when_worse",
            "name: stop_when_late",
            "there is no script stop_when_late.py",
        ),
    ],
)
def test_page_and_code_cannot_part(copy, name, old, new, expected):
    edit(copy, name, old, new)
    with pytest.raises(ContentError) as caught:
        read_checked(copy)
    assert expected in str(caught.value)


def test_an_example_that_no_page_shows_is_named(copy):
    folder = copy.root / "examples" / "spare"
    folder.mkdir()
    (folder / "spare.py").write_text("print(1)\n", encoding="utf-8")
    (folder / "example.yml").write_text(
        "runs:\n  - name: spare\n    badge: executed\n    versions: [botocore]\n", encoding="utf-8"
    )
    with pytest.raises(ContentError) as caught:
        read_checked(copy)
    assert str(caught.value) == (
        "examples/spare/spare.py:1: no page shows this example; include it, or remove its run"
    )


def test_code_that_no_run_executes_is_named(copy):
    (copy.root / "examples" / "processing" / "old.py").write_text("print(1)\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_checked(copy)
    assert str(caught.value) == (
        "examples/processing/old.py:1: no run executes this file; name it in example.yml"
    )


@pytest.mark.parametrize("change", ["output", "code", "badge"])
def test_another_output_than_the_committed_one_is_seen(tmp_path, change, preloaded):
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "say.py").write_text("print('now')\n", encoding="utf-8")
    run = execution.Run(folder, "say", "executed", ("botocore",))
    execution.update(run, tmp_path)
    test_the_run_prints_what_the_page_shows(run, tmp_path, preloaded)
    path = {"output": run.output, "code": run.script, "badge": run.badge_file}[change]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("now", "then").replace('"executed"', '"checked"'), "utf-8")
    with pytest.raises(AssertionError, match="run 'make format'"):
        test_the_run_prints_what_the_page_shows(run, tmp_path, preloaded)


def test_no_page_types_a_badge(project):
    pages, _ = read_checked(project)
    for page in pages:
        typed = (
            f"docs/{page.name}: a badge is written by its run; name the run in '<!-- badge: -->'"
        )
        assert 'class="badge' not in page.matter.body, typed


@pytest.mark.heavy
def test_what_the_page_says_of_retry_modes_holds(tmp_path):
    (run,) = [run for run in execution.read_runs(Project(ROOT)) if run.name == "retry_modes"]
    printed = execution.execute(run, tmp_path)[run.output].decode()
    rows = [line.strip("| ").split(" | ") for line in printed.splitlines()[2:]]
    started = {name: int(count) for name, count, *_ in rows}
    requests = {name: int(count) for name, _, count, _ in rows}
    assert started["adaptive (10)"] == 40
    assert started["standard (3), the default"] == min(started.values()) < 20
    assert requests["adaptive (10)"] / 40 == min(requests[name] / started[name] for name in started)
