"""Run one job in processes that cannot outlive it, and carry its results out of its file system.

Three processes: the supervisor leaves the machine's namespaces, the guard is process 1 of the new
ones and parent of all that the job starts, and the job runs the task. When the job's process ends
or is stopped, the guard kills whatever is left, packs the results and ends.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import resource
import signal
import socket
import sys
import tarfile
import traceback
from collections.abc import Callable, Container
from pathlib import Path
from types import FrameType
from typing import Any, Literal, NoReturn

from local_sagemaker import sandbox, tasks

PRIVATE = "private /opt/ml"
ENVIRONMENT_ONLY = "environment only"
"""The two ways a job can see its folders."""

NO_SPACE = "no space for the input"

_SIGNALS = (signal.SIGTERM, signal.SIGALRM)

_pid = 0  # the child that a signal is passed on to
_stopped = False
_grace: float | None = None  # of the process that kills its child when it is over


def run(stage: Path, parent: int, channel: socket.socket) -> NoReturn:
    """Run the job of a stage in this process, which a fork has just made for it, and end it.

    Args:
        stage: a folder with `spec.json` and the folders `ml`, `disk`, `root` and `out`. The log
            goes to `log`, the results to `out` as the list `exports` of the specification says,
            and at the end to `out/exit.json` the exit code or why the job could not be set up.
            Without that file the job was killed.
        parent: the process that made this one.
        channel: takes a message when the job's own code begins.
    """
    signal.signal(signal.SIGTERM, _pass_on)
    os.setsid()
    sandbox.die_with_parent(parent)
    spec = json.loads((stage / "spec.json").read_text(encoding="utf-8"))
    try:
        if spec["isolate"]:
            sandbox.unshare(spec["network"])
    except OSError as error:
        _write_end(os.open(stage / "out", os.O_RDONLY), trouble=str(error))
        os._exit(0)
    _fork_and_wait(lambda: _guard(stage, spec, channel))
    os._exit(0)


def _fork_and_wait(body: Callable[[], NoReturn]) -> int:
    """Run `body` in a child, pass SIGTERM on to it, and return its exit code or 128 + signal.

    The child begins with the signals blocked, so that none is lost before it can handle them.
    """
    global _pid
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    _pid = os.fork()
    if _pid == 0:
        try:
            body()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(70)
    if _stopped:  # the request came before there was anybody to pass it to
        _pass_on(signal.SIGTERM, None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    while True:
        pid, status = os.waitpid(-1, 0)  # as process 1 the guard reaps strangers too
        if pid == _pid:
            _pid = 0
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _pass_on(number: int, frame: FrameType | None) -> None:
    global _stopped
    _stopped = True
    if _pid:
        _send(signal.SIGTERM)
        if _grace is not None:
            signal.setitimer(signal.ITIMER_REAL, max(_grace, 0.001))


def _send(number: signal.Signals) -> None:
    if _pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(_pid, number)


def _guard(stage: Path, spec: dict[str, Any], channel: socket.socket) -> NoReturn:
    global _grace
    sandbox.die_with_parent()
    sandbox.adopt_orphans()
    out = os.open(stage / "out", os.O_RDONLY | os.O_DIRECTORY)
    log = os.open(stage / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    base = stage / "ml"
    try:
        if spec["isolate"]:
            sandbox.enter(stage, spec["disk_bytes"])
            base = Path("/opt/ml")
    except OSError as error:
        # Copying a folder collects all that goes wrong, in words.
        full = error.errno == errno.ENOSPC or os.strerror(errno.ENOSPC) in str(error)
        _write_end(out, trouble=NO_SPACE if full else str(error))
        os._exit(0)
    # After the grace that follows a stop, the job's process is killed whatever it does.
    _grace = spec["grace"]
    signal.signal(signal.SIGALRM, lambda number, frame: _send(signal.SIGKILL))
    channel.send(json.dumps({"started": str(stage)}).encode())
    channel.close()
    code = _fork_and_wait(lambda: _job(spec, base, log))
    signal.setitimer(signal.ITIMER_REAL, 0)
    if spec["isolate"]:
        _kill_all()
    else:
        kill_children()
    try:
        for export in spec["exports"]:
            with contextlib.suppress(FileNotFoundError):
                _export(base / export["from"], export["to"], out)
    except OSError as error:
        _write_end(out, trouble=f"what the job left could not be packed: {error}")
        os._exit(0)
    _write_end(out, code=code)
    os._exit(0)


def _kill_all() -> None:
    """As process 1, kill everything else in the namespace."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


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


def _write_end(folder: int, **words: int | str) -> None:
    _write(folder, "exit.json", json.dumps(words).encode())


def _write(folder: int, name: str, data: bytes) -> None:
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600, dir_fd=folder)
    with os.fdopen(file, "wb") as stream:
        stream.write(data)


def _export(source: Path, name: str, folder: int) -> None:
    if not name.endswith((".tar", ".tar.gz")):
        _write(folder, name, source.read_bytes()[:100_000])
        return
    file = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=folder)
    mode: Literal["w:gz", "w"] = "w:gz" if name.endswith(".gz") else "w"
    # Not as links, which the unpacking side refuses: a file with two names is packed twice.
    with (
        os.fdopen(file, "wb") as stream,
        tarfile.open(fileobj=stream, mode=mode, dereference=True) as archive,
    ):
        for path in sorted(source.rglob("*")):
            if path.is_file() or path.is_dir():
                # A link is packed as the file that it points to: it may lead out of the folder.
                archive.add(path.resolve(), str(path.relative_to(source)), recursive=False)


def _job(spec: dict[str, Any], base: Path, log: int) -> NoReturn:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
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
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    tasks.run(spec["task"], spec["env"], base)
