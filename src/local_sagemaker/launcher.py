"""Start jobs in processes of their own, from the process that tests and the API run in."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_sagemaker.forks import LARGEST_MESSAGE
from local_sagemaker.supervise import ENVIRONMENT_ONLY, PRIVATE

_LONGEST_LOG = 8 << 20
_PATIENCE = 120  # seconds for what takes one second on a machine that has nothing else to do


@dataclass(frozen=True)
class Printed:
    """What a process has printed.

    Attributes:
        text: all of it, or of very much the end.
        start: how many bytes came before.
        ended: when the process had ended, in seconds since 1970; None while it runs.
    """

    text: bytes = b""
    start: int = 0
    ended: float | None = None


@dataclass
class Stage:
    """The folder in which a job is prepared and in which it leaves its results.

    Attributes:
        path: the folder; `ml` in it becomes `/opt/ml`, results appear in `out`.
    """

    path: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="stand-in-")))

    def __post_init__(self) -> None:
        for name in ("ml", "disk", "root", "out", "tmp"):
            (self.path / name).mkdir()

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def ml(self) -> Path:
        """What the job sees as `/opt/ml`."""
        return self.path / "ml"

    def printed(self) -> Printed:
        """Return what the job has printed so far."""
        try:
            with (self.path / "log").open("rb") as file:
                start = file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST_LOG))
                return Printed(file.read(), start)
        except FileNotFoundError:
            return Printed()

    def result(self, name: str) -> Path | None:
        """Return the path of an export, or None where the job left nothing to export."""
        path = self.path / "out" / name
        return path if path.is_file() else None


class Process:
    """A started job.

    Attributes:
        stage: its folder.
        container: its name among the containers of one model; empty where it is alone.
        started: set when the job's own code begins, or when it cannot.
        ended: set when nothing of it is left.
    """

    def __init__(self, launcher: Launcher, stage: Stage) -> None:
        self._launcher, self.stage = launcher, stage
        self.container = ""
        self.started, self.ended = threading.Event(), threading.Event()

    def stop(self) -> None:
        """Ask the job to end: SIGTERM, then SIGKILL after the grace that its spec allows."""
        self._tell("stop")

    def kill(self) -> None:
        """End the job and everything it started, now."""
        self._tell("kill")

    def exit_code(self) -> int:
        """Return the exit code of an ended job, 128 + number for a signal.

        Raises:
            NoExit: the job was killed, or could not be set up.
        """
        path = self.stage.result("exit.json")
        end: dict[str, Any] = (
            json.loads(path.read_text(encoding="utf-8")) if path else {"trouble": "killed"}
        )
        if "trouble" in end:
            raise NoExit(end["trouble"])
        return end["code"]

    def _tell(self, what: str) -> None:
        with contextlib.suppress(OSError):  # with the process that jobs are forked from, all ended
            self._launcher._send({"do": what, "stage": str(self.stage.path)})


class NoExit(Exception):
    """A job that has no exit code, with the reason."""


class Launcher:
    """Owner of the process that jobs are forked from.

    Args:
        isolate: False runs jobs without namespaces although the kernel allows them.

    Attributes:
        isolation: how jobs see `/opt/ml`: `private /opt/ml` or `environment only`.
        reason: why there is no private one, in the kernel's words; empty where there is.
    """

    def __init__(self, isolate: bool = True) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel = ours
        self._processes: dict[str, Process] = {}
        self._lock = threading.Lock()
        path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
        with theirs:
            self._forks = subprocess.Popen(
                [sys.executable, "-m", "local_sagemaker.forks", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # One thread: more are slower on a busy machine, and cannot be forked.
                env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.isolation, self.reason = ENVIRONMENT_ONLY, "switched off"
        if isolate:
            self._probe()

    @property
    def alive(self) -> bool:
        """Whether the process that jobs are forked from runs; somebody may have killed it."""
        # The listener ends with the channel, which may close before the process can be waited for.
        return self._listener.is_alive() and self._forks.poll() is None

    def own(self, folder: Path) -> None:
        """Have a folder removed should this process be killed, as those of jobs are."""
        self._send({"do": "own", "stage": str(folder)})

    def start(self, stage: Stage, spec: dict[str, Any], preload: tuple[str, ...] = ()) -> Process:
        """Start the job of a stage.

        Args:
            stage: the prepared folder.
            spec: `task` and `env` (see `tasks.run`), `exports`, `disk_bytes`, `grace` in seconds,
                and `network`.
            preload: modules to import before the fork, once for all jobs.
        """
        spec = {"isolate": self.isolation == PRIVATE, **spec}
        (stage.path / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
        process = Process(self, stage)
        with self._lock:
            self._processes[str(stage.path)] = process
        call = spec["task"].get("call")
        modules = [*preload, call.partition(":")[0]] if call else list(preload)
        self._send({"do": "start", "stage": str(stage.path), "preload": modules})
        return process

    def close(self) -> None:
        """End all jobs and the process that they are forked from."""
        self._channel.shutdown(socket.SHUT_RDWR)
        try:
            self._forks.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._forks.kill()  # and with it, by the kernel, all that it has forked
            self._forks.wait()
        self._listener.join()
        self._channel.close()

    def _send(self, message: dict[str, Any]) -> None:
        self._channel.send(json.dumps(message).encode())

    def _listen(self) -> None:
        while data := self._receive():
            message = json.loads(data)
            with self._lock:
                if "started" in message:
                    self._processes[message["started"]].started.set()
                    continue
                process = self._processes.pop(message["ended"])
            process.started.set()
            process.ended.set()
        with self._lock:
            for process in self._processes.values():
                process.started.set()
                process.ended.set()

    def _receive(self) -> bytes:
        try:
            return self._channel.recv(LARGEST_MESSAGE)
        except OSError:  # closed by us
            return b""

    def _probe(self) -> None:
        with Stage() as stage:
            # No program, but what every job does first: a machine need not have /bin/true.
            spec = {"task": {"call": "os:stat"}, "env": {}, "exports": [], "disk_bytes": 1 << 20}
            process = self.start(stage, spec | {"grace": 1, "network": True, "isolate": True})
            if not process.ended.wait(_PATIENCE):
                process.kill()
                process.ended.wait()
            try:
                process.exit_code()
                self.isolation, self.reason = PRIVATE, ""
            except NoExit as error:
                self.reason = str(error)


_warm: list[Launcher] | None = None  # what `kept_warm` keeps; None outside of it


@contextlib.contextmanager
def kept_warm() -> Iterator[None]:
    """Fork the jobs of all stand-ins that run within the block from one process.

    What jobs import, seconds of work, is then imported once and not once for each stand-in.
    """
    global _warm
    _warm = []
    try:
        yield
    finally:
        for launcher in _warm:
            launcher.close()
        _warm = None


@contextlib.contextmanager
def launching(isolate: bool) -> Iterator[Launcher]:
    """Give a stand-in its launcher: the one that is kept warm, or one that goes with the block."""
    if not isolate or _warm is None:
        with contextlib.closing(Launcher(isolate)) as launcher:
            yield launcher
        return
    if not _warm or not _warm[-1].alive:
        _warm.append(Launcher())
    yield _warm[-1]
