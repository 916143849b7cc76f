"""What a reader downloads, and that nothing moves while it comes in.

Bytes and requests are counted by the browser, on the wire, from a server that compresses; a
second context each time, so that nothing is cached. How long it takes is measured by
`make bench BENCH=lighthouse`, not here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

MAX_WIRE_BYTES = 75_000
MAX_REQUESTS = 7
GOOD_SHIFT = 0.1  # https://web.dev/articles/cls
QUESTIONS = ["day-2/batch-transform-limits/", "day-1/schedule-jobs/"]
SIZES = {"phone": (390, 844), "tablet": (768, 1024), "desktop": (1280, 900)}
SHIFTS = """
  window.shifts = []
  new PerformanceObserver(list => {
    for (const shift of list.getEntries()) {
      window.shifts.push({
        value: shift.value,
        parsing: shift.startTime
          < (performance.getEntriesByType("navigation")[0].domInteractive || Infinity),
        growing: shift.sources.length > 0 && shift.sources.every(({node}) =>
          node?.parentElement?.closest("table") || node?.matches?.("footer")),
        of: shift.sources.map(({node, previousRect, currentRect}) =>
          [node?.nodeName, node?.textContent.trim().slice(0, 40), previousRect, currentRect])
      })
    }
  }).observe({type: "layout-shift", buffered: true})
"""
"""Layout Instability API (Web Incubator Community Group): everything that moves without input."""


@dataclass
class Wire:
    """What came over the wire: bytes of headers and bodies, by address."""

    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Page) -> Wire:
        """Count what the page and its workers ask for from now on."""
        wire, addresses = cls(), {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.requestWillBeSent",
            lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda event: wire.sizes.update(
                {addresses[event["requestId"]]: int(event["encodedDataLength"])}
            ),
        )
        return wire

    def __str__(self) -> str:
        rows = sorted(self.sizes.items(), key=lambda row: -row[1])
        return "\n".join(f"{size:7} {address}" for address, size in rows)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_page_is_light_when_nothing_is_cached(page, address, question):
    wire, asked = Wire.of(page), []
    # Playwright sees the requests of workers too, which the page's own session does not.
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(address + question, wait_until="networkidle")
    local = [url for url in asked if not url.startswith("data:")]
    assert all(url.startswith(address) for url in local), local
    assert len(local) <= MAX_REQUESTS, "\n".join(local)
    fetched = {url: size for url, size in wire.sizes.items() if not url.startswith("data:")}
    assert set(fetched) == set(local), "not every answer was weighed"
    assert sum(fetched.values()) <= MAX_WIRE_BYTES, str(wire)


def test_the_weight_is_that_of_compressed_answers(page, address, site):
    wire = Wire.of(page)
    page.goto(address, wait_until="networkidle")
    whole = (site / "index.html").stat().st_size
    assert 0 < wire.sizes[address] < whole / 2


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("name", ["", QUESTIONS[1], "status/", "404.html"])
def test_nothing_moves_while_a_page_comes_in(browser: Browser, address, name, size):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    # Slow enough that what the first script changes would be seen to change.
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.goto(address + name, wait_until="networkidle")
    shifts = page.evaluate("window.shifts")
    context.close()
    # A table's columns follow its rows, and the foot of a short page stands at the bottom: both
    # move as they grow, where the parser has read a part of them when the browser paints.
    assert [shift for shift in shifts if not (shift["growing"] and shift["parsing"])] == []
    assert sum(shift["value"] for shift in shifts) < GOOD_SHIFT


def test_a_shift_would_be_seen(page, address):
    page.add_init_script(SHIFTS)
    page.goto(address, wait_until="networkidle")
    page.evaluate(
        """() => new Promise(done => {
          const bar = document.createElement("div")
          bar.append("late", document.createElement("br"), "banner")
          document.querySelector("main").prepend(bar)
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)))
        })"""
    )
    assert page.evaluate("window.shifts.filter(shift => !shift.parsing).length") >= 1
