"""Turn what people write into what the engine builds: the step before the build.

The pages under `docs` stay as they were written; the engine reads copies under `build/docs`
to which lists, diagrams in words and sources have been added. So any engine that reads
Markdown can take over.
"""

from __future__ import annotations

import re
from pathlib import Path

import state_machines
from state_machines import diagrams
from workshop_notes.checks import read_checked
from workshop_notes.content.files import write, write_if_changed
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

_DIRECTIVE = re.compile(r"^<!-- (?P<name>[a-z]+)(?:: (?P<value>\S+))? -->$", re.M)


def prepare(project: Project) -> list[Path]:
    """Check the content and bring the engine's copy of the pages up to date.

    Args:
        project: the project to prepare.

    Returns:
        The files that changed.

    Raises:
        ContentError: with every problem, before anything is written.
    """
    return stage(project, *read_checked(project))


def stage(project: Project, pages: list[Page], ledger: Ledger) -> list[Path]:
    """Bring the engine's copy of pages that were checked up to date.

    Args:
        project: the project to prepare.
        pages: all pages in the order of the menu.
        ledger: the citation ledger.

    Returns:
        The files that changed.

    Raises:
        ContentError: for a directive that is not known.
    """
    # Only a directive can be wrong still; all other texts at once would fill the memory.
    held = {
        page.name: stage_page(project, page, pages, ledger)
        for page in pages
        if _DIRECTIVE.search(page.matter.body)
    }
    changed = []
    first = not project.staged.is_dir()  # nobody reads there yet
    for page in pages:
        text = held.pop(page.name, None) or stage_page(project, page, pages, ledger)
        path = project.staged / page.name
        if first:
            write(path, text)
        if first or write_if_changed(path, text):
            changed.append(path)
    names = [page.name for page in pages]
    return changed + _stage_files(project, names, experiment.files(project, pages))


def stage_page(project: Project, page: Page, pages: list[Page], ledger: Ledger) -> str:
    """Return the text of a page as the engine gets it.

    Args:
        project: the project.
        page: the page.
        pages: all pages in the order of the menu.
        ledger: the citation ledger, which knows every address the page cites.

    Raises:
        ContentError: for a directive that is not known.
    """
    lines = page.path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if match := _DIRECTIVE.match(line):
            lines[number - 1] = _directive(project, page, pages, ledger, number, match)
    if page.is_question:
        lines.insert(page.title_line, "\n" + components.facts_line(page))
    text = "\n".join(lines).rstrip() + "\n"
    text = components.picture_pairs(text, page.path.parent)
    if page.is_question:
        text = citations.mark_bad(text, page, ledger)
        text += citations.sources_section(page, ledger)
    return text


def _directive(
    project: Project,
    page: Page,
    pages: list[Page],
    ledger: Ledger,
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
        runs = {run.label: run for run in execution.read_runs(project)}
        return badges.badge(runs[match["value"]])
    if match["name"] in {"notebook", "artifacts"} and match["value"]:
        return experiment.body(project, pages, match["name"], match["value"])
    if match["name"] == "scores" and match["value"]:
        return score_tables.table(project, match["value"])
    if match["name"] == "steps" and match["value"]:
        steps = _steps(project, page, number, match["value"])
        return "\n" + "\n".join(step if step.startswith(" ") else f"1. {step}" for step in steps)
    if match["name"] == "status" and match["value"] in status.PARTS:
        return status.PARTS[match["value"]](pages, ledger)
    remedy = "see the lines that a page may use, in CONTRIBUTING.md"
    what = f"unknown directive '{match[0]}'"
    raise ContentError([Problem(project.relative(page.path), number, what, remedy)])


def _steps(project: Project, page: Page, number: int, name: str) -> list[str]:
    """Return the steps of a state machine in words, or say what keeps it from being read."""
    try:
        return diagrams.steps(state_machines.load(project.root / name))
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


def _stage_files(project: Project, names, made: dict[str, bytes]) -> list[Path]:
    """Copy what is not a page, add what was made, and remove what is no longer there."""
    kept = {project.staged / name for name in (*names, *made)}
    changed = [
        project.staged / name
        for name, data in made.items()
        if write_if_changed(project.staged / name, data)
    ]
    for path in project.docs.rglob("*"):
        if path.is_file() and path.suffix != ".md" and not path.name.startswith("."):
            target = project.staged / path.relative_to(project.docs)
            kept.add(target)
            if write_if_changed(target, path.read_bytes()):
                changed.append(target)
    for path in project.staged.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()
            changed.append(path)
    return changed
