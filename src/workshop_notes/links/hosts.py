"""Turns on one host: few at once, a pause between starts, and quiet after the host asked for it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from workshop_notes.links.limits import Limits


class HostClosed(Exception):
    """The host is not asked any more in this run; the text says why.

    Attributes:
        lives: whether it answered at all; it asked for quiet then.
    """

    def __init__(self, why: str, lives: bool) -> None:
        super().__init__(why)
        self.lives = lives


class Host:
    """The turns of one host.

    Attributes:
        delay: seconds between two starts; grows when the host answers 429.
        closed: why the host is not asked any more, or nothing.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits, self.delay, self.closed = limits, limits.delay, ""
        self.width = limits.per_host
        self.running = 0
        self.quiet_until = self.next_start = 0.0
        self.lost = self.silences = self.refused = 0
        self.ever_answered = False
        self.changed = asyncio.Condition()

    @asynccontextmanager
    async def turn(self, everywhere: asyncio.Semaphore) -> AsyncIterator[None]:
        """Wait for a turn on this host, then for one of those of all hosts.

        Raises:
            HostClosed: when the host was given up meanwhile.
        """
        async with self.changed:
            await self.changed.wait_for(lambda: self.closed or self.running < self.width)
            if self.closed:
                self.changed.notify_all()  # one was woken for the place that is not taken now
                raise HostClosed(self.closed, self.ever_answered)
            self.running += 1
        try:
            while True:
                await self._wait_for_start()
                async with everywhere:
                    # The wait for all hosts may have been long: others may have started meanwhile.
                    if self._start():
                        yield
                        return
        finally:
            async with self.changed:
                self.running -= 1
                # One place, one waiter: waking all of a thousand each time is what takes the time.
                if self.closed:
                    self.changed.notify_all()
                else:
                    self.changed.notify()

    async def _wait_for_start(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if self.closed:
                raise HostClosed(self.closed, self.ever_answered)
            wait = max(self.next_start, self.quiet_until) - loop.time()
            if wait <= 0:
                return
            # Looked at again afterwards: a 429 may have moved the start meanwhile.
            await asyncio.sleep(wait)

    def _start(self) -> bool:
        """Take the start if it is due; the next one is later by the delay."""
        now = asyncio.get_running_loop().time()
        if self.closed or now < max(self.next_start, self.quiet_until):
            return False
        self.next_start = now + self.delay
        return True

    def answered(self) -> None:
        """Note that the host lives."""
        self.ever_answered, self.lost, self.silences = True, 0, 0

    def accepted(self) -> None:
        """Note that the host gave an answer other than 429."""
        self.refused = 0

    def refuses(self) -> None:
        """Note that a source got nothing but 429; leave the host alone after several in a row."""
        self.refused += 1
        if self.refused >= self.limits.lost_host:
            self.closed = f"not asked, because the host refused {self.refused} sources: HTTP 429"

    def silent(self, why: str, given_up: bool) -> None:
        """Note that a source got no answer; give the host up after several in a row.

        Args:
            why: what happened instead.
            given_up: whether the source is not asked again; when it is, such answers count half,
                or all sources of a host that hangs would wait before the first is given up.
        """
        self.silences += 1
        self.lost += given_up
        most = self.limits.lost_host
        if self.lost >= most or self.silences >= 2 * most:
            times = self.silences
            self.closed = f"not asked, because the host did not answer {times} times: {why}"

    def asked_for_quiet(self, seconds: float) -> None:
        """Pause the whole host after a 429, then ask one at a time and more slowly.

        Args:
            seconds: how long to be quiet: what `Retry-After` says, or a backoff.
        """
        now = asyncio.get_running_loop().time()
        if seconds > self.limits.longest_wait:
            self.closed = f"the host asks for {seconds:.0f} s of quiet"
            return
        # Several answers to one burst are one refusal: they slow the host once.
        if now >= self.quiet_until:
            self.delay = min(max(self.delay * 2, self.limits.backoff), self.limits.longest_wait / 4)
        self.width = 1
        self.quiet_until = max(self.quiet_until, now + seconds)


class Hosts(defaultdict[str, Host]):
    """The hosts of a run by name; a host's servers on other ports count as the same host."""

    def __init__(
        self, limits: Limits, settings: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    ) -> None:
        super().__init__()
        self.limits, self.settings = limits, settings

    def __missing__(self, name: str) -> Host:
        known = {field.name for field in fields(Limits)}
        own = {key: value for key, value in self.settings.get(name, {}).items() if key in known}
        self[name] = Host(replace(self.limits, **own))
        return self[name]
