"""`mkdocs serve` shows the site, follows edits, and survives a mistake in a page."""

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

LIMIT_SECONDS = 300  # against a hang alone
PAGE = "docs/day-3/spark.md"


def text(address: str) -> str:
    with urllib.request.urlopen(address, timeout=LIMIT_SECONDS) as answer:
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
def started(copy: Project, log: Path, *more: str) -> Iterator[str]:
    """The address of a served copy of the project, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}", *more]
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
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(LIMIT_SECONDS)


def edit(copy: Project, old: str, new: str, page: str = PAGE) -> None:
    path = copy.root / page
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("more", [[], ["--dirty"]], ids=["clean", "dirty"])
def test_an_edit_is_shown_and_a_mistake_keeps_the_last_good_page(copy, tmp_path, more):
    log = tmp_path / "serve.log"
    with started(copy, log, *more) as address:
        page = f"{address}day-3/spark/"
        before = text(page)
        assert "livereload" in before and "<table>" not in before
        assert "This page as Markdown" in before
        assert "More packages" in text(f"{address}search/index.js")

        edit(copy, "## More packages", "## Packages of your own")
        until(lambda: "Packages of your own" in text(page), log)
        assert "How can we perform pre/post processing in SageMaker?" in text(page)  # in the menu
        assert "Packages of your own" in text(f"{address}search/index.js")
        assert "Packages of your own" in text(f"{address}day-3/spark.md")

        edit(copy, "status: changed", "status: fine")
        until(lambda: "the content has mistakes" in text(page), log)
        assert f"{PAGE}:3: front matter key 'status'" in text(page)
        assert "Packages of your own" in text(page)
        assert f"{PAGE}:3: front matter key 'status'" in log.read_text(encoding="utf-8")

        edit(copy, "status: fine", "status: current")
        until(lambda: "Still true" in text(page) and "has mistakes" not in text(page), log)


def test_a_mistake_from_the_start_is_shown_and_goes_when_it_is_mended(small_site, tmp_path):
    source = "docs/dough/how-warm.md"
    edit(small_site, "status: holds", "status: fine", source)
    log = tmp_path / "serve.log"
    with started(small_site, log) as address:
        page = f"{address}dough/how-warm/"
        assert f"{source}:3: front matter key 'status'" in text(page)
        assert "About 26 degrees" not in text(page)
        edit(small_site, "status: fine", "status: holds", source)
        until(lambda: "About 26 degrees" in text(page), log)

        # What only the engine's page shows is told there too.
        edit(small_site, "About 26 degrees", "[About](#a&b) 26 degrees", source)
        until(lambda: "link to #a&amp;b, which" in text(page), log)
        edit(small_site, "[About](#a&b)", "About", source)
        until(lambda: "has mistakes" not in text(page), log)


def test_code_is_followed_wherever_it_is_included(small_site, tmp_path):
    log = tmp_path / "serve.log"
    with started(small_site, log) as address:
        edit(small_site, "bake", "toast", "examples/how-warm/bake.py")
        until(lambda: "toast" in text(f"{address}dough/how-warm/"), log)
