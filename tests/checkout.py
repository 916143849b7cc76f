"""A copy of the setup, to run it for real with locks of small packages."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests import PATIENCE
from tools import bootstrap

ROOT = Path(__file__).resolve().parent.parent
PYTHON = bootstrap.base_python()


def one_line(done):
    """The only line that a failed command wrote to the user as its reason."""
    assert done.returncode not in (0, None), done.stdout
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


class Checkout:
    """A copy of the setup in a folder of its own, with locks of small packages."""

    def __init__(self, path, index):
        self.path = path
        self.index = index
        (path / "tools").mkdir(parents=True)
        (path / "requirements").mkdir()
        shutil.copy(ROOT / "tools" / "bootstrap.py", path / "tools")
        self.python = path / ".venv" / "bin" / "python"
        self.environment = {
            "HOME": str(path),
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
            "PATH": str(path / "no-programs"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": index.address,
            "PIP_RETRIES": "0",
        }

    def lock(self, group, *lines):
        # These locks stand beside or between the two that these tests are about.
        between = ("site", "check", "offline", "notebooks", "read", "types")
        for name in {"site": between}.get(group, (group,)):
            (self.path / "requirements" / f"{name}.txt").write_text("".join(lines))

    def take_venv(self, made):
        """Begin with a venv that the setup made before, as it is when nothing is installed yet.

        Making one takes three times as long as what most tests look at, and writes no other bytes.
        The locks must stand; the one that only adds a folder to it counts as installed.
        """
        venv = bootstrap.Venv(self.path)
        here = self.path.stat().st_dev == made.stat().st_dev
        copy = os.link if here else shutil.copy2
        shutil.copytree(made, venv.path, symlinks=True, copy_function=copy)
        groups = {"read": venv.wanted("test")["read"]}
        venv.mark.touch()
        venv.stamp.write_text(json.dumps({"maker": venv.maker(), "groups": groups}))

    def command(self, group):
        return [PYTHON, str(self.path / "tools" / "bootstrap.py"), group]

    def run(self, group, **environment):
        return subprocess.run(
            self.command(group),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def start(self, group):
        """Run in the background, in a process group that can be killed as a whole."""
        return subprocess.Popen(
            self.command(group),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def imports(self, name):
        command = [str(self.python), "-c", f"import {name}; print({name}.ANSWER)"]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.stdout == "42\n"
