"""Firefox by WebDriver BiDi (W3C), which it speaks without a driver of its own.

Playwright's channel for it asks for commands that Debian's Firefox does not know yet.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import aiohttp

from tests import PATIENCE

PROFILE = {  # it asks nobody but us: what is not on the loopback goes to a port without a server
    "network.proxy.type": 1,
    "network.proxy.http": '"127.0.0.1"',
    "network.proxy.http_port": 9,
    "network.proxy.ssl": '"127.0.0.1"',
    "network.proxy.ssl_port": 9,
    # It would fetch the page of `rel=next` ahead, which the policy forbids, and would say so.
    "network.prefetch-next": "false",
}
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowUp": "\ue013"}
"""Keys that are no letter, as WebDriver writes them (section "Keyboard actions")."""


def find() -> str | None:
    """Return the path of an installed Firefox, or None."""
    chosen = os.environ.get("FIREFOX_PATH")
    return next(
        filter(None, map(shutil.which, [chosen] if chosen else ["firefox-esr", "firefox"])), None
    )


class Firefox:
    """A running Firefox.

    Attributes:
        complaints: errors and warnings of the page's console, and exceptions, since `complaints`
            was emptied.
    """

    def __init__(self, listening: str) -> None:
        self.complaints: list[str] = []
        self._numbers, self._waiting = count(1), {}
        # Playwright's loop has the thread of the tests.
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._socket = self._wait(self._connect(f"{listening}/session"))
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])

    def _wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    async def _connect(self, address: str) -> aiohttp.ClientWebSocketResponse:
        self._session = aiohttp.ClientSession()
        return await self._session.ws_connect(address, max_msg_size=0)

    async def _listen(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._waiting.pop(told["id"]).set_result(told)
            elif told["params"]["level"] in ("error", "warn"):
                self.complaints.append(told["params"]["text"])

    async def _ask(self, method: str, params: dict) -> dict:
        number = next(self._numbers)
        self._waiting[number] = self._loop.create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        return await self._waiting[number]

    def send(self, method: str, **params) -> dict:
        """Send a command of WebDriver BiDi and return its result.

        Raises:
            RuntimeError: Firefox refuses it.
        """
        told = self._wait(self._ask(method, params))
        if told["type"] != "success":
            raise RuntimeError(f"{method}: {told['error']}: {told['message']}")
        return told["result"]

    @contextlib.contextmanager
    def page(self, width: int, height: int) -> Iterator[None]:
        """Work on an empty page of a size, which closes at the end.

        Each test has its own: what one still loads at its end cannot meet what the next one asks.
        """
        self._page = self.send("browsingContext.create", type="tab")["context"]
        self.resize(width, height)
        try:
            yield
        finally:
            self.send("browsingContext.close", context=self._page)

    def open(self, address: str) -> None:
        """Load the first address of a page, and wait until all of it is there."""
        # Firefox answers once the load has begun. Asked to answer at its end, it once never did.
        self.send("browsingContext.navigate", context=self._page, url=address, wait="none")
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def resize(self, width: int, height: int) -> None:
        """Give the page another size."""
        viewport = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self._page, viewport=viewport)

    def run(self, script: str) -> object:
        """Return what a JavaScript expression gives on the page: a word, a number or a truth.

        Raises:
            RuntimeError: it throws.
        """
        target = {"context": self._page}
        told = self.send("script.evaluate", expression=script, target=target, awaitPromise=True)
        if told["type"] == "exception":
            raise RuntimeError(told["exceptionDetails"]["text"])
        return told["result"].get("value")

    def until(self, condition: str) -> object:
        """Return what a JavaScript expression gives once that is true, on whichever page is loaded.

        Raises:
            TimeoutError: it did not become true.
        """

        # Asked anew each time: a script that waited in the page would sleep with it for ever when
        # the next page comes, as Firefox keeps the old one for the way back.
        def told() -> object:
            with contextlib.suppress(RuntimeError):  # between two pages
                return self.run(condition)

        return _once(told, condition)

    def hear(self, words: str) -> str:
        """Return the complaint that holds some words, once it comes.

        Raises:
            TimeoutError: it did not come.
        """
        return _once(lambda: next((each for each in self.complaints if words in each), ""), words)

    def press(self, *keys: str) -> None:
        """Press keys: `Enter`, or the letters of a word."""
        signs = [sign for key in keys for sign in (KEYS.get(key) or key)]
        pressed = [{"type": kind, "value": sign} for sign in signs for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": pressed}
        self.send("input.performActions", context=self._page, actions=[source])

    def click(self, selector: str) -> None:
        """Click on the middle of an element."""
        found = self.send(
            "browsingContext.locateNodes", context=self._page,
            locator={"type": "css", "value": selector}, maxNodeCount=1,
        )["nodes"][0]  # fmt: skip
        where = {"type": "element", "element": {"sharedId": found["sharedId"]}}
        moves = [{"type": "pointerMove", "x": 0, "y": 0, "origin": where}]
        moves += [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        source = {"type": "pointer", "id": "mouse", "actions": moves}
        self.send("input.performActions", context=self._page, actions=[source])

    def close(self) -> None:
        """End the browser."""
        self.send("browser.close")
        self._wait(self._session.close())
        self._loop.call_soon_threadsafe(self._loop.stop)


def _once(told: Callable[[], object], what: str) -> object:
    """Return what is told as soon as it is true.

    Raises:
        TimeoutError: it did not become true.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := told():
            return found
        time.sleep(0.02)
    raise TimeoutError(what)


@contextlib.contextmanager
def started(path: str) -> Iterator[Firefox]:
    """Start Firefox with a profile of its own, without a window.

    Args:
        path: the program.
    """
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        preferences = (f'user_pref("{name}", {value});\n' for name, value in PROFILE.items())
        (Path(profile) / "user.js").write_text("".join(preferences), encoding="utf-8")
        command = [path, "--headless", "--no-remote", "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [*command, "--profile", profile], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "HOME": profile},
        )  # fmt: skip
        try:
            said = []
            for line in process.stderr:
                said.append(line)
                if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                    break
            else:
                raise RuntimeError(f"{path} did not start: {''.join(said)}")
            threading.Thread(target=process.stderr.read, daemon=True).start()
            browser = Firefox(found[1])
            try:
                yield browser
            finally:
                browser.close()
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
