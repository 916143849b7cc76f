"""Ask one address, politely, and bring back what came.

The client is aiohttp: of those measured it came closest to the limit of latency (1,000 addresses
at 50 ms: 1.8 s at 100 at once, where httpx took 15 s). LinkChecker crawls what we publish and is
not for this: it takes a 429 for fine, never sees a soft 404, and its waits can't be lifted.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import CookieError
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from multidict import CIMultiDict
from yarl import URL

from workshop_notes.links import body as bodies
from workshop_notes.links import networks
from workshop_notes.links.hosts import HostClosed, Hosts
from workshop_notes.links.limits import Limits
from workshop_notes.links.markup import (
    Kind,
    kind_of,
    looks_like_html,
    refresh_address,
    refresh_target,
)
from workshop_notes.links.verdicts import Hop, Verdict
from workshop_notes.links.waits import backoff, retry_after

USER_AGENT = "{}/1.0 (citation checker; asks each source of the notes once)"
TOKEN_HOSTS = frozenset({"api.github.com", "github.com", "raw.githubusercontent.com"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LENIENT_ERRORS = (
    *(bodies.TooLarge, bodies.Damaged, asyncio.LimitOverrunError),
    *(OSError, EOFError, ValueError, LookupError),
)
_TEXTS = ("text/", "application/json", "application/xml", "application/javascript")


class NoAnswer(Exception):
    """No usable answer came.

    Attributes:
        verdict: one of those that say nothing about the source.
        lost: whether there was no connection at all.
        again: whether a second try may do better.
    """

    def __init__(self, verdict: Verdict, text: str, lost: bool = False, again: bool = True) -> None:
        super().__init__(text)
        self.verdict, self.lost, self.again = verdict, lost, again


@dataclass(frozen=True)
class Answer:
    """What asking one address gave.

    Attributes:
        url: the address that was asked.
        hops: every answer on the way, the last one included.
        final: the address of the last answer; with a fragment where a redirect named one.
        status: the last status code, 0 without an answer.
        content_type: the last `Content-Type`, as sent.
        body: the decoded body of a 2xx answer; its beginning where the type holds no text.
        failure: why there is no usable answer, or nothing.
    """

    url: str
    hops: tuple[Hop, ...]
    final: str
    status: int
    content_type: str = ""
    body: bytes = b""
    failure: NoAnswer | None = None


@dataclass(frozen=True)
class _Reply:
    status: int
    content_type: str = ""
    location: str = ""
    refresh: str = ""
    body: bytes = b""
    wait: float | None = None  # what the server asks for, in seconds


class Client:
    """Asks addresses within the limits. Use it as an asynchronous context.

    Args:
        limits: how hard it may ask.
        token: a GitHub token, sent to `TOKEN_HOSTS` over HTTPS only.
        resolver: how names become addresses; by default the system's way, but for private ones.
        tls: whom to trust; the system's authorities by default.
        private: whether to ask hosts of private networks too.
        name: as whom it asks.
        settings: limits of single hosts, by their names.
    """

    def __init__(
        self,
        limits: Limits,
        token: str = "",
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
        private: bool = False,
        name: str = "workshop-notes",
        settings: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.limits, self.token, self.private, self.name = limits, token, private, name
        self.resolver, self.tls = resolver, tls
        self.hosts = Hosts(limits, settings or {})
        self.everywhere = asyncio.Semaphore(limits.concurrency)

    async def __aenter__(self) -> Client:
        limits = self.limits
        by_default = ThreadedResolver if self.private else networks.PublicResolver
        self._resolver = self.resolver or by_default()
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=limits.concurrency, resolver=self._resolver, ssl=self.tls or True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),  # cookies are kept per source, in `fetch`
            auto_decompress=False,
            max_field_size=64 * 1024,  # the policies in GitHub's headers are long
            timeout=aiohttp.ClientTimeout(
                total=limits.total, sock_connect=limits.connect, sock_read=limits.read
            ),
            headers={
                "User-Agent": USER_AGENT.format(self.name),
                "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
                "Accept-Language": "en",
                "Accept-Encoding": bodies.ACCEPTED,
            },
        )
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.session.close()

    async def fetch(self, url: str, whole: bool = False) -> Answer:
        """Ask an address and follow its redirects.

        Cookies live as long as this call: a wall that sets one and sends back is passed, and no
        source learns of another. A redirect to an address seen before is a loop unless a cookie
        has changed since.

        Args:
            url: an HTTP or HTTPS address; a fragment is not sent.
            whole: whether the whole body is needed, whatever its type.

        Returns:
            The answer. It does not raise for anything that a server does.
        """
        jar = aiohttp.CookieJar(unsafe=True)
        hops: list[Hop] = []
        seen: set[tuple[str, str]] = set()
        at, first = None, ""
        try:
            at = _address(url)
            first = at.host or ""
            while True:
                state = (str(at.with_fragment(None)), _cookies(jar, at))
                if state in seen:
                    raise NoAnswer(Verdict.UNREACHABLE, f"redirects in a loop at {at}")
                seen.add(state)
                if len(hops) > self.limits.max_hops:
                    raise NoAnswer(
                        Verdict.UNREACHABLE, f"more than {self.limits.max_hops} redirects"
                    )
                reply = await self._persistently(at, jar, first, whole)
                hops.append(Hop(str(at.with_fragment(None)), reply.status))
                target = reply.location
                is_page = reply.status == 200 and not target
                if is_page and kind_of(reply.content_type, reply.body) is Kind.HTML:
                    target = refresh_address(reply.refresh) or refresh_target(reply.body)
                following = _address(target, at) if target else at
                if following.with_fragment(None) == at.with_fragment(None) and not (reply.location):
                    return Answer(
                        url, tuple(hops), str(at), reply.status, reply.content_type, reply.body
                    )
                at = following
        except NoAnswer as failure:
            status = hops[-1].status if hops else 0
            return Answer(url, tuple(hops), str(at or ""), status, failure=failure)

    async def _persistently(
        self, url: URL, jar: aiohttp.CookieJar, first: str, whole: bool
    ) -> _Reply:
        """Ask again, later and later, while the trouble may pass."""
        host = self.hosts[url.host or ""]
        token = self._token_for(url, first)
        for attempt in range(1, host.limits.tries + 1):
            wait = backoff(self.limits.backoff, attempt, self.limits.longest_wait)
            last = attempt == host.limits.tries
            try:
                reply = await self._in_turn(url, jar, token, whole)
            except NoAnswer as failure:
                given_up = last or not failure.again
                if failure.lost:
                    host.silent(str(failure), given_up)
                if given_up:
                    raise
            else:
                host.answered()
                if reply.status in (401, 403, 404) and token and not last:
                    token = ""  # one without rights for a repository hides it, even a public one
                    continue
                if reply.status != 429:
                    host.accepted()
                if reply.status not in _PASSING:
                    return reply
                wait = max(wait, reply.wait or 0)
                if reply.status == 429:
                    host.asked_for_quiet(wait)
                    wait = 0  # the host's turns do the waiting, for all its sources
                if last and reply.status == 429:
                    host.refuses()
                if last or wait > self.limits.longest_wait:
                    return reply
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _token_for(self, url: URL, first: str) -> str:
        """Return the token if the address may see it: never a redirect's other host."""
        trusted = url.scheme == "https" and url.host == first and first in TOKEN_HOSTS
        return self.token if trusted else ""

    async def _in_turn(self, url: URL, jar: aiohttp.CookieJar, token: str, whole: bool) -> _Reply:
        try:
            async with self.hosts[url.host or ""].turn(self.everywhere):
                return await self._once(url, jar, token, whole)
        except HostClosed as closed:
            verdict = Verdict.BLOCKED if closed.lives else Verdict.UNREACHABLE
            raise NoAnswer(verdict, str(closed), again=False) from None

    async def _once(self, url: URL, jar: aiohttp.CookieJar, token: str, whole: bool) -> _Reply:
        """Send one request."""
        if not self.private and networks.is_private_literal(url.host or ""):
            reason = f"not asked: {url.host} is of a private network"
            raise NoAnswer(Verdict.UNREACHABLE, reason, again=False)
        headers = {}
        if cookies := _cookies(jar, url):
            headers["Cookie"] = cookies
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with self.session.get(url, headers=headers, allow_redirects=False) as response:
                jar.update_cookies(response.cookies, response.url)
                chunks = response.content.iter_any()
                return await self._reply(response.status, response.headers, chunks, whole)
        except bodies.TooLarge as error:
            raise NoAnswer(Verdict.TOO_LARGE, str(error), again=False) from None
        except bodies.Damaged as error:
            raise NoAnswer(Verdict.UNREACHABLE, str(error)) from None
        except aiohttp.ClientResponseError as error:
            if "invalid header" not in error.message.lower():
                raise _explained(error, url) from None
            try:
                return await self._leniently(url, headers, whole)
            except _LENIENT_ERRORS:
                raise _explained(error, url) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, CookieError) as error:
            raise _explained(error, url) from None

    async def _reply(
        self, status: int, headers: Mapping[str, str], chunks: AsyncIterator[bytes], whole: bool
    ) -> _Reply:
        """Read an answer as far as it is needed."""
        if status in _REDIRECTS:
            return _Reply(status, location=headers.get("Location", "").strip())
        wait = retry_after(headers.get("Retry-After", ""), datetime.now(UTC))
        kind = headers.get("Content-Type", "")
        if status // 100 != 2:
            return _Reply(status, kind, wait=wait)
        limit, plain = self.limits.max_body, kind.strip().lower()
        is_text = plain.startswith(_TEXTS) or "+xml" in plain or "+json" in plain
        is_text = is_text or whole or not plain
        # Of anything else the beginning is enough, however long it is.
        length = headers.get("Content-Length", "")
        if is_text and length.isdecimal() and int(length) > limit:
            raise bodies.TooLarge(f"{length} bytes, more than {limit}")

        def enough(data: bytearray) -> bool:
            return not is_text and len(data) >= 1024 and not looks_like_html(data)

        coding = headers.get("Content-Encoding", "")
        data = await bodies.read(chunks, coding, limit, enough)
        return _Reply(status, kind, refresh=headers.get("Refresh", ""), body=data, wait=wait)

    async def _leniently(self, url: URL, headers: Mapping[str, str], whole: bool) -> _Reply:
        """Ask once more in HTTP/1.0, and pass over header lines that are none, as browsers do."""
        (found, *_) = await self._resolver.resolve(url.host or "", url.port or 80)
        tls = (self.tls or ssl.create_default_context()) if url.scheme == "https" else None
        async with asyncio.timeout(self.limits.total):
            reader, writer = await asyncio.open_connection(
                found["host"], found["port"], ssl=tls, server_hostname=url.host if tls else None
            )
            try:
                sent = {"Host": url.authority, **self.session.headers, **headers}
                lines = [f"GET {url.raw_path_qs} HTTP/1.0", *(f"{k}: {v}" for k, v in sent.items())]
                writer.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"))
                first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
                pairs = [line.partition(":") for line in rest if ":" in line]
                fields = CIMultiDict((name.strip(), value.strip()) for name, _, value in pairs)
                chunks = iter(lambda: reader.read(bodies.STEP), None)
                return await self._reply(int(first.split()[1]), fields, _awaited(chunks), whole)
            finally:
                writer.close()


async def _awaited(chunks: Iterator[Awaitable[bytes]]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        if not (data := await chunk):
            return
        yield data


def _address(text: str, base: URL | None = None) -> URL:
    """Read an address, or a redirect's target relative to `base`, without rewriting it."""
    try:
        # A target is sent as it came when that is possible: some servers compare the bytes.
        url = URL(text, encoded=text.isascii() and not any(c in text for c in ' "<>\\^`{|}'))
        url = (base.join(url) if base else url).with_user(None)
        if base and not url.fragment and base.fragment:
            url = url.with_fragment(base.fragment)  # RFC 9110, section 10.2.2
        if url.scheme in ("http", "https") and url.host:
            return url
    except (ValueError, TypeError):
        pass
    raise NoAnswer(
        Verdict.UNREACHABLE, f"not an address that can be asked: {text[:100]!r}", again=False
    )


def _cookies(jar: aiohttp.CookieJar, url: URL) -> str:
    found = jar.filter_cookies(url)
    return "; ".join(f"{name}={morsel.coded_value}" for name, morsel in sorted(found.items()))


def _explained(error: Exception, url: URL) -> NoAnswer:
    """Say in one line why there was no answer."""
    unreachable = Verdict.UNREACHABLE
    cause = getattr(error, "os_error", None)
    if isinstance(cause, networks.PrivateAddressError):
        return NoAnswer(unreachable, f"not asked: {cause}", again=False)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return NoAnswer(unreachable, f"no address for the name {url.host}", lost=True)
    if isinstance(error, (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError)):
        cause = getattr(error, "certificate_error", None) or error.os_error
        reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or str(cause)
        return NoAnswer(unreachable, f"TLS: {reason}", lost=True, again=False)
    if isinstance(error, aiohttp.ClientConnectorError):
        reason = error.os_error.strerror or error.os_error
        return NoAnswer(unreachable, f"no connection: {reason}", lost=True)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return NoAnswer(unreachable, "no connection in time", lost=True)
    if isinstance(error, TimeoutError):
        return NoAnswer(unreachable, "no whole answer in time", lost=True)
    if isinstance(error, (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError)):
        return NoAnswer(unreachable, "the connection broke off in the answer")
    if isinstance(error, (aiohttp.ClientOSError, OSError)):
        return NoAnswer(unreachable, f"the connection broke: {error.strerror or error}")
    reason = str(getattr(error, "message", "")).partition("\n")[0].rstrip(":")
    reason = reason or type(error).__name__
    return NoAnswer(unreachable, f"not an HTTP answer: {reason[:100]}", again=False)
