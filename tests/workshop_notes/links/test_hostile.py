"""What only an unusual or hostile server does, each found by reading the checker against it."""

import asyncio
import dataclasses
import gzip
import itertools
import subprocess
import sys
import time
import zlib

from tests import PATIENCE
from tests.workshop_notes.links.servers import (
    QUICK,
    always,
    asking,
    finished,
    page,
    reply,
    serving,
    source,
)
from workshop_notes.links import body, markup
from workshop_notes.links.fetch import Answer, Client
from workshop_notes.links.github import raw_address
from workshop_notes.links.hosts import Hosts
from workshop_notes.links.judge import judge
from workshop_notes.links.markup import line_count
from workshop_notes.links.run import ask
from workshop_notes.links.verdicts import Hop

GOOD = reply(page())


def test_a_page_that_begins_with_many_comments_is_read_at_once():
    code = (
        "from workshop_notes.links.markup import looks_like_html as f; print(f(b'<!---->' * 200))"
    )
    # In a process of its own: a regular expression cannot be interrupted.
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.stdout == "False\n", done.stderr
    assert markup.looks_like_html(b"<!-- a --><!-- b -->\n<!doctype html>")


def test_lines_of_a_file_are_counted_as_github_counts_them():
    url = f"https://github.com/o/r/blob/{'0' * 40}/a.py"
    answer = Answer(url, (Hop(url, 200),), url, 200, "text/html", page())
    raw = Answer(raw_address(url), (), raw_address(url), 200, "text/plain", b"a\n\x0c\nb\x0bc\r\nd")
    verdicts = {name: judge(source(url, fragment=name), answer, raw) for name in ("L4", "L5")}
    assert verdicts["L4"].verdict == "fine"
    assert verdicts["L5"].verdict == "fragment-gone" and "4 lines" in verdicts["L5"].detail
    assert [line_count(text) for text in ("", "a", "a\n", "a\r\n\r\n")] == [0, 1, 1, 2]


def test_a_passage_is_the_whole_sentence():
    text = "A claim that counts. The next one. The last"
    assert markup.passage(text, "that counts") == "A claim that counts"
    assert markup.passage(text, "next") == "The next one"
    assert markup.passage(text, "last") == "The last"
    assert markup.passage(text, "first") == ""


def test_a_large_pdf_is_fine_whether_its_length_is_told_or_not():
    pdf = b"%PDF-1.7\n" + b"\x93" * (QUICK.max_body + 10_000)
    told = asking(always(reply(pdf, kind="application/pdf")))
    untold = asking(always(reply(pdf, kind="application/pdf", Content_Length=None)))
    assert (told.verdict, untold.verdict) == ("fine", "fine"), told.detail
    assert "words not looked for" in told.detail


def pieces_of(data, coding):
    async def run():
        async def bytewise():
            for at in range(len(data)):
                yield data[at : at + 1]

        return await body.read(bytewise(), coding, 10_000)

    return finished(run())


def test_bodies_that_arrive_byte_by_byte():
    raw = zlib.compressobj(wbits=-15)
    raw = raw.compress(page()) + raw.flush()
    assert pieces_of(raw, "deflate") == page()
    assert pieces_of(zlib.compress(page()), "deflate") == page()
    assert pieces_of(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip") == b"one two"


def test_what_stands_in_a_template_behind_a_comment_is_not_shown():
    html = b"<p>a</p><template><!-- c -->the words</template>"
    outcome = asking(always(reply(b"<!doctype html><title>A title</title>" + html)))
    assert outcome.verdict == "words-gone"


def test_an_address_that_is_none_is_an_answer_not_an_exception():
    async def run():
        async with Client(QUICK) as client:
            return await client.fetch("https://[docs.test/page.html")

    failure = finished(run()).failure
    assert failure.verdict == "unreachable" and "not an address" in str(failure)


def soft(title):
    return asking(always(reply(page("Sorry.", title=title))))


def test_more_words_for_not_found():
    for title in ("Page isn't available", "We couldn't find that page", "Page couldn't be found"):
        outcome = soft(title)
        assert outcome.verdict == "soft-404" and title in outcome.detail, title


def refresh(html, kind="text/html"):
    answers = {"/page.html": reply(html, kind=kind), "/new.html": GOOD}
    return asking(lambda request: answers[request.path])


def test_a_refresh_without_a_doctype_or_quotes_is_followed():
    for tag in (b'<meta http-equiv="refresh" content="0; url=/new.html">',
                b"<!doctype html><meta http-equiv=refresh content=0;url=/new.html>"):  # fmt: skip
        outcome = refresh(tag)
        assert outcome.verdict == "moved" and outcome.final.endswith("/new.html"), tag


def test_a_refresh_in_plain_text_is_not_followed():
    tag = b'<!doctype html><meta http-equiv="refresh" content="0; url=/new.html">the words'
    assert refresh(tag, "text/plain").verdict == "fine"


def test_a_host_keeps_its_distance_while_all_hosts_wait_for_each_other():
    starts = []

    async def run():
        hosts, everywhere = Hosts(dataclasses.replace(QUICK, delay=0.2)), asyncio.Semaphore(1)

        async def one():
            async with hosts["docs.test"].turn(everywhere):
                starts.append(time.monotonic())

        await everywhere.acquire()
        tasks = [asyncio.create_task(one()) for _ in range(3)]
        await asyncio.sleep(0.7)  # another host's request takes long
        everywhere.release()
        await asyncio.gather(*tasks)

    finished(run())
    gaps = [after - before for before, after in itertools.pairwise(starts)]
    assert len(gaps) == 2 and min(gaps) > 0.19, gaps


def test_a_host_that_refuses_everybody_is_left_alone():
    limits = dataclasses.replace(QUICK, tries=2, backoff=0.001, longest_wait=0.1)
    number = 30

    async def run():
        entries = [source(f"http://docs.test/{n}.html") for n in range(number)]
        refusal = always(reply(status=429))
        async with serving(refusal) as servers, Client(limits, resolver=servers) as client:
            return await asyncio.gather(*(ask(client, each) for each in entries)), servers

    outcomes, servers = finished(asyncio.wait_for(run(), PATIENCE))
    assert {outcome.verdict for outcome in outcomes} == {"blocked"}
    assert number < len(servers.asked) < number + 10, "every source was asked again"
    assert any("refused" in outcome.detail for outcome in outcomes)
