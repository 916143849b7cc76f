"""The lock files: whole, hashed, free of addresses, and what pyproject.toml asks for."""

import hashlib
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
NESTED = ("site", "check", "offline", "notebooks", "test")
GROUPS = (*NESTED, "types", "toolkits", "build", "spark", "debugger")
# The oldest Python that is promised, Debian 12's, and a current one.
PYTHONS = ({"python_full_version": "3.11.2", "python_version": "3.11"}, {})


def lock_text(group):
    return (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")


def entries(group):
    """[(requirement, hashes)] of a lock file."""
    text = lock_text(group).replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(Requirement(line.split(" --hash")[0]), line.split()[1:]) for line in lines]


def direct(group):
    """The requirements of a dependency group, included groups with them."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    found = []
    for item in groups[group]:
        found += [Requirement(item)] if isinstance(item, str) else direct(item["include-group"])
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_no_addresses_and_no_paths(group):
    found = re.search(r"://|--(extra-)?index|--find-links|file:|(^|\s)/", lock_text(group))
    assert not found, f"requirements/{group}.txt names a place ({found[0]!r}): run 'make lock'"


def test_no_lock_was_changed_by_hand():
    folder = ROOT / "requirements"
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    kept = {name: digest for digest, name in map(str.split, lines)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.txt")
    }
    other = sorted(name for name in kept | found if kept.get(name) != found.get(name))
    assert not other, f"requirements/{', '.join(other)} is not what 'make lock' wrote: run it"


@pytest.mark.parametrize("group", GROUPS)
def test_each_entry_is_pinned_and_hashed(group):
    for requirement, words in entries(group):
        specifiers = list(requirement.specifier)
        assert [s.operator for s in specifiers] == ["=="], f"{requirement} is not pinned"
        assert "*" not in specifiers[0].version
        hashes = [word for word in words if word.startswith("--hash=")]
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in hashes)


def test_what_others_install_is_what_is_tested():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    tested = {str(requirement) for requirement in direct("test")}
    extra = project["optional-dependencies"]["local-sagemaker"]
    assert {str(Requirement(each)) for each in extra} <= tested


@pytest.mark.parametrize("group", GROUPS)
def test_the_lock_is_of_this_pyproject(group):
    locked = {canonicalize_name(r.name): r for r, _ in entries(group)}
    for wanted in direct(group):
        found = locked.get(canonicalize_name(wanted.name))
        assert found, f'{wanted} is not in requirements/{group}.txt: run "make lock"'
        version = Version(next(iter(found.specifier)).version)
        assert version in wanted.specifier, f'{found} is not {wanted}: run "make lock"'


@pytest.mark.parametrize(("larger", "smaller"), list(pairwise(reversed(NESTED))))
def test_a_larger_group_holds_all_of_the_smaller(larger, smaller):
    """So that the venv for the tests serves the checker, and the checker's serves the site."""
    held = {requirement.name: requirement for requirement, _ in entries(larger)}
    for wanted, _ in entries(smaller):
        found = held.get(wanted.name)
        assert found and found.specifier == wanted.specifier, f"{wanted} is not in {larger}"
        for python in PYTHONS:
            if wanted.marker is None or wanted.marker.evaluate(python):
                assert found.marker is None or found.marker.evaluate(python), f"{wanted}: {larger}"


@pytest.mark.parametrize("group", GROUPS)
def test_one_version_of_each_package_for_every_python(group):
    for environment in PYTHONS:
        names = [
            canonicalize_name(requirement.name)
            for requirement, _ in entries(group)
            if requirement.marker is None or requirement.marker.evaluate(environment)
        ]
        assert len(names) == len(set(names))


def test_below_the_next_mkdocs():
    versions = {r.name: next(iter(r.specifier)).version for r, _ in entries("site")}
    assert Version(versions["mkdocs"]) < Version("2")
    # The newest that Debian 12's Python 3.11.2 can install.
    assert Version(versions["pymdown-extensions"]) < Version("13")
