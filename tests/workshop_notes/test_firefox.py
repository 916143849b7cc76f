"""What readers use most works in a second engine: Firefox, as Debian or Mozilla publish it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.firefox import Firefox, find, started

PROGRAM = find()

pytestmark = pytest.mark.skipif(
    not PROGRAM,
    reason='no Firefox: run "sudo apt-get install firefox-esr" (Debian), or set FIREFOX_PATH',
)
BROKEN = """(async () => {
  for (const image of document.images) image.loading = "eager"
  await Promise.all([...document.images].map((image) => image.decode().catch(() => 0)))
  return [...document.images].filter((each) => !each.naturalWidth).map(({ src }) => src).join()
})()"""
FIRST = """document.querySelector("#search-results").ariaBusy === "false" &&
  document.querySelector("#search-results [role=option]").href"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Firefox]:
    """The one Firefox of these tests."""
    with started(PROGRAM) as browser:
        yield browser


@pytest.fixture
def firefox(browser) -> Iterator[Firefox]:
    """Firefox with a page of desktop size, on which nothing may be complained about."""
    browser.complaints.clear()
    with browser.page(1280, 900):
        yield browser
        assert browser.complaints == []


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("", "SageMaker Workshop Notes"),
        ("day-1/schedule-jobs/", "How do you schedule SageMaker jobs?"),
        ("experiment/candidate-definition/", "Candidate definition"),
        ("404.html", "This page is not here"),
    ],
    ids=["home", "question", "notebook", "missing"],
)
def test_a_page_is_shown_whole(firefox, address, place, title):
    firefox.open(address + place)
    assert title in firefox.run("document.querySelector('h1').innerText")
    assert firefox.run(BROKEN) == ""
    assert (
        firefox.run("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"
    )
    for width in (1280, 390):
        firefox.resize(width, 800)
        assert firefox.run("document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_the_search_is_typed_and_walked_by_keyboard(firefox, address):
    firefox.open(f"{address}day-3/spark/")
    firefox.press("/", "cron")
    assert "/day-1/schedule-jobs/" in firefox.until(FIRST)
    firefox.press("ArrowDown", "ArrowUp", "Enter")
    title = firefox.until(
        "location.pathname.includes('/day-1/') && document.querySelector('h1').innerText"
    )
    assert title.startswith("How do you schedule SageMaker jobs?")


def test_the_search_opens_by_its_button_and_closes_by_escape(firefox, address):
    firefox.open(address)
    firefox.click("button.search-button")
    firefox.press("SKLearnProcesor")
    assert "/processing" in firefox.until(FIRST)
    firefox.press("Escape")
    assert firefox.until("!document.querySelector('dialog[open]')")


def test_an_address_with_a_query_shows_its_results(firefox, address):
    firefox.open(f"{address}?q=quota")
    assert "/day-2/batch-transform-limits/" in firefox.until(FIRST)


def test_the_search_works_from_the_disk(firefox, unpacked):
    firefox.open((unpacked / "index.html").as_uri())
    firefox.click("main form input")
    firefox.press("autotune", "Enter")
    assert "/day-2/autopilot-feature-engineering.html" in firefox.until(FIRST)


def test_what_firefox_says_of_a_fault_would_be_seen(firefox, address):
    firefox.open(address)
    firefox.run("new Promise((done) => setTimeout(() => { done(); throw new Error('a fault') }))")
    firefox.run("fetch('https://third-party.invalid/').catch(() => 0)")
    assert firefox.hear("a fault")
    assert "third-party.invalid" in firefox.hear("Content-Security-Policy")
    firefox.complaints.clear()
