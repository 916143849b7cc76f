"""The list of questions in the README, made from the pages."""

from __future__ import annotations

from workshop_notes.content.pages import read_pages
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.directives import components

BEGIN, END = "<!-- questions -->", "<!-- /questions -->"


def with_questions(project: Project) -> str:
    """Return the README as it should be.

    Args:
        project: the project.

    Raises:
        ContentError: when the README lacks the two lines between which the list stands.
    """
    path = project.root / "README.md"
    text = path.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        remedy = f"put the lines {BEGIN} and {END} where the questions belong, once each"
        raise ContentError([Problem(project.relative(path), 1, "no place for the list", remedy)])
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    questions = components.question_list(read_pages(project), start="", level=3, docs="docs/")
    return f"{before}{BEGIN}\n\n{questions}\n{END}{after}"
