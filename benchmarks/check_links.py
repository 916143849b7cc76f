"""How fast the checker is beside the limit of latency, and beside LinkChecker.

A server on the loopback answers each request after 50 ms. The limit at N requests at once is
links x latency / N. Compare the ratios, which are measured side by side, not the seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import multiprocessing
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aiohttp import web

from workshop_notes.content.ledger import Source
from workshop_notes.links.fetch import Client
from workshop_notes.links.limits import Limits
from workshop_notes.links.run import ask
from workshop_notes.links.verdicts import Verdict

LATENCY = 0.05
"""Seconds before each answer."""
CONCURRENCIES = (10, 100)
FILLER = "<p>" + "A sentence of a page that somebody wrote. " * 40 + "</p>\n"


def serve(links: int, ready: multiprocessing.Queue) -> None:
    """Serve an index with links to pages of about 10 kB, each with the cited heading at its end."""

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(LATENCY)
        number = request.match_info.get("number")
        if number is None:
            rows = "".join(f'<a href="/{n}#here">{n}</a>\n' for n in range(links))
            return web.Response(text=f"<title>Index</title>{rows}", content_type="text/html")
        body = f"<title>A page</title>{FILLER * 6}<h2 id=here>the words {number}</h2>"
        return web.Response(text=body, content_type="text/html")

    async def run() -> None:
        application = web.Application()
        application.router.add_get("/", answer)
        application.router.add_get("/{number}", answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        ready.put(site._server.sockets[0].getsockname()[1])
        await asyncio.Event().wait()

    asyncio.run(run())


async def check(address: str, links: int, concurrency: int) -> float:
    """Check all links with their words and fragments; return the seconds.

    Raises:
        RuntimeError: when a verdict is not fine, since speed without an answer is worth nothing.
    """
    limits = Limits(concurrency=concurrency, per_host=concurrency, delay=0)
    sources = [
        Source(
            str(n), f"{address}/{n}", "here", "T", (f"the words {n}",), {"kind": "none"},
            "", "", "", "", (), {}, (), 1,
        )
        for n in range(links)
    ]  # fmt: skip
    begun = time.perf_counter()
    async with Client(limits) as client:
        found = await asyncio.gather(*(ask(client, source) for source in sources))
    seconds = time.perf_counter() - begun
    if any(outcome.verdict is not Verdict.FINE for outcome in found):
        raise RuntimeError(f"not all fine: {next(o for o in found if o.verdict != 'fine')}")
    return seconds


def linkchecker(address: str, threads: int) -> float:
    """Check the same links and fragments with LinkChecker; return the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "linkcheckerrc"
        config.write_text(f"[checking]\nthreads={threads}\n[AnchorCheck]\n", encoding="utf-8")
        Path(folder).chmod(0o755)
        command = [Path(sys.executable).parent / "linkchecker", "--no-status", "--no-robots"]
        command += ["--config", config, "--recursion-level", "1", f"{address}/"]
        begun = time.perf_counter()
        subprocess.run(list(map(str, command)), check=True, capture_output=True)
        return time.perf_counter() - begun


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=1000)
    parser.add_argument("--without-linkchecker", action="store_true", help="it takes minutes")
    options = parser.parse_args()
    ready: multiprocessing.Queue = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(options.links, ready), daemon=True)
    server.start()
    address = f"http://127.0.0.1:{ready.get()}"
    print(f"{datetime.date.today()}, {platform.platform()}, {multiprocessing.cpu_count()} cores")
    print(f"{options.links} links, {LATENCY * 1000:.0f} ms each\n")
    print("| | at once | seconds | times the limit |\n| --- | --- | --- | --- |")
    for concurrency in CONCURRENCIES:
        limit = options.links * LATENCY / concurrency
        seconds = min(asyncio.run(check(address, options.links, concurrency)) for _ in range(3))
        print(f"| this checker | {concurrency} | {seconds:.2f} | {seconds / limit:.2f} |")
    if not options.without_linkchecker:
        limit = options.links * LATENCY / CONCURRENCIES[0]
        seconds = linkchecker(address, CONCURRENCIES[0])
        print(f"| LinkChecker 10.6 | {CONCURRENCIES[0]} | {seconds:.1f} | {seconds / limit:.1f} |")
    server.terminate()


if __name__ == "__main__":
    main()
