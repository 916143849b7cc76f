"""The site can leave its engine: ProperDocs runs the plugin, Zensical reads the expanded pages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from lxml import html

from tests.site import build, forget_addresses, html_pages
from workshop_notes.content.pages import read_pages

LACKS = {".md", ".txt", "_headers", "feed.xml", "search/index.js", "worker.js"}
"""What only the plugin makes: twins, texts, headers, the feed, the search, what keeps the notes."""


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def words(page: Path) -> str:
    article = html.parse(str(page), html.HTMLParser(encoding="utf-8")).find(".//article")
    aside = article.find_class("md-content__button") + article.find_class("md-tags")
    for form in [*article.iter("form"), *aside]:
        form.drop_tree()
    return " ".join(article.text_content().split())


@pytest.fixture(scope="session")
def zensical(shared, expanded) -> Path:
    """The site that Zensical builds, strictly, of the pages as an engine gets them."""

    def make(folder: Path) -> None:
        shutil.copytree(expanded, folder)
        command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    return shared.once("zensical", make) / "site"


def test_zensical_shows_the_words_of_every_page(zensical, site, project):
    for page in read_pages(project):
        stem = page.name.removesuffix("index.md").removesuffix(".md")
        place = Path(stem) / "index.html"
        assert words(zensical / place) == words(site / place), page.name


def test_what_zensicals_site_lacks_is_what_the_plugin_makes(zensical, site):
    lost = {
        name
        for name in tree(site) - tree(zensical)
        if not name.startswith("assets/") and not name.endswith(".gz")
    }
    assert lost
    assert not {name for name in lost if not name.endswith(tuple(LACKS))}


def test_zensicals_pages_offer_no_search_but_its_own(zensical):
    for page in html_pages(zensical):
        root = html.parse(str(page)).getroot()
        assert not root.find_class("find") and not root.find_class("search-button"), page
        assert root.find_class("md-search"), page
        assert "site.js" not in page.read_text(encoding="utf-8"), page


def test_the_table_of_engines_is_of_the_versions_that_are_tested(project):
    text = (project.root / "benchmarks" / "README.md").read_text(encoding="utf-8")
    names = ("MkDocs", "ProperDocs", "Zensical")
    head = " | ".join(f"{name} {version(name)}" for name in names)
    assert f"| engine | {head} |" in text, "run 'make bench BENCH=engines ARGS=--keep'"


def test_the_folder_to_expand_into_must_be_new(tmp_path, project):
    (tmp_path / "mine.txt").touch()
    command = [sys.executable, "-m", "workshop_notes", "expand", str(tmp_path)]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path} is not empty: name a new folder.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_properdocs_builds_the_same_site(plain, copy, monkeypatch):
    forget_addresses(monkeypatch)
    ours, theirs = plain.site, build(copy, engine="properdocs")
    assert tree(ours) == tree(theirs)
    for path in html_pages(ours):
        twin = theirs / path.relative_to(ours)
        texts = ["".join(html.parse(str(page)).find("body").itertext()) for page in (path, twin)]
        assert texts[0] == texts[1], path
