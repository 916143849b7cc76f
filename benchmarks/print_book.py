"""Measure the PDF of this site and of generated ones: `make bench BENCH=print_book`.

Each PDF is made in a process of its own, so that its memory is its own; the time is that of the
PDF alone, beside that of the build of the site that it is made from.
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pypdf

from benchmarks import corpus
from tests.pdf import printer
from tests.site import build
from workshop_notes.content.project import Project

ROOT = Path(__file__).resolve().parent.parent


def measure(root: Path, site: Path, paper: str) -> dict[str, float]:
    """Make one PDF in this process.

    Args:
        root: the project.
        site: its built site.
        paper: `a4` or `us-letter`.

    Returns:
        Seconds, CPU seconds and peak memory in MB of it; its bytes, pages, bookmarks and links;
        and the seconds that each question as a file of its own takes, all together.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.pdf"
        begun = time.perf_counter()
        of = printer(Project(root), site)
        path.write_bytes(of.whole(paper))
        seconds = time.perf_counter() - begun
        usage = resource.getrusage(resource.RUSAGE_SELF)
        reader = pypdf.PdfReader(path)
        begun = time.perf_counter()
        for _ in of.questions():
            pass
        found = {
            "alone": time.perf_counter() - begun,
            "seconds": seconds,
            "cpu": usage.ru_utime + usage.ru_stime,
            "mb": usage.ru_maxrss / 1024,  # kilobytes on Linux
            "bytes": path.stat().st_size,
            "pages": len(reader.pages),
            "bookmarks": _marks(reader.outline),
            "links": sum(len(page.get("/Annots", [])) for page in reader.pages),
        }
    return found


def _marks(items: list) -> int:
    return sum(_marks(item) if isinstance(item, list) else 1 for item in items)


def row(name: str, project: Project, folder: Path, paper: str) -> str:
    """Build a site, make its PDF in another process, and return a row of the table."""
    begun = time.perf_counter()
    site = build(project, folder)
    built = time.perf_counter() - begun
    command = [sys.executable, __file__, "--one", str(project.root), str(site), paper]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    it = json.loads(run.stdout)
    return (
        f"| {name} | {it['pages']} | {it['bytes'] / 1e6:.1f} | {it['bookmarks']} | {it['links']} | "
        f"{built:.1f} | {it['seconds']:.1f} | {it['seconds'] / built:.2f} | {it['cpu']:.1f} | "
        f"{it['mb']:.0f} | {it['alone']:.1f} |"
    )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        root, site, paper = options.one
        print(json.dumps(measure(Path(root), Path(site), paper)))
        return
    print(f"{datetime.date.today()}, {platform.platform()}, {multiprocessing.cpu_count()} cores\n")
    heads = "what is printed, pages, MB, bookmarks, links, build s, PDF s, ratio, PDF CPU s, RAM MB"
    print("| " + " | ".join(heads.split(", ")) + " | each question alone s |")
    print("| --- " * 11 + "|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own"
        print(row("ours, A4", Project(ROOT), own, "a4"), flush=True)
        print(row("ours, US Letter", Project(ROOT), own, "us-letter"), flush=True)
        for count in options.counts:
            project = corpus.make(Path(folder) / str(count), count)
            print(row(f"{count}, A4", project, project.site, "a4"), flush=True)


if __name__ == "__main__":
    main()
