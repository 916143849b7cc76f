"""What the pages and the status page say about sources is what the ledger holds."""

from __future__ import annotations

import dataclasses
import json

import pytest
from lxml import html

from tests.site import ROOT, build
from tests.workshop_notes.content.test_sources import WORKSHOP_LINKS
from workshop_notes.checks import read_checked
from workshop_notes.content import ledger as ledgers
from workshop_notes.directives import citations


@pytest.fixture(scope="module")
def page(site):
    return html.parse(str(site / "status" / "index.html")).find(".//article")


def rows(page, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    (table,) = page.xpath(f".//*[@id='{heading}']/following::table[1]")
    return [[cell.text_content().strip() for cell in row] for row in table.findall(".//tbody/tr")]


def test_the_sources_are_counted_by_evidence(page, project):
    ledger = ledgers.read(project.ledger, project.ledger)
    counts = {row[0].split(":")[0]: int(row[1]) for row in rows(page, "sources")}
    assert sum(counts.values()) == len(ledger.sources)
    for kind, count in counts.items():
        assert count == sum(source.evidence["kind"] == kind for source in ledger.sources)
    twice = sum(bool(source.second) for source in ledger.sources)
    assert f"{twice} of them have a second one" in " ".join(page.text_content().split())


def test_what_is_proved_is_counted_as_the_tests_counted_it(page):
    counts = json.loads((ROOT / "claims.json").read_text(encoding="utf-8"))
    planted = counts.pop("defects")
    *found, last = rows(page, "what-the-pages-say")
    assert last[0] == f"{planted['caught']} of {planted['planted']}"
    told = [(int(row[0]), row[1]) for row in found]
    numbers = [number for table in counts.values() for number in table.values()]
    assert sorted(number for number, _ in told) == sorted(numbers)
    for by, number in counts["claims"].items():
        assert (number, f"claims that rest on {by}") in told


def test_every_old_address_is_told_with_its_page(page):
    told = {row[0]: row[1] for row in rows(page, "the-workshops-links-of-2020")}
    wanted = {old for links in WORKSHOP_LINKS.values() for old in links}
    assert set(told) == wanted
    assert len(told) == 17
    assert all("Answer: " in text and len(text) > 60 for text in told.values())


def test_what_is_closed_names_its_source(page):
    found = rows(page, "closed-to-new-customers")
    assert {"SageMaker Debugger", "SageMaker Clarify", "SageMaker Model Monitor"} <= {
        row[0] for row in found
    }
    assert all(all(row) for row in found)


def test_every_contradiction_on_a_page_is_collected(page, project):
    pages, _ = read_checked(project)
    wanted = sum(
        each.matter.body.count(project.settings.contradiction) for each in pages if each.is_question
    )
    items = page.xpath(".//h2[@id='where-aws-contradicts-itself']/following-sibling::ul[1]/li")
    assert len(items) == wanted >= 5
    assert all(len(item.findall("p")[1].text_content()) > 40 for item in items)


def a_source(project, **changes):
    ledger = ledgers.read(project.ledger, project.ledger)
    return dataclasses.replace(ledger.sources[0], **changes)


def test_a_fine_source_gets_no_words(project):
    for check in ({}, {"verdict": "fine", "date": "2026-11-30"}):
        source = a_source(project, check=check)
        assert citations.verdict_words(source) == ""
        assert not citations.is_bad(source)


@pytest.mark.parametrize("verdict", ["fragment-gone", "words-gone", "soft-404", "gone"])
def test_a_bad_source_offers_its_copy(project, verdict):
    source = a_source(project, check={"verdict": verdict, "date": "2026-12-07", "detail": "404"})
    words = citations.verdict_words(source)
    assert citations.is_bad(source)
    assert "found on 7 December 2026 (404)." in words
    assert f"({source.pinned})" in words
    assert f"({source.second})" in words


def test_a_moved_source_is_not_bad_and_says_where_it_went(project):
    check = {"verdict": "moved", "date": "2026-12-07", "final": "https://example.org/new"}
    source = a_source(project, check=check)
    assert not citations.is_bad(source)
    assert "`https://example.org/new`" in citations.verdict_words(source)


def test_one_finding_and_no_answer_decide_nothing_but_are_told(project):
    check = {
        "verdict": "fine",
        "date": "2026-11-30",
        "finding": {"verdict": "gone", "since": "2026-12-01"},
        "unknown": {"verdict": "blocked", "since": "2026-12-02", "date": "2026-12-03"},
    }
    source = a_source(project, check=check)
    assert not citations.is_bad(source)
    words = citations.verdict_words(source)
    assert "On 1 December 2026: the page is gone; a second look will decide." in words
    assert "Since 2 December 2026 it refused us, which decides nothing." in words


def test_a_bad_source_is_told_where_it_is_cited_and_the_site_still_builds(copy, tmp_path):
    text = copy.ledger.read_text(encoding="utf-8")
    key = "  - key: sfn-welcome\n"
    start = text.index("    evidence:", text.index(key))
    check = "    check:\n      verdict: gone\n      date: 2026-11-24\n      detail: answers 404\n"
    end = text.index("\n\n", start)
    copy.ledger.write_text(text[: end + 1] + check + text[end + 1 :], encoding="utf-8")
    site = build(copy, tmp_path / "site")
    article = html.parse(str(site / "day-1/schedule-jobs/index.html")).find(".//article")
    (mark,) = article.find_class("gone")
    assert mark.getprevious().get("href").endswith("/step-functions/latest/dg/welcome.html")
    assert mark.text_content() == "(gone, found on 24 November 2026: see Sources)"
    sources = article.xpath(".//h2[@id='sources']/following-sibling::ol[1]")[0].text_content()
    assert "The page is gone, found on 24 November 2026 (answers 404)." in sources
    trouble = html.parse(str(site / "status/index.html")).find(".//article")
    assert rows(trouble, "sources-in-trouble")[0][0] == "What is Step Functions?"
