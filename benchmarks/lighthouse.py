"""Lighthouse on the built site, mobile preset: home, a question, the search, a notebook page.

Its scores for accessibility, best practices and search engines are the same on each machine; that
for performance is timed on a simulated slow phone and changes with what else the machine does, so
the best of some runs counts.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from benchmarks.corpus import ROOT
from benchmarks.peers import MissingError, install_npm
from tests.server import served
from tests.site import build
from tools.bootstrap import find_browser
from workshop_notes.content.project import Project

LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}
PAGES = ["", "day-1/schedule-jobs/", "experiment/candidate-definition/", "?q=quota"]
SECONDS = 240


def run(program: Path, address: str, folder: Path) -> dict:
    """Run Lighthouse once and return its report.

    Raises:
        RuntimeError: it fails; the end of its output is in the message.
    """
    report = folder / "report.json"
    command = [str(program), address, "--quiet", "--output=json", f"--output-path={report}"]
    command.append("--chrome-flags=--headless=new --no-sandbox --disable-gpu")
    variables = os.environ | {"CHROME_PATH": str(find_browser())}
    done = subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{address}: {done.stderr.strip()[-400:]}")
    return json.loads(report.read_text(encoding="utf-8"))


def below(report: dict) -> list[str]:
    """Name the audits that cost points."""
    found = []
    for key in CATEGORIES:
        for reference in report["categories"][key]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                found.append(f"{key}: {audit['title']} {audit.get('displayValue', '')}".strip())
    return found


def main() -> None:
    """Measure and print a table, with what costs points below it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=PAGES, help="below the site's address")
    parser.add_argument("--runs", type=int, default=2, help="of each page; the best counts")
    options = parser.parse_args()
    try:
        modules = install_npm(ROOT / ".cache" / "peers" / "lighthouse", [LIGHTHOUSE])
    except MissingError as error:
        sys.exit(f"Lighthouse cannot be installed: {error}")
    program = modules / ".bin" / "lighthouse"
    lines, losses = [], []
    with tempfile.TemporaryDirectory() as work, pytest.MonkeyPatch.context() as patch:
        site = Path(work) / "site"
        site.mkdir()
        with served(site) as address:
            patch.setenv("SITE_URL", address)
            build(Project(ROOT), site)
            for page in options.pages:
                reports = [run(program, address + page, Path(work)) for _ in range(options.runs)]
                best = max(reports, key=lambda each: each["categories"]["performance"]["score"])
                scores = [best["categories"][key]["score"] for key in CATEGORIES]
                cells = [f"{score * 100:.0f}" for score in scores]
                lines.append(f"| `/{page}` | {' | '.join(cells)} |")
                losses += [f"`/{page}` {words}" for words in below(best)]
                print(lines[-1], flush=True)
    print(f"\n{datetime.date.today()}, {LIGHTHOUSE}, mobile preset, best of {options.runs}\n")
    print(f"| page | {' | '.join(CATEGORIES.values())} |\n|{' --- |' * (len(CATEGORIES) + 1)}")
    print("\n".join([*lines, "", *losses]))


if __name__ == "__main__":
    main()
