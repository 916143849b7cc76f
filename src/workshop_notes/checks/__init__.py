"""What can be said about the content without building it; each check names file, line, remedy."""

from __future__ import annotations

from workshop_notes.checks import examples, files, notebooks, pages, sources
from workshop_notes.content import ledger as ledgers
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page, read_page
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project


def read_checked(project: Project) -> tuple[list[Page], Ledger]:
    """Read the pages and the ledger, and hold them to every check.

    Args:
        project: the project to read.

    Returns:
        The pages in the order of the menu, and the ledger.

    Raises:
        ContentError: with every problem that was found, not only the first.
    """
    read, ledger, found = examine(project)
    if found:
        raise ContentError(found)
    return read, ledger or Ledger()


def examine(
    project: Project, *, strict: bool = False
) -> tuple[list[Page], Ledger | None, list[Problem]]:
    """Read the pages and the ledger as far as they can be understood.

    Args:
        project: the project to read.
        strict: whether a draft is a mistake.

    Returns:
        The pages in the order of the menu, the ledger unless nothing in it can be understood, and
        every problem that was found.
    """
    both = [read_page(project, path) for path in project.pages()]
    read = [page for page, _ in both]
    found = [problem for _, problems in both for problem in problems] + project.wrong_settings
    ledger = None
    try:
        ledger, problems = ledgers.examine(project.ledger, project.relative(project.ledger))
        found += problems
    except ContentError as error:
        found += error.problems
    found += files.check(project, read)
    found += pages.check(project, read)
    try:
        found += examples.check(project, read)
    except ContentError as error:  # an `example.yml` that cannot be read
        found += error.problems
    found += notebooks.check(project, read, ledger)
    if ledger:
        found += sources.check(project, read, ledger, strict=strict)
    return read, ledger, found
