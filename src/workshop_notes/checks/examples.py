"""Pages and examples fit: each include is there, each example is shown, each badge was earned."""

from __future__ import annotations

import re

from workshop_notes.content.markdown import MarkdownCode
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.examples.execution import Run, read_runs

_INCLUDE = re.compile(r'^ *--8<-- "(?P<path>[^":]+)(?::(?P<section>[\w-]+))?" *$')
_SECTION = re.compile(r"--8<-- \[start:(?P<name>[\w-]+)\]")
_NOT_RUN = "not run yet"


def check(project: Project, pages: list[Page]) -> list[Problem]:
    """Find includes of nothing, examples that no page shows, and code without its badge."""
    runs = {run.label: run for run in read_runs(project)}
    used: set[tuple[str, str]] = set()
    found: list[Problem] = []
    for page in pages:
        found += _page(project, page, runs, used)
    for run in runs.values():
        found += _run(project, run, used)
    return found + _strays(project, list(runs.values()))


def _strays(project: Project, runs: list[Run]) -> list[Problem]:
    """Find code that no run executes; what `lambdas` holds is read by the stand-in."""
    examples = project.root / "examples"
    known = {f"{run.folder.name}/{run.script.name}" for run in runs}.union(*(r.shows for r in runs))
    return [
        Problem(project.relative(path), 1, "no run executes this file", "name it in example.yml")
        for path in sorted(examples.rglob("*.py"))
        if path.relative_to(examples).as_posix() not in known and path.parent.name != "lambdas"
    ]


def _page(
    project: Project, page: Page, runs: dict[str, Run], used: set[tuple[str, str]]
) -> list[Problem]:
    shown = project.relative(page.path)
    found: list[Problem] = []
    badges = {each.line: each.value for each in page.markdown.directives if each.name == "badge"}
    for number, label in badges.items():
        if label not in runs:
            remedy = "use one of: " + ", ".join(sorted(runs))
            found.append(Problem(shown, number, f"there is no run '{label}'", remedy))
        elif not runs[label].badge_file.is_file():
            found.append(Problem(shown, number, f"'{label}' was never run", "run 'make format'"))
    markdown = page.markdown
    blocks: list[tuple[int, MarkdownCode | None, list[tuple[int, str]]]] = [
        (code.line, code, list(enumerate(code.lines, code.first))) for code in markdown.code
    ]
    # An output may stand as text: its lines are Markdown then.
    blocks += [(number, None, [(number, line)]) for number, line in markdown.outside_code]
    for begin, code, lines in blocks:
        included = 0
        earned = {label for number, label in badges.items() if number < begin}
        for number, line in lines:
            if not (match := _INCLUDE.match(line)):
                continue
            included += 1
            path, section = match["path"], match["section"] or ""
            used.add((path, section))
            found += _include(project, shown, number, path, section)
            shown_by = [label for label, run in runs.items() if path in run.shows]
            if path.endswith(".py") and not earned.intersection(shown_by):
                what = f"the code of {path} stands without its badge"
                label = shown_by[0] if shown_by else path.removesuffix(".py")
                remedy = f"write <!-- badge: {label} --> above it, and run it in example.yml"
                found.append(Problem(shown, number, what, remedy))
        if code is None or code.language not in {"python", "bash"} or _NOT_RUN in code.title:
            continue
        if sum(bool(line.strip()) for line in code.lines) > included:
            what = "code that no run stands behind"
            remedy = f"include it from examples/, or say '{_NOT_RUN}' in its title"
            found.append(Problem(shown, code.line, what, remedy))
    return found


def _include(project: Project, shown, number: int, path: str, section: str) -> list[Problem]:
    file = project.root / "examples" / path
    if not file.is_file():
        what = f"include of {path}, which is missing"
        return [Problem(shown, number, what, "correct the path, which starts at examples/")]
    known = _SECTION.findall(file.read_text(encoding="utf-8"))
    if section and section not in known:
        what = f"{path} has no section '{section}'"
        remedy = "use one of: " + ", ".join(known) if known else "include the whole file"
        return [Problem(shown, number, what, remedy)]
    return []


def _run(project: Project, run: Run, used: set[tuple[str, str]]) -> list[Problem]:
    """Find what a run lacks, and sections of its script that no page shows."""
    shown = project.relative(run.script)
    if not run.script.is_file():
        manifest = project.relative(run.folder / "example.yml")
        remedy = "write it, or remove the run"
        return [Problem(manifest, 1, f"there is no script {run.name}.py", remedy)]
    inside = f"{run.folder.name}/{run.script.name}"
    known = _SECTION.findall(run.script.read_text(encoding="utf-8"))
    shows = {path for path, _ in used}
    if inside not in shows and not shows & {
        f"{run.folder.name}/{name}" for name in (run.output.name, *run.writes)
    }:
        return [Problem(shown, 1, "no page shows this example", "include it, or remove its run")]
    lines = run.script.read_text(encoding="utf-8").splitlines()
    return [
        Problem(
            shown,
            next(n for n, line in enumerate(lines, 1) if f"[start:{name}]" in line),
            f"no page shows section '{name}'",
            "include it, or remove its marks",
        )
        for name in known
        if inside in shows and (inside, name) not in used and (inside, "") not in used
    ]
