"""Other sites and search engines are told what a page is, where it is, and when it changed."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree, html
from PIL import Image

from tests.site import address_of, build, html_pages
from workshop_notes.content.pages import read_pages
from workshop_notes.export import cards, feed
from workshop_notes.html import sharing

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def head(site, name: str) -> html.HtmlElement:
    return html.parse(str(site / address_of(name) / "index.html")).find("head")


def properties(root: html.HtmlElement) -> dict[str, str]:
    return {each.get("property"): each.get("content") for each in root.xpath("meta[@property]")}


def structured(root: html.HtmlElement) -> dict:
    (script,) = root.xpath("script[@type='application/ld+json']")
    return json.loads(script.text)


def test_each_page_says_where_it_is_and_what_it_is(site, project, address):
    for page in read_pages(project):
        root = head(site, page.name)
        url = address + address_of(page.name)
        assert root.xpath("link[@rel='canonical']/@href") == [url]
        told = properties(root)
        description = page.matter.values["description"]
        wanted = {"og:url": url, "og:title": page.title, "og:description": description}
        assert wanted.items() <= told.items()
        data = structured(root)
        assert (data["url"], data["name"], data["description"]) == (url, page.title, description)
        if page.is_question:
            question = data["mainEntity"]
            assert question["@type"] == "Question"
            assert question["acceptedAnswer"]["text"] == description
            assert data["dateModified"] == told["article:modified_time"] == page.modified
        assert (data["@type"] == "WebSite") == (page.name == "index.md")


def test_the_way_to_a_page_is_shown_and_told_alike(site, project, address):
    for page in read_pages(project):
        if not page.is_question:
            continue
        root = html.parse(str(site / address_of(page.name) / "index.html"))
        shown = root.xpath("//nav[@class='md-path']//a/@href")
        items = structured(root.find("head"))["breadcrumb"]["itemListElement"]
        assert [item["position"] for item in items] == [1, 2, 3]
        assert shown == ["../..", "../"]
        assert [item["item"] for item in items] == [
            address, f"{address}{page.group}/", address + address_of(page.name)
        ]  # fmt: skip


def test_the_sitemap_is_whole_and_says_when_each_page_changed(site, project, address):
    tree = etree.parse(str(site / "sitemap.xml"))
    days = {
        url.findtext("s:loc", namespaces=MAPS): url.findtext("s:lastmod", namespaces=MAPS)
        for url in tree.iterfind("s:url", MAPS)
    }
    pages = read_pages(project)
    assert set(days) == {address + address_of(page.name) for page in pages}
    for page in pages:
        if page.is_question:
            assert days[address + address_of(page.name)] == page.modified
    newest = max(page.modified for page in pages)
    day_2 = max(page.modified for page in pages if page.group == "day-2")
    assert (days[address], days[f"{address}day-2/"]) == (newest, day_2)
    assert days[f"{address}experiment/scripts/"] is None  # nobody says when
    packed = (site / "sitemap.xml.gz").read_bytes()
    assert gzip.decompress(packed) == (site / "sitemap.xml").read_bytes()
    # Nothing of the day of the build is in it: the time in its header is that of the newest page.
    day = datetime.datetime.fromisoformat(newest).replace(tzinfo=datetime.UTC)
    assert int.from_bytes(packed[4:8], "little") == int(day.timestamp())
    robots = (site / "robots.txt").read_text(encoding="utf-8")
    assert robots.endswith(f"Sitemap: {address}sitemap.xml\n")


def test_feed_and_page_of_changes_say_the_same(site, project, address):
    tree = etree.parse(str(site / "feed.xml"))
    entries = [
        (
            entry.find("a:link", ATOM).get("href"),
            entry.findtext("a:updated", namespaces=ATOM)[:10],
            entry.findtext("a:summary", namespaces=ATOM),
        )
        for entry in tree.iterfind("a:entry", ATOM)
    ]
    wanted = {
        (address + address_of(page.name), day, why)
        for page in read_pages(project)
        for day, why in page.changes
    }
    assert set(entries) == wanted and len(entries) == len(wanted) > 20
    assert [day for _, day, _ in entries] == sorted((day for _, day, _ in entries), reverse=True)
    assert tree.findtext("a:updated", namespaces=ATOM)[:10] == entries[0][1]
    ids = [each.text for each in tree.iterfind("a:entry/a:id", ATOM)]
    assert len(set(ids)) == len(ids)
    article = html.parse(str(site / "changes/index.html")).find(".//article")
    shown = {(link.text, link.getparent().getnext().text) for link in article.xpath(".//li//a")}
    assert shown == {(page.title, why) for page in read_pages(project) for _, why in page.changes}
    assert head(site, "day-3/spark.md").xpath("link[@type='application/atom+xml']/@href")


def test_a_feed_with_nothing_in_it_is_not_there(copy, tmp_path, monkeypatch):
    for path in copy.pages():
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"changes:\n(  .*\n)+", "", text), encoding="utf-8")
    assert feed.feed(read_pages(copy), {}, "Notes", "https://example.org/") == b""
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    site = build(copy, tmp_path / "built")
    assert not (site / "feed.xml").exists()
    assert "feed.xml" not in (site / "index.html").read_text(encoding="utf-8")
    page = html.parse(str(site / "changes/index.html")).find(".//article")
    assert "No answer has changed yet." in page.text_content()


@pytest.mark.parametrize("host", ["https://github.com/team/notes", "https://gitlab.com/a/notes/"])
def test_the_link_to_report_a_page_is_filled_in(project, host):
    page = next(page for page in read_pages(project) if page.name == "day-3/spark.md")
    link = urlsplit(sharing.report_link(host, page, "https://example.org/day-3/spark/"))
    title, body = (values[0] for values in parse_qs(link.query).values())
    assert page.title in title
    assert f"File: docs/{page.name}" in body and "https://example.org/day-3/spark/" in body
    assert page.matter.values["reviewed"] in body
    path = "/a/notes/-/issues/new" if "gitlab" in host else "/team/notes/issues/new"
    assert link.path == path


def test_without_an_address_nothing_is_told_that_needs_one(unpacked):
    for path in html_pages(unpacked):
        text = path.read_text(encoding="utf-8")
        for words in ("canonical", 'property="og:', "ld+json", "feed.xml"):
            assert words not in text, f"{path}: {words}"


def test_each_question_has_a_card_of_its_own(editions, address):
    pages, seen = read_pages(editions), set()
    for page in pages:
        told = properties(head(editions.site, page.name))
        file = editions.site / told["og:image"].removeprefix(address)
        with Image.open(file) as card:
            assert (
                card.size
                == sharing.CARD
                == (
                    int(told["og:image:width"]),
                    int(told["og:image:height"]),
                )
            )
        assert told["og:image:alt"] == page.title
        seen.add(file.read_bytes())
    assert len(seen) == sum(page.is_question for page in pages) + 1
    assert not (editions.dist / "cards").exists()


def test_a_title_of_300_characters_fits_its_card(project):
    """It leaves the foot and the edges as they are, and takes another size, not another picture."""
    page = next(page for page in read_pages(project) if page.is_question)
    long = " ".join(["How long may a question become"] * 10)[:300]
    drawn = {}
    for title in (page.title, long):
        object.__setattr__(page, "title", title)
        data = cards.draw([page], "Notes", "A description.")[sharing.card_of(page)]
        drawn[title] = Image.open(io.BytesIO(data)).convert("RGB")
    one, two = drawn.values()
    foot, right = (0, 500, 1200, 630), (1025, 0, 1200, 630)
    assert one.crop(foot).tobytes() == two.crop(foot).tobytes()
    assert one.crop(right).tobytes() == two.crop(right).tobytes()
    assert one.crop((80, 100, 1020, 500)).tobytes() != two.crop((80, 100, 1020, 500)).tobytes()
