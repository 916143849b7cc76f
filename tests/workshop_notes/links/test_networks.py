"""Nobody's network is asked, and nothing secret is sent on or written."""

from __future__ import annotations

import dataclasses
import json
import socket

import pytest

from tests.workshop_notes.links.servers import (
    QUICK,
    asking,
    finished,
    page,
    redirect,
    reply,
    source,
)
from workshop_notes.content.ledger import without_secrets
from workshop_notes.links.fetch import Client
from workshop_notes.links.networks import is_private

GOOD = reply(page())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_of_a_private_network(address):
    assert is_private(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "52.94.76.1",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "2002:101:101::",
        "64:ff9b::101:101",
    ],
)
def test_an_address_of_the_internet(address):
    assert not is_private(address)


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"],
)
def test_a_host_of_this_machine_is_not_asked_in_any_spelling(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://{host}:{server.getsockname()[1]}/secret"

        async def run():
            # Who asks nobody waits for nobody.
            async with Client(dataclasses.replace(QUICK, total=30, tries=1)) as client:
                return await client.fetch(address)

        failure = finished(run()).failure
        assert failure is not None and failure.verdict == "unreachable"
        # aiohttp refuses an address that is one number by itself.
        assert "of a private network" in str(failure) or "InvalidUrl" in str(failure)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_redirect_into_a_private_network_is_not_followed():
    def check(servers):
        assert [request.path for request in servers.asked] == ["/page.html"]

    outcome = asking(
        lambda request: redirect("http://169.254.169.254/latest/meta-data/", 302), then=check
    )
    assert outcome.verdict == "unreachable"
    assert outcome.detail == "not asked: 169.254.169.254 is of a private network"


def test_who_a_redirect_says_we_are_is_neither_sent_nor_written():
    def answer(request):
        return GOOD if request.path == "/new.html" else redirect("http://me:pw@docs.test/new.html")

    def check(servers):
        assert not any("authorization" in request.headers for request in servers.asked)

    outcome = asking(answer, then=check)
    assert outcome.verdict == "moved"
    assert outcome.final == "http://docs.test/new.html"
    assert "pw" not in json.dumps([outcome.detail, *(hop.url for hop in outcome.hops)])


def test_a_session_in_a_redirect_is_used_and_not_written():
    address = "/new.html?page=2&X-Amz-Signature=abc123&sid=42"

    def answer(request):
        return GOOD if request.path == address else redirect(address)

    outcome = asking(answer, source())
    assert outcome.final == "http://docs.test/new.html?page=2&X-Amz-Signature=…&sid=…"
    assert not any("abc123" in text for text in (outcome.detail, *map(str, outcome.hops)))


@pytest.mark.parametrize(
    "text",
    [
        "https://a.test/?code=python",  # taken for a secret: rather one too many
        "moved for good to https://a.test/;jsessionid=1F?x=1",
        "https://a.test/?access_token=x#frag",
    ],
)
def test_what_looks_like_a_session_is_cut(text):
    assert "…" in without_secrets(text)


@pytest.mark.parametrize(
    "text", ["https://a.test/?page=2&q=a", "https://a.test/x#state=1", "a state=ready machine"]
)
def test_what_does_not_is_kept(text):
    assert without_secrets(text) == text
