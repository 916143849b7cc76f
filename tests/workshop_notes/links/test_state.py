"""What is remembered of a source: two bad findings a week apart count, silence never does."""

from __future__ import annotations

import datetime

import pytest

from workshop_notes.content.ledger import Source
from workshop_notes.links.state import next_check
from workshop_notes.links.verdicts import BAD, UNKNOWN, Outcome, Verdict

COPY = {"kind": "copy", "date": "2026-11-23", "copy": "a copy"}


FINE_BEFORE = {"verdict": "fine", "date": "2026-11-01"}


def day(number: int) -> datetime.date:
    return datetime.date(2026, 12, 1) + datetime.timedelta(days=number)


def source(evidence=None, check=None) -> Source:
    return Source(
        key="key", url="https://example.org/", fragment="", title="T", expects=("t",),
        evidence=evidence or COPY, moving="", pinned="", second="", closed="", workshop="",
        redirects=(), check=check or {}, replaces=(), line=1,
    )  # fmt: skip


def walk(*steps: tuple[int, Verdict]) -> Source:
    """Ask a source on several days; each step is (day, what was found)."""
    at = source()
    for number, verdict in steps:
        at = source(*next_check(at, Outcome(verdict), day(number)))
    return at


def test_a_fine_answer_is_live_evidence():
    found = walk((0, Verdict.FINE))
    assert found.evidence == COPY | {"kind": "live", "date": "2026-12-01"}
    assert found.check == {"verdict": "fine", "date": "2026-12-01"}


def test_what_was_found_is_told_and_copies_are_kept():
    kept = {"pinned": FINE_BEFORE, "archived": "https://web.archive.org/web/1"}
    before = source(check=kept | {"verdict": "fine", "date": "2026-11-01", "final": "f"})
    moved = Outcome(Verdict.MOVED, "why", "there")
    finding = {"verdict": "moved", "since": "2026-12-01", "detail": "why"}
    assert next_check(before, moved, day(0))[1] == before.check | {"finding": finding}
    silent = Outcome(Verdict.BLOCKED, "wall")
    unknown = {"verdict": "blocked", "since": "2026-12-01", "date": "2026-12-01", "detail": "wall"}
    assert next_check(before, silent, day(0))[1] == before.check | {"unknown": unknown}
    bad = source(check=kept | {"verdict": "gone", "date": "2026-11-01", "detail": "HTTP 404"})
    told = kept | {"verdict": "moved", "date": "2026-12-01", "detail": "why", "final": "there"}
    assert next_check(bad, moved, day(0))[1] == told
    unsure = source(check=before.check | {"unknown": unknown})
    assert "unknown" not in next_check(unsure, moved, day(1))[1]


def test_words_that_could_not_be_read_are_no_evidence():
    evidence, check = next_check(source(), Outcome(Verdict.FINE, words=False), day(0))
    assert evidence == COPY
    assert check["verdict"] == "fine"


@pytest.mark.parametrize("verdict", sorted(BAD))
def test_one_bad_finding_only_waits(verdict):
    found = walk((0, Verdict.FINE), (1, verdict))
    assert found.check["verdict"] == "fine"
    assert found.check["finding"] == {"verdict": verdict.value, "since": "2026-12-02"}
    assert found.evidence == COPY | {"kind": "live", "date": "2026-12-01"}


@pytest.mark.parametrize(("later", "established"), [(6, False), (7, True), (30, True)])
def test_a_second_one_counts_a_week_later(later, established):
    found = walk((0, Verdict.GONE), (later, Verdict.GONE))
    assert (found.check.get("verdict") == "gone") is established
    assert ("finding" in found.check) is not established


def test_findings_of_two_kinds_count_together():
    found = walk((0, Verdict.SOFT_404), (8, Verdict.GONE))
    assert found.check == {"verdict": "gone", "date": "2026-12-09"}


def test_a_good_answer_between_clears_the_first():
    found = walk((0, Verdict.GONE), (5, Verdict.FINE), (8, Verdict.GONE))
    assert found.check["verdict"] == "fine"
    assert found.check["finding"]["since"] == "2026-12-09"


@pytest.mark.parametrize("verdict", sorted(UNKNOWN))
def test_silence_never_makes_a_source_bad(verdict):
    found = walk((0, Verdict.FINE), (1, verdict), (20, verdict), (400, verdict))
    assert found.check["verdict"] == "fine"
    assert "finding" not in found.check
    assert found.check["unknown"]["since"] == "2026-12-02"
    assert found.check["unknown"]["date"] == day(400).isoformat()


def test_silence_is_no_second_finding_and_clears_none():
    found = walk((0, Verdict.GONE), (8, Verdict.BLOCKED))
    assert "verdict" not in found.check
    assert found.check["finding"]["since"] == "2026-12-01"
    assert walk((0, Verdict.GONE), (8, Verdict.BLOCKED), (9, Verdict.GONE)).check == {
        "verdict": "gone",
        "date": "2026-12-10",
    }


def test_a_bad_source_heals_at_once():
    found = walk((0, Verdict.GONE), (7, Verdict.GONE), (8, Verdict.FINE))
    assert found.check == {"verdict": "fine", "date": "2026-12-09"}
    assert found.evidence["kind"] == "live"


def test_the_same_outcome_twice_changes_nothing():
    """So that a run which was killed while it wrote can write again."""
    for verdict in Verdict:
        once = walk((0, Verdict.GONE), (3, verdict))
        assert source(*next_check(once, Outcome(verdict), day(3))) == once
