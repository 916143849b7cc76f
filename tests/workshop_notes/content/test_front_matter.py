"""Each page carries complete front matter, and what is wrong with it is said with its line."""

from __future__ import annotations

import pytest

from tests.site import ROOT
from workshop_notes.content import front_matter, settings
from workshop_notes.content.pages import read_page
from workshop_notes.content.project import Project

PAGES = Project(ROOT).pages()


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_page_keeps_the_schema(path):
    _, problems = read_page(Project(ROOT), path)
    assert not problems, "\n".join(map(str, problems))


GOOD = """\
---
description: One sentence that answers the question, and is long enough to be of use.
status: current
reviewed: 2026-11-23
tags: [Training]
aliases: [word]
---
# A question?
"""


def problems_of(tmp_path, text: str, *, question: bool = True) -> list[str]:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    statuses = {"current": "Still true", "closed": "Closed"} if question else None
    _, found = front_matter.read(path, path.relative_to(tmp_path), statuses)
    return [str(problem) for problem in found]


def test_good_front_matter_has_no_problem(tmp_path):
    assert problems_of(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("---\ndescription", "description", "page.md:1: no front matter; begin the file"),
        ("---\n#", "#", "page.md:1: the front matter is never closed; close it"),
        ("current", "fine", "page.md:3: front matter key 'status' is not valid"),
        ("2026-11-23", "yesterday", "page.md:4: front matter key 'reviewed' is not valid"),
        ("2026-11-23", "2026-02-30", "page.md:4: front matter key 'reviewed' is not valid"),
        ("[Training]", "[]", "page.md:5: front matter key 'tags' is not valid"),
        ("[Training]", "[A, A]", "page.md:5: front matter key 'tags' is not valid"),
        ("[Training]", "Training", "page.md:5: front matter key 'tags' is not valid"),
        ("aliases: [word]\n", "", "page.md:1: front matter key 'aliases' is missing; add a line"),
        (
            "status",
            "state",
            "page.md:3: unknown front matter key 'state'; did you mean 'status'? remove it",
        ),
        ("of use.", "of use", "page.md:2: front matter key 'description' is not valid"),
        (", and is long enough to be of use", "", "it has 39 characters, at least 50 are needed"),
        ("[word]", "[word", "the front matter is not YAML"),
        ("[Training]", "[Training]]", "page.md:5: the front matter is not YAML"),
        ("[Training]", "[Ü, \x07]", "page.md:5: the front matter is not YAML"),
        ("[word]", "[word]\nasked: [x]", "'asked' is not valid: 'x' does not match"),
        ("status: current", "status: current\nstatus: closed", "the front matter is not YAML"),
    ],
)
def test_a_defect_is_named_with_line_and_remedy(tmp_path, old, new, expected):
    assert old in GOOD
    found = problems_of(tmp_path, GOOD.replace(old, new, 1))
    assert any(expected in problem for problem in found), found
    assert all(";" in problem for problem in found), "each message names a remedy"


@pytest.mark.parametrize(("length", "fits"), [(49, False), (50, True), (170, True), (171, False)])
def test_a_description_has_50_to_170_characters(tmp_path, length, fits):
    words = "One sentence that answers the question, and is long enough to be of use."
    found = problems_of(tmp_path, GOOD.replace(words, f"{'x' * (length - 1)}."))
    assert (found == []) == fits, found


def test_words_for_the_search_are_read_as_they_stand():
    read = settings.read_search_words
    assert read("faint: a b\nneighbours: c\n") == ({"faint": ["a", "b"], "neighbours": ["c"]}, [])
    assert read("") == ({}, [])
    words, ((line, what, _),) = read("faint: a b\nneighbour: c\n")
    assert (words, line, what) == ({}, 2, "unknown key 'neighbour'")


def test_a_site_has_one_status_or_more():
    text = "plugins:\n  - workshop-notes:\n      statuses: {holds: As it was said}\n"
    read, wrong = settings.read(text)
    assert (read.statuses, wrong) == ({"holds": "As it was said"}, [])
    _, ((line, what, _),) = settings.read(text.replace("holds: As it was said", ""))
    assert (line, what) == (3, "'statuses' is not valid: {} should be non-empty")


def test_a_page_that_is_no_question_needs_only_a_description(tmp_path):
    text = (
        "---\ndescription: A sentence on what this page is for, of at least fifty letters.\n---\n"
    )
    assert problems_of(tmp_path, text, question=False) == []
    assert problems_of(
        tmp_path, text.replace("\n---\n", "\nstatus: current\n---\n", 1), question=False
    )
