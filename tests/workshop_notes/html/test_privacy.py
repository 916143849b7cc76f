"""No page asks anybody but the server that it came from."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.site import html_pages


@pytest.fixture
def page(browser):
    """A page without its policy, which would stop a request before it is seen."""
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def requests(page) -> list[str]:
    """Every address that the page asks for, whether it answers or not."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    page.on("websocket", lambda socket: found.append(socket.url))
    return found


def third_parties(found: list[str], address: str) -> list[str]:
    host = urlsplit(address).netloc
    return [url for url in found if urlsplit(url).scheme != "data" and urlsplit(url).netloc != host]


def test_no_page_makes_a_third_party_request(site, page, address, requests):
    for path in html_pages(site):
        page.goto(address + path.relative_to(site).as_posix(), wait_until="networkidle")
    assert len(requests) > 60
    assert third_parties(requests, address) == []


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


def test_the_page_sets_no_cookie(page, address):
    page.goto(address, wait_until="networkidle")
    assert page.context.cookies() == []
