"""The notes stay on a reader's device: by choice, without a network, in one edition, until removed.

A real browser keeps them from a server of the test's own, in a subfolder, which is then changed or
stopped; the policy's headers are sent along.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.server import served
from tests.visits import headers_of, watch
from workshop_notes.html import worker

KEEP = re.compile(r"^Keep these notes on this device, \d\.\d MB$")
NEWER = "A newer edition is kept: the next page shows it."
FAILED = "Not all of it came; nothing was kept."
KEPT = "Kept: they open without a network."
QUESTION = "day-1/schedule-jobs/"


@pytest.fixture
def copied(site: Path, tmp_path: Path) -> Path:
    """A copy of the built site that a test may change."""
    return shutil.copytree(site, tmp_path / "site")


@pytest.fixture
def reader(browser):
    """A page of a reader's own browser: what is kept goes with it."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def keep(page: Page, address: str) -> None:
    """Open a page and keep the notes, as a reader does."""
    page.goto(address)
    page.get_by_role("button", name=KEEP).click()
    expect(page.locator(".keep span")).to_have_text(KEPT)


def caches(page: Page) -> list[str]:
    return page.evaluate("caches.keys()")


def test_without_a_network_pages_search_and_pictures_are_there(reader, copied):
    complaints = watch(reader).complaints
    with served(copied, headers_of(copied)) as address:
        keep(reader, address + QUESTION)
        assert complaints == []
    # The server is gone: whatever comes now was kept.
    reader.goto(f"{address}day-3/spark/")
    assert "Spark" in reader.locator("h1").inner_text()
    assert reader.evaluate("getComputedStyle(document.querySelector('.menu')).lineHeight") != ""
    reader.keyboard.press("/")
    reader.keyboard.type("quota")
    reader.get_by_role("option").first.click()
    reader.wait_for_url("**/day-2/batch-transform-limits/**")
    reader.goto(f"{address}{QUESTION}?from=mail#sources")
    image = reader.locator(".md-content img:visible").first
    image.scroll_into_view_if_needed()
    image.evaluate("image => image.decode()")
    reader.goto(f"{address}index.html?q=git")
    reader.get_by_role("option").first.wait_for()
    reader.goto(f"{address}day-1/schedule-jobs")  # a host would lead to the address with a slash
    assert reader.url == address + QUESTION
    reader.goto(f"{address}llms-full.txt")
    assert "needs a network" in reader.locator("body").inner_text()


def test_an_edition_is_every_page_script_style_and_shown_picture(site):
    kept = worker.files(site)
    pages = {path for path in site.rglob("*.html") if path.name != "404.html"}
    assert pages <= set(kept.values())
    shown = set()
    for path in pages:
        for target in re.findall(r'<img [^>]*src="([^"#]+)', path.read_text(encoding="utf-8")):
            shown.add((path.parent / target).resolve())
    assert len(shown) > 10
    assert shown <= {path.resolve() for path in kept.values()}
    assert {"", "search/index.js", "assets/site.css", QUESTION} <= set(kept)
    assert not [place for place in kept if place.endswith((".md", ".pdf", ".zip", "worker.js"))]
    said = re.search(r'keptSize = "(.+)"', (site / "assets/site.js").read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in kept.values())
    assert said and said[1] == f"{size / 1e6:.1f} MB"


def test_nothing_is_kept_unless_it_is_asked_for(reader, copied):
    with served(copied) as address:
        reader.goto(address, wait_until="networkidle")
        expect(reader.get_by_role("button", name=KEEP)).to_be_visible()
        assert caches(reader) == []
        assert (
            reader.evaluate("navigator.serviceWorker.getRegistrations().then(r => r.length)") == 0
        )


def test_a_new_edition_takes_the_place_of_the_old_one_and_asks_only_for_what_changed(
    reader, copied
):
    with served(copied) as address:
        keep(reader, address)
        before = caches(reader)
        page = copied / "day-3/spark/index.html"
        page.write_text(page.read_text("utf-8").replace("</h1>", " (second edition)</h1>", 1))
        (copied / "day-3/added").mkdir()
        shutil.copy(page, copied / "day-3/added/index.html")
        (copied / "day-2/index.html").unlink()
        worker.write(copied)
        asked: list[str] = []
        reader.context.on(
            "request", lambda request: request.service_worker and asked.append(request.url)
        )
        reader.reload()  # which is when a browser looks for a new worker
        expect(reader.locator(".keep span")).to_have_text(NEWER)
        fetched = {url.removeprefix(address) for url in asked}
        assert {"day-3/spark/", "day-3/added/"} <= fetched
        assert not {QUESTION, "assets/site.css"} & fetched
    reader.goto(f"{address}day-3/spark/")
    assert "(second edition)" in reader.locator("h1").inner_text()
    reader.goto(f"{address}day-3/added/")
    assert "(second edition)" in reader.locator("h1").inner_text()
    after = caches(reader)
    assert len(before) == len(after) == 1 and before != after


def test_an_edition_that_does_not_come_whole_leaves_the_one_before(reader, copied):
    with served(copied) as address:
        keep(reader, address)
        before = caches(reader)
        page = copied / "day-3/spark/index.html"
        page.write_text(page.read_text("utf-8").replace("</h1>", " (second edition)</h1>", 1))
        worker.write(copied)
        page.write_text("half of")  # as a host that is still being filled
        reader.evaluate(
            """async () => {
              const found = await navigator.serviceWorker.getRegistration()
              await found.update().catch(() => 0)
              await new Promise(done => {
                const wait = () => (found.installing ? setTimeout(wait, 20) : done())
                wait()
              })
            }"""
        )
        assert caches(reader) == before
    reader.goto(f"{address}day-3/spark/")
    assert reader.locator("h1").inner_text().startswith("How can we use Spark")


def test_a_worker_of_another_make_gives_way(reader, copied):
    """An older script, whose caches were named and filled otherwise."""
    (copied / "worker.js").write_text(
        "addEventListener('install', event => event.waitUntil("
        "caches.open(`notes ${registration.scope} old`).then(cache => cache.add('./'))))"
    )
    with served(copied) as address:
        reader.goto(address)
        reader.evaluate(
            "scope => navigator.serviceWorker.register(scope + 'worker.js')"
            ".then(() => navigator.serviceWorker.ready).then(() => 0)",
            address,
        )
        assert caches(reader) == [f"notes {address} old"]
        worker.write(copied)
        reader.reload()
        expect(reader.locator(".keep span")).to_have_text(NEWER)
        reader.wait_for_function(
            "caches.keys().then(names => names.every(name => !name.endsWith(' old')))"
        )


def test_what_is_kept_can_be_removed(reader, copied):
    with served(copied) as address:
        keep(reader, address)
        reader.evaluate("caches.open('of another site')")
        reader.get_by_role("button", name="Remove these notes from this device").click()
        expect(reader.locator(".keep span")).to_have_text("Removed from this device.")
        assert caches(reader) == ["of another site"]
        expect(reader.get_by_role("button", name=KEEP)).to_be_visible()
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        reader.goto(f"{address}day-3/spark/")


def test_what_comes_after_a_failure_does_not_speak_over_it(reader, copied):
    held = []
    # The worker begins with the last.
    (_, spoilt), (slow, _) = list(worker.files(copied).items())[-2:]
    spoilt.write_text("half of")
    with served(copied) as address:
        reader.context.route(address + slow, lambda route: held.append(route))
        reader.goto(address)
        reader.get_by_role("button", name=KEEP).click()
        expect(reader.locator(".keep span")).to_have_text(FAILED)
        for route in held:
            route.continue_()
        reader.wait_for_load_state("networkidle")
        expect(reader.locator(".keep span")).to_have_text(FAILED)
        assert len(held) == 1 and caches(reader) == []


def test_a_full_store_keeps_nothing_and_says_so(reader, copied):
    with served(copied) as address:
        reader.goto(address)
        session = reader.context.new_cdp_session(reader)
        origin = address.removesuffix("/notes/")
        session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 300_000})
        reader.evaluate("""() => {
          window.told = []
          navigator.serviceWorker.addEventListener("message", ({ data }) => told.push(data))
        }""")
        reader.get_by_role("button", name=KEEP).click()
        words = "This device has no room; nothing was kept."
        expect(reader.locator(".keep span")).to_have_text(words)
        reader.wait_for_load_state("networkidle")
        failures = [told for told in reader.evaluate("told") if "failed" in told]
        assert failures == [{"failed": "QuotaExceededError"}] == reader.evaluate("told.slice(-1)")
        assert caches(reader) == []
        reader.goto(f"{address}day-3/spark/")
        assert "Spark" in reader.locator("h1").inner_text()


def test_a_host_without_https_offers_nothing_and_complains_of_nothing(reader, copied):
    complaints = watch(reader).complaints

    def answer(route) -> None:
        path = copied / route.request.url.removeprefix("http://notes.example/")
        route.fulfill(path=path / "index.html" if path.is_dir() else path)

    reader.route("http://notes.example/**", answer)
    reader.goto(f"http://notes.example/{QUESTION}")
    assert reader.evaluate("isSecureContext") is False
    expect(reader.get_by_role("button", name=KEEP)).to_be_hidden()
    assert complaints == []


def test_on_a_disk_nothing_is_offered(reader, unpacked):
    reader.goto((unpacked / "index.html").as_uri())
    assert reader.locator(".keep").count() == 0
    assert not (unpacked / worker.NAME).exists()
