"""How long a reader waits for the first result, and what the index costs, as questions grow.

A fresh browser opens a question, the search is asked at once, and the clock runs from the first
key to the first result that is painted: the search's own scripts, its index and the ranking are
all in it. Then a second query, with all that loaded. The generated questions are those of
`corpus.py`; 9 are the project's own. Each answer is checked: speed without the right page first is
worth nothing. Compare with other tools on the same machine only.
"""

from __future__ import annotations

import argparse
import datetime
import multiprocessing
import platform
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks import corpus
from tests.server import served
from tests.site import articles, build, launch
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project
from workshop_notes.plugin import weight_of
from workshop_notes.search import FOLDER, Index, pages

ROOT = Path(__file__).resolve().parent.parent

ASK = """query => new Promise((done, fail) => {
  const begun = performance.now()
  const seen = () => {
    const link = document.querySelector("#search-results > a")
    if (link && document.querySelector("#search-results").ariaBusy === "false") {
      observer.disconnect()
      requestAnimationFrame(() => setTimeout(() => done([performance.now() - begun, link.href])))
    }
  }
  const observer = new MutationObserver(seen)
  observer.observe(document.documentElement, { childList: true, subtree: true, attributes: true })
  openSearch(query)
  setTimeout(() => fail(new Error(`no result for ${query}`)), 60000)
})"""
"""From the key to the paint of the first result, in milliseconds; and that result."""


@dataclass
class Sample:
    """What was measured for one site at one kind of address."""

    first: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    pointed: list[float] = field(default_factory=list)
    next: list[float] = field(default_factory=list)
    right: int = 0
    asked: int = 0
    files: list[int] = field(default_factory=list)


def cases(project: Project, count: int, chance: random.Random) -> list[tuple[str, str, str]]:
    """Return (kind, query, page) of some pages: title, words of it, identifier, typing error."""
    pages = [page for page in read_pages(project) if page.is_question]
    found = []
    for page in chance.sample(pages, min(count, len(pages))):
        place = page.name.removesuffix(".md")
        # With letters where the error goes: two numbers may be one digit apart.
        alias = next(a for a in page.matter.values["aliases"] if re.match(r"[A-Za-z]{7}", a))
        at = 4
        found += [
            ("whole question", page.title, place),
            ("one word", alias, place),
            ("typing error", alias[:at] + alias[at + 1] + alias[at] + alias[at + 2 :], place),
        ]
    return found


def measure(browser: Browser, root: str, opened: str, asked: list[tuple[str, str, str]]) -> Sample:
    """Ask each query in a browser without a cache, and once more another one."""
    sample = Sample()
    for kind, query, place in asked:
        context = browser.new_context()
        page = context.new_page()
        loaded: list[str] = []
        page.on("request", lambda request, loaded=loaded: loaded.append(request.url))
        page.goto(root + opened)
        del loaded[:]
        milliseconds, url = page.evaluate(ASK, query)
        sample.first[kind].append(milliseconds)
        sample.right += f"/{place}/" in url
        sample.asked += 1
        sample.files.append(len(set(loaded)))
        sample.next.append(page.evaluate(ASK, "schedule a training job")[0])
        context.close()
        if kind == "one word":
            sample.pointed.append(pointed_at(browser, root + opened, query))
    return sample


def pointed_at(browser: Browser, address: str, query: str) -> float:
    """Ask as one does who moved the pointer to the search a moment before."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    with page.expect_event("requestfinished", lambda request: "index.js" in request.url):
        page.get_by_role("button", name="Search").hover()
    page.wait_for_timeout(50)  # until what came has run
    milliseconds = page.evaluate(ASK, query)[0]
    context.close()
    return milliseconds


def index_cost(root: Path, site: Path) -> tuple[float, float]:
    """Return CPU seconds and peak MB of writing the index, in a process of its own."""
    code = "from benchmarks.search import rewrite; rewrite()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(root), str(site)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


def rewrite() -> None:
    """Write the index of a built site again and print CPU seconds and peak MB."""
    root, site = map(Path, sys.argv[1:])
    project = Project(root)
    found = zip(read_pages(project), articles(project, site), strict=True)
    begun = time.process_time()
    index = Index(site / FOLDER, project.search_words)
    for page, article in found:
        index.add(pages.read(article), page.matter.values, weight_of(page), "")
    index.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.process_time() - begun, peak)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[9, 1000], help="of questions")
    parser.add_argument("--pages", type=int, default=8, help="asked for, each in three ways")
    parser.add_argument("--keep", type=Path, help="a folder in which sites are kept and reused")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    rows = []
    with sync_playwright() as driver:
        browser = launch(driver)
        for count in options.counts:
            project, site = prepared(folder, count)
            seconds, megabytes = index_cost(project.root, site)
            files = list((site / FOLDER).glob("*.js"))
            size = sum(path.stat().st_size for path in files) / 1e6
            asked = cases(project, options.pages, random.Random(count))
            opened = f"{asked[-1][2]}/index.html"
            with served(site) as address:
                samples = {"http": measure(browser, address, opened, asked)}
            samples["file"] = measure(browser, f"{site.as_uri()}/", opened, asked)
            for name, sample in samples.items():
                rows.append(row(count, name, sample, site))
            print(
                f"{count} questions: index {seconds:.2f} s CPU, peak {megabytes:.0f} MB, "
                f"{len(files)} files, {size:.1f} MB",
                flush=True,
            )
        browser.close()
    if not options.keep:
        shutil.rmtree(folder)
    print(f"\n{datetime.date.today()}, {platform.machine()}, {multiprocessing.cpu_count()} cores, ")
    print(
        "| questions | from | "
        + " | ".join(KINDS)
        + " | pointed at first | next query | files | right first |"
    )
    print("| --- " * (len(KINDS) + 6) + "|")
    print("\n".join(rows))


KINDS = ("whole question", "one word", "typing error")


def prepared(folder: Path, count: int) -> tuple[Project, Path]:
    """Return a project of so many questions and its built site."""
    site = folder / f"site-{count}"
    if count == 9:
        project = Project(ROOT)
    elif (folder / str(count)).is_dir():
        project = Project(folder / str(count))
    else:
        project = corpus.make(folder / str(count), count)
    if not site.is_dir():
        build(project, site)
    return project, site


def row(count: int, name: str, sample: Sample, site: Path) -> str:
    """Return a line of the table: medians, and the slowest in brackets, in milliseconds."""
    cells = [f"{statistics.median(v):.0f} ({max(v):.0f})" for v in (sample.first[k] for k in KINDS)]
    cells += [
        f"{statistics.median(sample.pointed):.0f} ({max(sample.pointed):.0f})",
        f"{statistics.median(sample.next):.0f}",
        f"{statistics.median(sample.files):.0f}",
        f"{sample.right} of {sample.asked}",
    ]
    return f"| {count:,} | {name} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
