"""Each page of the site is loaded once in each scheme; whatever a loaded page tells is noted then.

The tests of a promise (`test_accessibility.py`, `test_reading.py`, `html/test_security.py`,
`html/test_privacy.py`) look at these notes, so that no two of them load the same page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.server import served
from tests.shared import Shared
from tests.site import ROOT, PatientBrowser, address_of
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project

SCHEMES = ("light", "dark")
PHONE, DESKTOP = (375, 800), (1280, 900)
WIDTHS = (320, 375, 640, 768, 1280)
"""Phone, tablet and desktop; a window of 1280 pixels has 640 of its own at 200 % and 320 at 400 %
(WCAG 1.4.10)."""
PAGES = [*(address_of(page.name) for page in read_pages(Project(ROOT))), "404.html"]
"""Every page below the site's address: the test of the notes says that none is left out."""
TEMPLATES = ["", "day-1/", "day-1/schedule-jobs/", "experiment/autotune/", "status/", "404.html"]
"""One page of each kind, which axe looks at with all rules on both sizes in both schemes."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
"""Success criteria of WCAG 2.2, levels A and AA, and what axe's authors hold for good practice."""
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours, which is all that a scheme changes."""
VIOLATIONS = {"resultTypes": ["violations"]}
ALL = {"runOnly": TAGS}
ONLY_COLOURS = {"runOnly": COLOURS}
ALL_BUT_COLOURS = ALL | {"rules": {rule: {"enabled": False} for rule in COLOURS}}
LOOKS = {
    ("light", DESKTOP): (ALL_BUT_COLOURS, ONLY_COLOURS),
    ("light", PHONE): (ALL_BUT_COLOURS,),
    ("dark", PHONE): (ONLY_COLOURS,),
}
"""What axe looks for on every page, by scheme and size."""
MARK_ALIKE = """() => {
  const behind = new Map([[null, ""]])
  const ground = (element) => {
    if (!behind.has(element)) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(element)
      const own = [backgroundColor, backgroundImage, opacity, filter].join()
      const below = ground(element.parentElement)
      behind.set(element, own === "rgba(0, 0, 0, 0),none,1,none" ? below : `${below};${own}`)
    }
    return behind.get(element)
  }
  const written = ({ childNodes }) =>
    [...childNodes].some((node) => node.nodeType === 3 && node.data.trim())
  const all = [...document.body.querySelectorAll("*")]
  const known = new Set()
  const kept = new Set(all.filter((element) => {
    if (element.matches("input, select, textarea")) return true
    if (!written(element) || !element.checkVisibility({ visibilityProperty: true })) return false
    const style = getComputedStyle(element)
    const { color, fontSize, fontWeight, textDecorationLine, textShadow } = style
    const around = getComputedStyle(element.parentElement).color
    const link = element.closest("a") && (written(element.closest("a").parentElement) || "alone")
    const own = [color, fontSize, fontWeight, textDecorationLine, textShadow, around, link]
    const look = [...own, ground(element)].join()
    return !known.has(look) && known.add(look)
  }))
  for (const element of kept)
    for (let up = element.parentElement; up && !kept.has(up); up = up.parentElement) kept.add(up)
  for (const element of all)
    if (!kept.has(element) && kept.has(element.parentElement)) element.dataset.alike = ""
}"""
"""Marks what need not be looked at for its colours: all but the first text of each colour, size,
weight and ground, of links in a text and of others. Most of a page are words of code in eight
colours, and axe takes milliseconds for each of them."""


@dataclass
class Visit:
    """What was seen of a page.

    Attributes:
        wide: the widths at which it has to be scrolled sideways, in words.
        violations: what axe finds, in words.
        complaints: errors and warnings of the console, exceptions, broken policies.
        requests: every address that it asked for, whether that answered or not.
        cookies: the names of those that it set.
    """

    wide: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)


def violations(page: Page, *rules: dict, alike: bool = False) -> list[str]:
    """What axe finds on a page as it is now: rule, element, and what is wrong with it.

    Args:
        page: a browser's page.
        rules: what to look for, one option of axe's after the other; all of it when not given.
        alike: whether to look at the colours of every text, and not of one of each look.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    for options in rules or (ALL_BUT_COLOURS, ONLY_COLOURS):
        some = options is ONLY_COLOURS and not alike
        if some:
            page.evaluate(MARK_ALIKE)
        found += page.evaluate(
            """async ([context, options]) => {
              // axe judges no text over a gradient; the shadow lies at the edges of what scrolls.
              document.querySelectorAll(".table, pre > code").forEach((scrolls) => {
                scrolls.style.backgroundImage = "none"
              })
              const { violations } = await axe.run(context ?? document, options)
              document.querySelectorAll("[data-alike]").forEach((e) => delete e.dataset.alike)
              return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
                `${id}: ${node.html.slice(0, 160)} (${node.failureSummary.split("\\n").at(-1)})`))
            }""",
            [{"exclude": ["[data-alike]"]} if some else None, options | VIOLATIONS],
        )
    return found


def watch(page: Page) -> Visit:
    """Note from now on what a page asks for and complains about."""
    seen = Visit()
    page.on("console", lambda m: m.type in ("error", "warning") and seen.complaints.append(m.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("websocket", lambda socket: seen.requests.append(socket.url))
    return seen


def too_wide(page: Page) -> int:
    """Return by how many pixels a page is wider than its window; below 1 it is not."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


# The theme lets the keyboard into code that scrolls a moment after the window became narrow; what
# it forgets, axe names.
SCROLLING = """async () => {
  const late = (code) => code.scrollWidth > code.clientWidth && code.tabIndex < 0
  for (let frame = 0; frame < 600; frame++) {
    if (![...document.querySelectorAll("pre > code")].some(late)) return
    await new Promise(requestAnimationFrame)
  }
}"""


def look(page: Page, seen: Visit, address: str, every_look: bool) -> None:
    """Load a page in both schemes, and note what there is to see.

    Args:
        page: a browser's page; a fresh one for each visit would take longer than the visit.
        seen: where it is noted, in place of what was seen before.
        address: the address of the page.
        every_look: whether axe applies all of its rules to each size and scheme.
    """
    page.context.clear_cookies()
    for notes in vars(seen).values():
        notes.clear()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        # What comes late is waited for once: the second time it comes from the browser's cache.
        page.goto(address, wait_until="networkidle" if scheme == SCHEMES[0] else "load")
        shown = page.locator("body").get_attribute("data-md-color-scheme")
        assert shown == {"light": "default", "dark": "slate"}[scheme]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": PHONE[1]})
            if (pixels := too_wide(page)) > 0:
                seen.wide.append(f"{pixels} pixels too wide at {width} in the {scheme} scheme")
        for size in (DESKTOP, PHONE):
            rules = LOOKS.get((scheme, size), ())
            if every_look:
                rules = (ALL_BUT_COLOURS, ONLY_COLOURS)
            if rules:
                page.set_viewport_size({"width": size[0], "height": size[1]})
                page.evaluate(SCROLLING)
                where = f"{scheme}, {size[0]} pixels wide"
                seen.violations += [f"{where}: {words}" for words in violations(page, *rules)]
    seen.cookies += [cookie["name"] for cookie in page.context.cookies()]


def headers_of(site: Path) -> dict[str, str]:
    """What `_headers` tells a host to send with every path."""
    first, *lines = (site / "_headers").read_text(encoding="utf-8").splitlines()
    assert first == "/*"
    return dict(line.strip().split(": ", 1) for line in lines)


@pytest.fixture(scope="session")
def secured(site: Path) -> Iterator[str]:
    """The address of the site behind a host that sends the headers."""
    with served(site, headers_of(site)) as address:
        yield address


@pytest.fixture(scope="session")
def visit(
    browser: PatientBrowser, secured: str, shared: Shared
) -> Iterator[Callable[[str], Visit]]:
    """A function that gives the notes on a page of PAGES, once taken for all workers."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script("localStorage.clear()")  # it remembers the scheme of the visit before
    page = context.new_page()
    seen = watch(page)

    def notes(name: str) -> Visit:
        def make(path: Path) -> None:
            look(page, seen, secured + name, name in TEMPLATES)
            asked = [url.replace(secured, "/", 1) for url in seen.requests]
            path.write_text(json.dumps(asdict(seen) | {"requests": asked}), encoding="utf-8")

        file = shared.once(f"visits/{name.replace('/', ' ') or 'home'}", make)
        return Visit(**json.loads(file.read_text(encoding="utf-8")))

    yield notes
    context.close()
