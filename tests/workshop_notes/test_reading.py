"""The site can be read: on each width, in both schemes, by keyboard alone, in two clicks."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page

from tests.visits import PAGES, too_wide
from workshop_notes.content.pages import read_pages
from workshop_notes.html import THEME

PHONE_WIDTH = 375


def contrast(first: str, second: str) -> float:
    """Contrast of two colours `#rrggbb` (WCAG 2.2, definitions of contrast and luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes(project) -> dict[str, dict[str, str]]:
    css = (THEME / "assets" / "site.css").read_text(encoding="utf-8")
    return {
        scheme: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for scheme, block in re.findall(
            r'^\[data-md-color-scheme="(\w+)"\] \{(.*?)\}', css, re.S | re.M
        )
    }


def test_the_measure_of_contrast_is_right():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54  # the known grey on the limit


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_every_text_colour_can_be_read_on_every_ground(project, scheme):
    colours = palettes(project)[scheme]
    for text in ("ink", "muted", "teal", "rust", "ochre"):
        for ground in ("paper", "card", "code"):
            value = contrast(colours[text], colours[ground])
            assert value >= 4.5, f"{text} on {ground}: {value:.2f}"
    for name in ("teal", "rust", "ochre"):
        assert contrast(colours[name], colours[f"{name}-wash"]) >= 4.5
    assert contrast(colours["ink"], colours["mark"]) >= 4.5
    assert contrast(colours["paper"], colours["teal"]) >= 4.5  # the button


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(visit, name):
    assert visit(name).wide == []


def test_a_page_that_does_would_be_seen(page: Page, address):
    page.goto(address)
    assert too_wide(page) <= 0
    page.evaluate("document.querySelector('h1').style.width = '1300px'")
    assert too_wide(page) > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_reader_sees_the_drawing_of_the_scheme(browser, address, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}asked-since/retry-with-a-new-name/")
    seen = page.locator(".md-content img").evaluate_all(
        "images => images.filter(i => i.checkVisibility()).map(i => i.src)"
    )
    ending = "step-{}.dark.svg#only-dark" if scheme == "dark" else "step-{}.svg#only-light"
    shown = ("train-run", "train-failed")
    assert [url.rpartition("/")[2] for url in seen] == [ending.format(name) for name in shown]
    for image in page.locator(".md-content img:visible").all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        assert image.evaluate("image => image.naturalWidth") > 300
    context.close()


def test_a_drawing_is_readable_on_a_phone(browser, address, site):
    """Names of states keep at least 11 pixels when the column of a phone shrinks the drawing."""
    context = browser.new_context(viewport={"width": PHONE_WIDTH, "height": 800})
    page = context.new_page()
    page.goto(f"{address}day-1/schedule-jobs/")
    for image in page.locator(".md-content img:visible").all():
        shown = image.bounding_box()["width"]
        own = float(image.get_attribute("width"))
        svg = site / urljoin("/day-1/schedule-jobs/", image.get_attribute("src"))[1:].split("#")[0]
        sizes = [float(s) for s in re.findall(r'<text[^>]*font-size="([\d.]+)"', svg.read_text())]
        assert min(sizes) * shown / own >= 11
    context.close()


def test_output_wraps_where_code_scrolls(browser, address):
    context = browser.new_context(viewport={"width": PHONE_WIDTH, "height": 800})
    page = context.new_page()
    page.goto(urljoin(address, "day-1/inference-pipelines/"))
    outputs = page.locator(".language-text pre > code")
    assert outputs.count() >= 2
    for each in outputs.all():
        assert each.evaluate("e => e.scrollWidth <= e.clientWidth"), each.text_content()
    assert page.locator(".language-text .md-clipboard:visible").count() == 0
    context.close()


def test_links_in_text_are_underlined(page: Page, address):
    page.goto(f"{address}day-3/spark/")
    lines = page.locator(".md-content article p a:not(.headerlink)").evaluate_all(
        "links => links.map(link => getComputedStyle(link).textDecorationLine)"
    )
    assert len(lines) > 5
    assert set(lines) == {"underline"}


def test_each_question_is_two_clicks_from_home(page: Page, address, project):
    for question in (each for each in read_pages(project) if each.is_question):
        page.goto(address)
        page.get_by_role("link", name=question.title, exact=True).first.click()
        page.wait_for_url(f"**/{question.name.removesuffix('.md')}/")


def test_the_scheme_can_be_changed_and_is_remembered(page: Page, address):
    page.emulate_media(color_scheme="light")
    page.goto(address)
    body = page.locator("body")
    assert body.get_attribute("data-md-color-scheme") == "default"
    page.get_by_title("Switch to dark colours").click()
    assert body.get_attribute("data-md-color-scheme") == "slate"
    page.reload()
    assert body.get_attribute("data-md-color-scheme") == "slate"


def test_by_keyboard_alone(page: Page, address):
    """Skip link, search, result, and back: without a pointer."""
    page.goto(f"{address}day-1/schedule-jobs/")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Skip to content"
    page.keyboard.press("/")
    page.keyboard.type("spark", delay=20)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/day-3/spark/**")


def test_the_focus_is_visible(page: Page, address):
    page.goto(address)
    for _ in range(6):
        page.keyboard.press("Tab")
        style = page.locator(":focus").evaluate(
            "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
        )
        assert style == ["solid", "3px"], page.locator(":focus").evaluate("e => e.outerHTML")


def test_the_search_on_the_home_page_needs_no_pointer(page: Page, address):
    page.goto(address)
    box = page.get_by_role("searchbox", name="Search for")
    box.fill("quota")
    box.press("Enter")
    first = page.get_by_role("option").first
    first.wait_for()
    assert "/day-2/batch-transform-limits/" in first.get_attribute("href")


def test_an_address_that_is_not_there_leads_on(page: Page, address):
    response = page.goto(f"{address}day-7/nothing/here/")
    assert response.status == 404
    assert page.locator("h1").inner_text() == "This page is not here"
    links = page.locator("article a").evaluate_all("links => links.map(link => link.href)")
    assert links == [address] + [
        f"{address}{name}/"
        for name in ("day-1", "day-2", "day-3", "asked-since", "experiment", "status")
    ]
    box = page.get_by_role("searchbox", name="Search for")
    box.fill("git")
    box.press("Enter")
    page.get_by_role("option").first.wait_for()
    assert page.locator("link[href$='site.css']").count() == 1
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
