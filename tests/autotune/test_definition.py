"""Notebook 06b: its search is real, its pick follows from its board, its AWS cells were not run."""

import json
import os
import re
import subprocess
import sys

import pytest

import local_sagemaker
from autotune.definition import NAME, definition_notebook
from autotune.evaluate import evaluate, imported, write_scores
from autotune.notebook import SKIP, execute
from tests.autotune.made import made, names

FEW = {"data": "binary.csv", "artifacts": "artifacts", "scores_file": "scores.json"}
FEW |= {"trials": 2, "folds": 2}


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    found = made(tmp_path_factory.mktemp("definition"), "binary")
    small = {"outer": 2, "inner": 2, "trials": 1, "progress": False}
    scores = evaluate(found.table, found.candidates, found.folder, **small)
    write_scores(scores, found.path.with_name("scores.json"))
    found.node = definition_notebook(found.table, found.profile, found.candidates, scores, **FEW)
    return found


@pytest.fixture(scope="module")
def executed(generated):
    return execute(generated.node, generated.path.parent)


def needs_aws(cell):
    return SKIP in cell.metadata.get("tags", [])


def shown(node, kind="text/plain"):
    """The outputs of a notebook as text, cell for cell."""
    found = []
    for cell in node.cells:
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get(kind)
            if text:
                found.append(text)
    return "\n".join(found)


def test_it_is_valid_and_says_what_it_is(generated):
    assert NAME == "06b_SageMakerAutopilotCandidateDefinitionNotebook.ipynb"
    first = generated.node.cells[0].source
    assert generated.table.sha256 in first and "It is not Autopilot output" in first
    assert "«" not in json.dumps(generated.node, ensure_ascii=False)
    for cell in generated.node.cells:
        if cell.cell_type == "code":
            compile(cell.source, NAME, "exec")


def test_each_candidate_has_its_words_and_its_cell(generated):
    text = [cell.source for cell in generated.node.cells]
    for candidate in generated.candidates:
        at = text.index(f'found["{candidate.name}"] = tune("{candidate.name}")')
        assert text[at - 1].startswith(f"### {candidate.name}: {candidate.title}\n")
        for says in candidate.says().values():
            assert says in text[at - 1]


def test_cells_that_need_aws_say_so_and_were_not_run(executed):
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    skipped = [cell for cell in cells if needs_aws(cell)]
    assert len(skipped) == 3
    for cell in cells:
        assert needs_aws(cell) == (cell in skipped) == (cell.execution_count is None)
        assert needs_aws(cell) or "boto3" not in cell.source
    for cell in skipped:
        assert cell.source.startswith("# Needs AWS: not run here.") and not cell.outputs
    before = executed.cells[executed.cells.index(skipped[0]) - 1]
    assert "need AWS and were not run here" in before.source


def test_the_search_in_it_is_the_one_that_the_scripts_do(generated, executed):
    """Its best scores are those of the same search done outside of it."""
    text = shown(executed)
    with imported(generated.folder, "common", "search", "dpp0", "dpp2") as loaded:
        common, search, *scripts = loaded
        for script in scripts:
            table = common.read_folder(generated.path, script.HEADER, script.TARGET)
            features, y = common.split(table, script.build_label_transform(), script.TARGET)
            kept, _ = search.folds(script.PROBLEM, y, 5, 0)[0]
            history = search.search(script, features.iloc[kept], y[kept], trials=2, parts=2)
            best = search.best(history)
            assert f"{script.__name__}: {best['score']:.3f} ± {best['spread']:.3f}" in text


def test_the_pick_is_the_best_in_search_whatever_the_rows_held_back_say(generated, executed):
    text = shown(executed)
    board = re.findall(r"^(dpp\d) +(\d\.\d{3}) +(\d\.\d{3}) +(\d\.\d{3}) ", text, re.M)
    assert sorted(name for name, *_ in board) == names(generated)
    assert board == sorted(board, key=lambda entry: float(entry[1]))
    name, _, _, held = board[0]
    assert f"picked: {name}, {held} on the rows held back" in text
    assert "408 rows to search with, 102 held back" in text
    # The trainer, which gets the same rows, says the same of the same rows.
    assert f"{float(re.search(r'validation:logloss=([0-9.]+);', text)[1]):.3f}" == held


NO_AWS = """
import sys
from types import SimpleNamespace
sent = {}
put = lambda Bucket, Key, Body: sent.update({Key: Body})
client = lambda name: SimpleNamespace(put_object=put)
sys.modules["boto3"] = SimpleNamespace(client=client)
sys.modules["sagemaker.core"] = SimpleNamespace(image_uris=None)
"""


def test_rows_held_back_are_never_sent_to_the_tuner(generated):
    """Neither to train on nor to validate by: the tuner picks by what it is shown."""
    cells = [cell for cell in generated.node.cells if cell.cell_type == "code"]
    upload = next(cell.source for cell in cells if needs_aws(cell))
    end = "print(*(sent[f'autotune/{each}/rows.csv'] for each in ('train', 'validation')), sep='|')"
    end += "\nprint('|', table.iloc[held].to_csv(index=False), sep='')"
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([NO_AWS, *(c.source for c in cells[:2]), upload, end])],
        cwd=generated.path.parent, env={**os.environ, "BUCKET": "b", "ROLE": "r"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    texts = done.stdout.partition("\n")[2].split("|")
    shown_rows, validated, held = (set(text.strip().splitlines()[1:]) for text in texts)
    assert (len(shown_rows), len(validated), len(held)) == (326, 82, 102)
    assert not held & (shown_rows | validated) and not shown_rows & validated


@pytest.mark.parametrize("there", [{}, {"BUCKET": "b"}, {"BUCKET": "b", "ROLE": ""}])
def test_without_an_account_the_first_aws_cell_says_in_one_line_what_it_needs(generated, there):
    upload = next(cell.source for cell in generated.node.cells if needs_aws(cell))
    kept = {name: text for name, text in os.environ.items() if name not in ("BUCKET", "ROLE")}
    done = subprocess.run(
        [sys.executable, "-c", upload], env=kept | there, capture_output=True, text=True
    )
    assert done.returncode == 1 and not done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("Needs AWS: ") and {"BUCKET", "ROLE"} <= set(re.findall(r"\w+", line))


def test_rows_of_a_group_stay_together(generated):
    node = definition_notebook(
        generated.table, generated.profile, generated.candidates, None, by=["carrier"], **FEW
    )
    cells = [cell.source for cell in node.cells if cell.cell_type == "code"][:2]
    end = "print(set(features.carrier.iloc[kept]) & set(features.carrier.iloc[held]))"
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*cells, end])],
        cwd=generated.path.parent, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.endswith("set()\n"), done.stdout + done.stderr
    assert "Rows that agree in carrier stay together." in "".join(c.source for c in node.cells)


def test_its_figures_have_alternative_text(executed):
    figures = [
        output
        for cell in executed.cells
        for output in cell.get("outputs", [])
        if "image/svg+xml" in output.get("data", {})
    ]
    assert len(figures) == 2
    assert all(len(output.metadata["image/svg+xml"]["alt"]) >= 40 for output in figures)


@pytest.mark.heavy
def test_executed_twice_it_is_the_same(generated, executed):
    assert execute(generated.node, generated.path.parent) == executed


@pytest.mark.heavy
def test_its_aws_cells_run_against_the_stand_in(generated):
    """Unchanged but for where the AWS client is led: a tuning job of real training jobs."""
    node = generated.node.copy()
    node.cells = [cell.copy() for cell in node.cells]
    for cell in node.cells:
        cell.metadata = {}
    with local_sagemaker.running() as aws:
        aws.client("s3").create_bucket(Bucket="a-bucket")
        variables = {
            **aws.environment(),
            "BUCKET": "a-bucket",
            "ROLE": "arn:aws:iam::123456789012:role/workshop",
            "PATH": os.environ["PATH"],
        }
        ran = execute(node, generated.path.parent, environment=variables)
        jobs = aws.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
        found = aws.client("s3").list_objects_v2(Bucket="a-bucket", Prefix="autotune/models/")
    assert [job["TrainingJobStatus"] for job in jobs] == ["Completed"] * 2
    assert len(found["Contents"]) == 2
    status, value = ran.cells[-1].outputs[0].text.splitlines()
    assert status.startswith("Completed ") and 0 < float(value) < 0.7
