"""Copy the blocks of a page from top to bottom, and they run; so do the files that it offers."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lxml import html
from markdown_it import MarkdownIt

from tests.local_sagemaker.api import why_not_private
from tests.preloaded import Preloaded
from tests.site import ROOT
from workshop_notes.content.pages import Page, read_pages
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.examples.execution import LIMIT_SECONDS, execute, read_runs
from workshop_notes.examples.run import Run, environment_of

PAGES = [page for page in read_pages(Project(ROOT)) if page.is_question]
RUNS = read_runs(Project(ROOT))
BUCKET = "my-bucket"

SUPPLY = "what you supply"
"""In the title of the block that a reader fills in: role, bucket, names of their own."""
SAVE = "save as "
"""In the title of a file that a job or another block reads; its name follows."""
ELSEWHERE = ("not run here", "not run yet")
"""In the title of a block that another interpreter runs, or none."""
CHECKED = "checked, not sent"
"""In the title of a block of requests that nothing here answers: AWS's API model accepts them."""
PRINTED = ("What it printed", "What they printed", "What happened")
"""How the title of a block of output begins."""


@dataclass(frozen=True)
class Block:
    """A code block of a built page.

    Attributes:
        title: the words above it.
        language: the language it is highlighted as.
        code: what the copy button copies.
        line: the line of its fence in the page's file, counted from 1.
    """

    title: str
    language: str
    code: str
    line: int

    @property
    def runs(self) -> bool:
        """Whether a reader runs it where they run the others."""
        elsewhere = any(words in self.title for words in (*ELSEWHERE, CHECKED, SAVE))
        return self.language == "python" and not elsewhere

    @property
    def file(self) -> str:
        """The name under which it is to be saved, or nothing."""
        return self.title.partition(SAVE)[2].split()[0].rstrip(":,") if SAVE in self.title else ""


def blocks(page: Page, site: Path) -> list[Block]:
    """Read the code blocks of a built page, in their order."""
    tree = html.parse(str(site / page.name.removesuffix(".md") / "index.html"))
    found = [
        Block(
            "".join(block.xpath("./span[@class='filename']/text()")),
            block.get("class").split()[0].removeprefix("language-"),
            block.find(".//code").text_content(),
            0,
        )
        for block in tree.findall(".//article//div")
        if "highlight" in (block.get("class") or "").split()
    ]
    matter = page.matter
    tokens = MarkdownIt("commonmark").parse(matter.body)
    lines = [matter.body_line + token.map[0] for token in tokens if token.type == "fence"]
    assert len(found) == len(lines), f"{page.name}: not every block is one of its own"
    return [replace(block, line=line) for block, line in zip(found, lines, strict=True)]


def problems(page: Page, found: list[Block]) -> list[Problem]:
    """Find names that no block before supplies, and a preamble that outgrew what it is for."""
    path = Path("docs") / page.name
    running = [block for block in found if block.runs or CHECKED in block.title]
    supply = [block for block in running if SUPPLY in block.title]
    told = []
    for block in supply:
        rest = sum(len(each.code.splitlines()) for each in running if each not in supply)
        if len(block.code.splitlines()) > rest:
            remedy = "leave in it what only the reader knows, and move the rest into the block"
            told.append(Problem(path, block.line, "a preamble longer than the code below", remedy))
    # One file, as a reader would paste it; ruff says which names nothing in it defines.
    lines, places = [], []
    for block in running:
        lines += block.code.splitlines()
        places += [block.line + number for number, _ in enumerate(block.code.splitlines(), 1)]
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821"]
    done = subprocess.run(
        [*command, "--output-format", "concise", "--stdin-filename", "page.py", "-"],
        input="\n".join(lines) + "\n",
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    for line in done.stdout.splitlines():
        if line.startswith("page.py:"):
            _, number, _, what = line.split(":", 3)
            remedy = f"define it in a block before, or in one titled '… {SUPPLY}'"
            told.append(Problem(path, places[int(number) - 1], what.strip(), remedy))
    return told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_block_has_what_it_needs(page, site):
    found = problems(page, blocks(page, site))
    assert not found, "\n".join(map(str, found))


def test_what_is_not_sent_was_checked(site):
    scripts = [run.script for run in RUNS if run.badge == "checked"]
    checked = "\n".join(script.read_text(encoding="utf-8") for script in scripts)
    for page in PAGES:
        for block in blocks(page, site):
            if CHECKED in block.title:
                assert block.code.strip() in checked, f"docs/{page.name}:{block.line}"


def run_in(
    folder: Path, script: str, venv: str, preloaded: Preloaded
) -> subprocess.CompletedProcess[str]:
    """Run a script on the local SageMaker, which has the one bucket."""
    run = Run(folder, "page", "stand-in", (), venv=venv)
    with environment_of(run) as (environment, aws):
        aws.client("s3").create_bucket(Bucket=BUCKET)
        return preloaded.run(
            [sys.executable, script], cwd=folder, env=environment, text=True, timeout=LIMIT_SECONDS
        )


def unpack(page: Page, site: Path, folder: Path) -> bool:
    """Unpack what the page offers as files, and say whether it offers any."""
    archive = site / Path(page.name).with_suffix(".zip")
    if archive.is_file():
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    return archive.is_file()


VENVS = {run.folder.name: run.venv for run in RUNS if run.badge == "stand-in" and run.venv}
"""What the jobs of a page need besides, by the page's name; such a page is heavy."""


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            page,
            id=page.name,
            marks=[pytest.mark.heavy] if page.path.stem in VENVS else [],
        )
        for page in PAGES
    ],
)
def test_the_blocks_run_as_they_are_copied(page, site, tmp_path, preloaded):
    if reason := why_not_private():
        pytest.skip(reason)
    found = blocks(page, site)
    unpack(page, site, tmp_path)
    for block in found:
        if block.file:
            (tmp_path / block.file).write_text(block.code, encoding="utf-8")
    running = [block for block in found if block.runs]
    assert running or not any(block.language == "python" for block in found)
    (tmp_path / "page.py").write_text("\n\n".join(block.code for block in running), "utf-8")
    done = run_in(tmp_path, "page.py", VENVS.get(page.path.stem, ""), preloaded)
    assert done.returncode == 0, done.stderr
    for block in found:
        if block.title.startswith(PRINTED):
            assert block.code.strip() in done.stdout, f"line {block.line}: {done.stdout}"


@pytest.mark.heavy
@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.label)
def test_the_files_of_a_page_run_when_unpacked(run, site, tmp_path):
    (archive,) = site.glob(f"*/{run.folder.name}.zip")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "unpacked")
    work = tmp_path / "work"
    work.mkdir()
    done = execute(replace(run, folder=tmp_path / "unpacked"), work)
    assert done[tmp_path / "unpacked" / run.output.name] == run.output.read_bytes()


SPARK = next(page for page in PAGES if page.path.stem == "spark")


@pytest.mark.parametrize(
    ("codes", "line", "expected"),
    [
        (
            ["import boto3\n", "boto3.client(kind)\n"],
            21,
            "F821 Undefined name `kind`; define it in",
        ),
        (["a = 1\nb = 2\nc = 3\n", "print(a)\n"], 10, "a preamble longer than the code below; le"),
    ],
)
def test_what_a_reader_would_stumble_over_is_named_with_its_line(codes, line, expected):
    titles = (f"Plain Python: {SUPPLY}", "boto3")
    found = [
        Block(title, "python", code, number)
        for title, code, number in zip(titles, codes, (10, 20), strict=True)
    ]
    (problem,) = problems(SPARK, found)
    assert str(problem).startswith(f"docs/day-3/spark.md:{line}: {expected}")


def test_what_runs_elsewhere_is_left_out():
    titles = ("boto3", "SageMaker Python SDK v2, not run here", "Plain Python, save as a.py: b")
    found = [Block(title, "python", "print(nothing)\n", 1) for title in titles]
    assert [block.runs for block in found] == [True, False, False]
    assert [block.file for block in found] == ["", "", "a.py"]
