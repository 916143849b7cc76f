"""Put what is made in the place of a page's directives: the Markdown that the engine gets."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from html import escape
from pathlib import Path

import state_machines
from state_machines.steps import steps
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.markdown import DIRECTIVES, Directive
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


def expanded(
    project: Project, pages: list[Page], ledger: Ledger, *, wrong: bool = False
) -> tuple[dict[str, str], list[Problem]]:
    """Return the text of each page as the engine gets it, by the page's name.

    Args:
        project: the project.
        pages: all pages in the order of the menu, whatever is wrong with them.
        ledger: the citation ledger, as far as it can be understood.
        wrong: whether the checks have told mistakes already; the text of a page that cannot be
            expanded for one of these is then as it was written, so that the engine finds the rest.

    Returns:
        The texts, and problems with directives and runs.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    runs: dict[str, Run] = {}
    told = (AttributeError, KeyError, OSError, TypeError, ValueError) if wrong else ()
    try:
        runs = {run.label: run for run in execution.read_runs(project)}
    except ContentError as error:
        problems += error.problems
    for page in pages:
        try:
            texts[page.name] = expand(project, page, pages, ledger, runs)
            continue
        except ContentError as error:
            problems += error.problems
        except told:  # front matter, ledger or run of this page are wrong
            pass
        made = "\n\n## Sources { #sources }\n" * page.is_question
        texts[page.name] = page.matter.body + made + components.followed_up(page, pages)
    return texts, problems


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
    lines = page.path.read_text(encoding="utf-8-sig").splitlines()
    for directive in page.markdown.directives:
        made = _directive(project, page, pages, ledger, runs, directive)
        if made is not None:
            lines[directive.line - 1] = made
    if page.is_question:
        lines.insert(page.title_line, "\n" + components.facts_line(page, pages, project.settings))
    text = "\n".join(lines).rstrip() + "\n"
    text = components.picture_pairs(text, page.path.parent)
    if page.is_question:
        text = citations.mark_bad(text, page, ledger)
        text += components.followed_up(page, pages)
        text += citations.sources_section(page, ledger, project)
    return text


def _directive(
    project: Project,
    page: Page,
    pages: list[Page],
    ledger: Ledger,
    runs: Mapping[str, Run],
    directive: Directive,
) -> str | None:
    """Return what stands in the place of one directive, or None for an ordinary comment."""
    name, value = directive.name, directive.value
    if name not in DIRECTIVES and not difflib.get_close_matches(name, DIRECTIVES):
        return None
    if name == "questions" and not value:
        questions = components.question_list(pages, start=page.group, level=0 if page.group else 3)
        return f'<div class="questions" data-search-exclude markdown>\n\n{questions}\n</div>'
    if name == "changes" and not value:
        return components.change_list(pages)
    if name == "search" and not value:
        return components.SEARCH_FORM.format(escape(project.settings.search_hint))
    if name == "badge" and value:
        return badges.badge(runs[value], project.settings)
    if name in {"notebook", "artifacts", "files"} and value:
        return experiment.body(project, pages, name, value)
    if name == "scores" and value:
        return score_tables.table(project, value)
    if name == "steps" and value:
        lines = _steps(project, page, directive.line, value)
        return "\n" + "\n".join(line if line.startswith(" ") else f"1. {line}" for line in lines)
    if name == "status" and value in status.PARTS:
        return status.PARTS[value](project, pages, ledger)
    remedy = "see the lines that a page may use, in CONTRIBUTING.md"
    what = f"unknown directive '{name}{f': {value}' if value else ''}'"
    raise ContentError([Problem(project.relative(page.path), directive.line, what, remedy)])


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
