"""The site can be read: on each width, in both schemes, by keyboard alone, in two clicks."""

from __future__ import annotations

import io
import re
from urllib.parse import urljoin

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.site import address_of
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


@pytest.fixture(scope="module")
def phone(browser):
    """A page of a small phone."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


COVERED = """copies => copies.filter(copy => {
  const box = copy.getBoundingClientRect(), code = copy.parentElement.querySelector("code")
  const range = document.createRange()
  range.selectNodeContents(code)
  return [...range.getClientRects()].some(line =>
    line.width && line.right > box.left && line.left < box.right &&
    line.bottom > box.top && line.top < box.bottom)
}).map(copy => copy.parentElement.textContent.slice(0, 80))"""


@pytest.mark.parametrize("name", ["experiment/scripts/", "day-1/inference-pipelines/"])
def test_copy_covers_no_code(phone, address, name):
    phone.goto(address + name)
    copies = phone.locator(".copy")
    assert copies.count() > 5
    assert copies.evaluate_all(COVERED) == []
    phone.locator("pre > code").evaluate_all("all => all.forEach(e => e.scrollTo(400, 0))")
    assert copies.evaluate_all(COVERED) == []
    phone.locator("pre > code").evaluate_all("all => all.forEach(e => e.scrollTo(0, 0))")
    copies.first.evaluate(
        "e => Object.assign(e.style, {top: '2rem', width: '100%', height: '9rem'})"
    )
    assert len(copies.evaluate_all(COVERED)) == 1  # so that one which covers code would be seen


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("day-1/inference-pipelines/", ".highlight pre > code"),
        ("asked-since/from-sdk-v2-to-v3/", ".table"),
    ],
)
def test_what_scrolls_shows_that_there_is_more(phone, address, name, what):
    """The ground above the first line, where no text stands, is shaded where more is hidden."""
    phone.goto(address + name)
    hidden = "all => all.findIndex(e => e.scrollWidth > e.clientWidth && e.clientHeight < 700)"
    blocks = phone.locator(what)
    code = blocks.nth(blocks.evaluate_all(hidden))
    code.evaluate("e => e.scrollIntoView({block: 'center'})")

    def shades() -> list[bool]:
        picture = Image.open(io.BytesIO(code.screenshot())).convert("L")
        band = [picture.getpixel((x, 4)) for x in range(2, picture.width - 2)]
        ground = band[len(band) // 2]
        return [abs(band[end] - ground) > 30 for end in (0, -1)]

    assert shades() == [False, True]
    code.evaluate("e => e.scrollTo(e.scrollWidth, 0)")
    assert shades() == [True, False]
    code.evaluate("e => { e.textContent = 'short' }")
    assert shades() == [False, False]


def test_names_in_tables_stay_whole(phone, address):
    """On the smallest phones a name of up to 32 letters stands in one line."""
    seen = 0
    for name in ("asked-since/from-sdk-v2-to-v3/", "day-1/framework-versions/", "status/"):
        phone.goto(address + name)
        lines = phone.locator("td code, th code").evaluate_all(
            "all => all.map(e => [e.textContent, e.getClientRects().length])"
        )
        seen += len(lines)
        assert [words for words, count in lines if count > 1 and len(words) <= 32] == []
    assert seen > 30


def test_the_title_above_every_page_is_not_cut(phone, address):
    for width in (320, 360):
        phone.set_viewport_size({"width": width, "height": 740})
        phone.goto(f"{address}day-1/framework-versions/")
        cut = "e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]"
        assert phone.locator(".md-header__title").evaluate(cut) == [0, 0]


SMALL = """() => [...document.querySelectorAll("a, button, input, summary, [role=button]")]
  .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  // A link in a sentence is as high as its line (WCAG 2.5.8, exception "Inline").
  .filter(e => {
    const around = e.closest("p, li, td, dd, .md-copyright")?.innerText.trim()
    return getComputedStyle(e).display !== "inline" || around === e.innerText.trim()
  })
  .filter(e => !e.matches(".md-toggle, .md-skip, .md-option"))  // not seen until they are used
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([markup, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${markup}`)
"""


@pytest.mark.parametrize("name", ["", "day-1/", "day-1/schedule-jobs/", "changes/", "404.html"])
def test_what_is_tapped_has_24_pixels(phone, address, name):
    """Target Size (Minimum), WCAG 2.5.8, without its exception for what stands apart."""
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto(address + name)
    assert phone.evaluate(SMALL) == []


def test_a_picture_is_enlarged_and_the_keys_are_told(page: Page, address):
    page.goto(f"{address}day-1/schedule-jobs/")
    picture = page.locator(".md-content img:visible").first
    narrow = picture.bounding_box()["width"]
    picture.focus()
    page.keyboard.press("Enter")
    large = page.locator("dialog.box img")
    large.evaluate("image => image.decode()")
    assert large.bounding_box()["width"] > 1.4 * narrow
    page.keyboard.press("Escape")
    expect(page.locator("dialog.box")).to_have_count(0)
    assert page.evaluate("document.activeElement.localName") == "img"
    page.keyboard.press("?")
    assert page.locator("dialog.box li").count() >= 5
    page.get_by_role("button", name="Close").click()
    for key, place in ((".", "day-2/"), (",", "day-1/schedule-jobs/")):
        page.keyboard.press(key)
        page.wait_for_url(f"**/{place}")


def test_how_far_one_has_read_is_shown(browser, address):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{address}day-1/schedule-jobs/")
    # The policy allows no polling by text, as `wait_for_function` does it.
    read = """async ([part, least]) => {
      const header = document.querySelector('.md-header')
      const width = () => parseFloat(getComputedStyle(header, '::after').scale)
      scrollTo(0, document.documentElement.scrollHeight * part)
      for (let frame = 0; frame < 600 && width() < least; frame++)
        await new Promise(requestAnimationFrame)
      return width()
    }"""
    assert page.evaluate(read, [0, 0]) == 0
    assert 0.4 <= page.evaluate(read, [0.5, 0.4]) < 1
    assert page.evaluate(read, [1, 1]) == 1
    context.close()


def test_links_in_text_are_underlined(page: Page, address):
    page.goto(f"{address}day-3/spark/")
    lines = page.locator(".md-content article p a:not(.headerlink)").evaluate_all(
        "links => links.map(link => getComputedStyle(link).textDecorationLine)"
    )
    assert len(lines) > 5
    assert set(lines) == {"underline"}


def test_each_question_is_one_click_from_home(page: Page, address, project):
    page.goto(address)
    for question in (each for each in read_pages(project) if each.is_question):
        link = page.get_by_role("link", name=question.title, exact=True).first
        link.click(trial=True)  # all but the click itself: it is seen, rests, and is not covered
        assert link.evaluate("link => link.href") == f"{address}{address_of(question.name)}"
    link.click()
    page.wait_for_url(f"**/{address_of(question.name)}")


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
        for name in ("day-1", "day-2", "day-3", "asked-since", "experiment", "status", "changes")
    ]
    box = page.get_by_role("searchbox", name="Search for")
    box.fill("git")
    box.press("Enter")
    page.get_by_role("option").first.wait_for()
    assert page.locator("link[href$='site.css']").count() == 1
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
