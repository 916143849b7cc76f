"""What can be said about the content without building it; each check names file, line, remedy."""

from __future__ import annotations

from workshop_notes.checks import examples, files, notebooks, pages, sources
from workshop_notes.content import ledger as ledgers
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page, read_page
from workshop_notes.content.problems import ContentError
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
    both = [read_page(project, path) for path in project.pages()]
    read = [page for page, _ in both]
    found = [problem for _, problems in both for problem in problems]
    ledger = Ledger()
    try:
        ledger = ledgers.read(project.ledger, project.relative(project.ledger))
    except ContentError as error:
        found += error.problems
    complete = not found  # the other checks rely on front matter and ledger
    found += files.check(project, read)
    found += pages.form(project, read)
    if complete:
        found += pages.check(project, read)
        found += examples.check(project, read)
        found += sources.check(project, read, ledger)
        found += notebooks.check(project, read, ledger)
    if found:
        raise ContentError(found)
    return read, ledger
