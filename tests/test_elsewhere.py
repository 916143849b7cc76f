"""Steps of a large build run in processes of their own, and fail as in this one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workshop_notes import elsewhere
from workshop_notes.content.problems import ContentError, Problem


def number_of_this_process() -> int:
    return os.getpid()


def fail(*problems: Problem) -> None:
    raise ContentError(problems)


@pytest.mark.parametrize(("pages", "here"), [(999, True), (1000, False)])
def test_a_large_site_takes_another_process(pages, here):
    assert (elsewhere.run(pages, number_of_this_process) == os.getpid()) is here


@pytest.mark.parametrize("pages", [1, 1000])
def test_problems_come_back_with_file_line_and_remedy(pages):
    problem = Problem(Path("docs/a.md"), 3, "a word is missing", "write it")
    with pytest.raises(ContentError, match=r"docs/a\.md:3: a word is missing; write it") as caught:
        elsewhere.run(pages, fail, problem)
    assert caught.value.problems == [problem]
