"""What the pages and the status page say about sources is what the ledger holds."""

from __future__ import annotations

import dataclasses
import itertools
import json
from datetime import date, timedelta
from typing import Any

import pytest
from lxml import html

from tests.site import ROOT, build, copy_project, html_pages, index_in
from tests.workshop_notes.content.test_sources import WORKSHOP_LINKS
from workshop_notes.checks import read_checked
from workshop_notes.content import ledger as ledgers
from workshop_notes.directives import citations
from workshop_notes.directives.components import WORDS
from workshop_notes.links import record
from workshop_notes.links.record import Change
from workshop_notes.links.state import next_check
from workshop_notes.links.verdicts import Outcome, Verdict


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
    items = page.xpath(".//*[@id='the-workshops-links-of-2020']/following::ul[1]/li")
    told = {item[0].findtext("code"): item[1].text_content() for item in items}
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
    assert "found on 7 December 2026 (<samp>404</samp>)." in words
    assert f"({source.pinned})" in words
    assert f"({source.second})" in words


def test_a_moved_source_is_not_bad_and_says_where_it_went(project):
    check = {"verdict": "moved", "date": "2026-12-07", "final": "https://example.org/new"}
    source = a_source(project, check=check)
    assert not citations.is_bad(source)
    words = citations.verdict_words(source)
    (address,) = html.fragment_fromstring(words, create_parent="p").findall("samp")
    assert address.text == "https://example.org/new"


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


ODD = "says “<b>*a*</b> | [x](y) `z` _u_ #1 &amp; www.example.org”"


def outcomes() -> dict[str, list[Outcome]]:
    """What a check finds of a source week after week, for every kind of evidence and verdict."""
    found: dict[str, list[Outcome]] = {"never asked": []}
    for verdict in Verdict:
        one = Outcome(verdict, ODD, f"https://example.org/{verdict}?a=1&b=|`*_<", 200)
        found[f"{verdict} once"] = [one]
        found[f"{verdict} twice"] = [one, one]
        found[f"fine, then {verdict}"] = [Outcome(Verdict.FINE), one]
    found["fine, its words not read"] = [Outcome(Verdict.FINE, words=False)]
    return found


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """The site over a ledger as the check would have written it, with all that it can find."""
    copy = copy_project(tmp_path_factory.mktemp("checked"))
    shown, first, changes = copy.relative(copy.ledger), date(2026, 11, 2), []
    sources = ledgers.read(copy.ledger, shown).sources
    told = dict(zip(outcomes(), sources, strict=False))
    assert len(told) == len(outcomes())
    # Whatever the project's own ledger knows by now: each begins as a copy that was read.
    read = {"kind": "copy", "date": "2026-10-26", "copy": "c"}
    for source, weeks in itertools.zip_longest(sources, outcomes().values(), fillvalue=()):
        evidence: dict[str, str] = dict(read)
        check: dict[str, Any] = {}
        for week, outcome in enumerate(weeks):
            now = dataclasses.replace(source, evidence=evidence, check=check)
            evidence, check = next_check(now, outcome, first + timedelta(days=7 * week))
        if source.pinned and weeks:
            check["pinned"] = {"verdict": "gone", "date": "2026-11-09"}
            check["archived"] = f"https://web.archive.org/web/20261109000000/{source.url}"
        changes.append(Change(source, evidence, check))
    assert record.write(copy.ledger, shown, changes) == []
    site = build(copy, copy.root / "site")
    after = {each.key: each for each in ledgers.read(copy.ledger, shown).sources}
    return site, {name: after[source.key] for name, source in told.items()}


def listed(site) -> dict[str, html.HtmlElement]:
    """What the questions tell of their sources, by the address."""
    found = {}
    for path in html_pages(site):
        for item in html.parse(str(path)).xpath("//h2[@id='sources']/following-sibling::ol[1]/li"):
            found[item.find(".//a").get("href")] = item
    return found


def test_what_a_week_found_changes_nothing_that_search_knows(checked, site):
    then, now = (
        {
            name: text
            for name, *text in index_in((folder / "search" / "index.js").read_text())["texts"]
        }
        for folder in (site, checked[0])
    )
    del then["status/"]  # it counts the sources anew each week
    assert then == {name: now[name] for name in then}
    assert not any(heading[1] == "sources-in-trouble" for heading in now["status/"][2])


def test_every_kind_of_evidence_and_verdict_is_told_where_it_is_cited(checked):
    site, told = checked
    items = listed(site)
    here = {name: source for name, source in told.items() if source.address in items}
    assert len(here) > len(told) - 4, "the others are cited on pages without a list"
    for name, source in here.items():
        item = items[source.address]
        text = " ".join(item.text_content().split())
        live = name.startswith("fine") and "not read" not in name
        assert ("Live: answered on " if live else "Copy, read on ") in text, name
        verdict = source.check.get("verdict", "fine")
        assert (WORDS["verdicts"].get(verdict, "?!") in text) == (verdict != "fine")
        if verdict != "fine":
            assert f"({ODD})" in text, "a server's words are shown as they are"
        said = {ODD, f"https://example.org/{verdict}?a=1&b=|`*_<"} if verdict != "fine" else set()
        assert {samp.text for samp in item.findall(".//samp")} == said
        links = [link.get("href") for link in item.findall(".//a")]
        if citations.is_bad(source) and source.pinned:
            assert source.pinned not in links, "a copy that is gone is not offered"
            assert source.check["archived"] in links
            assert source.second in links or not source.second
    marks = [
        mark.text_content()
        for path in html_pages(site)
        for mark in html.parse(str(path)).findall(".//article//span[@class='gone']")
    ]
    assert marks and all("found on 9 November 2026: see Sources" in mark for mark in marks)


def test_trouble_is_collected_row_by_row(checked):
    site, told = checked
    trouble = html.parse(str(site / "status/index.html")).find(".//article")
    found = {row[0] for row in rows(trouble, "sources-in-trouble")}
    assert found == {s.title for s in told.values() if citations.verdict_words(s)}


def test_evidence_is_counted_as_the_check_wrote_it(checked):
    site, told = checked
    counted = html.parse(str(site / "status/index.html")).find(".//article")
    counts = {row[0].split(":")[0]: int(row[1]) for row in rows(counted, "sources")}
    assert counts["live"] == sum(s.evidence["kind"] == "live" for s in told.values()) > 8
