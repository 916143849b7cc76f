"""Build the site with each engine that it can move to, and say what is the same and what is lost.

MkDocs and ProperDocs run the plugin; Zensical reads what `python -m workshop_notes expand` writes.
Each site is asked in a browser: the questions, typed whole into the search that it offers.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests import golden
from tests.server import served
from tests.site import address_of, build, copy_project, html_pages, launch, run
from tests.workshop_notes.checks.test_links import fragments, linkcheck
from tests.workshop_notes.test_engines import tree, words
from workshop_notes.content.files import write_if_changed
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "benchmarks" / "README.md"
ENGINES = {"mkdocs": "the plugin", "properdocs": "the plugin", "zensical": "the expanded pages"}


def zensical(project: Project, folder: Path) -> Path:
    """Build with Zensical what an engine without plugins gets, and return the site's folder.

    Raises:
        RuntimeError: it refuses the pages; its words are in the message.
    """
    done = run(project, "workshop_notes", "expand", str(folder))
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    if not done.returncode:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return folder / "site"


def found_first(page: Page, address: str, queries: list[str]) -> Iterator[str]:
    """Type queries into the search of a site, and yield the address of each one's first result."""
    page.goto(address, wait_until="networkidle")
    page.locator(".search-button, .md-search__button").first.click()
    box = page.locator("[role=combobox]")
    for query in queries:
        box.fill(query)
        page.wait_for_timeout(300)  # Zensical shows results while it still looks
        first = page.locator("a[role=option]").first
        yield first.evaluate("link => link.href") if first.count() else ""


def column(project: Project, name: str, site: Path, ours: Path, page: Page) -> Iterator[str]:
    """Yield the column of an engine, from the top of the table to its end."""
    yield ENGINES[name]
    pages = read_pages(project)
    yield str(len(html_pages(site)))
    places = [Path(address_of(each.name)) / "index.html" for each in pages]
    same = sum(words(site / place) == words(ours / place) for place in places)
    yield f"{same} of {len(places)}"
    with served(site) as address, tempfile.TemporaryDirectory() as folder:
        count, lost = fragments(site, address)
        yield f"{count - len(lost):,} of {count:,}"
        dead = linkcheck(address, Path(folder))
        yield str(len(dead))
        for each in dead:
            print(name, each["parentname"], each["urlname"], each["result"], file=sys.stderr)
        for asked in (
            {each.title: address_of(each.name) for each in pages if each.is_question},
            {each.text: f"{each.page}/" for each in golden.queries() if each.held_out},
        ):
            first = found_first(page, address, list(asked))
            right = sum(place in url for url, place in zip(first, asked.values(), strict=True))
            yield f"{right} of {len(asked)}"
    policy = sum("Content-Security-Policy" in each.read_text("utf-8") for each in html_pages(site))
    yield f"{policy} of {len(html_pages(site))}"
    gone = Counter(
        Path(each).suffix or each for each in tree(ours) - tree(site)
        if not each.startswith("assets/") and not each.endswith(".gz")
    )  # fmt: skip
    yield ", ".join(f"{count} {kind}" for kind, count in sorted(gone.items())) or "nothing"


HEAD = (
    "engine",
    "reads",
    "pages",
    "with the words of MkDocs' page",
    "fragments that land",
    "dead links and pictures",
    "whole questions whose page comes first in the search",
    "golden queries that nobody tuned on, the same",
    "pages with a content security policy",
    "files that are lost",
)


def main() -> None:
    """Build, compare, print the table, and keep it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help=f"write it to {REPORT.name} too")
    options = parser.parse_args()
    columns = [HEAD]
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        folder = Path(work)
        (folder / "project").mkdir()
        project = copy_project(folder / "project")
        page = launch(playwright).new_context(viewport={"width": 1280, "height": 900}).new_page()
        sites = {name: build(project, folder / name, engine=name) for name in list(ENGINES)[:2]}
        sites["zensical"] = zensical(project, folder / "expanded")
        for name, site in sites.items():
            named = {"mkdocs": "MkDocs", "properdocs": "ProperDocs", "zensical": "Zensical"}[name]
            title = f"{named} {importlib.metadata.version(name)}"
            columns.append((title, *column(project, name, site, sites["mkdocs"], page)))
            print(columns[-1], file=sys.stderr, flush=True)
    rows = [f"| {' | '.join(row)} |" for row in zip(*columns, strict=True)]
    rows.insert(1, "| --- " * len(columns) + "|")
    today = datetime.date.today()
    text = f"{today}, Python {platform.python_version()}.\n\n" + "\n".join(rows) + "\n"
    print(text)
    if options.keep:
        before, _, rest = REPORT.read_text(encoding="utf-8").partition("<!-- engines -->\n")
        after = rest.partition("<!-- end of engines -->")[2]
        kept = f"{before}<!-- engines -->\n\n{text}\n<!-- end of engines -->{after}"
        write_if_changed(REPORT, kept)


if __name__ == "__main__":
    main()
