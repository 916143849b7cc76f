"""Run one job in processes that cannot outlive it, and carry its results out of its file system.

Three processes: the supervisor leaves the machine's namespaces, the guard is process 1 of the new
ones and parent of all that the job starts, and the job runs the task. When the job's process ends
or is stopped, the guard kills whatever is left, packs the results and ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import tarfile
import traceback
from collections.abc import Container
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from workshop_notes.stand_in import sandbox, tasks

PRIVATE = "private /opt/ml"
ENVIRONMENT_ONLY = "environment only"
"""The two ways a job can see its folders."""

_pid = 0
_grace = 2.0
_stopped = False


def run(stage: Path) -> NoReturn:
    """Run the job of a stage in this process, which a fork has just made for it, and end it.

    Args:
        stage: a folder with `spec.json` and the folders `ml`, `disk`, `root` and `out`. The log
            goes to `log`, the results to `out` as the list `exports` of the specification says,
            and at the end the exit code to `out/exit.json`. Without that file the job was killed.
    """
    global _grace
    os.setsid()
    sandbox.die_with_parent()
    spec = json.loads((stage / "spec.json").read_text(encoding="utf-8"))
    _grace = spec["grace"]
    log = os.open(stage / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    signal.signal(signal.SIGTERM, _forward)
    try:
        if spec["isolate"]:
            sandbox.unshare(spec["network"])
        _fork_and_wait(lambda: _guard(stage, spec, log))
    except OSError as error:
        os.write(log, f"stand-in: the job could not be set up: {error}\n".encode())
    os._exit(0)


def _fork_and_wait(body: Any) -> int:
    """Run `body` in a child, pass SIGTERM on to it, and return its exit code or 128 + signal."""
    global _pid
    _pid = os.fork()
    if _pid == 0:
        try:
            body()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(70)
    if _stopped:  # the request came before there was anybody to pass it to
        _forward(signal.SIGTERM, None)
    while True:
        pid, status = os.waitpid(-1, 0)  # as process 1 the guard reaps strangers too
        if pid == _pid:
            _pid = 0
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _forward(number: int, frame: FrameType | None) -> None:
    global _stopped
    _stopped = True
    if _pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(_pid, signal.SIGTERM)


def _guard(stage: Path, spec: dict[str, Any], log: int) -> NoReturn:
    sandbox.die_with_parent()
    sandbox.adopt_orphans()
    out = os.open(stage / "out", os.O_RDONLY | os.O_DIRECTORY)
    base = stage / "ml"
    try:
        if spec["isolate"]:
            sandbox.enter(stage, spec["disk_bytes"])
            base = Path("/opt/ml")
    except (OSError, tarfile.TarError) as error:
        os.write(log, f"stand-in: no room for the job: {error}\n".encode())
        _write(out, "exit.json", json.dumps({"code": 70}).encode())
        os._exit(0)
    # After the grace that follows a stop, the job's process is killed whatever it does.
    signal.signal(signal.SIGTERM, _stop_job)
    signal.signal(signal.SIGALRM, _kill_job)
    code = _fork_and_wait(lambda: _job(spec, base, log))
    signal.setitimer(signal.ITIMER_REAL, 0)
    kill_children()
    for export in spec["exports"]:
        with contextlib.suppress(FileNotFoundError):
            _export(base / export["from"], export["to"], out)
    _write(out, "exit.json", json.dumps({"code": code, "stopped": _stopped}).encode())
    os._exit(0)


def _stop_job(number: int, frame: FrameType | None) -> None:
    _forward(number, frame)
    signal.setitimer(signal.ITIMER_REAL, _grace)


def _kill_job(number: int, frame: FrameType | None) -> None:
    if _pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(_pid, signal.SIGKILL)


def kill_children(spare: Container[int] = ()) -> None:
    """Kill all children of this process but some, and those that it inherits by that."""
    while strays := [pid for pid in _children() if pid not in spare]:
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> list[int]:
    me, found = os.getpid(), []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended meanwhile
            fields = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
            if int(fields[1]) == me:
                found.append(int(entry.name))
    return found


def _write(folder: int, name: str, data: bytes) -> None:
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600, dir_fd=folder)
    with os.fdopen(file, "wb") as stream:
        stream.write(data)


def _export(source: Path, name: str, folder: int) -> None:
    if not name.endswith((".tar", ".tar.gz")):
        _write(folder, name, source.read_bytes()[:100_000])
        return
    file = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=folder)
    mode = "w:gz" if name.endswith(".gz") else "w"
    with os.fdopen(file, "wb") as stream, _archive(stream, mode) as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file() or path.is_dir():
                # A link is packed as the file that it points to: it may lead out of the folder.
                archive.add(path.resolve(), str(path.relative_to(source)), recursive=False)


def _archive(stream: Any, mode: str) -> tarfile.TarFile:
    # Not as links, which the unpacking side refuses: a file with two names is packed twice.
    return tarfile.open(fileobj=stream, mode=mode, dereference=True)


def _job(spec: dict[str, Any], base: Path, log: int) -> NoReturn:
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    os.setpgid(0, 0)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.closerange(3, 4096)
    # Bounds one file, the log among them, also where there is no private file system.
    resource.setrlimit(resource.RLIMIT_FSIZE, (spec["disk_bytes"], spec["disk_bytes"]))
    if spec["isolate"]:
        sandbox.drop_privileges()
    else:
        sandbox.die_with_parent()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    tasks.run(spec["task"], spec["env"], base)
