"""How much disk each dependency group takes, from the files of the distributions in its lock.

Run it after `make test-heavy`, which sets up every venv; a group without one is left out. The
group `examples` has no lock of its own: it is what its requirements lead to, taken from `test`.
"""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.bootstrap import APART, CONTAINS

ROOT = Path(__file__).resolve().parent.parent


def locked(group: str) -> set[str]:
    """Return the names in a lock file."""
    text = (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
    return {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", text, re.M)}


def installed(folder: Path) -> dict[str, metadata.Distribution]:
    """Return the distributions of a venv by name."""
    (packages,) = folder.glob("lib/python3.*/site-packages")
    found = metadata.distributions(path=[str(packages)])
    return {canonicalize_name(each.metadata["Name"]): each for each in found}


def reached(wanted: list[Requirement], known: dict[str, metadata.Distribution]) -> set[str]:
    """Return the names of what requirements lead to on this machine, their extras included."""
    found: set[tuple[str, str]] = set()
    waiting = list(wanted)
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        for extra in ("", *each.extras):
            if (name, extra) in found or name not in known:
                continue
            found.add((name, extra))
            needs = [Requirement(text) for text in known[name].requires or []]
            waiting += [n for n in needs if n.marker is None or n.marker.evaluate({"extra": extra})]
    return {name for name, _ in found}


def megabytes(names: set[str], known: dict[str, metadata.Distribution]) -> float:
    """Return the size of the files of some distributions, compiled ones not counted."""
    paths = {
        path.locate()
        for name in names & set(known)
        for path in known[name].files or []
        if path.suffix != ".pyc"
    }
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def main() -> None:
    """Print a table."""
    everything = installed(ROOT / ".venv")
    print("| group | packages | MB |\n| --- | --- | --- |")
    for group in CONTAINS:
        folder = ROOT / APART.get(group, ".venv")
        if not folder.is_dir():
            continue
        known = installed(folder)
        names = locked(group) & set(known)
        print(f"| {group} | {len(names)} | {megabytes(names, known):.0f} |", flush=True)
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    direct = [Requirement(text) for text in groups["dependency-groups"]["examples"]]
    names = reached(direct, everything)
    print(f"| examples | {len(names)} | {megabytes(names, everything):.0f} |")


if __name__ == "__main__":
    main()
