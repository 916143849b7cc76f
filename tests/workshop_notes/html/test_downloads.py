"""What can be taken away is linked on every page, with its size, where it is really published."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html

from tests.site import articles, html_pages
from workshop_notes.html.downloads import Download, downloads, size_words, whole


def offered(site: Path, file: str) -> dict[str, str]:
    """The links in a page's place for downloads: file below the site, and its size in words."""
    (place,) = html.parse(str(site / file)).xpath("//nav[@class='take']")
    found = {}
    for link in place.iter("a"):
        path = (site / file).parent / unquote(link.get("href"))
        assert path.is_file(), f"{file} offers {link.get('href')}, which is not there"
        assert link.tail == f", {size_words(path.stat().st_size)}"
        found[path.resolve().relative_to(site.resolve()).as_posix()] = link.text
    return found


def test_a_plain_site_offers_its_texts_and_no_dead_link(site, project):
    for each in articles(project, site):
        assert offered(site, f"{each.url}index.html") == {
            each.name: "This page as Markdown",
            "llms-full.txt": "All pages as plain text",
        }


def test_what_was_made_is_offered_on_every_page(editions):
    for each in articles(editions, editions.site):
        found = offered(editions.site, f"{each.url}index.html")
        own = {each.name: "This page as Markdown"}
        if editions.is_question(editions.docs / each.name):
            own[each.name.replace(".md", ".pdf")] = "This page as PDF"
        assert found == whole("sagemaker-workshop-notes") | own


def test_the_zip_offers_what_travels_along(unpacked, editions):
    for page in html_pages(unpacked):
        name = page.relative_to(unpacked).with_suffix(".md").as_posix()
        assert offered(unpacked, page.relative_to(unpacked).as_posix()) == {
            name: "This page as Markdown",
            "llms-full.txt": "All pages as plain text",
        }


def test_what_is_not_there_is_not_offered():
    assert downloads("day-1/x.md", "day-1/x/", "n", {}) == []
    (only,) = downloads(
        "day-1/ä x.md", "day-1/ä x/", "n", {"day-1/ä x.pdf": 82_400, "other.pdf": 1}
    )
    assert only == Download("../%C3%A4%20x.pdf", "This page as PDF", "82 kB")


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 kB"), (82_400, "82 kB"), (949_000, "949 kB"), (1_240_000, "1.2 MB")]
)
def test_sizes_are_written_for_readers(count, words):
    assert size_words(count) == words
