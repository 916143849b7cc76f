"""Run tests as an ordinary user, where the suite itself runs as root.

In a user namespace of its own (`man 7 user_namespaces`) root becomes user 1001, who owns the
checkout and .venv as an ordinary user does, has no rights beside, and knows no other user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.site import ROOT

_AS_USER = ["unshare", "--user", "--map-user=1001", "--map-group=1001"]


def why_not() -> str:
    """Return why tests cannot be run as another user here, or nothing."""
    if os.geteuid() != 0:
        return "the suite runs as an ordinary user already"
    if not shutil.which("unshare"):
        return "unshare (of util-linux) is needed to run tests as an ordinary user"
    done = subprocess.run([*_AS_USER, "id", "-u"], capture_output=True, text=True, check=False)
    return "" if done.stdout == "1001\n" else done.stderr.strip()


def run(selection: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run tests as an ordinary user.

    Args:
        selection: arguments of pytest.
        home: the user's home, an empty folder.

    Returns:
        The ended process, with what it printed.
    """
    command = [*_AS_USER, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    environment = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "USER": "reader",
    }
    return subprocess.run(
        [*command, f"--basetemp={home / 'pytest'}", *selection],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
