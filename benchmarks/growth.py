"""Build the same generated questions with this project and with its peers, and compare.

CPU seconds of a build and of everything it starts, the peak of its largest process, and what it
wrote. The builders take turns, so that what else the machine does falls on each alike: compare
ratios within a table, not seconds between tables.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import corpus, peers
from benchmarks.peers import MissingError, Peer
from tests.site import environment
from workshop_notes.cli import expand
from workshop_notes.content.files import write_if_changed
from workshop_notes.content.project import Project

OURS = "this project"
REPORT = corpus.ROOT / "benchmarks" / "README.md"
CACHE = corpus.ROOT / ".cache" / "peers"
TURNS = {9: 3, 1000: 2}
"""Builds of each, of which the best counts; one where it takes minutes."""
# A small process starts each: a peak begins with that of the process which it was started from.
_WEIGH = """
import os, sys, time
begun = time.perf_counter()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(process, 0)
told = used.ru_utime + used.ru_stime, time.perf_counter() - begun, used.ru_maxrss
open(sys.argv[1], "w").write(" ".join(map(str, told)))
sys.exit(os.waitstatus_to_exitcode(status))
"""
PEERS = {
    **{"zensical": peers.zensical, "mkdocs": peers.mkdocs},
    **{"hugo": peers.hugo, "eleventy": peers.eleventy},
}


@dataclass(frozen=True)
class Cost:
    """What one build took: seconds, and the peak memory of its largest process in bytes."""

    cpu: float
    wall: float
    peak: int


def measure(command: list[str], folder: Path) -> Cost:
    """Run a command and weigh it with all processes that it starts and waits for.

    Raises:
        RuntimeError: the command fails; the end of its output is in the message.
    """
    with tempfile.NamedTemporaryFile() as told:
        weighed = [sys.executable, "-S", "-c", _WEIGH, told.name, *command]
        done = subprocess.run(weighed, cwd=folder, env=environment(), capture_output=True)
        if done.returncode:
            words = (done.stdout + done.stderr).decode(errors="replace")[-600:]
            raise RuntimeError(f"{' '.join(command)} failed in {folder}: {words}")
        cpu, wall, peak = map(float, told.read().split())
    # Linux counts kibibytes, macOS bytes (getrusage(2)).
    return Cost(cpu, wall, int(peak) * (1 if sys.platform == "darwin" else 1024))


def weigh(folder: Path, patterns: tuple[str, ...] = ("**/*",)) -> int:
    """Return the bytes of the files below a folder that a pattern names."""
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    return sum(path.stat().st_size for path in found)


def rows(count: int, work: Path, wanted: list[str]) -> Iterator[list[str]]:
    """Build `count` questions with each builder and yield the rows of the table."""
    project = corpus.make(work / "ours", count)
    plain = Project(work / "expanded")
    expand(project, plain.root)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    builders = [Peer(OURS, command, project.root, project.site, ("search/*.js",))]
    for name in wanted:
        try:
            builders.append(PEERS[name](plain, work, CACHE))
        except MissingError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    costs: dict[str, list[Cost]] = {}
    for _ in range(TURNS.get(count, 1)):
        for peer in builders:
            shutil.rmtree(peer.site, ignore_errors=True)
            shutil.rmtree(plain.root / ".cache", ignore_errors=True)
            cost = measure(peer.command, peer.folder)
            costs.setdefault(peer.name, []).append(cost)
            print(f"{count:,} {peer.name}: {cost}", file=sys.stderr, flush=True)
    for peer in builders:
        best = min(costs[peer.name], key=lambda cost: cost.cpu)
        ours = min(costs[OURS], key=lambda cost: cost.cpu)
        pages = len(list(peer.site.rglob("*.html")))
        if pages < count:
            raise RuntimeError(f"{peer.name} wrote {pages} pages of {count}")
        yield _row(count, peer.name, best, peer.site, peer.index, f"{ours.cpu / best.cpu:.2f}")


def _row(count: int, name: str, cost: Cost, site: Path, index: tuple[str, ...], ratio: str):
    numbers = [f"{cost.cpu:.1f}", f"{cost.wall:.1f}", f"{cost.peak / 1e6:.0f}"]
    sizes = [f"{weigh(site) / 1e6:.1f}", f"{weigh(site, index) / 1e6:.2f}"]
    return [f"{count:,}", name, *numbers, *sizes, ratio]


def main() -> None:
    """Measure, print the table, and keep it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[9, 1000, 10_000])
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--keep", action="store_true", help=f"write it to {REPORT.name} too")
    options = parser.parse_args()
    head = ["questions", "builder", "CPU s", "wall s", "peak MB", "site MB", "index MB"]
    head.append("ours / its CPU")
    lines = [head, ["---"] * len(head)]
    for count in options.counts:
        with tempfile.TemporaryDirectory(prefix="growth-") as work:
            for row in rows(count, Path(work), options.peers):
                lines.append(row)
                print(" | ".join(row), flush=True)
    table = "\n".join(f"| {' | '.join(row)} |" for row in lines)
    load = f"{os.getloadavg()[2]:.1f}"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform(terse=True)}"
    text = (
        f"{datetime.date.today()}, {machine}, Python {platform.python_version()}; "
        f"load of the machine over the last 15 minutes {load}.\n\n{table}\n"
    )
    print("\n" + text)
    if options.keep:
        before, _, rest = REPORT.read_text(encoding="utf-8").partition("<!-- growth -->\n")
        after = rest.partition("<!-- end of growth -->")[2]
        kept = f"{before}<!-- growth -->\n\n{text}\n<!-- end of growth -->{after}"
        write_if_changed(REPORT, kept)
        print(f"wrote {REPORT}")


if __name__ == "__main__":
    main()
