"""Run scripts in forks of one process that has imported what takes each of them seconds.

A script finds nothing more in its own names than in a fresh interpreter, which `make format` and
`make test-heavy` run it in.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from local_sagemaker import tasks

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("boto3", "pandas", "sagemaker.core.resources")
"""What nearly all scripts of the pages import; the rest of the SDK they import themselves."""
LONGEST_REST = 0.2
"""Seconds for which a script rests at most: the SDK asks every ten what becomes of a job, and here
it has ended by then."""
OF_ONE_RUN = ("AWS_", "SAGEMAKER_")


class Preloaded:
    """The process that scripts are forked from, started for the first of them."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[str] | None = None

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        text: bool = False,
        **_: object,
    ) -> CompletedProcess:
        """Run `python SCRIPT ARGUMENT…`, as `subprocess.run` does with what it prints captured."""
        if command[0] != sys.executable:
            return subprocess.run(
                command, cwd=cwd, env=env, timeout=timeout, text=text, capture_output=True
            )
        if self._server is None:
            kept = {name: env[name] for name in env if not name.startswith(OF_ONE_RUN)}
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.preloaded"],
                cwd=ROOT,
                env=kept,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._server.stdin and self._server.stdout
        mode = "w+" if text else "w+b"
        with tempfile.NamedTemporaryFile(mode) as out, tempfile.NamedTemporaryFile(mode) as err:
            script = [*command[:1], str(cwd / command[1]), *command[2:]]
            words = script if command[1].endswith(".py") else command
            task = {"argv": list(words), "cwd": str(cwd)}
            asked = {"task": task, "env": dict(env), "timeout": timeout}
            asked["outputs"] = [out.name, err.name]
            self._server.stdin.write(json.dumps(asked) + "\n")
            self._server.stdin.flush()
            code = int(self._server.stdout.readline())
            if code == -signal.SIGALRM:
                raise subprocess.TimeoutExpired(command, timeout)
            return CompletedProcess(command, code, out.read(), err.read())

    def close(self) -> None:
        """End the process."""
        if self._server:
            self._server.communicate()


@pytest.fixture(scope="session")
def preloaded() -> Iterator[Preloaded]:
    """What runs a script in a fork, one for all tests of this process."""
    started = Preloaded()
    yield started
    started.close()


def serve() -> None:
    """Fork a process for each line of the standard input, and print its exit code."""
    sys.path.pop(0)  # this folder, which a script does not see
    for name in LIBRARIES:
        importlib.import_module(name)
    rest = time.sleep
    time.sleep = lambda seconds: rest(min(seconds, LONGEST_REST))
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.setitimer(signal.ITIMER_REAL, asked["timeout"])
            for number, name in enumerate((os.devnull, *asked["outputs"])):
                os.dup2(os.open(name, os.O_RDWR), number)
            tasks.run(asked["task"], asked["env"], Path("/opt/ml"))
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
