"""`make serve` shows the site, follows edits, and survives a mistake in a page."""

from __future__ import annotations

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

from workshop_notes.build import environment
from workshop_notes.project import Project

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


@pytest.fixture
def server(copy: Project, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a served copy of the project, and the server's log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "serve.log"
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
    address = f"http://127.0.0.1:{port}/"
    until(lambda: "<h1" in text(address), log)
    yield address, log
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(10)


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
