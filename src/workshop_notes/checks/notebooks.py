"""Each notebook that a page shows is there, can be shown, and cites what the ledger knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workshop_notes.checks.sources import dead_forms
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.directives import experiment, score_tables
from workshop_notes.notebooks import Refused


def check(project: Project, pages: list[Page], ledger: Ledger | None) -> list[Problem]:
    """Find notebooks and folders that are missing, cells that no page may show, and new sources."""
    found = [problem for page in pages for problem in _scores(project, page)]
    for (kind, name), page in experiment.sources(pages).items():
        shown = project.relative(page.path)
        line = next(
            each.line
            for each in page.markdown.directives
            if (each.name, each.value) == (kind, name)
        )
        if kind == "artifacts" and not experiment.artifact_files(project, name):
            found.append(_missing(shown, line, f"{name}/"))
        elif kind == "files" and not experiment.examples(project, name):
            remedy = "correct the name, which starts at examples/"
            found.append(Problem(shown, line, f"there are no files in examples/{name}", remedy))
        elif kind == "notebook":
            path = experiment.notebook_path(project, name)
            if path.is_file():
                found += _notebook(project, pages, name, ledger)
            else:
                found.append(_missing(shown, line, f"notebooks/{name}"))
    return found


def _scores(project: Project, page: Page) -> Iterator[Problem]:
    known = [*score_tables.names(project), score_tables.ALL]
    for each in page.markdown.directives:
        if each.name == "scores" and (each.value not in known or len(known) == 1):
            what = f"there are no scores '{each.value}' in notebooks/scores"
            remedy = "run 'make notebooks', or use one of: " + ", ".join(known)
            yield Problem(project.relative(page.path), each.line, what, remedy)


def _missing(shown: Path, line: int, name: str) -> Problem:
    return Problem(shown, line, f"there is no {name}", "run 'make notebooks', or correct the name")


def _notebook(
    project: Project, pages: list[Page], name: str, ledger: Ledger | None
) -> Iterator[Problem]:
    shown = project.relative(experiment.notebook_path(project, name))
    try:
        result = experiment.rendered(project, pages, name)
    except Refused as error:
        yield Problem(shown, error.line, str(error), error.remedy)
        return
    for each in result.problems:
        yield Problem(shown, each.line, str(each), each.remedy)
    for address in result.links:
        if ledger is None or not address.startswith("http"):
            continue
        yield from dead_forms(address, shown, 1, ledger)
        if address not in ledger.by_address and address not in ledger.unread:
            remedy = "cite it on a page and in sources.yml too, or remove the link"
            yield Problem(shown, 1, f"{address} has no entry in the ledger", remedy)
