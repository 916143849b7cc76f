"""`make serve` shows the site, follows edits, and survives a mistake in a page."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.site import environment
from workshop_notes.content.project import Project

LIMIT_SECONDS = 60
PAGE = "docs/day-3/spark.md"


def text(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return answer.read().decode()


def until(check: Callable[[], bool], log: Path) -> None:
    """Wait for something to become true; a server that never does it fails with its own words."""
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        try:
            if check():
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(log.read_text(encoding="utf-8"))


@contextlib.contextmanager
def started(copy: Project, log: Path) -> Iterator[tuple[subprocess.Popen, str]]:
    """The command that serves a copy of the project, and its address, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "workshop_notes", "serve", "--port", str(port)]
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            command,
            cwd=copy.root,
            env=environment(),
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}/"
        until(lambda: "<h1" in text(address), log)
        yield process, address
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


@pytest.fixture
def server(copy: Project, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a served copy of the project, and the server's log."""
    log = tmp_path / "serve.log"
    with started(copy, log) as (_, address):
        yield address, log


def edit(copy: Project, old: str, new: str) -> None:
    path = copy.root / PAGE
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def test_an_edit_is_shown_and_a_mistake_does_not_stop_the_server(copy, server):
    address, log = server
    page = f"{address}day-3/spark/"
    assert "livereload" in text(page)
    assert "More packages" in text(f"{address}search/index.js")

    edit(copy, "## More packages", "## Packages of your own")
    until(lambda: "Packages of your own" in text(page), log)

    edit(copy, "status: changed", "status: fine")
    until(lambda: f"{PAGE}:3: front matter key 'status'" in log.read_text(encoding="utf-8"), log)
    assert "Packages of your own" in text(page)

    edit(copy, "status: fine", "status: current")
    until(lambda: "Still true" in text(page), log)
    assert "Packages of your own" in text(f"{address}search/index.js")


def test_who_ends_the_command_alone_ends_the_server_too(copy, tmp_path):
    with started(copy, tmp_path / "serve.log") as (process, address):
        process.terminate()
        assert process.wait(10) == 128 + signal.SIGTERM
        with pytest.raises(OSError, match="refused"):
            text(address)


def test_a_second_server_on_the_port_says_so_in_one_line(copy, server):
    port = server[0].rsplit(":", 1)[1].strip("/")
    run = subprocess.run(
        [sys.executable, "-m", "workshop_notes", "serve", "--port", port],
        cwd=copy.root,
        env=environment(),
        text=True,
        capture_output=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )
    assert run.returncode == 1
    assert run.stderr.startswith(f"Port {port} is taken (by ")
    assert run.stderr.count("\n") == 1


def test_a_title_is_changed_on_every_page_and_code_wherever_it_is_included(copy, server):
    address, log = server
    edit(copy, "# How can we use Spark with SageMaker?", "# Is there Spark in SageMaker?")
    until(lambda: "Is there Spark in SageMaker?" in text(f"{address}day-3/processing/"), log)
    assert "How can we use Spark" not in text(f"{address}day-3/processing/")
    code = copy.root / "examples" / "schedule-jobs" / "make_schedule.py"
    code.write_text(code.read_text(encoding="utf-8").replace("boto3", "boto4"), encoding="utf-8")
    until(lambda: "boto4" in text(f"{address}day-1/schedule-jobs/"), log)
    assert "'dirty' build" not in log.read_text(encoding="utf-8")


@pytest.fixture
def as_if_large(copy: Project) -> None:
    """Take this small site for one on which only the edited page is completed."""
    hooks = copy.root / "workshop_notes" / "hooks.py"
    with hooks.open("a", encoding="utf-8") as stream:
        stream.write("\nfrom workshop_notes import watched\n\nwatched.SMALL_SITE_PAGES = 0\n")


def test_an_edit_on_a_large_site_builds_that_page_and_keeps_the_menus(copy, as_if_large, server):
    address, log = server
    other = f"{address}day-1/schedule-jobs/"
    before = text(other)
    edit(copy, "## More packages", "## Packages of your own")
    until(lambda: "Packages of your own" in text(f"{address}day-3/spark/"), log)
    page = text(f"{address}day-3/spark/")
    assert "How can we perform pre/post processing in SageMaker?" in page  # in the menu
    assert 'class="table"' in page and "This page as Markdown" in page
    assert text(other).partition("livereload")[0] == before.partition("livereload")[0]
