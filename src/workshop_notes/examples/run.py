"""One example that is run for a page, and the environment that it is run in."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_notes.examples import environments
from workshop_notes.examples.environments import ApartError

if TYPE_CHECKING:
    from local_sagemaker import StandIn

ROOT = Path(__file__).resolve().parents[3]

_SDK_SETTINGS = """\
SchemaVersion: "1.0"
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
"""
"""The SDK would tell AWS of each call, over the real network."""


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
        venv: the dependency group that it needs from a venv of its own. A run on the stand-in
            finds Spark there; any other is run by the Python there.
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
    venv: str = ""

    @property
    def label(self) -> str:
        """Its name across the project: `processing/start_job`."""
        return f"{self.folder.name}/{self.name}"

    @property
    def script(self) -> Path:
        """What is run."""
        return self.folder / f"{self.name}.py"

    @cached_property
    def shows(self) -> set[str]:
        """The code that its badge stands for, as a page includes it: `slug/file.py`."""
        return {f"{self.folder.name}/{name}" for name in (self.script.name, *self.parts)}

    @property
    def arguments(self) -> list[str]:
        """What Python is called with: a script that is only checked sends no request."""
        check = ["-m", "workshop_notes.examples.request_check"] if self.badge == "checked" else []
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


def interpreter(run: Run) -> str:
    """Return the Python that executes the script of a run.

    Raises:
        RunError: it needs a venv that is not set up.
    """
    if not run.venv or run.badge == "stand-in":
        return sys.executable
    try:
        return str(environments.python(ROOT, run.venv))
    except ApartError as error:
        raise RunError(f"{run.label}: {error}") from None


def version_of(run: Run, name: str) -> str:
    """Return the version of a distribution, from the run's own venv where that holds it."""
    if run.venv:
        with contextlib.suppress(ApartError):
            return environments.version(ROOT, run.venv, name)
    return metadata.version(name)


@contextlib.contextmanager
def environment_of(run: Run) -> Iterator[tuple[dict[str, str], StandIn | None]]:
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
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONWARNINGS": "ignore",
        "PYTHONHASHSEED": "0",
    }
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as settings:
        settings.write(_SDK_SETTINGS)
        settings.flush()
        quiet["SAGEMAKER_USER_CONFIG_OVERRIDE"] = settings.name
        if run.badge != "stand-in":
            yield kept | quiet, None
            return
        import local_sagemaker
        from local_sagemaker import functions

        lambdas = run.folder / "lambdas"
        known = functions.load(lambdas) if lambdas.is_dir() else {}
        with _spark(run), local_sagemaker.running(known) as aws:
            yield kept | quiet | aws.environment(), aws


@contextlib.contextmanager
def _spark(run: Run) -> Iterator[None]:
    """Lead the jobs of a run to Spark, where it needs that."""
    if run.venv != "spark":
        yield
        return
    try:
        given = environments.spark(ROOT)
    except ApartError as error:
        raise RunError(f"{run.label}: {error}") from None
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
