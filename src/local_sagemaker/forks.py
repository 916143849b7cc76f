"""The process that jobs are forked from: `python -m local_sagemaker.forks DESCRIPTOR`.

It imports scikit-learn and XGBoost once, which takes seconds, so that each job after that starts
in milliseconds. It is a program of its own because a process with threads must not be forked.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from local_sagemaker import sandbox, supervise

LARGEST_MESSAGE = 65536


class Forks:
    """Serve the messages of one socket until its other end closes, then end all jobs.

    Args:
        channel: the socket.
    """

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._folders: list[str] = []
        self._running: dict[int, str] = {}
        sandbox.adopt_orphans()
        # A signal handler's byte wakes the loop when a job has ended.
        self._wake, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._waker = waker
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the stand-in, which tells us

    def serve(self) -> None:
        """Serve until the stand-in is gone."""
        while True:
            sources: list[socket.socket | int] = [self._channel, self._wake]
            ready, _, _ = select.select(sources, [], [])
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._reap()
            if self._channel in ready:
                data = self._channel.recv(LARGEST_MESSAGE)
                if not data:
                    break
                self._obey(json.loads(data))
        supervise.kill_children()
        # Left when the stand-in was killed; otherwise it has removed each itself.
        for folder in (*self._running.values(), *self._folders):
            shutil.rmtree(folder, ignore_errors=True)

    def _obey(self, message: dict[str, str]) -> None:
        stage = message["stage"]
        if message["do"] == "own":
            self._folders.append(stage)
            return
        if message["do"] == "start":
            for name in message["preload"]:
                if name in sys.modules:
                    continue
                # A library that is missing is missed by the job that needs it, in its own log.
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
                gc.freeze()  # so that a job's collector does not copy what all share
            me, pid = os.getpid(), os.fork()
            if pid == 0:
                self._become_job(Path(stage), me)
            self._running[pid] = stage
            return
        number = signal.SIGTERM if message["do"] == "stop" else signal.SIGKILL
        for pid, running in self._running.items():
            if running == stage:
                os.kill(pid, number)

    def _become_job(self, stage: Path, parent: int) -> NoReturn:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.close(self._wake)
        os.close(self._waker)
        supervise.run(stage, parent, self._channel)

    def _reap(self) -> None:
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            stage = self._running.pop(pid, None)
            # A job that was killed leaves orphans where it had no process namespace.
            supervise.kill_children(spare=self._running)
            if stage:
                with contextlib.suppress(OSError):  # nobody listens any more: serve() ends next
                    self._channel.send(json.dumps({"ended": stage}).encode())


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as opened:
        Forks(opened).serve()
