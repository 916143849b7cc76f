"""What the process of a job does: call our reading of a container, run a script, or a program."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import re
import runpy
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, NoReturn

_INTERPRETERS = {"python", "python3"}
_BASE = "/opt/ml"
_BASE_IN_TEXT = re.compile(r"/opt/ml(?![\w.-])")  # not /opt/mlflow


def run(task: dict[str, Any], environment: dict[str, str], base: Path) -> NoReturn:
    """Run a task and end the process with its exit code.

    Args:
        task: `{"call": "module:function"}`, which is called with `base`, or
            `{"argv": [program, argument, …]}`, with the folder to start in as `cwd`.
        environment: the whole environment of the job.
        base: what `/opt/ml` is called here. Where it is another folder, the words of the task and
            of the environment are changed accordingly.
    """

    def place(text: str) -> str:
        return text if str(base) == _BASE else _BASE_IN_TEXT.sub(lambda _: str(base), text)

    os.environ.clear()
    os.environ.update({name: place(value) for name, value in environment.items()})
    if "numpy" in sys.modules:
        # All jobs are forks of one process: without this they would draw the same numbers.
        sys.modules["numpy"].random.seed()
    if "call" in task:
        module, _, function = task["call"].partition(":")
        _end(lambda: getattr(importlib.import_module(module), function)(base))
    argv = [place(word) for word in task["argv"]]
    os.chdir(place(task.get("cwd", "/")))
    if Path(argv[0]).name in _INTERPRETERS and argv[1:] and argv[1].endswith(".py"):
        _end(lambda: script(argv[1:]))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which Python ignores, and programs do not
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(argv[0], argv, os.environ)
    except OSError as error:
        print(f"{argv[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127)


def script(argv: list[str]) -> None:
    """Run a Python script as `python SCRIPT ARGUMENT…` would, in this process.

    It saves the seconds that importing scikit-learn and XGBoost takes: they are there already.
    """
    sys.argv = argv
    sys.path.insert(0, str(Path(argv[0]).resolve().parent))
    runpy.run_path(argv[0], run_name="__main__")


def exit_code(error: SystemExit) -> int:
    """Return what the interpreter would exit with, having printed what it would print."""
    if error.code is None or isinstance(error.code, int):
        return (error.code or 0) & 0xFF
    print(error.code, file=sys.stderr)
    return 1


def _end(body: Any) -> NoReturn:
    code = 0
    try:
        body()
    except SystemExit as error:
        code = exit_code(error)
    except BaseException:
        code = 1
        with contextlib.suppress(OSError):  # a log that is full
            traceback.print_exc()
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        with contextlib.suppress(OSError):
            traceback.print_exc()
    os._exit(code)
