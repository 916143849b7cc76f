"""How the checker behaves towards servers: counted at the servers."""

import asyncio
import dataclasses
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from statistics import median

import pytest

from tests import PATIENCE
from tests.workshop_notes.links.servers import (
    QUICK,
    asking,
    finished,
    page,
    reply,
    reset,
    serving,
    source,
)
from workshop_notes.links.fetch import USER_AGENT, Client
from workshop_notes.links.hosts import Hosts
from workshop_notes.links.journal import Journal
from workshop_notes.links.limits import Limits
from workshop_notes.links.run import LinkCheck, ask, ask_all
from workshop_notes.links.waits import backoff, retry_after

GOOD = reply(page())


def test_what_servers_of_other_people_are_asked_for_at_most():
    """Written out: who changes one of these numbers changes it here, and thinks of them."""
    assert dataclasses.asdict(Limits()) == {
        "concurrency": 20,
        "per_host": 3,
        "delay": 0.5,
        "total": 60,
        "connect": 10,
        "read": 20,
        "tries": 4,
        "backoff": 1,
        "longest_wait": 120,
        "max_body": 8_388_608,
        "max_hops": 10,
        "lost_host": 3,
        "budget": 1200,
    }


def ask_many(answer, sources, limits):
    async def run():
        async with serving(answer) as servers, Client(limits, resolver=servers) as client:
            outcomes = await asyncio.gather(*(ask(client, each) for each in sources))
            return outcomes, servers

    return finished(asyncio.wait_for(run(), PATIENCE))


def test_a_thousand_pages_in_bounded_memory_and_few_at_once_on_a_host(tmp_path):
    body = reply(page(f"the words<!--{'x' * 80_000}-->"))

    async def answer(request):
        await asyncio.sleep(0.002)
        return body

    sources = [source(f"http://host{n % 20}.test/{n}.html", key=f"page-{n}") for n in range(1000)]
    limits = dataclasses.replace(QUICK, concurrency=60)

    async def run():
        found = LinkCheck(sources)
        journal = Journal(tmp_path)
        with journal.held():
            async with serving(answer) as servers, Client(limits, resolver=servers) as client:
                await ask_all(client, found, journal)
                return {key: note.outcome for key, note in found.notes.items()}, servers

    tracemalloc.start()
    outcomes, servers = finished(asyncio.wait_for(run(), PATIENCE))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {o.verdict for o in outcomes.values()} == {"fine"} and len(outcomes) == 1000
    assert len(servers.most) == 20 and max(servers.most.values()) == QUICK.per_host
    assert peak < 40 * 2**20, "the thousand bodies together have 80 MB"


def test_starts_on_one_host_keep_their_distance():
    starts = []

    def answer(request):
        starts.append(time.monotonic())
        return GOOD

    limits = dataclasses.replace(QUICK, delay=0.2)
    ask_many(answer, [source(f"http://docs.test/{n}") for n in range(5)], limits)
    # Together: on a busy machine one request is seen late, and the gap behind it is short.
    assert len(starts) == 5 and starts[-1] - starts[0] > 0.6, starts


@pytest.mark.parametrize("form", ["nothing", "seconds", "date"])
def test_a_host_that_answers_429_until_asked_slowly(form):
    starts = []
    # A date has whole seconds, so that the wait it asks for is at least as long.
    quiet = {"nothing": 0.1, "seconds": 1.0, "date": 1.0}[form]
    value = {
        "nothing": lambda: None,
        "seconds": lambda: "1",
        "date": lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True),
    }[form]

    def answer(request):
        now = time.monotonic()
        is_hasty = bool(starts) and now - starts[-1] < quiet * 0.9
        starts.append(now)
        return reply(status=429, Retry_After=value()) if is_hasty else GOOD

    limits = dataclasses.replace(QUICK, tries=6, backoff=0.15)
    number = 6 if form == "nothing" else 2
    sources = [source(f"http://docs.test/{n}") for n in range(number)]
    outcomes, servers = ask_many(answer, sources, limits)
    assert [outcome.verdict for outcome in outcomes] == ["fine"] * number
    assert len(servers.asked) > number, "it was never told to slow down"


def test_after_a_429_the_host_is_asked_one_at_a_time_and_more_slowly():
    starts = []

    def answer(request):
        starts.append(time.monotonic())
        return reply(status=429) if len(starts) == 1 else GOOD

    limits = dataclasses.replace(QUICK, backoff=0.2)
    ask_many(answer, [source(f"http://docs.test/{n}") for n in range(8)], limits)
    gaps = [later - sooner for sooner, later in pairwise(starts)]
    # Those under way at the time of the 429 were started already. The median: on a busy machine
    # one request is seen late, and the gap behind it is short.
    assert len(starts) == 9 and median(gaps[limits.per_host + 1 :]) > 0.15, gaps


def test_a_host_that_asks_for_an_hour_is_asked_no_more():
    def answer(request):
        return reply(status=429, Retry_After="3600")

    limits = dataclasses.replace(QUICK, per_host=1)
    sources = [source(f"http://docs.test/{n}") for n in range(10)]
    outcomes, servers = ask_many(answer, sources, limits)
    assert {outcome.verdict for outcome in outcomes} == {"blocked"}
    assert len(servers.asked) == 1


def test_a_503_with_retry_after_is_asked_again_in_time():
    times = []

    def answer(request):
        times.append(time.monotonic())
        return GOOD if len(times) > 1 else reply(status=503, Retry_After="1")

    assert asking(answer).verdict == "fine"
    assert times[1] - times[0] >= 0.95


def test_a_name_without_address_is_not_asked_for_each_source():
    limits = dataclasses.replace(QUICK, per_host=1)
    sources = [source(f"http://docs.invalid/{n}") for n in range(10)]
    outcomes, _ = ask_many(None, sources, limits)
    assert {outcome.verdict for outcome in outcomes} == {"unreachable"}
    assert sum("not asked" in outcome.detail for outcome in outcomes) >= 7


def test_a_host_that_answers_and_then_hangs_does_not_take_the_run():
    async def answer(request):
        if len(answered) < 2:
            answered.append(request)
            return GOOD
        hanging.append(request.path)
        await request.reader.read()  # until the client gives up
        return None

    answered, hanging = [], []
    limits = dataclasses.replace(QUICK, per_host=1, tries=1, read=2.0)
    sources = [source(f"http://docs.test/{n}") for n in range(60)]
    outcomes, _ = ask_many(answer, sources, limits)
    assert sum(outcome.verdict == "fine" for outcome in outcomes) == 2
    assert not any(outcome.is_bad for outcome in outcomes), "silence says nothing"
    assert len(hanging) == limits.lost_host
    assert sum("not asked" in outcome.detail for outcome in outcomes) == 60 - 2 - len(hanging)


def test_a_host_that_hangs_is_given_up_before_each_source_was_tried():
    """And though each source would be asked again: 60 of them waited four times in turn."""

    async def answer(request):
        if not answered:
            answered.append(request)
            return GOOD
        hanging.append(request.path)
        await request.reader.read()
        return None

    answered, hanging = [], []
    limits = dataclasses.replace(QUICK, per_host=3, tries=4, read=1.0)
    outcomes, _ = ask_many(answer, [source(f"http://docs.test/{n}") for n in range(60)], limits)
    assert len(hanging) < 2 * limits.lost_host + limits.per_host
    assert sum("not asked" in outcome.detail for outcome in outcomes) > 50
    assert not any(outcome.is_bad for outcome in outcomes)


def test_a_host_that_breaks_off_its_answers_is_asked_for_each_source():
    limits = dataclasses.replace(QUICK, per_host=1, tries=1)
    sources = [source(f"http://docs.test/{n}") for n in range(10)]
    outcomes, _ = ask_many(reset(b""), sources, limits)
    assert {outcome.verdict for outcome in outcomes} == {"unreachable"}
    assert not any("not asked" in outcome.detail for outcome in outcomes)


def test_one_silence_between_answers_does_not_close_a_host():
    async def run():
        host = Hosts(QUICK)["docs.test"]
        for _ in range(10):
            host.silent("no whole answer in time", True)
            host.answered()
        return host.closed

    assert finished(run()) == ""


def test_the_client_says_who_it_is():
    def check(servers):
        headers = servers.asked[0].headers
        assert headers["user-agent"] == USER_AGENT.format("workshop-notes")
        assert "://" not in USER_AGENT
        assert headers["accept-encoding"] == "gzip, deflate"

    asking(lambda request: GOOD, then=check)


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("9" * 400, float("inf")),
        (" 0 ", 0),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("Tuesday, 24-Nov-26 12:00:30 GMT", 30),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("²", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_backoff_grows_within_its_bounds_and_varies():
    for attempt, full in ((1, 1.0), (2, 2.0), (3, 4.0), (20, 10.0)):
        waits = {backoff(1.0, attempt, 10.0) for _ in range(50)}
        assert full / 2 <= min(waits) and max(waits) <= full and len(waits) > 1
