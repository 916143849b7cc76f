"""The pages keep to the style that CONTRIBUTING.md asks for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site import ROOT
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project

QUESTIONS = [p for p in read_pages(Project(ROOT)) if p.is_question and not p.is_draft]
"""Answers that somebody has checked: a draft may be short, and is refused where it is published."""
IDS = [page.path.stem for page in QUESTIONS]


def prose(body: str) -> str:
    """The words of a page: no code blocks, comments or addresses; a link counts by its text."""
    body = re.sub(r"^```.*?^```$", "", body, flags=re.S | re.M)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.S)
    body = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", body)
    return re.sub(r"^\|[\s|:-]+\|$", "", body, flags=re.M).replace("|", " ")


@pytest.mark.parametrize("page", QUESTIONS, ids=IDS)
def test_a_page_has_250_to_600_words(page):
    count = len(re.findall(r"\w[\w.'/-]*", prose(page.matter.body)))
    what = f"docs/{page.name} has {count} words; a reader is asked for 250 to 600"
    assert 250 <= count <= 600, what


@pytest.mark.parametrize("page", QUESTIONS, ids=IDS)
def test_a_page_that_changed_says_what_changed(page):
    heading = "## What changed since the workshop\n"
    status = page.matter.values["status"]
    what = f"docs/{page.name}: status '{status}' and '{heading.strip()}' do not go together"
    assert (heading in page.matter.body) == (status != "current"), what


@pytest.mark.parametrize("page", QUESTIONS, ids=IDS)
def test_nobody_types_the_sources(page):
    what = f"docs/{page.name}: '## Sources' is made of sources.yml; remove the heading"
    assert not re.search(r"^## Sources", page.matter.body, re.M), what


@pytest.mark.parametrize(
    "wrong",
    [
        "Github",
        "Sagemaker",
        "Pyspark",
        "Cloudwatch",
        "Eventbridge",
        "Autopilot's own's",
        "click here",
        "simply ",
        "In order to",
    ],
)
def test_names_are_spelt_as_their_owners_spell_them(wrong):
    for page in QUESTIONS:
        assert wrong not in prose(page.matter.body), f"docs/{page.name}: '{wrong}' is spelt wrongly"


def test_the_code_is_formatted_and_linted():
    for command in (["check"], ["format", "--check"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "."],
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_markdown_is_linted():
    written = [*ROOT.glob("*.md"), *ROOT.glob("src/*/README.md")]
    run = subprocess.run(
        [sys.executable, "-m", "pymarkdown", "scan", "-r", "docs", *map(str, written)],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_project_names_no_machine_and_stands_alone():
    run = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, text=True, capture_output=True, check=True
    )
    forbidden = re.compile(r"/(?:home|root|Users)/\w|\.\./shared|pypi\.org|pythonhosted")
    for name in filter(None, run.stdout.split("\0")):
        path = ROOT / name
        if path == Path(__file__) or path.suffix == ".png" or not path.is_file():
            continue
        match = forbidden.search(path.read_text(encoding="utf-8", errors="replace"))
        assert not match, f"{name}: {match[0]}"
