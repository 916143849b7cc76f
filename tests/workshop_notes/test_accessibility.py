"""Everybody can use each page: axe-core finds nothing, in both schemes, on a phone and a desktop.

What axe cannot see is tested as a reader would notice it: names that a screen reader says, zoom,
forced colours, reduced motion. The way by keyboard is in `test_reading.py`.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site import html_pages
from tests.visits import (
    ALL_BUT_COLOURS,
    DESKTOP,
    LOOKS,
    ONLY_COLOURS,
    PAGES,
    PHONE,
    SCHEMES,
    TEMPLATES,
    violations,
)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, name):
    assert visit(name).violations == []


def test_no_page_is_left_out(site):
    files = {path.relative_to(site).as_posix() for path in html_pages(site)}
    assert files == {name if name.endswith(".html") else name + "index.html" for name in PAGES}
    assert set(TEMPLATES) <= set(PAGES)


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_each_look_has_its_rules(page: Page, address, scheme, size):
    """A light grey on white is a defect of colour, a picture without words is one of the rest."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address)
    page.evaluate(
        """document.querySelector('article').insertAdjacentHTML('beforeend',
          '<img src=x><p id=grey>grey</p>')
        const grey = document.getElementById('grey').style
        grey.color = '#888'
        grey.background = '#999'"""
    )
    found = {words.partition(":")[0] for words in violations(page, *LOOKS[scheme, size])}
    assert ("color-contrast" in found) == (ONLY_COLOURS in LOOKS[scheme, size])
    assert ("image-alt" in found) == (ALL_BUT_COLOURS in LOOKS[scheme, size])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_text_of_each_look_stands_for_the_others(page: Page, address, scheme):
    """Axe finds as much when it looks at every text; and one that is spoilt is none of the others.

    Spoilt are a word of code in the middle of others by its colour and another by its ground, a
    link in a paragraph that looks nearly like its text, and a row of a table that fades.
    """
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}day-1/schedule-jobs/")
    assert violations(page, ONLY_COLOURS, alike=True) == []
    page.evaluate(
        """() => {
          const words = [...document.querySelectorAll(".highlight code span:not(:has(*))")]
            .filter((word) => word.textContent.length > 3)
          words[40].style.color = "#888"
          words[40].style.background = "#999"
          const ground = words[60].parentElement.style
          ground.transition = "none"
          ground.background = getComputedStyle(words[60]).color
          const link = document.querySelectorAll("article p:not([class]) > a[href]:not(:has(*))")[2]
          link.style.cssText = "transition: none; text-decoration: none"
          const { color } = getComputedStyle(link.parentElement)
          link.style.color = color.replace(")", ", 0.9)").replace("rgb(", "rgba(")
          document.querySelectorAll("article tbody tr")[1].style.opacity = 0.4
        }"""
    )
    some, each = (violations(page, ONLY_COLOURS, alike=alike) for alike in (False, True))
    assert {words.partition(":")[0] for words in some} == {"color-contrast", "link-in-text-block"}
    assert sum("#999999" in words for words in some) == 1
    assert sum("<td>" in words for words in some) >= 1
    assert len(some) >= 4
    assert set(some) < set(each)


def test_a_screen_reader_hears_what_each_part_is(page: Page, address):
    page.goto(f"{address}day-1/schedule-jobs/")
    names = {
        role: [
            each.get_attribute("aria-label")
            for each in page.get_by_role(role).all()
            if each.is_visible()
        ]
        for role in ("navigation", "group")
    }
    assert names["navigation"] == [
        "Header",
        "Menu",
        "Table of contents",
        "Navigation",
        "Take it with you",
        "More about these notes",
        "Footer",
    ]
    assert names["group"] == ["Table: You have, Use", "Table: Role, Trusts, May"]
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("button", name="Search").count() == 1
    assert page.get_by_role("heading", level=1).inner_text().startswith("How do you schedule")


@pytest.mark.parametrize("key", ["Space", "Enter", "ArrowDown"])
def test_the_palette_changes_by_keyboard(page: Page, address, key):
    page.emulate_media(color_scheme="light")
    page.goto(address)
    for _ in range(8):
        page.keyboard.press("Tab")
        if "dark" in (page.locator(":focus").get_attribute("aria-label") or ""):
            break
    page.keyboard.press(key)
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_the_menu_of_a_narrow_window_opens_by_keyboard(browser: Browser, address):
    context = browser.new_context(viewport={"width": 640, "height": 450}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}day-1/schedule-jobs/")
    page.keyboard.press("Tab")  # the skip link
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("aria-label") == "Menu"
    button = page.get_by_role("button", name="Menu")
    assert button.evaluate("e => getComputedStyle(e).outlineWidth") == "3px"
    assert button.get_attribute("aria-expanded") == "false"
    link = page.get_by_role("link", name="Day 2", exact=True)
    assert not link.is_visible() or link.bounding_box()["x"] < 0
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    for _ in range(20):
        page.keyboard.press("Tab")
        if "custom-debugger-rules" in (page.locator(":focus").get_attribute("href") or ""):
            break
    box = page.locator(":focus").bounding_box()
    assert box["x"] >= 0, "the focus is where nobody sees it"
    page.keyboard.press("Enter")
    page.wait_for_url("**/custom-debugger-rules/")
    context.close()


def test_the_skip_link_leads_into_the_page(page: Page, address):
    page.goto(f"{address}day-3/spark/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("article :focus").count() == 1


def test_code_is_copied_by_keyboard(page: Page, address):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}day-1/framework-versions/")
    button = page.get_by_role("button", name="Copy").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("pre code").first.inner_text().rstrip() + "\n"


def test_nothing_moves_for_those_who_ask_for_it(browser: Browser, address):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}day-1/schedule-jobs/")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(element => {
          const style = getComputedStyle(element)
          return style.animationName !== "none" || !/^(0s(, )?)+$/.test(style.transitionDuration)
        }).map(element => element.outerHTML.slice(0, 80))"""
    )
    assert moving == []
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    context.close()


def test_forced_colours_keep_focus_and_borders(browser: Browser, address):
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(f"{address}day-1/schedule-jobs/")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    page.keyboard.press("Tab")
    style = "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
    assert page.locator(":focus").evaluate(style) == ["solid", "3px"]
    assert (
        page.locator(".facts__status").evaluate("e => getComputedStyle(e).borderStyle") == "solid"
    )
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_in_the_search(browser: Browser, address, size, scheme):
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    for query, seen in (("spark", "option"), ("zzzzqqqq", "link")):
        page.goto(f"{address}day-3/spark/?q={query}")
        page.get_by_role("dialog", name="Search").get_by_role(seen).first.wait_for()
        assert violations(page) == []
    context.close()


def test_the_search_by_its_names_and_keys(page: Page, address):
    """What a screen reader is told: the pattern of a combobox with a list box."""
    page.goto(f"{address}day-3/spark/")
    button = page.get_by_role("button", name="Search")
    button.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Search").get_by_role("combobox", name="Search")
    page.keyboard.type("quota")
    options = page.get_by_role("listbox", name="Results").get_by_role("option")
    options.nth(1).wait_for()
    assert box.evaluate("e => e === document.activeElement")
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-controls") == page.get_by_role("listbox").get_attribute("id")
    for key, place in (("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1)):
        page.keyboard.press(key)
        chosen = options.nth(place)
        assert chosen.get_attribute("aria-selected") == "true"
        assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        assert page.locator("[aria-selected=true]").count() == 1
    expect(page.locator("dialog [role=status]")).to_contain_text("page")  # once the keys rest
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    assert button.evaluate("e => e === document.activeElement")


def roles(page: Page) -> set[str]:
    """What a screen reader meets on a page."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return {node["role"]["value"] for node in nodes if not node["ignored"]}


@pytest.mark.parametrize("how", ["at once", "later"])
def test_the_page_behind_the_search_is_out_of_reach(page: Page, address, how):
    """For keys and screen readers, although the dialog is not opened by `showModal()`."""
    page.goto(f"{address}day-3/spark/")
    page.keyboard.press("/")
    if how == "later":
        page.locator("header[inert]").wait_for()
    for _ in range(4):  # the field, a button, the end of the page, and around
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('body, dialog *')")
        assert roles(page) & {"dialog", "main", "navigation"} == {"dialog"}
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert roles(page) & {"dialog", "main"} == {"main"}


@pytest.mark.parametrize("way", ["Close", "shade"])
def test_the_search_is_closed_by_the_pointer(page: Page, address, way):
    page.goto(f"{address}day-3/spark/")
    button = page.get_by_role("button", name="Search")
    button.click()
    page.get_by_role("combobox", name="Search").wait_for()
    close = page.get_by_role("button", name="Close")
    close.wait_for()
    if way == "shade":
        page.mouse.click(10, 700)
    else:
        close.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.locator("[inert]").count() == 0
    expect(button).to_be_focused()
