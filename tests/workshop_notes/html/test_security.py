"""The policy that pages carry holds in a real browser, and breaks nothing on any page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.server import served
from tests.site import html_pages
from tests.visits import PAGES, headers_of, watch
from workshop_notes.html.policy import HEADERS, policy, script_hashes, with_policy

MAY_BE_PUBLISHED = {
    ".css",
    ".gz",
    ".html",
    ".ipynb",
    ".js",
    ".json",
    ".md",
    ".png",
    ".svg",
    ".txt",
    ".xml",
    ".zip",
}
WITHOUT_SUFFIX = {"_headers"}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Everything that a page complains about: console, exceptions, broken policy."""
    return watch(page).complaints


@pytest.mark.parametrize("name", PAGES)
def test_the_console_is_clean_on_every_page(visit, name):
    assert visit(name).complaints == []


def test_search_menu_palette_and_copying_work_under_the_policy(page, secured, complaints):
    page.goto(f"{secured}day-1/schedule-jobs/")
    page.keyboard.press("/")
    page.keyboard.type("quota", delay=20)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_title("Switch to dark colours").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "my-bucket" in page.evaluate("navigator.clipboard.readText()")
    assert complaints == []


def test_a_foreign_script_image_and_request_are_refused(page, secured, complaints):
    page.goto(secured)
    page.evaluate(
        """() => {
          document.addEventListener("securitypolicyviolation",
            event => (window.broken ??= []).push(event.effectiveDirective))
          const script = document.createElement("script")
          script.textContent = "window.ran = true"
          document.head.append(script)
          const image = new Image()
          image.src = "https://third-party.invalid/pixel.png"
          document.body.append(image)
          fetch("https://third-party.invalid/").catch(() => 0)
        }"""
    )
    page.wait_for_function("new Set(window.broken).size >= 3")
    broken = set(page.evaluate("window.broken"))  # twice each: by the page's policy and the host's
    assert broken == {"connect-src", "img-src", "script-src-elem"}
    assert page.evaluate("window.ran") is None
    assert len(complaints) >= 3  # so the clean console above means something


# Written out, so that nobody widens it without a decision; the hashes of a page's scripts follow.
POLICY = (
    "default-src 'none'; script-src 'self'{}; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)


def test_each_page_carries_the_policy_for_hosts_that_send_none(page, address, site):
    for path in html_pages(site):
        text = path.read_text(encoding="utf-8")
        head = text[: text.index("<script")]
        hashes = "".join(f" {each}" for each in sorted(script_hashes(text)))
        assert f'content="{POLICY.format(hashes)}"' in head, path
        assert '<meta name="referrer" content="no-referrer">' in head, path
    page.goto(address)
    page.evaluate(
        """() => {
          const script = document.createElement("script")
          script.textContent = "window.ran = true"
          document.head.append(script)
        }"""
    )
    assert page.evaluate("window.ran") is None


def test_the_headers_say_what_no_page_can(site):
    headers = headers_of(site)
    assert headers.items() >= HEADERS.items()
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    for path in html_pages(site):
        for source in script_hashes(path.read_text(encoding="utf-8")):
            assert source in headers["Content-Security-Policy"]


def test_nothing_stray_is_published(site):
    for path in (path for path in site.rglob("*") if path.is_file()):
        assert path.suffix in MAY_BE_PUBLISHED or path.name in WITHOUT_SUFFIX, path
        assert not path.name.startswith("."), path
        if path.suffix in {".js", ".css"}:
            assert "sourceMappingURL" not in path.read_text(encoding="utf-8"), path


def test_no_script_or_style_stands_in_an_attribute(site):
    for path in html_pages(site):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"<[^>]+\s(?:on\w+|style)=", text) == [], path
        assert "javascript:" not in text, path


def test_a_page_without_its_declaration_is_refused():
    with pytest.raises(ValueError, match="no <meta charset"):
        with_policy("<html><head><title>x</title></head></html>")


@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("<script>let a = 1</script>", 1),
        ('<script src="a.js"></script>', 0),
        ('<script id="c" type="application/json">{}</script>', 0),
        ("<script>let a = 1</script><script>let a = 1</script>", 1),
    ],
)
def test_hashes_are_those_of_scripts_that_run(page, count):
    assert len(script_hashes(page)) == count


def test_the_hash_is_the_browsers(page, tmp_path):
    """The browser runs a script of this hash, with Windows line ends too, and no other."""
    with served(tmp_path) as address:
        for code in (
            "document.title = 'ran'",
            "document.title =\r\n'ran'",
            "/*ä*/document.title='ran'",
        ):
            rule = policy(script_hashes(f"<script>{code}</script>"))
            for run, title in ((code, "ran"), (code + " ", "not yet")):
                name = f"{len(list(tmp_path.iterdir()))}.html"
                meta = f'<meta http-equiv="Content-Security-Policy" content="{rule}">'
                text = f'<meta charset="utf-8">{meta}<title>not yet</title><script>{run}</script>'
                (tmp_path / name).write_bytes(f"<!doctype html>{text}".encode())
                page.goto(address + name)
                assert page.title() == title
