"""Run the examples that the pages show, and record how far each was really run.

Each folder `examples/<slug>` holds plain files and an `example.yml` that lists its runs. A run is
a script; what it prints is committed beside it (`<name>.out`), with a badge (`<name>.badge.json`)
that says what ran and with which versions. Pages include all three; nobody types them.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from workshop_notes import history
from workshop_notes.files import write_if_changed
from workshop_notes.problems import ContentError, Problem
from workshop_notes.project import Project
from workshop_notes.yaml_text import YamlError, load, plain

if TYPE_CHECKING:
    from workshop_notes.stand_in import StandIn

    Look = Callable[[StandIn, str], None]

BADGES = {
    "executed": "Executed",
    "stand-in": "Executed on a stand-in",
    "checked": "Checked",
}
"""How far code was run, in the words that a reader sees."""

LIMIT_SECONDS = 300

_SDK_SETTINGS = """\
SchemaVersion: "1.0"
SageMaker:
  TelemetryOptOut: true
"""
"""The SDK would tell AWS of each call, over the real network."""

_WORDS = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                    "badge": {"enum": list(BADGES)},
                    "versions": _WORDS | {"minItems": 1},
                    "stands_in": _WORDS,
                    "writes": _WORDS,
                    "parts": _WORDS,
                    "heavy": {"type": "boolean"},
                    "measured": {"type": "boolean"},
                },
                "required": ["name", "badge", "versions"],
                "additionalProperties": False,
                "if": {"properties": {"badge": {"const": "stand-in"}}},
                "then": {"required": ["stands_in"]},
                "else": {"properties": {"stands_in": False}},
            },
        }
    },
    "required": ["runs"],
    "additionalProperties": False,
}
"""The form of `example.yml`."""


@dataclass(frozen=True)
class Run:
    """One script that is run for a page.

    Attributes:
        folder: the folder `examples/<slug>`.
        name: the script is `<name>.py`, its output `<name>.out`.
        badge: `executed`, `stand-in` or `checked`.
        versions: the distributions whose versions the badge names.
        stands_in: the services that were stood in for.
        writes: further files that the run makes and that are committed.
        parts: further files of the folder that the run executes, which a page may show.
        heavy: whether `make test` leaves it out, for its time or its size.
        measured: whether it prints measurements, which differ a little from run to run.
    """

    folder: Path
    name: str
    badge: str
    versions: tuple[str, ...]
    stands_in: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    heavy: bool = False
    measured: bool = False

    @property
    def label(self) -> str:
        """Its name across the project: `processing/start_job`."""
        return f"{self.folder.name}/{self.name}"

    @property
    def script(self) -> Path:
        """What is run."""
        return self.folder / f"{self.name}.py"

    @property
    def shows(self) -> set[str]:
        """The code that its badge stands for, as a page includes it: `slug/file.py`."""
        return {f"{self.folder.name}/{name}" for name in (self.script.name, *self.parts)}

    @property
    def arguments(self) -> list[str]:
        """What Python is called with: a script that is only checked sends no request."""
        check = ["-m", "workshop_notes.request_check"] if self.badge == "checked" else []
        return [*check, str(self.script)]

    @property
    def output(self) -> Path:
        """What it printed."""
        return self.folder / f"{self.name}.out"

    @property
    def badge_file(self) -> Path:
        """What was recorded of the run."""
        return self.folder / f"{self.name}.badge.json"


class RunError(Exception):
    """A script that failed; its own words are in the message."""


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
            tree = load(path.read_text(encoding="utf-8"))
        except YamlError as error:
            problems.append(Problem(shown, error.line, error.problem, "mend the line"))
            continue
        values = plain(tree)
        for error in Draft202012Validator(SCHEMA).iter_errors(values):
            line = (
                tree["runs"].lc.item(error.absolute_path[1])[0] + 1
                if len(error.absolute_path) > 1
                else 1
            )
            problems.append(Problem(shown, line, error.message, "see CONTRIBUTING.md"))
        if not problems:
            for run in values["runs"]:
                lists = {k: tuple(v) if isinstance(v, list) else v for k, v in run.items()}
                runs.append(Run(folder=path.parent, **lists))
    if problems:
        raise ContentError(problems)
    return runs


def execute(run: Run, work: Path, look: Look | None = None) -> dict[Path, bytes]:
    """Run one example and return what belongs into its committed files.

    Args:
        run: the run.
        work: an empty folder, in which the script runs and may write.
        look: called after a run on the stand-in, which it gets before everything is forgotten,
            together with what the script printed.

    Returns:
        The output, the badge and the further files, by the paths at which they are committed. A
        history whose course is that of the committed one is the committed one.

    Raises:
        RunError: when the script fails, takes too long, or does not write what it should.
    """
    with _environment(run) as (environment, aws):
        try:
            done = subprocess.run(
                [sys.executable, *run.arguments],
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
            raise RunError(f"{run.label} ended with status {done.returncode}:\n{words}")
        if look and aws:
            look(aws, done.stdout.decode())
    found = {run.output: done.stdout, run.badge_file: badge(run)}
    for name in run.writes:
        if not (work / name).is_file():
            raise RunError(f"{run.label} did not write {name}")
        path, data = run.folder / name, (work / name).read_bytes()
        if name.endswith(".history.json") and path.is_file():
            data = history.settled(path.read_bytes(), data)
        found[path] = data
    return found


def badge(run: Run) -> bytes:
    """Return what is recorded of a run that has just succeeded.

    The date is that of the first run with these versions and this output's badge: a run that
    changes nothing else does not change it.
    """
    record: dict[str, Any] = {
        "badge": run.badge,
        "versions": {name: metadata.version(name) for name in run.versions},
        "stands_in": list(run.stands_in),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
    if run.badge_file.is_file():
        before = json.loads(run.badge_file.read_text(encoding="utf-8"))
        if before | {"date": ""} == record | {"date": ""}:
            record["date"] = before["date"]
    return (json.dumps(record, indent=2) + "\n").encode()


def update(run: Run, work: Path) -> list[Path]:
    """Run an example and rewrite its committed files; return those that changed."""
    return [path for path, data in execute(run, work).items() if write_if_changed(path, data)]


@contextlib.contextmanager
def _environment(run: Run) -> Iterator[tuple[dict[str, str], StandIn | None]]:
    """Give the environment of a run: one thread, no account, and a stand-in where one is named."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "LANG") if key in os.environ}
    quiet = {
        # Two threads are many times slower than one on small data and busy machines.
        "OMP_NUM_THREADS": "1",
        "AWS_DEFAULT_REGION": "us-east-1",
        # Nobody's real account is ever asked, whatever the machine has configured.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "PYTHONWARNINGS": "ignore",
        "PYTHONHASHSEED": "0",
    }
    if run.badge != "stand-in":
        yield kept | quiet, None
        return
    from workshop_notes import stand_in
    from workshop_notes.stand_in import functions

    lambdas = run.folder / "lambdas"
    with (
        stand_in.running(functions.load(lambdas) if lambdas.is_dir() else {}) as aws,
        tempfile.NamedTemporaryFile("w", suffix=".yaml") as settings,
    ):
        settings.write(_SDK_SETTINGS)
        settings.flush()
        sdk = {"SAGEMAKER_USER_CONFIG_OVERRIDE": settings.name}
        yield kept | quiet | sdk | aws.environment(), aws
