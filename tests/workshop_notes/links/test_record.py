"""Results are written into the ledger by lines: nothing else in it changes by a byte."""

from __future__ import annotations

import difflib
import shutil

import pytest

from tests.site import ROOT
from workshop_notes.content import ledger as ledgers
from workshop_notes.content.problems import ContentError
from workshop_notes.links.record import Change, write

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
