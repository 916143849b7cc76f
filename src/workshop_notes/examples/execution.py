"""Run the examples that the pages show, and record how far each was really run.

Each folder `examples/<slug>` holds plain files and an `example.yml` that lists its runs. A run is
a script; what it prints is committed beside it (`<name>.out`), with a badge (`<name>.badge.json`)
that says what ran and with which versions. Pages include all three; nobody types them.
"""

from __future__ import annotations

import datetime
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from state_machines import history
from workshop_notes.content.files import write_if_changed
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.content.schema import SCHEMAS, unknown_keys, validator
from workshop_notes.content.yaml_text import YamlError, load
from workshop_notes.examples.run import (
    Run,
    RunError,
    environment_of,
    interpreter,
    version_of,
)

if TYPE_CHECKING:
    from local_sagemaker import StandIn

    Look = Callable[[StandIn, str], None]

__all__ = ["BADGES", "Run", "RunError", "badge", "execute", "read_runs", "update"]

BADGES: dict[str, str] = SCHEMAS["badges"]
"""How far code was run, in the words that a reader sees."""

LIMIT_SECONDS = 300


def read_runs(project: Project) -> list[Run]:
    """List the runs of all examples.

    Args:
        project: the project.

    Raises:
        ContentError: when an `example.yml` is not of the form, with its line.
    """
    runs: list[Run] = []
    problems: list[Problem] = []
    for path in sorted((project.root / "examples").glob("*/example.yml")):
        shown = project.relative(path)
        try:
            document = load(path.read_text(encoding="utf-8"))
        except YamlError as error:
            problems.append(Problem(shown, error.line, error.problem, "mend the line"))
            continue
        for wrong in validator("runs").iter_errors(document.value):
            line = document.line(*wrong.absolute_path)
            if wrong.validator == "additionalProperties":
                for key, remedy in unknown_keys(wrong):
                    problems.append(Problem(shown, line, f"unknown key '{key}'", remedy))
            else:
                problems.append(Problem(shown, line, wrong.message, "see examples/README.md"))
        if not problems:
            for run in document.value["runs"]:
                lists: dict[str, Any] = {
                    k: tuple(v) if isinstance(v, list) else v for k, v in run.items()
                }
                runs.append(Run(folder=path.parent, **lists))
    if problems:
        raise ContentError(problems)
    return runs


def execute(
    run: Run, work: Path, look: Look | None = None, start: Callable[..., Any] = subprocess.run
) -> dict[Path, bytes]:
    """Run one example and return what belongs into its committed files.

    Args:
        run: the run.
        work: an empty folder, in which the script runs and may write.
        look: called after a run on the stand-in, which it gets before everything is forgotten,
            together with what the script printed.
        start: what runs the command, and answers as `subprocess.run` does.

    Returns:
        The badge, the output and the further files, by the paths at which they are committed. A
        history whose course is that of the committed one is the committed one.

    Raises:
        RunError: when the script fails, takes too long, or does not write what it should.
    """
    with environment_of(run) as (environment, aws):
        try:
            done = start(
                [interpreter(run), *run.arguments],
                cwd=work,
                env=environment,
                capture_output=True,
                timeout=LIMIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RunError(f"{run.label} was still running after {LIMIT_SECONDS} s") from None
        if done.returncode:
            words = done.stderr.decode(errors="replace").strip()
            failures = aws.failures() if aws else {}
            if failures:  # they are why; the SDK's traceback is long and says only that they did
                words = "\n".join(words.splitlines()[-3:])
            for name, log in failures.items():
                words += f"\nThe log of the job {name} ends:\n{log}"
            raise RunError(f"{run.label} ended with status {done.returncode}:\n{words}")
        if look and aws:
            look(aws, done.stdout.decode())
    # The badge first: its date goes with an output that changed, which only the old one can tell.
    found = {run.badge_file: badge(run, done.stdout), run.output: done.stdout}
    for name in run.writes:
        if not (work / name).is_file():
            raise RunError(f"{run.label} did not write {name}")
        path, data = run.folder / name, (work / name).read_bytes()
        if name.endswith(".history.json") and path.is_file():
            data = history.settled(path.read_bytes(), data)
        found[path] = data
    return found


def badge(run: Run, output: bytes) -> bytes:
    """Return what is recorded of a run that has just succeeded.

    The date is that of the first run with these versions and this output: a run that changes
    nothing else does not change it.

    Args:
        run: the run.
        output: what it printed.
    """
    record: dict[str, Any] = {
        "badge": run.badge,
        "versions": {name: version_of(run, name) for name in run.versions},
        "stands_in": list(run.stands_in),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
    known = run.output.is_file() and run.output.read_bytes() == output
    if known and run.badge_file.is_file():
        before = json.loads(run.badge_file.read_text(encoding="utf-8"))
        if before | {"date": ""} == record | {"date": ""}:
            record["date"] = before["date"]
    return (json.dumps(record, indent=2) + "\n").encode()


def update(run: Run, work: Path) -> list[Path]:
    """Run an example and rewrite its committed files; return those that changed."""
    return [path for path, data in execute(run, work).items() if write_if_changed(path, data)]
