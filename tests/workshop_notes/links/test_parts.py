"""What each part of the checker makes of what it gets, without a server."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.workshop_notes.links.servers import (
    QUICK,
    always,
    finished,
    page,
    reply,
    serving,
    source,
)
from workshop_notes.content.problems import ContentError
from workshop_notes.links import anchors, github, history, markup, report
from workshop_notes.links.fetch import Answer, Client
from workshop_notes.links.hosts import HostClosed, Hosts
from workshop_notes.links.journal import Journal, Note, as_json, question
from workshop_notes.links.judge import judge
from workshop_notes.links.limits import Limits
from workshop_notes.links.markup import Kind
from workshop_notes.links.run import LinkCheck, ask_all, settle
from workshop_notes.links.verdicts import REMEDIES, Hop, Outcome, Verdict

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fragment", "lines"),
    [
        ("L10", (10, 10)),
        ("L10-L20", (10, 20)),
        ("L10C5-L20C3", (10, 20)),
        ("L3C1:~:text=x", (3, 3)),
        (f"L{'9' * 12}", (999_999_999, 999_999_999)),
        (f"L1-L{'8' * 12}", (1, 888_888_888)),
        *(("l10", None), ("L", None), ("L1-", None), ("xL1", None), ("L1x", None)),
    ],
)
def test_lines_that_a_fragment_names(fragment, lines):
    assert anchors.line_range(fragment) == lines


@pytest.mark.parametrize(
    ("fragment", "wrong"),
    [
        ("L1", 0),
        ("L3", 0),
        ("L2-L3", 0),
        ("L3-L2", 0),
        ("L4", 1),
        ("L2-L4", 1),
        ("L0", 1),
        ("x", 0),
    ],
)
def test_lines_that_a_file_of_three_has(fragment, wrong):
    told = f"#{fragment} is beyond the file: it has 3 lines" if wrong else ""
    assert anchors.missing_lines(fragment, 3) == told


@pytest.mark.parametrize(
    ("fragment", "on_github", "told"),
    [
        *(("", 0, ""), ("top", 0, ""), ("TOP", 0, ""), (":~:text=x", 0, "")),
        *(("a b", 0, ""), ("a%20b", 0, ""), ("c%2", 0, ""), ("one", 1, ""), ("o%6Ee", 1, "")),
        ("one", 0, "no #one on the page"),
        ("A%20b", 0, "no #A%20b: the page spells it #a b"),
        ("One", 1, "no #One: the page spells it #one"),
    ],
)
def test_anchors_that_a_page_has(fragment, on_github, told):
    names = frozenset({"a b", "c%2", "user-content-one"})
    assert anchors.missing(fragment, names, bool(on_github)) == told


@pytest.mark.parametrize(
    ("directive", "lost"),
    [
        ("text=one", ""),
        ("text=ONE,three", ""),
        ("text=one-,two,-three", ""),
        ("text=two%2C,three", "two,"),
        ("text=three,two", "two"),
        ("text=one,one", ""),
        ("text=three&text=one", ""),
        ("text=three&text=four", "four"),
        ("other=four", ""),
    ],
)
def test_words_that_a_text_directive_names(directive, lost):
    told = f"the words “{lost}” of its text directive are not on the page" if lost else ""
    assert anchors.missing_text(f"x:~:{directive}", "One two three one") == told


@pytest.mark.parametrize(
    ("fragment", "number"),
    [
        ("page=3", 3),
        ("zoom=1&page=12&x", 12),
        ("mypage=3", 0),
        ("page=", 0),
        ("page=3x", 0),
        ("", 0),
    ],
)
def test_the_page_that_a_fragment_of_a_pdf_names(fragment, number):
    assert anchors.page_number(fragment) == number


@pytest.mark.parametrize(
    ("fragment", "scripts", "made"),
    [
        *(
            ("/x", "", 1),
            ("!x", "", 1),
            ("?x", "", 1),
            ("x", "", 0),
            ("x", "x", 0),
            ("x", "'y'", 0),
        ),
        *(("x", f"f({quoted})", 1) for quoted in ('"x"', "'x'", "`x`", '"#x"', "'#x'")),
        ("a%20b", "'a b'", 1),
    ],
)
def test_places_that_a_script_makes(fragment, scripts, made):
    assert anchors.is_made_by_script(fragment, scripts) == bool(made)


@pytest.mark.parametrize(
    ("declared", "body", "kind"),
    [
        ("text/html; charset=x", b"", Kind.HTML),
        (" Application/XHTML+XML ", b"", Kind.HTML),
        ("text/html", b" \n%PDF-1.7", Kind.PDF),
        ("text/plain", b"<html>", Kind.TEXT),
        ("", b"\xef\xbb\xbf\n<!-- a --> <!DOCTYPE html>", Kind.HTML),
        ("", b" " * 2043 + b"<html>", Kind.HTML),
        ("", b" " * 2044 + b"<html>", Kind.TEXT),
        ("text/css", b"\0", Kind.TEXT),
        *((f"application/{name}", b"\0", Kind.TEXT) for name in ("json", "x+xml", "javascript")),
        ("application/octet-stream", b"a", Kind.TEXT),
        ("binary/octet-stream", b"a", Kind.TEXT),
        ("", b"a" * 2048 + b"\0", Kind.TEXT),
        ("", b"a" * 2047 + b"\0", Kind.OTHER),
        ("image/png", b"a", Kind.OTHER),
    ],
)
def test_what_a_body_is(declared, body, kind):
    assert markup.kind_of(declared, body) is kind


@pytest.mark.parametrize(
    ("declared", "body", "text"),
    [
        ("", b"\xef\xbb\xbfa\xc3\xbc", "aü"),
        ("", "aü".encode("utf-16"), "aü"),
        ("", b"\xfe\xff" + "aü".encode("utf-16-be"), "aü"),
        ("text/html; charset=iso-8859-1", "ü".encode(), "ü"),
        ("text/html; charset=iso-8859-1", b"\x80\xfc", "€ü"),
        ("text/html; charset=koi8-r", "я".encode("koi8-r"), "я"),
        ("text/html; charset=utf-16le", "aя".encode("utf-16-le"), "aя"),
        ("text/html; charset=utf-16le", b"abc", "abc"),
        ("text/html; charset=iso-2022-jp", "日".encode("iso-2022-jp"), "日"),
        ("text/html; charset=no", b"\xfc", "ü"),
        ("", b'<meta charset="koi8-r">' + "я".encode("koi8-r"), '<meta charset="koi8-r">я'),
        ("", b" " * 4073 + b'<meta charset="koi8-r">\xd1', " " * 4073 + '<meta charset="koi8-r">я'),
        ("", b" " * 4092 + b'<meta charset="koi8-r">\xd1', " " * 4092 + '<meta charset="koi8-r">Ñ'),
        ("text/html; charset=idna", b"\xfc", "ü"),
    ],
)
def test_a_body_as_text(declared, body, text):
    assert markup.decode(declared, body) == text


@pytest.mark.parametrize(
    ("text", "target"),
    [
        *(("0; url=/a", "/a"), ("10;URL='/a'", "/a"), (' 3.5 , url = "/a b"', "/a")),
        *(("11; url=/a", ""), ("5", ""), ("0; url=JavaScript:x", ""), ("0;url=data:x", "")),
        (f"{'0' * 8}11; url=/a", "/a"),
    ],
)
def test_where_a_refresh_leads(text, target):
    assert markup.refresh_address(text) == target
    tag = f"<meta name=x content='0; url=/no'><META content={json.dumps(text)} http-equiv=refresh>"
    if '"' not in text:
        assert markup.refresh_target(tag.encode()) == target


def test_a_refresh_stands_near_the_beginning():
    tag = b"<meta http-equiv=refresh content='0; url=/a'>"
    assert markup.refresh_target(b" " * (32768 - len(tag)) + tag) == "/a"
    assert markup.refresh_target(b" " * (32769 - len(tag)) + tag) == ""
    assert markup.refresh_target(b"<!--" + tag + b"--><template>" + tag + b"</template>") == ""
    assert markup.refresh_target(b"<meta http-equiv=refresh content=5>" + tag) == "/a"


def test_what_a_page_shows():
    found = markup.parse(
        "<title>A\u00ad \u201ctitle\u201d</title><h1>H<wbr>1</h1><h1>no</h1><nav>menu</nav>"
        "<p id=a>b<s>old</s>c<script>var x</script></p><p hidden>h</p><p hidden=until-found>u</p>"
        "<dialog>d</dialog><dialog open>o</dialog><i style='display: none'>i</i>t<a name=n>l</a>"
        "<p role=menu>m</p><input name=f><map name=m></map><x-y>cus</x-y>tom<?pi?>p"
        "<script type='application/json'>{}</script><template><p id=z>z</p></template>&#0;end"
    )
    assert (found.title, found.heading, found.embedded) == ('A "title"', "H1", ("{}",))
    assert found.text == 'A "title" H1 no bc u o tl customp \ufffdend'
    assert found.anchors == {"a", "n", "m"}
    assert found.scripts == "var x\n{}"
    for empty in ("", " \0"):
        assert markup.parse(empty) == markup.FetchedPage("", "", "", frozenset(), ())


def test_a_passage_ends_somewhere():
    text = f"{'a' * 300} the words {'b' * 300}"
    assert markup.passage(text, "the words") == f"{'a' * 199} the words {'b' * 199}"
    assert markup.passage("the words", "the words") == "the words"


@pytest.mark.parametrize(
    ("url", "raw"),
    [
        ("https://github.com/o/r/blob/main/a/b.py", "o/r/main/a/b.py"),
        ("https://www.github.com/o/r/blob/v1/b.py?raw=1#L1", "o/r/v1/b.py"),
        *(("http://github.com/o/r/blob/main/b", ""), ("https://github.com/o/r/tree/main/b", "")),
        ("https://example.org/o/r/blob/main/b", ""),
    ],
)
def test_where_the_bytes_of_a_file_are(url, raw):
    assert github.raw_address(url) == (raw and f"https://raw.githubusercontent.com/{raw}")


def test_what_github_puts_into_its_pages():
    tree = {
        "a": [{"rawLines": ["x", 1, "y"]}, {"rawLines": ["z"]}, {"rawLines": "no"}],
        "items": [{"name": "n.py"}, {"no": 1}, 2],
        "others": [{"name": "no"}],
        "richText": "<h2 id=user-content-h>Rich</h2>",
        "b": {"richText": 3, "items": "no"},
    }
    documents = ("{", json.dumps(tree), "[]")
    found = github.embedded(markup.FetchedPage("", "", "", frozenset(), documents))
    assert found == github.Embedded("n.py Rich x y z", frozenset({"user-content-h"}), 3)
    assert github.embedded(markup.FetchedPage("", "", "", frozenset(), ())) == github.Embedded(
        "", frozenset(), 0
    )


def test_the_words_of_a_notebook_are_those_of_its_cells():
    cells = json.dumps({"cells": [{"source": "a\nb"}, {"source": ["c\n", "d"]}, {"source": 3}]})
    assert github.file_text("https://x.org/a.ipynb", cells).endswith("} a b c d")
    whole = json.dumps({"cells": [{"source": "a\nb"}, {"source": ["c\n", "d"]}]})
    assert github.file_text("https://x.org/a%2Eipynb?x", whole).endswith("} a b c d")
    assert github.file_text("https://x.org/a.py", whole) == whole
    assert github.file_text("https://x.org/a.ipynb", "{") == "{"


def note(verdict: Verdict, day: int, text: str = "", passages: tuple[str, ...] = ()) -> Note:
    return Note(
        NOW + timedelta(days=day), "one", "q", Outcome(verdict, text=text, passages=passages)
    )


def test_a_history_remembers_twenty_verdicts_and_changes(tmp_path):
    path = tmp_path / "checks.jsonl"
    assert history.write(path, {}) == {} and not path.exists()
    for day in range(0, 46, 2):
        found = note(Verdict.FINE, day, f"h{day}", (f"a {day}", "same"))
        assert history.write(path, {"one": found}) == (
            {"one": f"a [-{day - 2}-] {{+{day}+}}"} if day else {}
        )
        assert history.write(path, {"one": note(Verdict.BLOCKED, day + 1)}) == {}
    row = history.read(path)["one"]
    assert (row["asked"], row["unknown"], row["text"]) == (46, 23, "h44")
    assert len(row["verdicts"]) == len(row["changes"]) == 20
    assert row["verdicts"][-1] == ["2027-01-14", "2027-01-14", "blocked"]
    assert row["changes"][-1] == ["2027-01-13", "a [-42-] {+44+}"]
    history.write(path, {"one": note(Verdict.BLOCKED, 50)})
    assert history.read(path)["one"]["verdicts"][-1] == ["2027-01-14", "2027-01-19", "blocked"]
    other = dataclasses.replace(note(Verdict.FINE, 51, "h", ("a b", "same")), question="other")
    assert history.write(path, {"one": other, "a": other}) == {}, "another question"
    assert list(history.read(path)) == ["a", "one"]


def test_the_newer_history_is_taken_over(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    history.write(ours, {key: note(Verdict.FINE, 5) for key in ("old", "same", "new")})
    for day in (1, 5):
        history.write(ours, {"long": note(Verdict.FINE, day)})
    history.write(theirs, {"long": note(Verdict.GONE, 4)})
    history.write(theirs, {"old": note(Verdict.GONE, 4), "same": note(Verdict.GONE, 5)})
    history.write(theirs, {"new": note(Verdict.GONE, 6), "more": note(Verdict.GONE, 1)})
    history.adopt(ours, theirs)
    found = {key: row["verdicts"][0][2] for key, row in history.read(ours).items()}
    assert found == {
        **{"more": "gone", "new": "gone", "same": "gone"},
        **{"old": "fine", "long": "fine"},
    }


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("{", 1),
        ('{"key": "a", "asked": 1, "unknown": 0, "verdicts": [["1", "2", "3", "4"]]}', 1),
        ('{"key": "a", "asked": 1, "unknown": 0, "verdicts": []}', 1),
        ('{"key": "a", "asked": 1, "unknown": 0, "verdicts": [["1", "2", "3"]]}\n[', 2),
    ],
)
def test_a_line_of_a_history_that_nobody_wrote_is_named(tmp_path, line, number):
    (tmp_path / "x").write_text(line, encoding="utf-8")
    with pytest.raises(ContentError, match=rf":{number}: not a line that the check wrote"):
        history.read(tmp_path / "x")


def test_a_difference_is_told_word_by_word():
    words = " ".join("abcdefghijk")
    assert history.words_changed(f"{words} x", words) == f"{words} [-x-]"
    assert history.words_changed(words, f"y {words}") == f"{{+y+}} {words}"
    more = f"{words} l"
    assert history.words_changed(f"x {more}", f"y {more}") == "[-x-] {+y+} a b c d e … h i j k l"


def test_a_journal_keeps_answers_for_a_day(tmp_path):
    journal, day = Journal(tmp_path), timedelta(days=1)
    assert journal.answers(NOW) == {} and journal.forget(set()) is None
    first, unknown = source(key="first"), source(key="unknown")
    with journal.held():
        kept = journal.add(
            first, Outcome(Verdict.FINE, "d", "f", 200, (Hop("u", 301),), True, "t", ("p",))
        )
        journal.add(unknown, Outcome(Verdict.BLOCKED))
        with journal.path.open("ab") as file:
            file.write(b'{"half')
        last = journal.add(source(key="last"), Outcome(Verdict.GONE, seconds=1.23456))
    assert journal.answers(kept.time + day / 2).keys() == {"first", "last"}
    assert journal.answers(kept.time + day)["first"] == kept
    assert "first" not in journal.answers(kept.time + day + timedelta(seconds=1))
    assert journal.answers(kept.time - timedelta(seconds=1)) == {}, "from the future"
    assert journal.answers(last.time)["last"].outcome.seconds == 1.235
    lines = journal.path.read_bytes().count(b"\n")
    assert lines == 4
    with journal.path.open("ab") as file:
        outcome = {"verdict": "fine", "hops": [], "passages": []}
        naive = {"time": "2026-11-30T12:00:00", "key": "naive", "question": "q", "outcome": outcome}
        file.write(json.dumps(naive).encode())
    assert "naive" not in journal.answers(datetime.now(UTC))
    journal.forget({"first"})
    assert journal.path.read_bytes().count(b"\n") == 2
    journal.forget({"unknown", "last"})
    assert not journal.path.exists()
    assert as_json(Outcome(Verdict.FINE)) == {
        **{"verdict": "fine", "detail": "", "final": "", "status": 0, "hops": (), "words": True},
        **{"text": "", "passages": (), "seconds": 0},
    }
    assert len(question(first)) == 16 and question(first) == question(unknown)
    assert question(source(fragment="x")) != question(first)


def test_a_host_that_asks_for_quiet_gets_it_once_for_a_burst():
    async def run():
        host = Hosts(dataclasses.replace(QUICK, delay=1, backoff=0.5, longest_wait=10))["x"]
        found = []
        for seconds in (5, 5, 0):
            host.asked_for_quiet(seconds)
            found.append((host.delay, host.width))
        host.quiet_until = 0
        host.asked_for_quiet(0)
        found.append((host.delay, host.width))
        host.asked_for_quiet(10)
        assert host.closed == ""
        host.asked_for_quiet(10.6)
        slow = Hosts(dataclasses.replace(QUICK, backoff=0.5))["x"]
        slow.asked_for_quiet(1)
        return found, host.closed, slow.delay

    found, closed, delay = finished(run())
    assert found == [(2, 1), (2, 1), (2, 1), (2.5, 1)]
    assert (closed, delay) == ("the host asks for 11 s of quiet", 0.5)


@pytest.mark.parametrize(
    ("given_up", "times"),
    [((True,) * 3, 3), ((False,) * 6, 6), ((False, True, False, True, True), 5)],
)
def test_a_host_that_is_silent_is_given_up(given_up, times):
    async def run():
        host = Hosts(QUICK)["x"]
        for each in given_up[:-1]:
            host.silent("no", each)
        assert host.closed == ""
        host.silent("no", given_up[-1])
        with pytest.raises(HostClosed) as caught:
            async with host.turn(asyncio.Semaphore(1)):
                pass
        assert not caught.value.lives and host.running == 0
        return host.closed

    assert finished(run()) == f"not asked, because the host did not answer {times} times: no"


def test_a_host_that_refuses_sources_in_a_row_is_given_up():
    async def run():
        host = Hosts(QUICK)["x"]
        for _ in range(2):
            host.refuses()
        host.accepted()
        for _ in range(3):
            assert host.closed == ""
            host.answered()
            host.refuses()
        with pytest.raises(HostClosed) as caught:
            async with host.turn(asyncio.Semaphore(1)):
                pass
        assert caught.value.lives
        return host.closed

    assert finished(run()) == "not asked, because the host refused 3 sources: HTTP 429"


def test_a_host_has_limits_of_its_own():
    hosts = Hosts(Limits(), {"x": {"reason": "r", "delay": 9, "tries": 1}})
    assert hosts["x"].limits == dataclasses.replace(Limits(), delay=9, tries=1)
    assert hosts["x"] is hosts["x"] and hosts["y"].limits == Limits()


def answered(status=200, body=None, at="https://docs.test/page.html", kind="text/html", hops=()):
    body = page() if body is None else body
    url = "https://docs.test/page.html"
    return Answer(url, (*hops, Hop(at, status)), at, status, kind, body)


SOURCE = source("https://docs.test/page.html")


@pytest.mark.parametrize(
    ("answer", "verdict", "detail"),
    [
        *((answered(status), "gone", f"HTTP {status}") for status in (404, 410)),
        *((answered(status), "unreachable", f"HTTP {status}") for status in (408, 425, 500, 599)),
        *((answered(s), "unreachable", f"HTTP {s} without an address") for s in (300, 399)),
        *((answered(status), "blocked", f"HTTP {status}") for status in (400, 499, 202, 206)),
        (answered(body=b" \n"), "blocked", "an empty answer"),
        (answered(203), "fine", ""),
        (answered(body=page("x"), at="https://docs.test/"), "soft-404", "sent to the home page"),
        (answered(body=page("x"), at="https://docs.test/de-ch/"), "soft-404", "sent to the home"),
        (answered(body=page("x"), at="https://docs.test/?q=1"), "words-gone", "not on the page"),
        (answered(body=page("x"), at="https://docs.test/home.htm"), "soft-404", "sent to the home"),
        (answered(body=page("x"), at="https://id.docs.test/a"), "blocked", "a sign-in page: id.do"),
        (answered(body=page("x"), at="https://docs.test/a/sso/b"), "blocked", "a sign-in page: "),
        (answered(body=page("x", "Error 404")), "soft-404", "the page says “Error 404”"),
        (answered(body=page("x", "x" * 80 + " 404")), "soft-404", f"the page says “{'x' * 80}”"),
        (answered(body=page("x", "v1.404 of it")), "blocked", "neither the title nor one of"),
        (answered(body=b"x", kind="application/pdf"), "words-gone", "it calls itself a PDF"),
        (answered(body=b"\0x", kind="image/png"), "fine", "words not looked for in image/png"),
        (answered(body=b"\0x", kind=""), "fine", "words not looked for in other"),
    ],
)
def test_what_an_answer_says(answer, verdict, detail):
    found = judge(SOURCE, answer)
    assert found.verdict == verdict and found.detail.startswith(detail), found
    assert bool(detail) == bool(found.detail)


def test_a_permanent_redirect_counts_as_far_as_it_is_unbroken():
    at = [f"https://docs.test/{name}.html" for name in ("page", "a", "b", "c")]
    for statuses, verdict, target in (
        ((301, 308, 302), "moved", at[2]),
        ((302, 301, 301), "fine", at[3]),
        ((200, 301, 301), "moved", at[3]),
    ):
        hops = tuple(map(Hop, at, statuses))
        found = judge(SOURCE, answered(at=at[3], hops=hops))
        assert (found.verdict, found.final) == (verdict, target)
        expected = dataclasses.replace(SOURCE, redirects=((target, "r"),))
        assert judge(expected, answered(at=at[3], hops=hops)).verdict == "fine"
    assert len(judge(SOURCE, answered()).text) == 16
    assert judge(SOURCE, answered()).passages == ("A title A title the words",)


def test_a_table_tells_what_to_do():
    run = LinkCheck(
        [source(key=key, pinned="https://docs.test/x") for key in ("one", "two", "three")],
        {"docs.test": {"reason": "slow", "delay": 1}, "x.test": {"reason": "no", "ignore": True}},
    )
    for key, verdict in (
        ("one", Verdict.FINE),
        ("two", Verdict.GONE),
        ("one/pinned", Verdict.MOVED),
    ):
        run.notes[key] = Note(NOW, key, "", Outcome(verdict, "why" if key == "two" else ""))
    run.changed, run.left = {"one": "a [-b-]"}, ["three"]
    assert report.table(run).splitlines() == [
        "sources            3",
        "and copies         3",
        "fine               1",
        "moved              1",
        "gone               1",
        "not asked          3",
        "",
        "x.test is not asked: no",
        "",
        "one: the text that the answer rests on changed: a [-b-]",
        "    read the page again",
        "",
        "one/pinned: moved",
        "    https://docs.test/x",
        f"    {REMEDIES[Verdict.MOVED]}",
        "",
        "two: gone, why",
        "    http://docs.test/page.html",
        f"    {REMEDIES[Verdict.GONE]}",
        "",
        "three: its entry was edited meanwhile; what was found is not written",
    ]
    assert report.document(run)["counts"] == {"fine": 1, "gone": 1, "moved": 1}
    first, _, last = report.document(run)["sources"]
    assert (first["copies"]["pinned"]["verdict"], first["changed"]) == ("moved", "a [-b-]")
    assert (last["outcome"], last["copies"], last["evidence"]) == (None, {}, source().evidence)
    assert max(map(len, report.table(run).splitlines())) <= report.WIDTH == 100


def test_copies_are_asked_but_for_those_of_ignored_hosts():
    moving, check = "https://x.test/m", {"pinned": {"verdict": "gone"}, "verdict": "fine"}
    pinned = f"https://github.com/o/r/blob/{'0' * 40}/a.md"
    whole = source(pinned=pinned, moving=moving, second="https://y.test/#a", check=check)
    run = LinkCheck([whole, source(key="two")], {"x.test": {"reason": "no", "ignore": True}})
    assert [each.key for each in run.asked] == ["one", "one/pinned", "one/second", "two"]
    copy = run.asked[1]
    assert copy.url == f"https://raw.githubusercontent.com/o/r/{'0' * 40}/a.md"
    assert (copy.expects, copy.pinned, copy.moving, copy.second) == ((), "", "", "")
    assert (copy.check, run.asked[2].check) == ({"verdict": "gone"}, {})
    assert run.ignored(source(moving)) == "no" and run.ignored(source("https://y.test/")) == ""
    slow = LinkCheck([whole], {"y.test": {"reason": "slow", "delay": 9}})
    assert len(slow.asked) == 4
    for verdict, answered in ((Verdict.UNREACHABLE, False), (Verdict.BLOCKED, True)):
        run.notes["one"] = Note(NOW, "one", "", Outcome(verdict))
        assert run.has_answers is answered
    assert not slow.has_answers


def test_what_a_run_found_is_settled():
    whole = source(pinned="https://x.test/p", check={"verdict": "fine", "date": "2026-11-01"})
    run = LinkCheck([whole, *(source(key=key) for key in ("two", "three", "four"))])
    run.notes = {
        "one/pinned": Note(NOW, "one/pinned", "", Outcome(Verdict.GONE)),
        "two": Note(NOW, "two", "", Outcome(Verdict.FINE)),
    }
    run.archived = {"three": "https://web.archive.org/web/1"}
    settle(run)
    assert run.changes.keys() == {"one", "two", "three"}
    finding = {"finding": {"verdict": "gone", "since": "2026-11-30"}}
    assert run.changes["one"].check == {**whole.check, "pinned": finding}
    assert run.changes["one"].evidence == whole.evidence
    assert run.changes["two"].evidence["kind"] == "live"
    assert run.changes["three"].check == {"archived": "https://web.archive.org/web/1"}
    assert report.is_bad(run)
    run.changes.pop("one")
    assert not report.is_bad(run)
    for check in ({"verdict": "gone"}, {"finding": {}}, {"second": {"verdict": "moved"}}):
        run.changes["two"] = dataclasses.replace(run.changes["two"], check=check)
        assert report.is_bad(run)


def test_without_a_network_one_source_of_each_host_is_asked(tmp_path):
    entries = [
        source(f"http://{host}.invalid/{n}", key=f"{host}{n}") for n in "123" for host in "ab"
    ]
    once = dataclasses.replace(QUICK, tries=1)

    async def run():
        found, told = LinkCheck(entries), []
        journal = Journal(tmp_path)
        async with serving(None) as servers, Client(once, resolver=servers) as client:
            with journal.held():
                await ask_all(client, found, journal, lambda: told.append(1))
        return found.notes.keys(), told

    assert finished(run()) == ({"a1", "b1"}, [1, 1])


def test_an_answer_from_before_serves_the_same_question_only(tmp_path):
    entries = [source(key="same"), source(key="other"), source(key="silent")]

    async def run():
        journal = Journal(tmp_path)
        before = ((entries[0], Verdict.GONE), (entries[2], Verdict.BLOCKED))
        other = dataclasses.replace(entries[1], title="T")
        answer = always(reply(page()))
        async with serving(answer) as servers, Client(QUICK, resolver=servers) as client:
            with journal.held():
                for each, verdict in (*before, (other, Verdict.GONE)):
                    journal.add(each, Outcome(verdict))
                await ask_all(client, found := LinkCheck(entries), journal)
        return {key: note.outcome.verdict.value for key, note in found.notes.items()}

    assert finished(run()) == {"same": "gone", "other": "fine", "silent": "fine"}
