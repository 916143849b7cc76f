"""What may import what: the rooms of ARCHITECTURE.md, held by import-linter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.site import ROOT


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--no-logo", "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_rooms_keep_to_their_contracts():
    done = contracts(ROOT)
    assert done.returncode == 0, done.stdout
    assert "3 kept, 0 broken" in done.stdout
