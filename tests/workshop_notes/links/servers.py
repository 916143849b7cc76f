"""Real servers on loopback, under any name: the client's own resolver sends the names there."""

import asyncio
import socket
import ssl
import struct
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiohttp.abc import AbstractResolver

from tests import PATIENCE
from workshop_notes.content.ledger import Source
from workshop_notes.links.fetch import Client
from workshop_notes.links.limits import Limits
from workshop_notes.links.run import ask

QUICK = Limits(
    total=PATIENCE, connect=PATIENCE, read=PATIENCE, delay=0,
    tries=3, backoff=0.02, longest_wait=3, max_body=200_000,
)  # fmt: skip


def source(url="http://docs.test/page.html", expects=("the words",), **keys):
    """An entry as the ledger would give it."""
    given = {
        "key": "one",
        "url": url,
        "fragment": "",
        "title": "A title",
        "expects": tuple(expects),
        "evidence": {"kind": "copy", "date": "2026-01-01", "copy": "a copy"},
        "moving": "",
        "pinned": "",
        "second": "",
        "closed": "",
        "workshop": "",
        "redirects": (),
        "check": {},
        "replaces": (),
        "line": 1,
    }
    return Source(**{**given, **keys})


def page(body="<p>the words</p>", title="A title"):
    return f"<!doctype html><title>{title}</title><body>{body}".encode()


def reply(body=b"", status=200, kind="text/html; charset=utf-8", **headers):
    """The bytes of an HTTP answer; a header of value None is left out."""
    fields = {"Content-Length": len(body), "Content-Type": kind, "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status} X", *lines, "", ""]).encode() + body


def redirect(to, status=301, **headers):
    return reply(status=status, Location=to, **headers)


@dataclass
class Request:
    host: str
    path: str
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass
class Servers(AbstractResolver):
    """Servers of one test: what they answer, what they were asked, how many at once."""

    answer: object
    ports: dict[str, int] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    running: Counter = field(default_factory=Counter)
    most: Counter = field(default_factory=Counter)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        found = self.ports.get(host, self.ports.get("https" if port == 443 else "http"))
        if found is None or host.endswith(".invalid"):
            raise OSError(socket.EAI_NONAME, "Name or service not known")
        entry = {"hostname": host, "host": "127.0.0.1", "port": found}
        return [entry | {"family": socket.AF_INET, "proto": 0, "flags": socket.AI_NUMERICHOST}]

    async def close(self):
        pass

    async def serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in headers.items()}
            request = Request(headers["host"], head[0].split()[1], headers, reader, writer)
            self.asked.append(request)
            self.running[request.host] += 1
            self.most[request.host] = max(self.most[request.host], self.running[request.host])
            try:
                given = self.answer(request)
                given = await given if asyncio.iscoroutine(given) else given
            finally:
                self.running[request.host] -= 1
            if given is not None:
                writer.write(given)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(answer, tls=None):
    """Start a server for HTTP, and one for HTTPS where `tls` is a server's context."""
    servers = Servers(answer)
    async with AsyncExitStack() as stack:
        for scheme, context in (("http", None), ("https", tls)):
            if scheme == "http" or context:
                made = await asyncio.start_server(
                    servers.serve, "127.0.0.1", 0, ssl=context, backlog=500
                )
                # A handler may hang on purpose, so that the end is not waited for.
                stack.callback(made.close)
                servers.ports[scheme] = made.sockets[0].getsockname()[1]
        yield servers


def finished(coroutine):
    """Run a coroutine in a thread of its own: where a browser is driven, this one has a loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def asking(answer, entry=None, *, limits=QUICK, tls=None, trust=None, token="", then=None):
    """Ask one source for real and return its outcome; `then` gets the servers."""

    async def run():
        async with (
            serving(answer, tls) as servers,
            Client(limits, token, resolver=servers, tls=trust) as client,
        ):
            outcome = await asyncio.wait_for(ask(client, entry or source()), PATIENCE)
            if then:
                then(servers)
            return outcome

    return finished(run())


def always(given):
    return lambda request: given


def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


async def hang(request):
    await asyncio.sleep(PATIENCE)


async def drip(request):
    request.writer.write(reply(b"", Content_Length=1000))
    while True:
        request.writer.write(b"x")
        await request.writer.drain()
        await asyncio.sleep(0.1)


def reset(sent):
    async def answer(request):
        request.writer.write(sent)
        await request.writer.drain()
        await asyncio.sleep(0.05)
        wire = request.writer.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.writer.transport.abort()

    return answer
