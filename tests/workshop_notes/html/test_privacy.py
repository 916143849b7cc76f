"""No page asks anybody but the server that it came from."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.visits import PAGES, watch


@pytest.fixture
def page(browser):
    """A page without its policy, which would stop a request before it is seen."""
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def requests(page) -> list[str]:
    """Every address that the page asks for, whether it answers or not."""
    return watch(page).requests


def third_parties(found: list[str], address: str) -> list[str]:
    host = urlsplit(address).netloc
    return [url for url in found if urlsplit(url).scheme != "data" and urlsplit(url).netloc != host]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_makes_a_third_party_request(visit, name):
    """What the policy stops before it is sent is a complaint: `test_security.py`."""
    asked = visit(name).requests
    assert len(asked) > 2
    assert [url for url in asked if not url.startswith(("/", "data:"))] == []


def test_neither_does_the_search(page, address, requests):
    page.goto(f"{address}?q=spark", wait_until="networkidle")
    page.get_by_role("option").first.wait_for()
    assert any("search/index.js" in url for url in requests)
    assert third_parties(requests, address) == []


def test_a_third_party_request_would_be_seen(page, address, requests):
    page.goto(address)
    page.evaluate("fetch('https://third-party.invalid/x').catch(() => 0)")
    page.wait_for_timeout(200)
    assert third_parties(requests, address) == ["https://third-party.invalid/x"]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_sets_a_cookie(visit, name):
    assert visit(name).cookies == []
