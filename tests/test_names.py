"""No name that does not exist: each name in code font is found where such names are defined."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
from botocore import xform_name

from tests.claims import prose, read_claims
from tests.claims.proofs import model, resolves, v2, v3
from tests.site import ROOT
from workshop_notes.content.pages import Page, read_pages
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project

PAGES = [page for page in read_pages(Project(ROOT)) if page.is_question]
SERVICES = ("sagemaker", "sagemaker-runtime", "stepfunctions", "scheduler", "events", "ecr", "s3")
SOURCES = (v3("sagemaker"), ROOT / "src", ROOT / "examples")
"""Whose words count as names beside those of SDK v2: SDK v3, smdebug, and this project."""

ELSEWHERE = {
    "AUTOML_TRANSFORM_MODE": "a variable of Autopilot's containers, in AWS's developer guide",
    "AWS_SPARK_CONFIG_MODE": "a variable of AWS's Spark container, in its source",
    "Dockerfile": "Docker's file",
    "TS_MAX_REQUEST_SIZE": "a variable of TorchServe, in its documentation",
    "TS_MAX_RESPONSE_SIZE": "a variable of TorchServe, in its documentation",
    "client_max_body_size": "a setting of nginx",
    "r5": "a family of EC2's machine types",
    "uv": "the first half of uv.lock, the lock file of the images' build files",
}
"""Names that none of these define, with who does."""

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_LOOKS_LIKE_A_NAME = re.compile(r"[a-z][A-Z]|_|\.\w|^[A-Z][a-z]+$")


@functools.cache
def vocabulary() -> frozenset[str]:
    """Return every word of the API models and of the sources that holds without a version."""
    found: set[str] = set()
    for service in SERVICES:
        api = model(service)
        found |= {*api.operation_names, *map(xform_name, api.operation_names), *api.shape_names}
        for shape in map(api.shape_for, api.shape_names):
            found |= {*getattr(shape, "members", {}), *getattr(shape, "enum", [])}
    return frozenset(found.union(*map(words, SOURCES)))


@functools.cache
def words(folder: Path) -> frozenset[str]:
    """Return every word of the sources below a folder."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        if path.suffix in {".py", ".json", ".yml", ".txt"} and "__pycache__" not in path.parts:
            found |= set(re.findall(r"\w+", path.read_text("utf-8", errors="replace")))
    return frozenset(found)


def names(page: Page) -> list[tuple[int, str, str]]:
    """Return the names in code font on a page: the line, the name, and the words around it."""
    return [
        (block.line, match[0], block.text)
        for block in prose.blocks(page)
        for start, end in block.code
        for match in _NAME.finditer(block.text[start:end])
        if _LOOKS_LIKE_A_NAME.search(match[0])
    ]


def why_not(name: str, around: str, quoted: list[str]) -> str:
    """Say why a name is none that exists, or nothing.

    Args:
        name: the name.
        around: the words around it, which must say so of a name that only SDK v2 has.
        quoted: what claims quote that rest on an SDK's source; they may say it too.
    """
    told = "v2" in around or any(name in each and each in around for each in quoted)
    if name.startswith("sagemaker.") and not name.endswith(".amazonaws.com"):
        if resolves(name, v3("")):
            return ""
        if not resolves(name, v2("")):
            return "neither version of the SDK has it"
        return "" if told else "only SDK v2 has it; say so beside it"
    known = vocabulary()
    unknown = [part for part in name.split(".") if part not in known and part not in ELSEWHERE]
    if unknown and unknown[0] in words(v2("")):
        return "" if told else "only SDK v2 has it; say so beside it"
    return f"no API model and no source has '{unknown[0]}'" if unknown else ""


def problems(page: Page, quoted: list[str]) -> list[Problem]:
    """Find the names on a page that do not exist."""
    remedy = "correct it, or say in ELSEWHERE of tests/test_names.py who defines it"
    return [
        Problem(Path("docs") / page.name, line, f"'{name}' is no name: {why}", remedy)
        for line, name, around in names(page)
        if (why := why_not(name, around, quoted))
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_name_in_code_font_exists(page):
    claims = [each for each in read_claims() if each.page == page.name and each.by == "SDK"]
    found = problems(page, [words for each in claims for words in each.words])
    assert not found, "\n".join(map(str, found))


def test_what_is_declared_is_used_and_found_nowhere_else():
    used = {part for page in PAGES for _, name, _ in names(page) for part in name.split(".")}
    assert set(ELSEWHERE) <= used
    assert not set(ELSEWHERE) & vocabulary()


@pytest.mark.parametrize(
    ("name", "around", "expected"),
    [
        ("CreateTrainingJob", "", ""),
        ("CreateTrainigJob", "", "no API model and no source has 'CreateTrainigJob'"),
        ("sagemaker.train.ModelTrainer", "", ""),
        ("sagemaker.train.ModelTrainer.train", "", ""),
        ("sagemaker.core.resources.AutoMLJobV2.creates", "", "neither version of the SDK has it"),
        ("sagemaker.mlops.processing.DataProcessor", "", "neither version of the SDK has it"),
        ("sagemaker.tuner.HyperparameterTuner", "It tunes.", "only SDK v2 has it; say so beside"),
        ("sagemaker.tuner.HyperparameterTuner", "In SDK v2 it was there.", ""),
        ("SparkMLModel", "It serves a model.", "only SDK v2 has it; say so beside"),
    ],
)
def test_a_name_that_is_none_is_told_from_one_that_exists(name, around, expected):
    why = why_not(name, around, [])
    assert why.startswith(expected) and bool(why) == bool(expected)
