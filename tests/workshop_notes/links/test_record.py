"""Results are written into the ledger by lines: nothing else in it changes by a byte."""

from __future__ import annotations

import difflib
import shutil

import pytest

from tests.site import ROOT
from workshop_notes.content import ledger as ledgers
from workshop_notes.content.problems import ContentError
from workshop_notes.links.record import Change, adopt, write

LIVE = {"kind": "live", "date": "2026-11-30"}
FINE = {"verdict": "fine", "date": "2026-11-30"}
READ = {"kind": "copy", "date": "2026-10-26", "copy": "c"}


@pytest.fixture
def ledger(tmp_path):
    """The project's own, as if nothing in it had been asked yet."""
    path = tmp_path / "sources.yml"
    shutil.copy(ROOT / "sources.yml", path)
    write(path, path, [Change(source, READ, {}) for source in sources(path) if source.check])
    return path


def sources(path):
    return list(ledgers.read(path, path).sources)


def changed(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_writing_what_is_there_changes_no_byte(ledger):
    before = ledger.read_bytes()
    write(ledger, ledger, [Change(s, dict(s.evidence), dict(s.check)) for s in sources(ledger)])
    assert ledger.read_bytes() == before


def test_one_entry_changes_its_own_lines_only(ledger):
    before = ledger.read_text(encoding="utf-8")
    source = sources(ledger)[5]
    assert write(ledger, ledger, [Change(source, LIVE, FINE)]) == []
    lines = changed(before, ledger.read_text(encoding="utf-8"))
    assert [line[1:].strip() for line in lines if line[0] == "+"] == [
        "kind: live", "date: 2026-11-30", "check:", "verdict: fine", "date: 2026-11-30",
    ]  # fmt: skip
    assert len([line for line in lines if line[0] == "-"]) == 3
    (after,) = [s for s in sources(ledger) if s.key == source.key]
    assert (after.evidence, after.check) == (LIVE, FINE)


def test_all_entries_there_and_back(ledger):
    before, text = sources(ledger), ledger.read_bytes()
    write(ledger, ledger, [Change(source, LIVE, FINE) for source in before])
    now = sources(ledger)
    assert all((s.evidence, s.check) == (LIVE, FINE) for s in now)
    write(ledger, ledger, [
        Change(new, dict(old.evidence), {}) for old, new in zip(before, now, strict=True)
    ])  # fmt: skip
    assert ledger.read_bytes() == text


@pytest.mark.parametrize(
    "detail",
    ["HTTP 404", "no: yes", "# not a comment", "'quoted' \"twice\"", "a\nb", "ends in colon:",
     "- dash", "true", "12", "2026-11-30", "naïve “日本語”, here", "{a: b}", "&anchor", "%", "\\"],
)  # fmt: skip
def test_any_detail_is_read_back_as_it_was(ledger, detail):
    source = sources(ledger)[0]
    check = {**FINE, "finding": {"verdict": "gone", "since": "2026-11-30", "detail": detail}}
    write(ledger, ledger, [Change(source, LIVE, check)])
    assert sources(ledger)[0].check == check


def test_an_entry_that_was_edited_meanwhile_is_left_alone(ledger):
    source, other = sources(ledger)[:2]
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace(source.title, "A new title", 1), encoding="utf-8")
    left = write(ledger, ledger, [Change(source, LIVE, FINE), Change(other, LIVE, FINE)])
    assert left == [source.key]
    now = sources(ledger)
    assert (now[0].title, now[0].check, now[1].check) == ("A new title", {}, FINE)


def test_a_broken_ledger_is_not_touched(ledger):
    source = sources(ledger)[0]
    ledger.write_text("sources: [", encoding="utf-8")
    with pytest.raises(ContentError):
        write(ledger, ledger, [Change(source, LIVE, FINE)])
    assert ledger.read_text(encoding="utf-8") == "sources: ["


WRITTEN = """\
# Top
sources:
  - key: one
    url: https://example.org/
    title: One
    expects: [one]
    evidence:  # why
      kind: copy  # by hand
      # a remark
      date: 2026-11-23
      copy: cc
    # of the check
    check:
      verdict: fine
      date: 2026-11-23
      final: https://example.org/2

    # of the next
  - title: Two
    evidence:
      kind: copy
      date: 2026-11-23
      copy: cc
    key: two
    expects: [two]
    url: https://example.org/two"""
REWRITTEN = """\
# Top
sources:
  - key: one
    url: https://example.org/
    title: One
    expects: [one]
    evidence:  # why
      # a remark
      kind: copy  # by hand
      date: 2026-10-26
      copy: "c"
    # of the check

    # of the next
  - title: Two
    evidence:
      kind: live
      date: 2026-11-30
    check:
      verdict: fine
      date: 2026-11-30
      pinned:
        verdict: fine
        date: 2026-11-30
    key: two
    expects: [two]
    url: https://example.org/two
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_comments_blank_lines_and_ends_of_lines_stay(tmp_path, newline):
    path = tmp_path / "sources.yml"
    path.write_bytes(WRITTEN.replace("\n", newline).encode())
    one, two = sources(path)
    assert (
        write(path, path, [Change(one, READ, {}), Change(two, LIVE, FINE | {"pinned": FINE})]) == []
    )
    assert path.read_bytes().decode() == REWRITTEN.replace("\n", newline)


FLOW = "{kind: copy, date: 2026-11-23, copy: c}"
ENTRY = f"key: one, url: https://example.org/, title: One, expects: [one], evidence: {FLOW}"


@pytest.mark.parametrize(("before", "after", "line"), [("\n  - {", "}", 2), (" [{", "}]", 1)])
def test_an_entry_on_one_line_is_refused_and_stays(tmp_path, before, after, line):
    path = tmp_path / "sources.yml"
    text = f"sources:{before}{ENTRY}{after}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        ContentError, match=rf"sources\.yml:{line}: the result of the check can't be"
    ):
        write(path, path, [Change(sources(path)[0], LIVE, FINE)])
    assert path.read_text(encoding="utf-8") == text


def test_evidence_on_one_line_becomes_a_block(tmp_path):
    path = tmp_path / "sources.yml"
    text = "sources:\n  - " + ENTRY.replace(", ", "\n    ", 4) + "\n"
    path.write_text(text, encoding="utf-8")
    write(path, path, [Change(sources(path)[0], LIVE, FINE)])
    lines = ("evidence:", "  kind: live", "  date: 2026-11-30")
    lines += ("check:", "  verdict: fine", "  date: 2026-11-30")
    written = text.partition("    evidence")[0] + "".join(f"    {line}\n" for line in lines)
    assert path.read_text(encoding="utf-8") == written


@pytest.mark.parametrize(
    ("evidence", "check", "adopted"),
    [
        ({"date": "2026-11-24"}, {}, True),
        ({"date": "2026-11-23"}, {}, True),
        ({"date": "2026-11-22"}, {}, False),
        ({"date": "2026-11-22"}, FINE, True),
        ({"date": "2026-11-22"}, {"finding": {"verdict": "gone", "since": "2026-11-25"}}, True),
    ],
)
def test_the_newer_check_of_a_proposal_is_taken_over(tmp_path, evidence, check, adopted):
    ours, theirs = tmp_path / "sources.yml", tmp_path / "proposed.yml"
    two = WRITTEN[WRITTEN.index("  - title: Two") :]
    ours.write_text(f"sources:\n{two}", encoding="utf-8")
    theirs.write_text(f"sources:\n{two}", encoding="utf-8")
    (source,) = sources(theirs)
    found = {"kind": "copy", "copy": "other"} | evidence
    write(theirs, theirs, [Change(source, found, check)])
    adopt(ours, ours, theirs)
    (now,) = sources(ours)
    assert (now.evidence == found) is adopted and (now.check == check) is (adopted or not check)
    theirs.write_text(theirs.read_text("utf-8").replace("title: Two", "title: Three"), "utf-8")
    ours.write_text(f"sources:\n{two}", encoding="utf-8")
    adopt(ours, ours, theirs)
    assert sources(ours) == [source], "another source"
