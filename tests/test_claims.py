"""A sentence is held to the same proof as code: its words are bound to a check, or to a source."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest

from tests.claims import ClaimError, claim, prose, read_claims
from tests.claims.binding import problems, values
from tests.claims.counts import COUNTS, counted
from tests.defects.table import DEFECTS
from tests.site import ROOT
from workshop_notes.content import ledger as ledgers
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project

CLAIMS = read_claims()
PAGES = [page for page in read_pages(Project(ROOT)) if page.is_question]
LEDGER = ledgers.read(ROOT / "sources.yml", ROOT / "sources.yml")


@pytest.mark.parametrize("each", CLAIMS, ids=lambda each: f"{each.page}:{each.check.__name__}")
def test_what_the_page_says_is_true(each):
    each.check()


def test_every_claim_quotes_its_page(project):
    found = problems(read_pages(project), CLAIMS)
    assert not found, "\n".join(map(str, found))


def unproved(page, claims, ledger) -> list[str]:
    """Say of each value on a page that nothing proves where it stands, and what to do."""
    return [
        f"docs/{page.name}:{value.line}: nothing proves '{value.text}' in '{value.around}'; bind "
        f"the words to a claim in tests/claims/pages, or cite a source that holds it"
        for value in values(page, claims, ledger)
        if not value.proof
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_number_and_each_name_has_a_proof(page):
    found = unproved(page, CLAIMS, LEDGER)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_answer_itself_has_a_proof(page):
    _, answer, *_ = (block.text for block in prose.blocks(page))
    held = [words for each in CLAIMS if each.page == page.name for words in each.words]
    assert any(words in answer for words in held), (
        f"docs/{page.name}: no claim holds the answer, '{answer[:60]}…'; bind its words to a check "
        "in tests/claims/pages"
    )


def test_the_status_page_counts_what_there_is():
    kept = json.loads(COUNTS.read_text(encoding="utf-8"))
    planted = kept.pop("defects")["planted"]
    assert kept == counted(PAGES, CLAIMS, LEDGER), f"run 'make format' to write {COUNTS.name} anew"
    told = f"{COUNTS.name} counts {planted} planted mistakes; run 'make test-defects'"
    assert planted == sum(map(len, DEFECTS.values())), told


def quoting(*words: str, page: str = "day-1/schedule-jobs.md"):
    """A claim that fits a page but for its words."""
    return dataclasses.replace(CLAIMS[0], page=page, words=words)


def test_words_that_left_the_page_are_named_with_its_line_and_a_remedy(project):
    (page,) = [page for page in read_pages(project) if page.name == "day-1/schedule-jobs.md"]
    block = prose.blocks(page)[3]
    (problem,) = problems([page], [quoting(block.text.replace("a", "o") + "!")])
    assert str(problem).startswith(f"docs/day-1/schedule-jobs.md:{block.line}: '")
    assert "is no longer on the page" in str(problem)
    assert "see whether its check still proves" in str(problem)


def test_a_claim_about_no_page_is_named(project):
    (problem,) = problems(read_pages(project), [quoting("x", page="day-1/gone.md")])
    assert str(problem).startswith("tests/claims/pages/")
    assert "docs/day-1/gone.md, which is not there; correct the page" in str(problem)


def unchecked():
    """Says much and checks nothing."""


def constant():
    assert True


def sound():
    assert CLAIMS


@pytest.mark.parametrize(
    ("words", "by", "check", "expected"),
    [
        (("x",), "run", unchecked, "has no check; assert something"),
        (("x",), "run", constant, "has no check; assert something"),
        ((), "run", sound, "quotes nothing; quote the words of day-1/schedule-jobs.md"),
        (("x", " "), "run", sound, "quotes nothing"),
        (("x",), "hearsay", sound, "rests on 'hearsay'; use one of: API model, SDK"),
    ],
)
def test_a_claim_without_a_check_is_refused(words, by, check, expected):
    with pytest.raises(ClaimError, match=re.escape(expected)) as caught:
        claim("day-1/schedule-jobs.md", *words, by=by)(check)
    line = check.__code__.co_firstlineno
    assert str(caught.value).startswith(f"tests/test_claims.py:{line}: ")


SAMPLE = """\
---
description: One sentence of at most 64 characters, which says what the page answers for its reader.
---
# Are 7 days enough?

**Yes.** It takes `MaxWait` of 600 seconds, [as AWS says](https://example.org/). In 2020 it took
three hours; who knows whether 9 do is not confirmed.

| Day | Limit |
| --- | --- |
| 5 March 2026 | `Wait` |

```text
42
```
"""


def test_what_needs_a_proof_is_found_with_its_line(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(SAMPLE, encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text("nav: [index.md]\n", encoding="utf-8")
    (page,) = read_pages(Project(tmp_path))
    entry = dataclasses.replace(LEDGER.sources[0], url="https://example.org/", fragment="")
    entry = dataclasses.replace(entry, expects=("600 seconds", "1600"), moving="")
    claims = [quoting("Wait", page="index.md")]
    found = unproved(page, claims, ledgers.Ledger((entry,)))
    starts = [line.partition(" in '")[0].removeprefix("docs/index.md:") for line in found]
    assert starts == [
        "2: nothing proves '64'",
        "6: nothing proves 'MaxWait'",
        "6: nothing proves 'three'",
        "11: nothing proves '5 March 2026'",
    ]
