"""What has a venv of its own: found when it is there, and missed in one line when it is not."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from local_sagemaker.containers import spark
from tests.site import ROOT
from tools.bootstrap import APART
from workshop_notes.examples import environments, execution
from workshop_notes.examples.environments import ApartError


def fake_java(home: Path, words: str) -> Path:
    """A program that answers `-version`, on the error stream as Java does."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    return home


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_412"', 8),
        ('openjdk version "25" 2025-09-16', 25),
        ("no Java here", None),
    ],
)
def test_the_version_of_a_java(tmp_path, words, version):
    assert environments.java_version(fake_java(tmp_path / "jdk", words)) == version


def test_a_java_that_spark_does_not_run_on_is_passed_over(tmp_path):
    new = fake_java(tmp_path / "new", 'openjdk version "25.0.1" 2025-10-21')
    places = tmp_path / "jvm"
    old = fake_java(places / "jdk-17", 'openjdk version "17.0.15" 2025-04-15')
    given = {"JAVA_HOME": str(new), "PATH": str(new / "bin")}
    assert environments.find_java(given, places) == old
    assert environments.find_java(given, tmp_path / "nothing") is None
    assert environments.find_java({"JAVA_HOME": str(old), "PATH": ""}, tmp_path / "nothing") == old


def test_an_example_whose_venv_is_missing_says_what_to_run(tmp_path):
    for group, folder in APART.items():
        with pytest.raises(ApartError, match=f"{re.escape(folder)} is not set up: run 'make test-"):
            environments.python(tmp_path, group)
    run = execution.Run(tmp_path, "x", "executed", ("numpy",), venv="debugger")
    (tmp_path / "x.py").write_text("print(1)\n", encoding="utf-8")
    if not (ROOT / APART["debugger"]).exists():
        with pytest.raises(execution.RunError, match="is not set up"):
            execution.execute(run, tmp_path)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["/opt/app.py", "--input", "a"], "{conf} /opt/app.py --input a"),
        (
            ["--class", "org.App", "-v", "/opt/app.jar"],
            "{conf} --class org.App --verbose /opt/app.jar",
        ),
        (
            ["--local-spark-event-logs-dir", "/opt/ml/logs/", "/opt/app.py"],
            "{conf} --conf spark.eventLog.enabled=true "
            "--conf spark.eventLog.dir=file:///opt/ml/logs/ /opt/app.py",
        ),
    ],
)
def test_the_line_of_spark_submit(words, line):
    conf = " ".join(f"--conf {name}={value}" for name, value in spark.QUIET.items())
    head = f"/spark/bin/spark-submit --master {spark.MASTER} --deploy-mode client "
    assert spark.command(words, "/spark") == head + line.format(conf=conf)


def test_a_folder_of_files_becomes_a_list(tmp_path):
    for name in ("b.py", "a.py"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    assert spark.files(str(tmp_path)) == f"{tmp_path}/a.py,{tmp_path}/b.py"
    line = spark.command(["--py-files", str(tmp_path), "/opt/app.py"], "/spark")
    assert f" --py-files {tmp_path}/a.py,{tmp_path}/b.py /opt/app.py" in line
    for wrong, reason in (
        ("a.py", "must be an absolute path"),
        (f"{tmp_path}/none", "does not exist"),
        (f"{tmp_path}/folder", "Found zero files"),
    ):
        with pytest.raises(ValueError, match=reason):
            spark.files(wrong)


@pytest.mark.parametrize("words", [[], ["--conf", "a=b", "/opt/app.py"], ["--master", "x", "app"]])
def test_what_the_image_refuses_is_refused(words, capsys):
    with pytest.raises(SystemExit) as caught:
        spark.command(words, "/spark")
    assert caught.value.code == 2


def test_a_job_gets_only_what_leads_to_spark():
    given = {"SPARK_HOME": "/s", "JAVA_HOME": "/j", "HOME": "/h", "SPARK_CONF_DIR": "/c"}
    assert spark.environment(given) == {"SPARK_HOME": "/s", "JAVA_HOME": "/j"}
    assert set(spark.environment(os.environ)) <= set(spark.PASSED_ON)
