"""The experiment that is committed is what its generator makes of the committed tables today."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest

import local_sagemaker
from autotune import generate, regenerate
from autotune.__main__ import main
from autotune.notebook import SKIP, execute, normalise
from tests import PATIENCE
from tests.autotune.made import TARGETS, rows
from workshop_notes.examples import request_check

FLIGHTS = Path("notebooks/data/flights.csv")
NOTEBOOKS = (regenerate.WALK, generate.EXPLORATION, generate.DEFINITION)
REMEDY = "run 'make notebooks' and commit what it changes"
PRIVATE = {
    "an account": re.compile(r"(?<!\d)\d{12}(?!\d)"),
    "an ARN": re.compile(r"arn:aws[\w-]*:"),
    "a path": re.compile(r"(?<![\w.:/])/(?:home|root|tmp|usr|Users|private|var/folders)/"),
}


@pytest.fixture(scope="session")
def fresh(project, tmp_path_factory) -> Path:
    """What the generator makes of the flights, with the scores that are committed."""
    folder = tmp_path_factory.mktemp("fresh")
    made = generate.plan(project.root / FLIGHTS, "late")
    scores = json.loads((project.root / "notebooks/scores/flights.json").read_text("utf-8"))
    generate.lay_out(made, project.root / FLIGHTS, folder, scores, regenerate.BY[FLIGHTS.name])
    return folder


def book(root: Path, name: str) -> nbformat.NotebookNode:
    return nbformat.read(root / "notebooks" / name, as_version=4)


def scripts(root: Path) -> list[Path]:
    found = (root / generate.ARTIFACTS).rglob("*")
    return [path for path in found if path.is_file() and path.suffix != ".pyc"]


def generated(root: Path) -> dict[str, str]:
    """Every generated text of the experiment, by its path."""
    paths = [root / "notebooks" / name for name in NOTEBOOKS]
    paths += (root / "notebooks" / "scores").glob("*.json")
    paths += scripts(root)
    return {p.relative_to(root).as_posix(): p.read_text("utf-8") for p in sorted(paths)}


def test_the_scripts_are_what_the_generator_writes_today(project, fresh):
    there, made = (
        {p.relative_to(root): p.read_bytes() for p in scripts(root)}
        for root in (project.root, fresh)
    )
    assert there == made, REMEDY


@pytest.mark.parametrize("name", NOTEBOOKS[1:])
def test_the_cells_are_what_the_generator_writes_today(project, fresh, name):
    there, made = (
        [(cell.id, cell.cell_type, cell.source) for cell in book(root, name).cells]
        for root in (project.root, fresh)
    )
    assert there == made, REMEDY


def test_the_exploration_runs_to_the_outputs_that_are_committed(project, fresh):
    done = execute(book(fresh, generate.EXPLORATION), fresh / "notebooks")
    there = book(project.root, generate.EXPLORATION)
    assert done.cells == there.cells, f"{generate.EXPLORATION}: {REMEDY}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_cell_was_run_but_those_that_need_aws(project, name):
    cells = [cell for cell in book(project.root, name).cells if cell.cell_type == "code"]
    for place, cell in enumerate(cells, 1):
        skipped = SKIP in cell.metadata.get("tags", [])
        assert bool(cell.execution_count) is not skipped, f"cell {place} of {name}"
        assert not (skipped and cell.outputs)
        assert not [out for out in cell.outputs if out.output_type == "error"]
        assert not [out for out in cell.outputs if out.get("name") == "stderr"]


def test_every_file_says_what_it_is_and_from_which_table(project):
    sums = {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (project.root / "notebooks" / "data").glob("*.csv")
    }
    found = generated(project.root)
    assert len(found) >= 15
    for name, text in found.items():
        start = " ".join(re.sub(r"\\n|[#>`\"\n]", " ", text[:1500]).split())
        table = Path(name).stem if "/scores/" in name else "flights"
        assert sums[table] in start, f"{name} does not name its table"
        assert re.search(r"not Autopilot output|Nothing in it is Autopilot output", start), name


def test_no_account_arn_or_path_is_in_any_file(project):
    for name, text in generated(project.root).items():
        # A checksum may hold twelve digits in a row, and so may a drawing's path.
        text = re.sub(r"[0-9a-f]{64}|<svg.*?</svg>", "", text)
        for what, pattern in PRIVATE.items():
            assert not pattern.search(text), f"{name} holds {what}: {pattern.search(text)[0]}"


def test_the_pages_carry_the_banner_and_the_files(site, project):
    pages = {
        "autotune": "Nothing in it is Autopilot output",
        "data-exploration": "It is not Autopilot output",
        "candidate-definition": "It is not Autopilot output",
        "scripts": "are not Autopilot output",
        "index.html": "Nothing here is Autopilot output",
    }
    for name, words in pages.items():
        path = site / "experiment" / name
        text = (path if path.is_file() else path / "index.html").read_text(encoding="utf-8")
        assert words in text, name
    with zipfile.ZipFile(site / "experiment" / f"{generate.ARTIFACTS}.zip") as archive:
        assert f"{generate.ARTIFACTS}/dpp0.py" in archive.namelist()


IMPORTED = re.compile(r"^ *(?:import|from) (\w+)", re.M)
RUN = """
import sys
import nbclient, nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
book = nbformat.read(sys.argv[1], as_version=4)
kernels = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
nbclient.NotebookClient(book, km=kernels, timeout=int(sys.argv[2])).execute()
nbformat.write(book, sys.argv[1])
"""


@pytest.fixture(scope="module")
def strange(tmp_path_factory) -> Path:
    """An interpreter with the packages of this one, but for the project, and with no account."""
    folder = tmp_path_factory.mktemp("strange")
    venv.create(folder, symlinks=True)
    (there,) = folder.glob("lib/python*/site-packages")
    # Of a folder named in such a file no such files are read: the project is in one of them.
    (there / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "python"


def alone(interpreter: Path, folder: Path, script: str, *words: str) -> str:
    """Run a script in a folder, where nothing tells of the project or of an account of AWS."""
    kept = {n: text for n, text in os.environ.items() if not n.startswith(("AWS_", "PYTHON"))}
    kept |= {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "HOME": str(interpreter.parents[1])}
    kept |= {"AWS_EC2_METADATA_DISABLED": "true", "COLUMNS": "100", "NO_COLOR": "1"}
    for name in ("BUCKET", "ROLE"):
        kept.pop(name, None)
    run = subprocess.run(
        [interpreter, "-", *words],
        input=script,
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_downloaded_notebook_says_what_it_needs_and_imports_nothing_of_ours(
    project, site, strange, tmp_path, name
):
    there = book(project.root, name)
    downloaded = nbformat.read(site / "experiment" / name, as_version=4)
    nbformat.validate(downloaded)
    # As Studio's image names it: aws/sagemaker-distribution at fb58d7a5, notebook of its v4 tests.
    assert downloaded.metadata.kernelspec.name == "python3"
    first = there.cells[0].source
    assert downloaded.cells[0].source.startswith(first)
    assert downloaded.cells[2:] == there.cells[1:]
    (words,) = re.findall(r"`%pip install ([^`]+)`", first)
    needed = dict(pin.split("==") for pin in words.split())
    assert needed == {package: version(package) for package in needed}
    cells = [cell for cell in downloaded.cells if cell.cell_type == "code"]
    ours = {found for cell in cells[1:] for found in re.findall(IMPORTED, cell.source)}
    assert not ours & {"autotune", "local_sagemaker", "state_machines", "workshop_notes"}
    run = [cell.source for cell in cells if SKIP not in cell.metadata.get("tags", [])]
    theirs = {found for cell in run for found in re.findall(IMPORTED, cell)}
    assert theirs & {"boto3", "numpy", "pandas"} <= set(needed)
    end = "import importlib.util\nassert not importlib.util.find_spec('autotune')"
    alone(strange, tmp_path, "\n".join([*run[:3], end]))
    (unpacked,) = tmp_path.iterdir()
    for file in re.findall(r"`((?:data|scores|\.\./)[^`]*)`", first):
        assert (unpacked / "notebooks" / file).exists(), file


@pytest.mark.heavy
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_downloaded_notebook_runs_alone_to_its_end(project, site, strange, tmp_path, name):
    (tmp_path / name).write_bytes((site / "experiment" / name).read_bytes())
    alone(strange, tmp_path, RUN, name, str(PATIENCE))
    done = normalise(nbformat.read(tmp_path / name, as_version=4))
    for ran, there in zip(done.cells[2:], book(project.root, name).cells[1:], strict=True):
        shown = [outputs(cell) for cell in (ran, there)]
        if "head_bucket" in ran.source:
            assert shown[0][0][1].startswith("Skipped: this cell needs an AWS account")
        else:
            assert shown[0] == shown[1], ran.source


@pytest.mark.heavy
@pytest.mark.parametrize("problem", TARGETS)
def test_the_notebooks_of_a_table_of_your_own_run_alone(strange, tmp_path, problem):
    """By `Run all` and without an account; the table has semicolons, and commas in its numbers."""
    target = TARGETS[problem]
    table = rows().drop(columns=[name for name in TARGETS.values() if name != target])
    for name in {"wind__speed", "price"} & set(table):
        table[name] = table[name].str.replace(".", ",")
    table.to_csv(tmp_path / "yours.csv", sep=";", index=False)
    mine = tmp_path / "mine"
    assert main([str(tmp_path / "yours.csv"), "--target", target, "--out", str(mine)]) == 0
    for name in NOTEBOOKS[1:]:
        there = book(mine, name)
        needs_aws = [cell for cell in there.cells if SKIP in cell.metadata.get("tags", [])]
        for cell in needs_aws[:1]:  # it ends `Run all`
            cell.metadata["tags"] = ["raises-exception"]
        nbformat.write(there, mine / "notebooks" / name)
        alone(strange, mine / "notebooks", RUN, name, str(PATIENCE))
        done = book(mine, name)
        found = [
            (cell.id, out) for cell in done.cells for out in cell.get("outputs", [])
            if out.output_type == "error" or out.get("name") == "stderr"
        ]  # fmt: skip
        assert {where for where, _ in found} == {cell.id for cell in needs_aws[:1]}, found
        for error in (out for _, out in found if out.output_type == "error"):
            assert error.ename == "SystemExit" and error.evalue.startswith("Needs AWS: set ")
            assert "Traceback" not in "".join(error.traceback)
    shown = "".join(out.get("text", "") for cell in done.cells for out in cell.get("outputs", []))
    assert "408 rows to search with, 102 held back" in shown and "picked: dpp" in shown


def outputs(cell: nbformat.NotebookNode) -> list[tuple]:
    """What a cell showed, but for its number."""
    found = cell.get("outputs", [])
    return [
        (out.output_type, out.get("text"), out.get("data"), out.get("metadata")) for out in found
    ]


# The notebook that a reader starts with


def sources(project) -> list[str]:
    return [c.source for c in book(project.root, regenerate.WALK).cells if c.cell_type == "code"]


def test_the_request_is_one_that_aws_would_take(project, tmp_path, monkeypatch):
    request, call = (
        next(source for source in sources(project) if begin in source)
        for begin in ("request = {", "create_auto_ml_job_v2(")
    )
    start = "import os\nimport boto3\nBUCKET, KEY, TARGET = 'workshop-notes', 'a/b.csv', 'late'\n"
    script = tmp_path / "request.py"
    script.write_text(f"{start}{request}\n{call}\n", encoding="utf-8")
    monkeypatch.setenv("ROLE", regenerate.ROLE)
    (line,) = request_check.check(str(script))
    assert line.startswith("sagemaker: CreateAutoMLJobV2: accepted")
    monkeypatch.setenv("ROLE", "nobody")
    with pytest.raises(Exception, match="RoleArn"):
        request_check.check(str(script))


def test_the_upload_reaches_s3_twice_without_a_change(project, monkeypatch):
    monkeypatch.setenv("BUCKET", "workshop-notes")
    upload = next(source for source in sources(project) if "upload_file" in source)
    data = (project.root / FLIGHTS).read_bytes()
    with local_sagemaker.running():  # sets the variables, which the script inherits
        start = f"from pathlib import Path\nDATA = Path({str(project.root / FLIGHTS)!r})\n"
        for _ in range(2):  # the second time the bucket is there
            run = subprocess.run(
                [sys.executable, "-c", start + upload], capture_output=True, text=True, check=True
            )
            assert run.stdout.endswith(f"{len(data):,} bytes, as on disk: True\n")


# The command


def test_the_command_writes_the_same_bytes_twice_and_says_where(project, tmp_path, capsys):
    for name in ("a", "b"):
        assert (
            main([str(project.root / FLIGHTS), "--target", "late", "--out", str(tmp_path / name)])
            == 0
        )
    a, b = (
        {
            p.relative_to(tmp_path / name): p.read_bytes()
            for p in (tmp_path / name).rglob("*")
            if p.is_file()
        }
        for name in ("a", "b")
    )
    assert a == b and len(a) > 12
    assert str(tmp_path / "a" / generate.ARTIFACTS / "dpp0.py") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("a,b\n1,2\n", "late", 'no column "late"'),
        ("", "late", "is empty"),
        ("a,late\n", "late", "no rows"),
        ("a,a,late\n1,2,3\n", "late", "column a occurs twice"),
        ("late\n1\n", "late", "one column"),
        ("a,late\n1,x\n2,x\n", "late", "in every row"),
        (
            ",".join(["a", "late"]) + "\n" + "".join(f",{n % 2}\n" for n in range(600)),
            "late",
            "no column to learn",
        ),
    ],
)
def test_a_bad_table_is_named_and_nothing_is_written(tmp_path, capsys, text, target, words):
    path, out = tmp_path / "bad.csv", tmp_path / "out"
    path.write_text(text, encoding="utf-8")
    assert main([str(path), "--target", target, "--out", str(out)]) == 2
    assert words in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["bad.csv"]


def test_a_folder_that_holds_something_is_left_alone(project, tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("x")
    assert main([str(project.root / FLIGHTS), "--target", "late", "--out", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_failure_in_the_middle_leaves_nothing(project, tmp_path, monkeypatch):
    def fail(*_arguments, **_named):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(generate, "definition_notebook", fail)
    with pytest.raises(RuntimeError):
        generate.generate(project.root / FLIGHTS, "late", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_scores_of_another_table_are_not_kept(copy):
    path = copy.root / "notebooks" / "data" / "flights.csv"
    path.write_text(
        path.read_text("utf-8") + path.read_text("utf-8").splitlines()[1] + "\n", "utf-8"
    )
    with pytest.raises(regenerate.StaleScores, match=r"flights\.json holds scores of something"):
        regenerate.regenerate(copy.root, keep_scores=True, progress=False)


@pytest.mark.heavy
def test_the_whole_is_what_is_committed(copy):
    assert regenerate.regenerate(copy.root, progress=False) == [], REMEDY
