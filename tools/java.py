"""Find a Java for Spark, or install one: standard library only, since the setup imports it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools import debian

VERSIONS = (8, 11, 17)
"""What Spark 3.5 runs on, as its documentation says; it fails to start on Java 24 and newer."""

PACKAGE = "openjdk-17-jre-headless"
_PLACES = ("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines")
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


class JavaError(Exception):
    """Its text is the one line that the user sees."""


def find(environment=None, places=_PLACES):
    """Return the home of a Java that Spark runs on, or None.

    Args:
        environment: the variables to look at, those of the process by default.
        places: folders that hold installed Javas.
    """
    given = os.environ if environment is None else environment
    homes = [Path(given["JAVA_HOME"])] if given.get("JAVA_HOME") else []
    if program := shutil.which("java", path=given.get("PATH", "")):
        homes.append(Path(program).resolve().parent.parent)
    for place in places:
        found = sorted(Path(place).iterdir()) if Path(place).is_dir() else []
        homes += [each for home in found for each in (home, home / "Contents" / "Home")]
    return next((home for home in homes if version(home) in VERSIONS), None)


def version(home):
    """Return the version of the Java in a folder, 8 for 1.8, or None where there is none."""
    program = home / "bin" / "java"
    if not program.is_file():
        return None
    try:
        done = subprocess.run(
            [str(program), "-version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(done.stdout.decode("utf-8", "replace"))
    return int(match[1]) if match else None


def ensure(say=print):
    """Return the home of a Java that Spark runs on, installing one where that needs no password.

    Raises:
        JavaError: there is none, with what to run.
    """
    home = find()
    if home is None and debian.install([PACKAGE], say):
        home = find()
    if home is None:
        raise JavaError(
            'Spark needs Java 8, 11 or 17, and none was found: install one (Debian 12: "sudo '
            f'apt-get install {PACKAGE}") or let JAVA_HOME name it, and run the command again.'
        )
    return home
