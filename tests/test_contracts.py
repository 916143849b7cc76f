"""What may import what: the rooms of ARCHITECTURE.md, held by import-linter."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.site import ROOT


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--no-logo", "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_rooms_keep_to_their_contracts():
    done = contracts(ROOT)
    assert done.returncode == 0, done.stdout
    assert "3 kept, 0 broken" in done.stdout


@pytest.mark.parametrize("room", sorted(path.name for path in (ROOT / "src").glob("*/")))
def test_no_two_classes_of_a_room_have_one_name(room):
    found = Counter(
        node.name
        for path in (ROOT / "src" / room).rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and "kit" not in path.parts
    )
    assert [name for name, number in found.items() if number > 1] == []


GROW = {
    *("FrontMatter", "Markdown", "_Site", "LinkCheck", "Texts", "Search", "Editions", "Section"),
    *("Written", "Question", "Topic", "ImportedNotes", "_Block", "Entries"),
}
"""Those that are filled bit by bit."""


def test_what_was_read_is_changed_by_nobody():
    """Values are shared: by caches, by the pages that cite one source, by hosts with one limit."""
    found = set()
    for path in sorted((ROOT / "src" / "workshop_notes").rglob("*.py")):
        names = path.relative_to(ROOT / "src").with_suffix("").parts
        if "@dataclass" in path.read_text(encoding="utf-8"):
            module = importlib.import_module(".".join(names))
            found |= {
                each.__name__
                for each in vars(module).values()
                if isinstance(each, type)
                and each.__module__ == module.__name__
                and not getattr(each, "__dataclass_params__", SimpleNamespace(frozen=True)).frozen
            }
    assert found == GROW


def test_the_bounds_of_waiting_are_wide_and_one():
    """On a busy machine a bound of its own is a test that fails by the clock."""
    own = re.compile(r"\b(?:timeout=|wait\(|join\(|result\()\d{2,}")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if own.search(line)
    ]
    assert not found, f"write tests.PATIENCE: {', '.join(found)}"
