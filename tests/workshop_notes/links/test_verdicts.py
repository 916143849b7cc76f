"""What real servers do, and the exact verdict on each."""

import codecs
import dataclasses
import gzip
import json
import socket
import ssl
import zlib
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from tests.workshop_notes.links.servers import (
    QUICK,
    always,
    asking,
    drip,
    finished,
    hang,
    page,
    redirect,
    reply,
    reset,
    server_context,
    source,
)
from workshop_notes.links.verdicts import Verdict

HOME = "http://docs.test/"
PAGE = "http://docs.test/page.html"
GOOD = reply(page())


def paths(**answers):
    """Answer by path; `_` stands for a slash or a dot that Python names can't have."""
    table = {"/" + name: given for name, given in answers.items()}
    return lambda request: table.get(request.path.split(".")[0], reply(status=404))


def to_new(status):
    return paths(page=redirect("/new.html", status), new=GOOD)


def fragment(name):
    return source(fragment=name)


def html(body):
    return always(reply(page(f"the words {body}")))


def coded(data, coding, **headers):
    return always(reply(data, Content_Encoding=coding, **headers))


RAW_DEFLATE = zlib.compressobj(wbits=-15)
RAW_DEFLATE = RAW_DEFLATE.compress(page()) + RAW_DEFLATE.flush()
BOMB = gzip.compress(b"<html>" + b" " * 50_000_000)
EXPECTED = source(redirects=(("http://docs.test/new.html", "a short name"),))
SIGN_IN = reply(page("<h1>A title</h1><input type=password>"))
HOME = reply(page("<h1>All our products</h1>", title="Welcome"))
NOT_FOUND = paths(page=reply(page("Sorry.", title="Page not found | Docs")))
IN_ITS_PLACE = {
    "a puzzle": page("Checking your browser before you go on", title="Just a moment..."),
    "a question of consent": page("<h1>Before you continue</h1> We use cookies", title="Docs"),
    "maintenance": page("Back in an hour", title="Down for maintenance"),
    "a sign-in": page("<form><input type=password></form>", title="Sign in"),
    "a frame for a script": page("<div id=root></div>You need to enable JavaScript", title="App"),
    "a captive network": page("Accept the terms of this hotel", title="Wi-Fi"),
    "a refusal in words": page("Access denied. Reference 18.5f", title="Access Denied"),
    "an empty page": page("", title=""),
    "a redirect by a script": page("<script>location = '/elsewhere'</script>", title="Redirecting"),
    "another country": page("This service is not offered in your region", title="Sorry"),
}
CUSTOM = "the <awsui-text>wo</awsui-text>rds"

CASES = {
    "all there": (always(GOOD), None, "fine"),
    "words gone": (always(reply(page("<p>other words</p>"))), None, "words-gone"),
    "words in another case": (always(reply(page("The Words"))), None, "words-gone"),
    "words across tags and spaces": (always(reply(page("the<b>\n&nbsp; wo</b>rds"))), None, "fine"),
    "words in a script only": (
        always(reply(page("<script>the words</script>"))), None, "words-gone"),
    "words in two blocks are not joined": (
        always(reply(page("<p>the wo</p><p>rds</p>"))), None, "words-gone"),
    "words behind a comment": (
        always(reply(page("<p>a<!-- note -->b</p><p>the words</p>"))), None, "fine"),
    "words as entities": (
        always(reply(page("a &lt;b&gt; &amp; c"))), source(expects=("a <b> & c",)), "fine"),
    "301, not expected": (to_new(301), None, "moved"),
    "301, expected": (to_new(301), EXPECTED, "fine"),
    "308, not expected": (to_new(308), None, "moved"),
    "302": (to_new(302), None, "fine"),
    "303": (to_new(303), None, "fine"),
    "307": (to_new(307), None, "fine"),
    "302, then 301": (
        paths(page=redirect("/a.html", 302), a=redirect("/new.html", 301), new=GOOD),
        None, "fine"),
    "sent on by the page itself": (
        paths(page=reply(b'<html><meta http-equiv=refresh content="0; url=/new.html">'), new=GOOD),
        None, "moved"),
    "sent on only without scripts": (
        html('<noscript><meta http-equiv=refresh content="0; url=/no.html"></noscript>'),
        None, "fine"),
    "301 to a page without the words": (
        paths(page=redirect("/new.html"), new=reply(page("x"))), None, "words-gone"),
    "301 to 404": (paths(page=redirect("/no.html")), None, "gone"),
    "redirect loop": (
        paths(page=redirect("/b.html", 302), b=redirect("/page.html", 302)), None, "unreachable"),
    "redirect to itself": (paths(page=redirect("/page.html")), None, "unreachable"),
    "redirect to nowhere": (always(redirect("", 302)), None, "unreachable"),
    "redirect to mail": (always(redirect("mailto:a@b.test", 302)), None, "unreachable"),
    "redirect to the home page": (
        lambda r: HOME if r.path == "/" else redirect("/", 302), None, "soft-404"),
    "redirect to the home page of a language": (
        lambda r: HOME if r.path == "/en/" else redirect("/en/", 302), None, "soft-404"),
    "redirect to a page whose name is as short as a language": (
        lambda r: GOOD if r.path == "/s3/" else redirect("/s3/", 302), None, "fine"),
    **{name: (always(reply(body)), None, "blocked") for name, body in IN_ITS_PLACE.items()},
    "a heading says no longer available, and all words stand": (
        always(reply(page("<h1>Version 1 is no longer available</h1> the words"))), None, "fine"),
    "curly quotes and a hyphen that does not break": (
        always(reply(page("don\u2019t \u201cre\u2011use\u201d"))),
        source(expects=("don't \"re-use\"",)), "fine"),
    "a custom tag inside a word": (always(reply(page(CUSTOM))), None, "fine"),
    "soft 404 by title": (NOT_FOUND, None, "soft-404"),
    "soft 404 by heading": (
        always(reply(page("<h1>Sorry, this page doesn&rsquo;t exist</h1>"))), None, "soft-404"),
    "a page about what is not found": (
        always(reply(page(title="Fix: file not found"))),
        source(title="Fix: file not found"), "fine"),
    "404": (always(reply(status=404)), None, "gone"),
    "410": (always(reply(status=410)), None, "gone"),
    "401": (always(reply(status=401)), None, "blocked"),
    "403": (always(reply(status=403)), None, "blocked"),
    "202, a puzzle": (always(reply(page(), 202)), None, "blocked"),
    "451": (always(reply(status=451)), None, "blocked"),
    "429 for ever": (always(reply(status=429)), None, "blocked"),
    "429 with a wait of an hour": (always(reply(status=429, Retry_After="3600")), None, "blocked"),
    "503 for ever": (always(reply(status=503)), None, "unreachable"),
    "sign-in page": (
        lambda r: SIGN_IN if r.path.startswith("/sign") else redirect("/signin?to=x", 302),
        None, "blocked"),
    "sign-in host": (
        lambda r: SIGN_IN if r.host == "login.docs.test" else redirect("//login.docs.test/x", 302),
        None, "blocked"),
    "gzip": (coded(gzip.compress(page()), "gzip"), None, "fine"),
    "gzip in two members": (
        coded(gzip.compress(page()[:40]) + gzip.compress(page()[40:]), "gzip"), None, "fine"),
    "gzip bomb": (coded(BOMB, "gzip"), None, "too-large"),
    "gzip cut off": (coded(gzip.compress(page())[:-12], "gzip"), None, "unreachable"),
    "gzip that is none": (coded(page(), "gzip"), None, "unreachable"),
    "deflate": (coded(zlib.compress(page()), "deflate"), None, "fine"),
    "deflate without its header": (coded(RAW_DEFLATE, "deflate"), None, "fine"),
    "brotli, not asked for": (coded(b"\x0b\x02\x80", "br"), None, "unreachable"),
    "larger than the limit": (always(reply(b"x" * 300_000)), None, "too-large"),
    "larger than the limit, without a length": (
        always(reply(b"x" * 300_000, Content_Length=None)), None, "too-large"),
    "text that calls itself HTML": (always(reply(b"just the words")), None, "fine"),
    "HTML that calls itself text": (always(reply(page(), kind="text/plain")), None, "fine"),
    "no type": (always(reply(page(), Content_Type=None)), fragment("no"), "fragment-gone"),
    "a charset that is none": (always(reply(page(), kind="text/html; charset=no")), None, "fine"),
    "a charset that is no charset": (
        always(reply(page("the words \xe9").decode().encode("latin-1"),
                     kind="text/html; charset=unicode_escape")), None, "fine"),
    "a charset that is wrong": (
        always(reply(page("“the words”"), kind="text/html; charset=iso-8859-1")),
        source(expects=("“the words”",)), "fine"),
    "latin-1, as the page says": (
        always(reply('<html><meta charset="iso-8859-1">f\xfcr'.encode("latin-1"),
                     kind="text/html")), source(expects=("für",)), "fine"),
    "bytes that are no characters": (
        always(reply(page() + b"\xff\xfe\x80\x00\xc3")), None, "fine"),
    "UTF-16 with its mark": (
        always(reply(codecs.BOM_UTF16_LE + page().decode().encode("utf-16-le"))), None, "fine"),
    "an empty body": (always(reply(b"")), None, "blocked"),
    "id": (html("<h2 id=part>"), fragment("part"), "fine"),
    "name, as AWS writes it": (html("<a name=part></a>"), fragment("part"), "fine"),
    "name of a field is no place": (html("<input name=part>"), fragment("part"), "fragment-gone"),
    "percent-encoded": (html("<h2 id='für uns'>"), fragment("f%C3%BCr%20uns"), "fine"),
    "fragment missing": (html("<h2 id=other>"), fragment("part"), "fragment-gone"),
    "fragment in another case": (html("<h2 id=part>"), fragment("Part"), "fragment-gone"),
    "fragment that a redirect names": (
        paths(page=redirect("/new.html#b", 302), new=reply(page("the words <p id=b>"))),
        fragment("a"), "fine"),
    "text fragment": (html(""), fragment(":~:text=the%20words"), "fine"),
    "top": (html(""), fragment("top"), "fine"),
    "PDF with a page": (
        always(reply(b"%PDF-1.7 ...", kind="application/pdf")), fragment("page=3"), "fine"),
    "a PDF that is none": (
        always(reply(b"sorry", kind="application/pdf")), None, "words-gone"),
    "an error page for a PDF": (
        always(reply(page("x", "404 - not found"), kind="application/pdf")), None, "soft-404"),
    "very many headers": (
        always(reply(page(), **{f"X-{n}": n for n in range(2000)})), None, "unreachable"),
    "a header of 64 kB": (always(reply(page(), X_Long="x" * 65_536)), None, "fine"),
    "a longer one": (always(reply(page(), X_Long="x" * 65_537)), None, "unreachable"),
    "no HTTP at all": (always(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), None, "unreachable"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_verdict(case):
    answer, entry, verdict = CASES[case]
    assert asking(answer, entry).verdict == verdict


def chain(length):
    def answer(request):
        number = int(request.path.strip("/pagehtml.") or 0)
        return redirect(f"/page{number + 1}.html", 302) if number < length else GOOD

    return answer


@pytest.mark.parametrize(("length", "verdict"), [(10, "fine"), (11, "unreachable")])
def test_ten_redirects_are_followed_and_each_is_recorded(length, verdict):
    outcome = asking(chain(length))
    assert outcome.verdict == verdict
    assert [hop.status for hop in outcome.hops[:10]] == [302] * 10
    assert outcome.hops[1].url == "http://docs.test/page1.html"


def test_details_name_what_a_person_needs():
    assert asking(to_new(301)).final == "http://docs.test/new.html"
    assert "“the words”" in asking(always(reply(page("x")))).detail
    assert "spells it #part" in asking(html("<h2 id=part>"), fragment("Part")).detail
    assert not asking(always(reply(b"%PDF-1.7", kind="application/pdf"))).words


# Servers that break off or dawdle


def in_turn(*answers):
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


ONE_TRY = dataclasses.replace(QUICK, tries=1)
HASTY = dataclasses.replace(ONE_TRY, total=0.8)


@pytest.mark.parametrize(
    ("answer", "words", "limits"),
    [
        (hang, "in time", HASTY),
        (drip, "in time", HASTY),
        (reset(b""), "broke", ONE_TRY),
        (reset(reply(b"<html>the words", Content_Length=5000)), "broke", ONE_TRY),
        (always(reply(page(), Content_Length=5000)), "broke off", ONE_TRY),
    ],
    ids=["slow headers", "slow body", "reset at once", "reset mid-body", "body too short"],
)
def test_what_breaks_off_is_unreachable(answer, words, limits):
    outcome = asking(answer, limits=limits)
    assert (outcome.verdict, words in outcome.detail) == ("unreachable", True), outcome


@pytest.mark.parametrize(
    ("answer", "times", "detail"),
    [
        (always(reply(status=404)), 1, "HTTP 404"),
        (always(reply(status=501)), 1, "HTTP 501"),
        *((always(reply(status=status)), 3, f"HTTP {status}") for status in (408, 500, 503)),
        (always(reply(status=429)), 3, "HTTP 429"),
        (always(reply(b"x" * 200_000)), 1, ""),
        (always(reply(b"x" * 200_001)), 1, "200001 bytes, more than 200000"),
        (always(reply(b"x" * 200_001, Content_Length=None)), 1, "more than 200000 bytes"),
        (coded(gzip.compress(bytes(200_001)), "gzip"), 1, "more than 200000 bytes, decompressed"),
        (coded(page(), "gzip"), 3, "not gzip: "),
        (coded(gzip.compress(page())[:-12], "gzip"), 3, "the gzip body ends in its middle"),
        (coded(b"x", "gzip, br"), 3, "sent as br, which was not asked for"),
        (coded(b"x", "x" * 30), 3, f"sent as {'x' * 20}, which was not asked for"),
        (always(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), 1, "not an HTTP answer: "),
        (always(redirect("mailto:" + "x" * 200, 302)), 1, "not an address that can be asked: "),
        (always(redirect("/page.html")), 1, "redirects in a loop at http://docs.test/page.html"),
    ],
)
def test_what_may_pass_is_asked_again(answer, times, detail):
    def check(servers):
        assert len(servers.asked) == times

    outcome = asking(answer, source(expects=("xx",)), then=check)
    assert outcome.detail.startswith(detail) and len(outcome.detail) < 150, outcome


def test_what_is_no_text_is_read_no_further_than_its_beginning():
    """Of a film that calls itself one; of a page that does not know what it is, all of it."""
    for kind, body, verdict in (
        ("video/mp4", b"\0" * 150_000, "fine"),
        ("video/mp4", b"\0" * 250_000, "fine"),
        ("video/mp4", b"<html>" + b" " * 250_000, "too-large"),
        ("application/atom+xml", b" " * 250_000, "too-large"),
        ("application/ld+json", b" " * 250_000, "too-large"),
    ):
        for length in (len(body), None):
            outcome = asking(always(reply(body, kind=kind, Content_Length=length)))
            assert outcome.verdict == verdict, (kind, length, outcome)


def test_500_then_200():
    assert asking(in_turn(reply(status=500), GOOD)).verdict == "fine"


def test_nobody_listens_and_no_such_name():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused

        def run(url):
            return asking(always(GOOD), source(url))

        refused = run("http://docs.invalid/page.html")
        assert refused.verdict == "unreachable" and "no address for the name" in refused.detail
        outcome = run("https://docs.test/page.html")  # no server for HTTPS: the name has no port
        assert outcome.verdict == "unreachable"


def test_refused_port():
    from tests.workshop_notes.links.servers import Client, Servers, ask

    async def run():
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            servers = Servers(None, {"http": taken.getsockname()[1]})
            async with Client(QUICK, resolver=servers) as client:
                return await ask(client, source())

    outcome = finished(run())
    assert outcome.verdict == "unreachable" and "no connection" in outcome.detail


# Cookies


def test_a_cookie_wall_is_passed_and_other_sources_learn_nothing():
    def wall(request):
        if request.path == "/wall":
            return redirect("/page.html", 302, Set_Cookie="seen=1; Path=/")
        return GOOD if "seen=1" in request.headers.get("cookie", "") else redirect("/wall", 302)

    def twice(servers):
        assert "cookie" not in servers.asked[0].headers

    assert asking(wall, then=twice).verdict == "fine"


# HTTPS

SECURE = "https://docs.test/page.html"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def trust(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_https(authority, trust):
    context = server_context(authority.issue_cert("docs.test"))
    assert asking(always(GOOD), source(SECURE), tls=context, trust=trust).verdict == "fine"


@pytest.mark.parametrize("case", ["unknown authority", "wrong name", "expired"])
def test_a_certificate_that_proves_nothing(authority, trust, case):
    past = datetime.now(UTC) - timedelta(days=2)
    made = {
        "unknown authority": lambda: trustme.CA().issue_cert("docs.test"),
        "wrong name": lambda: authority.issue_cert("other.test"),
        "expired": lambda: authority.issue_cert("docs.test", not_after=past),
    }[case]()
    outcome = asking(always(GOOD), source(SECURE), tls=server_context(made), trust=trust)
    assert outcome.verdict == "unreachable" and outcome.detail.startswith("TLS: "), outcome


def test_a_way_through_http_is_told(authority, trust):
    def answer(request):
        secure = request.writer.get_extra_info("ssl_object") is not None
        return redirect("http://docs.test/new.html", 302) if secure else GOOD

    context = server_context(authority.issue_cert("docs.test"))
    outcome = asking(answer, source(SECURE), tls=context, trust=trust)
    assert outcome.verdict == "fine" and "without encryption" in outcome.detail


# GitHub

BLOB = "https://github.com/o/r/blob/" + "a" * 40 + "/docs/x.md"
RAW = "/o/r/" + "a" * 40 + "/docs/x.md"
RICH = json.dumps(
    {"payload": {"blob": {"richText": '<h2>One</h2><a id="user-content-part-one"></a>'}}}
)
TREE = json.dumps({"payload": {"tree": {"items": [{"name": "estimator.py"}]}}})


def github(page_body, raw):
    def answer(request):
        if request.host == "raw.githubusercontent.com":
            assert request.path == RAW
            return raw
        return reply(page(page_body))

    return answer


@pytest.fixture(scope="module")
def hub(authority):
    return server_context(authority.issue_cert("github.com", "raw.githubusercontent.com"))


FILE = reply(b"# One\n\nthe words\nof line four\n", kind="text/plain")
SCRIPT = '<script type="application/json" data-target="react-app.embeddedData">%s</script>'


@pytest.mark.parametrize(
    ("fragment", "raw", "expects", "verdict"),
    [
        ("", FILE, "the words of line", "fine"),
        ("", FILE, "others", "words-gone"),
        ("", reply(status=429), "the words", "blocked"),
        ("part-one", FILE, "the words", "fine"),
        ("Part-one", FILE, "the words", "fragment-gone"),
        ("part-two", FILE, "the words", "fragment-gone"),
        ("L2", FILE, "the words", "fine"),
        ("L2-L4", FILE, "the words", "fine"),
        ("L2-L5", FILE, "the words", "fragment-gone"),
    ],
)
def test_a_file_on_github(hub, trust, fragment, raw, expects, verdict):
    entry = source(BLOB, (expects,), fragment=fragment)
    outcome = asking(github(SCRIPT % RICH, raw), entry, tls=hub, trust=trust)
    assert outcome.verdict == verdict, outcome
    if fragment == "Part-one":
        assert "#part-one" in outcome.detail and "user-content" not in outcome.detail


def test_a_folder_and_a_notebook_on_github(hub, trust):
    folder = source("https://github.com/o/r/tree/main/src", ("estimator.py",))
    assert asking(github(SCRIPT % TREE, None), folder, tls=hub, trust=trust).verdict == "fine"
    cells = json.dumps({"cells": [{"source": ['print("a")\n', "b"]}]}).encode()
    entry = source(BLOB.replace("x.md", "x.ipynb"), ('print("a") b',))

    def answer(request):
        return reply(cells, kind="text/plain") if "raw" in request.host else reply(page(""))

    assert asking(answer, entry, tls=hub, trust=trust).verdict == "fine"


def test_github_without_any_heading_is_unknown_not_bad(hub, trust):
    entry = source(BLOB, fragment="part-one")
    assert asking(github("", FILE), entry, tls=hub, trust=trust).verdict == "blocked"


def test_the_token_goes_to_github_alone(hub, trust, authority):
    context = server_context(
        authority.issue_cert("github.com", "raw.githubusercontent.com", "docs.test")
    )
    seen = []

    def answer(request):
        seen.append((request.host, request.headers.get("authorization")))
        return redirect(SECURE, 302) if request.host == "github.com" else GOOD

    entry = source("https://github.com/o/r")
    assert asking(answer, entry, tls=context, trust=trust, token="t0ken").verdict == "fine"
    assert seen == [("github.com", "Bearer t0ken"), ("docs.test", None)]
    seen.clear()
    asking(always_seen(seen), source("http://github.com/o/r"), token="t0ken")
    assert seen == [None]


def test_a_token_without_rights_is_not_sent_again(hub, trust):
    """GitHub hides a repository from it, even a public one."""
    seen = []

    def answer(request):
        seen.append(request.headers.get("authorization"))
        return reply(status=404) if seen[-1] else GOOD

    entry = source("https://github.com/o/r")
    assert asking(answer, entry, tls=hub, trust=trust, token="t0ken").verdict == "fine"
    assert seen == ["Bearer t0ken", None]
    once = dataclasses.replace(QUICK, tries=1)
    outcome = asking(answer, entry, tls=hub, trust=trust, token="t0ken", limits=once)
    assert outcome.verdict == "gone" and len(seen) == 3


def always_seen(seen):
    def answer(request):
        seen.append(request.headers.get("authorization"))
        return GOOD

    return answer


def test_every_verdict_has_a_case():
    covered = {verdict for _, _, verdict in CASES.values()}
    assert covered == {verdict.value for verdict in Verdict}
