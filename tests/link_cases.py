"""Cases of `data/link_pages.yml` and `data/link_servers.yml`, set up for real: ours and peers ask.

Each fifth case is kept apart, so that what was learnt on the others can be tried on it.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import struct
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from pypdf import PdfWriter

from tests import PATIENCE
from tests.workshop_notes.links import servers
from tests.workshop_notes.links.servers import Request, reply, serving, source
from workshop_notes.content.ledger import Source
from workshop_notes.links.fetch import Client
from workshop_notes.links.limits import Limits
from workshop_notes.links.run import ask
from workshop_notes.links.verdicts import Outcome

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
APART = 5
"""Each case whose number is divisible by this is kept apart."""
WORDS = "the words that count"
PAGE = f"<!doctype html><title>A guide</title><h1>A guide</h1><p>{WORDS}</p><h2 id=part>Part</h2>"
LIMITS = Limits(
    total=PATIENCE, connect=PATIENCE, read=PATIENCE, delay=0, tries=4, backoff=0.01, longest_wait=9
)
SHORT = Limits(total=1, connect=1, read=1, delay=0, tries=1)


def cases(name: str) -> dict[int, dict[str, Any]]:
    """Read a table: cases by their number, counted from 1."""
    text = (DATA / f"link_{name}.yml").read_text(encoding="utf-8")
    return dict(enumerate(yaml.load(text, yaml.CSafeLoader), 1))


def is_apart(number: int) -> bool:
    """Whether a case was kept apart."""
    return number % APART == 0


# Servers


@dataclass
class Behaviours:
    """Answers `/NUMBER/page` as the case of that number says.

    Attributes:
        port: where it is served on the loopback.
    """

    cases: dict[int, dict[str, Any]]
    port: int = 0
    asked: Counter = field(default_factory=Counter)

    def base(self, number: int) -> str:
        """Return the address below which a case is served."""
        return f"http://127.0.0.1:{self.port}/{number}"

    def source(self, number: int) -> Source:
        """Return the entry of a case, as the ledger would give it."""
        entry = dict(self.cases[number].get("entry", {}))
        expects = [each.replace("WORDS", WORDS) for each in entry.get("expects", ["WORDS"])]
        redirects = [self._filled(to, number) for to in entry.get("redirects", [])]
        return source(
            entry.get("address", f"{self.base(number)}/page").replace("CLOSED", "9"),
            expects,
            title=entry.get("title", "A guide"),
            fragment=entry.get("fragment", ""),
            redirects=tuple((to, "expected") for to in redirects),
        )

    def answer(self, request: Request) -> Any:
        """Answer one request: bytes, or a coroutine that writes by itself."""
        number, _, path = request.path.partition("?")[0].strip("/").partition("/")
        case = self.cases.get(int(number) if number.isdigit() else 0)
        self.asked[request.path] += 1
        if request.path == "/":
            return reply(b"<title>Welcome</title><h1>All products</h1>")
        found = ({"page": case["page"]} | case.get("also", {})).get(path) if case else None
        if found is None:
            return reply(status=404)
        if isinstance(found, dict) and self.asked[request.path] > found.get("times", PATIENCE):
            found = found["then"]
        found = {"body": found} if isinstance(found, str) else found
        return self._made(found, int(number), request)

    def _filled(self, text: str, number: int) -> str:
        here = self.base(number)
        names = {
            "BASE": here, "OTHER": here.replace("127.0.0.1", "localhost"),
            "HOST": here.removeprefix("http://"), "WORDS": WORDS, "HEXLEN": f"{len(PAGE):x}",
            "LENGTH": str(len(PAGE)), "PAGE": PAGE,
        }  # fmt: skip
        for name, value in names.items():
            text = text.replace(name, value)
        return text

    def _made(self, spec: dict[str, Any], number: int, request: Request) -> Any:
        if "act" in spec:
            act = {"hang": servers.hang, "drip": servers.drip, "reset": servers.reset(b"")}
            return act[spec["act"]](request)
        if "raw" in spec:
            return self._filled(spec["raw"], number).encode("latin-1")
        body = self._filled(spec.get("body", ""), number).encode(spec.get("charset", "utf-8"))
        headers = {key: self._filled(text, number) for key, text in spec.get("headers", {}).items()}
        if "file" in spec:
            body = two_pages()
        if "large" in spec:
            body += b"<p>" + b"x " * (spec["large"] // 2)
        if "bomb" in spec:
            body, headers["Content-Encoding"] = gzip.compress(bytes(spec["bomb"])), "gzip"
        if coded := spec.get("coded", ""):
            for _ in range(coded.count("gzip")):
                body = gzip.compress(body)
            body = zlib.compress(body, wbits=-15) if coded == "raw-deflate" else body
            body = zlib.compress(body) if coded == "deflate" else body
            headers["Content-Encoding"] = coded.removeprefix("raw-")
        kind = spec.get("type", "text/html; charset=utf-8" if "body" in spec else "text/html")
        return reply(body, spec.get("status", 200), kind or None, **headers)


def two_pages() -> bytes:
    """Return a PDF of two empty pages."""
    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(2):
        writer.add_blank_page(100, 100)
    writer.add_metadata({"/Subject": "x" * 1_000_000})  # it comes in several pieces
    writer.write(file)
    return file.getvalue()


async def verdicts(numbers: list[int]) -> dict[int, Outcome]:
    """Ask the behaviours of these numbers with our checker, each with a client of its own."""
    behaviours = Behaviours(cases("servers"))
    async with serving(behaviours.answer) as real:
        behaviours.port = real.ports["http"]

        async def one(number: int) -> Outcome:
            page = behaviours.cases[number]["page"]
            waits = isinstance(page, dict) and page.get("act") in ("hang", "drip")
            async with Client(SHORT if waits else LIMITS, private=True) as client:
                return await ask(client, behaviours.source(number))

        found = await asyncio.gather(*map(one, numbers))
    return dict(zip(numbers, found, strict=True))


def judged(outcome: Outcome) -> str:
    """Say an outcome in the words of the table."""
    return "nothing" if outcome.is_unknown else "bad" if outcome.is_bad else "fine"


# Pages

ALT = "Three boxes with arrows between them, to have a picture that is there"


def _front(name: str) -> str:
    """Return the front matter of a page, with a search word of its own."""
    words = "A page that was written to hold one case of what links are like."
    return f"---\ndescription: {words}\naliases: [{name}]\n---\n"


_TARGET = f"""{_front("target")}
# Target

[x](https://docs.example.org/guide/page-1.html) and [y](../files/data.csv)

![{ALT}](../img/boxes.png)

## Here

## Größe {{ #größe }}

## It's over {{ #its-over }}

<h3 id="twice">x</h3><h3 id="twice_1">x</h3>
"""
_QUESTION = """---
description: A question, without which the search of a site would have nothing to find.
status: current
reviewed: 2026-11-23
tags: [Links]
aliases: [links]
---
# What can links be like?

**Many things.** Each of the other pages shows one, and this one shows none at all.
"""
_LEDGER = """sources:
  - key: guide
    url: https://docs.example.org/guide/page-1.html
    title: A guide
    expects: [words]
    evidence: {kind: copy, date: 2026-11-23, copy: a copy that was made up}
"""


def lay(root: Path, numbers: list[int]) -> None:
    """Write a project whose pages hold the cases of these numbers."""
    docs = root / "docs"
    for name in ("experiment", "img", "files"):
        (docs / name).mkdir(parents=True, exist_ok=True)
    (root / "examples").mkdir(exist_ok=True)
    (docs / "img" / "boxes.png").write_bytes(_png())
    (docs / "files" / "data.csv").write_text("a,b\n", encoding="utf-8")
    (docs / "day-1").mkdir(exist_ok=True)
    (docs / "day-1" / "index.md").write_text(f"{_front('day')}# Day 1\n", encoding="utf-8")
    (docs / "day-1" / "question.md").write_text(_QUESTION, encoding="utf-8")
    (docs / "index.md").write_text(f"{_front('home')}# Home\n", encoding="utf-8")
    (docs / "experiment" / "target.md").write_text(_TARGET, encoding="utf-8")
    (docs / "experiment" / "other.md").write_text(f"{_front('other')}# Other\n", encoding="utf-8")
    (root / "sources.yml").write_text(_LEDGER, encoding="utf-8")
    table, names = cases("pages"), ["target", "other"]
    for number in numbers:
        names.append(f"case-{number}")
        body = table[number]["body"].replace("ALT", ALT)
        path = docs / "experiment" / f"case-{number}.md"
        path.write_text(f"{_front(path.stem)}# Case {number}\n\n{body}\n", encoding="utf-8")
    before, _, rest = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")
    nav = "".join(f"  - experiment/{name}.md\n" for name in names)
    nav = f"  - index.md\n  - Day 1: [day-1/index.md, day-1/question.md]\n{nav}"
    after = rest[rest.index("\ntheme:\n") :]
    for line in ("  logo: assets/logo.svg\n", "  favicon: assets/logo.svg\n"):
        after = after.replace(line, "")
    after = after.replace("extra_css:\n  - assets/site.css\n", "")
    start = after.index("extra_javascript:")
    after = after[:start] + after[after.index("\n# Without `search`") :]
    (root / "mkdocs.yml").write_text(
        f"{before}\nnav:\n{nav}{after}",
        "utf-8",
    )


def refused(root: Path) -> dict[int, list[str]]:
    """Build the pages as `mkdocs build` does; return what it says, by the number of the case."""
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(root / "site"))
    found: dict[int, list[str]] = {}
    try:
        build(config)
    except Abort:
        for problem in map(str, config.plugins["workshop-notes"].problems):
            name, _, line = problem.partition(":")
            assert Path(name).stem.startswith("case-"), problem
            number = int(Path(name).stem.removeprefix("case-"))
            found.setdefault(number, []).append(line)
    return found


def _png() -> bytes:
    """Return a picture of one white dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0\xff")), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
