"""What is generated and committed is what its source would make today."""

from __future__ import annotations

from workshop_notes.directives import readme
from workshop_notes.directives.expand import prepare

REMEDY = "run 'make format' and commit what it changes"


def test_the_readme_lists_the_questions(project):
    path = project.root / "README.md"
    assert path.read_text(encoding="utf-8") == readme.with_questions(project), REMEDY


def test_preparing_twice_changes_nothing(copy):
    assert prepare(copy)
    assert prepare(copy) == []


def test_what_is_deleted_leaves_the_prepared_pages_too(copy):
    prepare(copy)
    stray = copy.staged / "day-1" / "stray.md"
    stray.write_text("# Stray\n", encoding="utf-8")
    assert prepare(copy) == [stray]
    assert not stray.exists()
