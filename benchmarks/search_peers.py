"""Whether the own search finds the right page sooner than the libraries that could replace it.

All get the same pages: title, aliases, tags, description, headings and text, with a weight of the
page, and the same queries: what people typed in public (`tests/data/search_outside.yml`) and what
the golden set holds. MiniSearch and lunr weigh the fields as we do; Material's search is its own
worker, with the aliases as tags, which it weighs most; Pagefind weighs them by its attribute.
MiniSearch and Pagefind come from npm, pinned; lunr is the one that Material ships.

The part of the queries that the search was tuned on is asked; `--part` asks another one, of which
`unseen` loses its worth when anybody looks at its answers.
"""

from __future__ import annotations

import argparse
import html
import json
import subprocess
import tempfile
from pathlib import Path

import material
from playwright.sync_api import sync_playwright

from benchmarks.peers import install_npm
from tests import golden
from tests.server import served
from tests.site import articles, build, launch
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project
from workshop_notes.plugin import weight_of
from workshop_notes.search import Index, pages, scripts
from workshop_notes.search.postings import FIELDS
from workshop_notes.search.words import STOP_WORDS

ROOT = Path(__file__).resolve().parent.parent
NPM = ("minisearch@7.2.0", "pagefind@1.5.2")
WEIGHT = "data-pagefind-weight"


def records(project: Project, site: Path) -> list[dict]:
    """Return what each library is given of each page."""
    found = []
    for page, article in zip(read_pages(project), articles(project, site), strict=True):
        read = pages.read(article)
        words = page.matter.values
        found.append(
            {
                "location": read.location,
                "title": read.title,
                "aliases": "\n".join(words.get("aliases") or []),
                "tags": "\n".join(words.get("tags") or []),
                "description": words.get("description", ""),
                "heading": "\n".join(each.heading for each in read.sections),
                "text": "\n".join(each.text for each in read.sections),
                "sections": [vars(each) for each in read.sections],
                "weight": weight_of(page),
            }
        )
    return found


def our_scripts(project: Project, site: Path, folder: Path) -> str:
    """Return the index of a built site with the scripts that read it, without the box."""
    index = Index(folder, project.search_words)
    for page, article in zip(read_pages(project), articles(project, site), strict=True):
        index.add(pages.read(article), page.matter.values, weight_of(page), "")
    index.close()
    data = (folder / "index.js").read_text(encoding="utf-8")
    return scripts(project.search_words, box=False) + data[data.index('notesSearch.put("index",') :]


def in_node(found: list[dict], ours: str, modules: Path, queries: list[str]) -> dict:
    """Ask those that run without a browser."""
    workers = Path(material.__file__).parent / "templates/assets/javascripts/workers"
    (worker,) = workers.glob("search.*.min.js")
    given = {
        "pages": found,
        "queries": queries,
        "ours": ours,
        "boosts": FIELDS,
        "stopWords": sorted(STOP_WORDS),
        "minisearch": str(modules / "minisearch"),
        "material": worker.read_text(encoding="utf-8"),
    }
    script = Path(__file__).with_suffix(".js")
    done = subprocess.run(
        ["node", str(script)], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def pagefind(found: list[dict], modules: Path, folder: Path, queries: list[str]) -> list[list[str]]:
    """Build Pagefind's index of the pages and ask it in a browser, which it needs."""
    for page in found:
        path = folder / page["location"] / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_html(page), encoding="utf-8")
    command = [str(modules / ".bin" / "pagefind"), "--quiet", "--site", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    code = """async (queries) => {
      const pagefind = await import(new URL("pagefind/pagefind.js", location.href))
      const answers = []
      for (const query of queries) {
        const { results } = await pagefind.search(query)
        const data = await Promise.all(results.slice(0, 10).map((each) => each.data()))
        answers.push(data.map((each) => new URL(each.url, location.href).href))
      }
      return answers
    }"""
    with served(folder) as address, sync_playwright() as driver:
        browser = launch(driver)
        page = browser.new_page()
        page.goto(address)
        answers = page.evaluate(code, queries)
        browser.close()
    return [[url.removeprefix(address) for url in urls] for urls in answers]


def _html(page: dict) -> str:
    """Return a page as Pagefind reads it."""
    said = {name: html.escape(page[name]) for name in ("title", "aliases", "tags", "description")}
    sections = "".join(
        f"<h2>{html.escape(each['heading'])}</h2><p>{html.escape(each['text'])}</p>"
        for each in page["sections"]
    )
    return (
        f'<!doctype html><html lang="en"><title>{said["title"]}</title>'
        f"<body data-pagefind-body><h1>{said['title']}</h1>"
        f'<p {WEIGHT}="10">{said["aliases"]}</p><p {WEIGHT}="6">{said["tags"]}</p>'
        f'<p {WEIGHT}="5">{said["description"]}</p>{sections}</html>'
    )


def main() -> None:
    """Ask them all and print a table, and what ours misses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["tuned", "seen", "unseen"], default="tuned")
    parser.add_argument("--cache", type=Path, help="a folder that keeps what npm installs")
    parser.add_argument("--site", type=Path, help="a site that was built of the pages as they are")
    options = parser.parse_args()
    project = Project(ROOT)
    asked = [each for each in golden.outside() if each.part == options.part]
    texts = [each.text for each in asked]
    typed = golden.queries()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = options.site or build(project, folder / "site")
        modules = install_npm(options.cache or folder / "npm", NPM)
        found = records(project, site)
        ours = our_scripts(project, site, folder / "index")
        queries = texts + [each.text for each in typed]
        answers = in_node(found, ours, modules, queries)
        answers["Pagefind"] = pagefind(found, modules, folder / "pagefind", queries)
    print("| search | first | in three | told of what is not here | golden set first |")
    print("| --- " * 5 + "|")
    here = [n for n, each in enumerate(asked) if each.pages]
    gone = [n for n, each in enumerate(asked) if not each.pages]
    for library, found_ in answers.items():
        ranks = [rank(found_[n], asked[n].pages) for n in here]
        own = [rank(urls, (q.page,)) for urls, q in zip(found_[len(texts) :], typed, strict=True)]
        print(
            f"| {library} | {share(ranks, 1)} | {share(ranks, 3)} "
            f"| {sum(not found_[n] for n in gone)} of {len(gone)} | {share(own, 1)} |"
        )
    print(f"\n{len(here)} queries with an answer; misses of ours:")
    for n in here:
        got = answers["ours"][n]
        if (place := rank(got, asked[n].pages)) != 1:
            print(f"- {asked[n].text!r}: {', '.join(asked[n].pages)} at {place or 'no'}; {got[:1]}")
    print("\nnot told of:")
    for n in gone:
        if got := answers["ours"][n]:
            print(f"- {asked[n].text!r}; first is {got[0]}")


def rank(found: list[str], wanted: tuple[str, ...]) -> int:
    """Return the place of the first of some pages among results, or 0."""
    places = [each.rstrip("/") for each in found[: golden.MAX_RANK]]
    return next((n for n, place in enumerate(places, 1) if place in wanted), 0)


def share(ranks: list[int], most: int) -> str:
    """Return the share of ranks up to the greatest that counts."""
    return f"{sum(1 <= each <= most for each in ranks) / len(ranks):.1%}"


if __name__ == "__main__":
    main()
