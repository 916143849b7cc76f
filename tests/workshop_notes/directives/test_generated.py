"""What is generated and committed is what its source would make today."""

from __future__ import annotations

from workshop_notes.directives import readme

REMEDY = "run 'make format' and commit what it changes"


def test_the_readme_lists_the_questions(project):
    path = project.root / "README.md"
    assert path.read_text(encoding="utf-8") == readme.with_questions(project), REMEDY
