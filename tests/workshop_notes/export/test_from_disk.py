"""The unpacked zip in a real browser, from the disk and without a network."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page

from tests.site import html_pages

LOOKS = {"desk": (1280, "light"), "dark": (1280, "dark"), "phone": (390, "light")}


@pytest.fixture
def disk(browser: Browser):
    """A page of a browser that has no network, with what it asked for and complained about."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_offline(True)
    page = context.new_page()
    page.requested, page.complaints = [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("console", lambda m: page.complaints.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def outside(page: Page, folder: Path) -> list[str]:
    """What a page asked for that does not lie in the folder."""
    inside = (folder.as_uri(), "data:")
    return [url for url in page.requested if not url.startswith(inside)]


def picture(page: Page) -> Image.Image:
    """What stands between header and footer, with every picture loaded."""
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    page.evaluate("Promise.all([...document.images].map(i => i.decode().catch(() => 0)))")
    # The whole page at once: what sticks to the window moves when a picture is put together.
    data = page.screenshot(
        full_page=True, animations="disabled", clip=page.locator("main").bounding_box()
    )
    return Image.open(io.BytesIO(data)).convert("RGB")


def same(first: Image.Image, second: Image.Image) -> bool:
    """Whether two pictures have the same points, but for a shade at rounded corners.

    The browser does not always smooth these in the same way, be it the same page.
    """
    if first.size != second.size:
        return False
    difference = ImageChops.difference(first, second).convert("L")
    return not difference.point(lambda value: 255 * (value > 24)).getbbox()


@pytest.mark.parametrize("look", LOOKS)
def test_it_looks_as_on_a_server(look, browser, unpacked, site, address):
    """Point for point: the text, its pictures, the menu and the search's button."""
    width, scheme = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    for name in ("index", "day-1/schedule-jobs", "day-3/index", "status"):
        page.goto((unpacked / f"{name}.html").as_uri(), wait_until="load")
        from_disk = picture(page)
        page.goto(f"{address}{name.removesuffix('index').rstrip('/')}", wait_until="load")
        assert same(from_disk, picture(page)), name
        assert len(from_disk.getcolors(maxcolors=from_disk.width * from_disk.height)) > 20
    context.close()


def test_one_letter_more_would_be_seen(disk, unpacked):
    disk.goto((unpacked / "day-3" / "spark.html").as_uri())
    first, again = picture(disk), picture(disk)
    assert same(first, again)
    disk.evaluate("document.querySelector('h2').append('.')")
    assert not same(first, picture(disk))


def test_a_reader_walks_through_every_page_and_none_asks_outside_or_complains(disk, unpacked):
    """By the links of the pages themselves, as a browser follows them from a disk."""
    waiting, seen = [(unpacked / "index.html").as_uri()], set()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        disk.goto(here, wait_until="load")
        assert disk.title()
        assert disk.complaints == [], here
        found = disk.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        found = {url.partition("#")[0] for url in found if url.startswith("file:")}
        waiting += [url for url in found if url.endswith(".html")]
    assert seen == {path.as_uri() for path in html_pages(unpacked)}
    assert len(disk.requested) > 4 * len(seen)  # each with its styles, scripts and pictures
    assert outside(disk, unpacked) == []


def test_the_search_finds_the_page_and_opens_it(disk, unpacked):
    disk.goto((unpacked / "day-3" / "spark.html").as_uri())
    disk.keyboard.press("/")
    disk.keyboard.type("cron", delay=20)
    disk.get_by_role("option").first.wait_for()
    disk.keyboard.press("Enter")
    disk.wait_for_url("**/day-1/schedule-jobs.html*")
    assert disk.locator("h1").inner_text().startswith("How do you schedule SageMaker jobs?")
    assert disk.complaints == []
    assert outside(disk, unpacked) == []


def test_the_box_on_the_home_page_searches_too(disk, unpacked):
    disk.goto((unpacked / "index.html").as_uri())
    disk.locator("main form input").fill("autotune")
    disk.locator("main form button").click()
    disk.get_by_role("option").first.wait_for()
    assert "AutoTune" in disk.get_by_role("option").first.inner_text()
    assert outside(disk, unpacked) == []


def test_a_request_outside_would_be_seen(disk, unpacked):
    disk.goto((unpacked / "index.html").as_uri())
    disk.evaluate("new Image().src = 'https://third-party.invalid/x.png'")
    disk.wait_for_timeout(200)
    assert disk.complaints or outside(disk, unpacked)
