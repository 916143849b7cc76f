"""Put what is made in the place of a page's directives: the Markdown that the engine gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import state_machines
from state_machines.steps import steps
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.directives import (
    badges,
    citations,
    components,
    experiment,
    score_tables,
    status,
)
from workshop_notes.examples import execution
from workshop_notes.examples.run import Run

_DIRECTIVE = re.compile(r"^<!-- (?P<name>[a-z]+)(?:: (?P<value>\S+))? -->$", re.M)


def expanded(project: Project, pages: list[Page], ledger: Ledger) -> dict[str, str]:
    """Return the text of each page as the engine gets it, by the page's name.

    Args:
        project: the project.
        pages: all pages in the order of the menu.
        ledger: the citation ledger, which knows every address that a page cites.

    Raises:
        ContentError: for every directive that is not known.
    """
    runs = {run.label: run for run in execution.read_runs(project)}
    texts, problems = {}, []
    for page in pages:
        try:
            texts[page.name] = expand(project, page, pages, ledger, runs)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return texts


def expand(
    project: Project, page: Page, pages: list[Page], ledger: Ledger, runs: Mapping[str, Run]
) -> str:
    """Return the text of a page as the engine gets it.

    Args:
        project: the project.
        page: the page.
        pages: all pages in the order of the menu.
        ledger: the citation ledger, which knows every address the page cites.
        runs: the runs of the examples, by their labels.

    Raises:
        ContentError: for a directive that is not known.
    """
    lines = page.path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if match := _DIRECTIVE.match(line):
            lines[number - 1] = _directive(project, page, pages, ledger, runs, number, match)
    if page.is_question:
        lines.insert(page.title_line, "\n" + components.facts_line(page))
    text = "\n".join(lines).rstrip() + "\n"
    text = components.picture_pairs(text, page.path.parent)
    if page.is_question:
        text = citations.mark_bad(text, page, ledger)
        text += components.followed_up(page, pages)
        text += citations.sources_section(page, ledger)
    return text


def _directive(
    project: Project,
    page: Page,
    pages: list[Page],
    ledger: Ledger,
    runs: Mapping[str, Run],
    number: int,
    match: re.Match[str],
) -> str:
    """Return what stands in the place of one directive."""
    if match["name"] == "questions" and not match["value"]:
        questions = components.question_list(pages, start=page.day, level=0 if page.day else 3)
        return f'<div class="questions" data-search-exclude markdown>\n\n{questions}\n</div>'
    if match["name"] == "search" and not match["value"]:
        return components.SEARCH_FORM
    if match["name"] == "badge" and match["value"]:
        return badges.badge(runs[match["value"]])
    if match["name"] in {"notebook", "artifacts", "files"} and match["value"]:
        return experiment.body(project, pages, match["name"], match["value"])
    if match["name"] == "scores" and match["value"]:
        return score_tables.table(project, match["value"])
    if match["name"] == "steps" and match["value"]:
        lines = _steps(project, page, number, match["value"])
        return "\n" + "\n".join(line if line.startswith(" ") else f"1. {line}" for line in lines)
    if match["name"] == "status" and match["value"] in status.PARTS:
        return status.PARTS[match["value"]](pages, ledger)
    remedy = "see the lines that a page may use, in CONTRIBUTING.md"
    what = f"unknown directive '{match[0]}'"
    raise ContentError([Problem(project.relative(page.path), number, what, remedy)])


def _steps(project: Project, page: Page, number: int, name: str) -> list[str]:
    """Return the steps of a state machine in words, or say what keeps it from being read."""
    try:
        return steps(state_machines.load(project.root / name))
    except state_machines.DefinitionError as error:
        raise ContentError(
            Problem(
                Path(name),
                defect.line,
                f"state '{defect.state}': {defect.reason}" if defect.state else defect.reason,
                defect.remedy,
            )
            for defect in error.defects
        ) from error
    except OSError as error:
        what = f"there is no definition {name}"
        remedy = "correct the path, which starts at the project's folder"
        raise ContentError([Problem(project.relative(page.path), number, what, remedy)]) from error
