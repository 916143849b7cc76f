"""What can be said about the content without building it; each check names file, line, remedy."""

from __future__ import annotations

from workshop_notes.checks import examples, files, notebooks, pages, sources
from workshop_notes.content import ledger as ledgers
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page, read_pages
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
    found: list[Problem] = []
    read: list[Page] = []
    ledger = Ledger()
    try:
        read = read_pages(project)
    except ContentError as error:
        found += error.problems
    try:
        ledger = ledgers.read(project.ledger, project.relative(project.ledger))
    except ContentError as error:
        found += error.problems
    if not found:
        for module in (files, pages, examples):
            found += module.check(project, read)
        found += sources.check(project, read, ledger)
        found += notebooks.check(project, read, ledger)
    if found:
        raise ContentError(found)
    return read, ledger
