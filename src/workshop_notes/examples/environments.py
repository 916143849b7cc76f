"""What has a venv of its own beside .venv: Spark, and the library of SageMaker Debugger."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

NAMES = {"debugger": ".venv-debugger", "spark": ".venv-spark"}
"""The folder of each group's venv; the set-up makes them."""


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
    from tools.bootstrap import Venv

    venv = Venv(root, group)
    if not venv.ready(group):
        raise ApartError(f"{NAMES[group]} is not set up: run 'make test-heavy'")
    return venv.python


def version(root: Path, group: str, name: str) -> str:
    """Return the version of a distribution in a group's venv.

    Raises:
        ApartError: it is not set up, or does not hold the distribution.
    """
    path = [str(_packages(root, group))]
    found = [each.version for each in metadata.distributions(name=name, path=path)]
    if not found:
        raise ApartError(f"{NAMES[group]} holds no {name}")
    return found[0]


def spark(root: Path) -> dict[str, str]:
    """Return the variables that lead a program to Spark, its Python and a Java.

    Raises:
        ApartError: the venv is not set up, or there is no Java that this Spark runs on.
    """
    interpreter = python(root, "spark")
    from tools import java

    home = java.find()
    if home is None:
        raise ApartError("no Java for Spark: run 'make test-heavy', which says how to get one")
    return {
        "SPARK_HOME": str(_packages(root, "spark") / "pyspark"),
        "PYSPARK_PYTHON": str(interpreter),
        "JAVA_HOME": str(home),
    }


def _packages(root: Path, group: str) -> Path:
    venv = python(root, group).parent.parent
    return next(venv.glob("lib/python3.*/site-packages"))
