"""Our reading of `smspark-submit`, the program of AWS's Spark image; it ends in `spark-submit`.

Options and command line after aws/sagemaker-spark-container, `src/smspark/cli.py` (2026-11). The
image first starts a YARN cluster over the machines of the job; here Spark runs in one process of
this machine. Spark is the one that SPARK_HOME names.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

MASTER = "local[1]"
# No look-up of this machine's name, no page to watch the job, nothing that asks for Hadoop's S3.
QUIET = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
}
PASSED_ON = ("SPARK_HOME", "PYSPARK_PYTHON", "JAVA_HOME")
"""What a job needs of the variables of the process that the stand-in runs in."""


def command(words: list[str], home: str) -> str:
    """Return the line that the shell gets, as the image joins it: without quotes.

    Args:
        words: the words after `smspark-submit`.
        home: the folder of Spark.

    Raises:
        SystemExit: an option that the image has and this reading lacks, or that neither has.
        ValueError: a list of files names what is not there.
    """
    parser = argparse.ArgumentParser("smspark-submit", allow_abbrev=False)
    parser.add_argument("--class", dest="class_")
    for name in ("--jars", "--py-files", "--files", "--local-spark-event-logs-dir"):
        parser.add_argument(name)
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("app", nargs=argparse.REMAINDER)
    given = parser.parse_args(words)
    if not given.app:
        parser.error("missing parameter: app")
    parts = [f"{home}/bin/spark-submit", "--master", MASTER, "--deploy-mode", "client"]
    settings = dict(QUIET)
    if given.local_spark_event_logs_dir:
        settings["spark.eventLog.enabled"] = "true"
        settings["spark.eventLog.dir"] = f"file://{given.local_spark_event_logs_dir}"
    for name, value in settings.items():
        parts += ["--conf", f"{name}={value}"]
    for name in ("jars", "py_files", "files"):
        if listed := getattr(given, name):
            parts += [f"--{name.replace('_', '-')}", files(listed)]
    if given.class_:
        parts += ["--class", given.class_]
    if given.verbose:
        parts.append("--verbose")
    return " ".join([*parts, *given.app])


def files(listed: str) -> str:
    """Return a list of files with each folder in it replaced by its files.

    Raises:
        ValueError: a path is relative, missing, or an empty folder.
    """
    found: list[str] = []
    for word in listed.split(","):
        path = Path(word.removeprefix("file://"))
        if not path.is_absolute():
            raise ValueError(f"file path {word} must be an absolute path to a file or directory")
        if not path.exists():
            raise ValueError(f"file path {word} does not exist")
        inside = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else []
        if path.is_dir() and not inside:
            raise ValueError(f"Found zero files in {word}")
        found += map(str, inside or [path])
    return ",".join(found)


def environment(of: Mapping[str, str]) -> dict[str, str]:
    """Return what a Spark job gets of the stand-in's own variables.

    Args:
        of: the variables of the process that the stand-in runs in.
    """
    return {name: of[name] for name in PASSED_ON if name in of}


def main() -> None:
    """Become `spark-submit`; a job's own process calls it."""
    home = os.environ["SPARK_HOME"]
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.execv("/bin/sh", ["/bin/sh", "-c", f"exec {command(sys.argv[1:], home)}"])


if __name__ == "__main__":
    main()
