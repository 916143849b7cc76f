"""Every source of the ledger still says, on the live web, what the pages rest on."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.site import ROOT
from workshop_notes.content import ledger as ledgers

KEYS = [source.key for source in ledgers.read(ROOT / "sources.yml", ROOT / "sources.yml").sources]
LIMIT_SECONDS = 1800


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict]:
    """What asking every source found; nothing is written."""
    if os.environ.get("ONLINE") != "1":
        pytest.skip("asks the live web: run 'make check-links', or 'ONLINE=1 make test'")
    command = [sys.executable, "-m", "workshop_notes.links", "--dry-run", "--json", "-"]
    run = subprocess.run(
        command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=LIMIT_SECONDS
    )
    if run.returncode == 3:
        pytest.skip(f"no internet: {run.stderr.strip()}")
    assert run.returncode in (0, 1), run.stderr
    return {entry["key"]: entry["outcome"] for entry in json.loads(run.stdout)["sources"]}


@pytest.mark.parametrize("key", KEYS)
def test_the_source_bears_the_answer(outcomes, key):
    outcome = outcomes[key]
    if outcome["verdict"] in ("blocked", "unreachable", "too-large"):
        pytest.skip(f"{outcome['verdict']}: {outcome['detail']}")
    assert outcome["verdict"] == "fine", f"{outcome['verdict']}: {outcome['detail']}"
