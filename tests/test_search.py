"""Search finds the right page first, by words, identifiers, aliases and whole questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page
from ruamel.yaml import YAML

GOLDEN = YAML(typ="safe").load((Path(__file__).parent / "data" / "search.yml").read_text())
QUERIES = [(query, page) for page, queries in GOLDEN.items() for query in queries]


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Page]:
    """One page for all queries: a fresh one for each would take longer than the search."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def results(page: Page, address: str, query: str) -> list[str]:
    """Ask the search of the built site and return the addresses of its results."""
    page.goto(f"{address}?q={quote(query, safe='')}")
    meta = page.locator(".md-search-result__meta")
    page.wait_for_function(
        "element => /matching|No /.test(element.textContent)", arg=meta.element_handle()
    )
    return page.locator(".md-search-result__item > a:first-child").evaluate_all(
        "links => links.map(link => link.href)"
    )


def place(url: str, address: str) -> str:
    """The path of a result below the site's address: `day-1/schedule-jobs`."""
    return urlsplit(url).path.removeprefix(urlsplit(address).path).rstrip("/")


def test_the_golden_set_is_large_enough():
    assert len(QUERIES) >= 40
    assert len({query for query, _ in QUERIES}) == len(QUERIES)


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=[query for query, _ in QUERIES])
def test_the_right_page_comes_first(page: Page, address: str, query: str, expected: str):
    found = results(page, address, query)
    assert found, f"nothing found for {query!r}"
    assert place(found[0], address) == expected, [place(url, address) for url in found[:4]]


def test_nonsense_finds_nothing(page: Page, address: str):
    assert results(page, address, "zzzzqqqq") == []


def test_a_result_leads_to_its_heading_with_the_word_marked(page: Page, address: str):
    results(page, address, "approvals")
    link = page.locator(".md-search-result__link[href*='#']").first
    fragment = urlsplit(link.get_attribute("href")).fragment
    assert fragment == "choose-the-simplest-that-does-the-job"
    link.click()
    page.wait_for_url(f"**/day-1/schedule-jobs/**#{fragment}")
    assert page.locator(f"#{fragment}").is_visible()
    page.locator(".md-content mark", has_text="approvals").first.wait_for()


def test_typing_suggests_the_rest_of_a_word(page: Page, address: str):
    page.goto(address)
    page.keyboard.press("/")
    box = page.get_by_role("textbox", name="Search")
    box.press_sequentially("repos")
    page.locator(".md-search__suggest", has_text="repositories").wait_for()
    box.press("ArrowRight")
    assert box.input_value() == "repositories"


def test_every_question_is_in_the_index_and_shows_no_alias(page: Page, address: str, project):
    from workshop_notes.questions import read_pages

    index = page.request.get(f"{address}search/search_index.json").json()
    entries = {entry["location"]: entry for entry in index["docs"]}
    for question in (each for each in read_pages(project) if each.is_question):
        entry = entries[question.name.removesuffix(".md") + "/"]
        assert entry["title"] == question.title
        assert entry["aliases"] == question.matter.values["aliases"]
        # Shown are title, text and tags only, so an alias stands in none of them as a list.
        assert entry["tags"] == question.matter.values["tags"]
