"""What has a venv of its own beside .venv: Spark, and the library of SageMaker Debugger."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

JAVA_VERSIONS = (8, 11, 17)
"""What Spark 3.5 runs on, as its documentation says; it fails to start on Java 24 and newer."""


class ApartError(Exception):
    """A venv that is missing or of other locks; the text says what to do."""


def python(root: Path, group: str) -> Path:
    """Return the Python of a group's own venv.

    Args:
        root: the project's folder.
        group: `spark` or `debugger`.

    Raises:
        ApartError: it is not set up.
    """
    from tools.bootstrap import APART, Venv

    venv = Venv(root, group)
    if not venv.ready(group):
        raise ApartError(f"{APART[group]} is not set up: run 'make test-heavy'")
    return venv.python


def version(root: Path, group: str, name: str) -> str:
    """Return the version of a distribution in a group's venv.

    Raises:
        ApartError: it is not set up, or does not hold the distribution.
    """
    path = [str(_packages(root, group))]
    found = [each.version for each in metadata.distributions(name=name, path=path)]
    if not found:
        raise ApartError(f"the venv of {group} holds no {name}")
    return found[0]


def spark(root: Path) -> dict[str, str]:
    """Return the variables that lead a program to Spark, its Python and a Java.

    Raises:
        ApartError: the venv is not set up, or there is no Java that this Spark runs on.
    """
    from tools.bootstrap import NO_JAVA

    interpreter = python(root, "spark")
    home = find_java()
    if home is None:
        raise ApartError(NO_JAVA)
    return {
        "SPARK_HOME": str(_packages(root, "spark") / "pyspark"),
        "PYSPARK_PYTHON": str(interpreter),
        "JAVA_HOME": str(home),
    }


def find_java(
    environment: Mapping[str, str] = os.environ, places: Path = Path("/usr/lib/jvm")
) -> Path | None:
    """Return the home of a Java that Spark runs on, or None.

    Args:
        environment: the variables `JAVA_HOME` and `PATH`.
        places: the folder that holds installed Javas, one below it for each.
    """
    homes = [Path(environment["JAVA_HOME"])] if environment.get("JAVA_HOME") else []
    if program := shutil.which("java", path=environment.get("PATH", "")):
        homes.append(Path(program).resolve().parent.parent)
    homes += sorted(places.glob("*"))
    return next((home for home in homes if java_version(home) in JAVA_VERSIONS), None)


def java_version(home: Path) -> int | None:
    """Return the version of the Java in a folder, 8 for 1.8, or None where there is none."""
    try:
        command = [str(home / "bin" / "java"), "-version"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    except OSError:
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    return int(match[1]) if match else None


def _packages(root: Path, group: str) -> Path:
    venv = python(root, group).parent.parent
    return next(venv.glob("lib/python3.*/site-packages"))
