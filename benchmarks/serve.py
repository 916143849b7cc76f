"""How long an author waits for an edit: from the saved file to the page that shows it.

`mkdocs serve` runs on generated questions; one of them is changed some times over, and its address
is asked until the change is there. The browser's own reload comes on top.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks import corpus
from tests.site import environment

PAUSE = 0.02
"""Seconds between two requests."""


def wait(address: str, words: str, seconds: float = 300) -> float:
    """Ask an address until its answer holds some words, and return the seconds that took.

    Raises:
        TimeoutError: it never does.
    """
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(address, timeout=30) as answer,
        ):
            if words in answer.read().decode():
                return time.perf_counter() - begun
        time.sleep(PAUSE)
    raise TimeoutError(f"{address} does not show {words!r} after {seconds:g} s")


def main() -> None:
    """Measure and print a line for each number of questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[9, 1000])
    parser.add_argument("--edits", type=int, default=5)
    parser.add_argument("--dirty", action="store_true", help="only the page that was changed")
    parser.add_argument("--port", type=int, default=8123)
    options = parser.parse_args()
    for count in options.counts:
        with tempfile.TemporaryDirectory(prefix="serve-") as work:
            project = corpus.make(Path(work) / "ours", count)
            name = "day-2/question-2"
            page = project.docs / f"{name}.md"
            address = f"http://127.0.0.1:{options.port}/{name}/"
            command = [sys.executable, "-m", "mkdocs", "serve", *["--dirty"] * options.dirty]
            command += ["--dev-addr", f"127.0.0.1:{options.port}"]
            with subprocess.Popen(
                command,
                cwd=project.root,
                env=environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as server:
                try:
                    first = wait(address, "</article>")
                    text, found = page.read_text(encoding="utf-8"), []
                    for number in range(options.edits):
                        time.sleep(2)  # the server watches again
                        page.write_text(f"{text}\nEdit{number} of this page.\n", encoding="utf-8")
                        found.append(wait(address, f"Edit{number} "))
                finally:
                    server.terminate()
            print(
                f"{count:,} questions: first page after {first:.1f} s; an edit is shown after "
                f"{statistics.median(found):.2f} s (median of {len(found)}), at most "
                f"{max(found):.2f} s; load {os.getloadavg()[0]:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
