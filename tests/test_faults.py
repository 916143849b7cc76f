"""A command that is killed and a full disk leave nothing half-written, and the next run is right.

`make test-heavy` kills each command at moments that SEED draws, by turns by the clock and as it
puts a file into its place, and runs it on disks that are too small. What was there before must then
be there whole, or already the new one.
"""

from __future__ import annotations

import os
import random
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from autotune.regenerate import WALK
from tests import PATIENCE
from tests import other_site as bread
from tests.site import ROOT, THAT_DAY, copy_project, environment
from workshop_notes.content.files import write_if_changed, write_together
from workshop_notes.content.project import Project
from workshop_notes.directives import experiment
from workshop_notes.plugin import BUILDING

SEED = 20261130
STRAY = re.compile(rf"site/{re.escape(BUILDING)}(/.*)?|(.*/)?\.[^/]+\.\w{{8}}")
"""What a killed command may leave: the site that it was making, and a file before its renaming."""


def of_before(root: Path) -> None:
    """Give the site another name, which stands on each page and in the names of the editions."""
    path = root / "mkdocs.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("^site_name: .*", "site_name: Older", text, flags=re.M), "utf-8")


def stale(*patterns: str) -> Callable[[Path], None]:
    """Write something else into generated files."""

    def change(root: Path) -> None:
        for pattern in patterns:
            for path in root.glob(pattern):
                path.write_bytes(b"of before\n")

    return change


def small_experiment(root: Path) -> None:
    """Shorten the tables and the first notebook of the experiment, without the scores of others."""
    for name, columns in (("flights", "month day temp late"), ("vehicles", "displ hwy body")):
        path = root / "notebooks" / "data" / f"{name}.csv"
        pd.read_csv(path, nrows=300, usecols=columns.split()).to_csv(path, index=False)
        (root / "notebooks" / "scores" / f"{name}.json").unlink()
    path = root / "notebooks" / WALK
    book = nbformat.read(path, as_version=4)
    del book.cells[2:]
    nbformat.write(book, path)


@dataclass(frozen=True)
class Command:
    """A command that writes.

    Attributes:
        words: what stands behind `python -m`.
        change: makes a project into one for which the command has to write.
        moments: how often it is killed.
        disks: how many disks are too small for it.
        built: whether it needs a run before the change, whose files it has to replace.
        project: writes the project: a small one where only its size would take long.
    """

    words: tuple[str, ...]
    change: Callable[[Path], None]
    moments: int
    disks: int
    built: bool = False
    project: Callable[[Path], object] = copy_project


COMMANDS = {
    "mkdocs build": Command(("mkdocs", "build", "--strict"), of_before, 14, 3, built=True),
    "make offline": Command(
        ("workshop_notes", "offline"), of_before, 10, 3, built=True, project=bread.write
    ),
    "make format": Command(
        ("workshop_notes", "format", "processing/start_job", "image-not-found/wrong_addresses"),
        stale("docs/img/*.svg", "docs/img/*.png", "examples/image-not-found/*.out"),
        10,
        2,
    ),
    "make notebooks": Command(("autotune.regenerate", "--keep-scores"), small_experiment, 6, 2),
}

WATCHED = f"""
BUILDING = {f"site/{BUILDING}"!r}
import os, runpy, signal, sys

left, sys.argv = int(sys.argv[1]), sys.argv[2:]

def told(event, values):
    global left
    if event != "os.rename" or os.path.relpath(values[1]).startswith(("..", "tmp", BUILDING)):
        return
    left -= 1
    if not left:
        os.killpg(0, signal.SIGKILL)

sys.addaudithook(told)
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""Runs a module that is killed as it puts its so many-th file into its place; 0 is never."""


def variables(root: Path) -> dict[str, str]:
    """What the runs of a project are told; what they leave behind elsewhere goes with it."""
    temporary = root / "tmp"
    temporary.mkdir(exist_ok=True)
    told = {"SITE_URL": "https://example.org/notes/", "SOURCE_DATE_EPOCH": THAT_DAY}
    return environment() | told | {"TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}


def run(command: Command, root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command.words],
        cwd=root,
        env=variables(root),
        capture_output=True,
        text=True,
        check=False,
    )


def tree(root: Path) -> dict[str, bytes]:
    """Every file of a project, without those of programs that are at work."""
    found = (path for path in root.rglob("*") if path.is_file())
    names = {path.relative_to(root).as_posix(): path for path in found}
    kept = (each for each in names.items() if not each[0].startswith(("tmp/", ".ruff_cache/")))
    return {name: path.read_bytes() for name, path in kept}


@dataclass(frozen=True)
class Prepared:
    """A command, and what it makes of what.

    Attributes:
        name: that of the command.
        command: the command.
        before: the project before it.
        after: every file after it.
        seconds: how long it took.
    """

    name: str
    command: Command
    before: Path
    after: dict[str, bytes]
    seconds: float

    def begin(self, root: Path) -> None:
        """Put the project of before into a folder, in the place of whatever is there."""
        for path in root.iterdir() if root.exists() else ():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.before, root, dirs_exist_ok=True)

    def wrong(self, root: Path) -> list[str]:
        """Return the names of files that are neither of before nor of after, nor may be lacking."""
        found, before = tree(root), tree(self.before)
        states = [name for name in before if name not in found and name in self.after]
        for name, data in found.items():
            known = data in (before.get(name), self.after.get(name))
            if not known and not STRAY.fullmatch(name):
                states.append(name)
        return states

    def run_again(self, root: Path) -> None:
        """Hold the next run to what one makes that nothing stopped."""
        done = run(self.command, root)
        assert done.returncode == 0, done.stderr
        found = {name: data for name, data in tree(root).items() if not STRAY.fullmatch(name)}
        assert found.keys() == self.after.keys()
        assert [name for name, data in found.items() if data != self.after[name]] == []
        assert not (root / "site" / BUILDING).exists()


@pytest.fixture(scope="module", params=COMMANDS)
def prepared(request, tmp_path_factory) -> Prepared:
    """Each command, after one run that nothing stopped."""
    command = COMMANDS[request.param]
    folder = tmp_path_factory.mktemp("faults")
    before, after = folder / "before", folder / "after"
    before.mkdir()
    command.project(before)
    shutil.copy(ROOT / "pyproject.toml", before)  # how code is formatted
    if command.built:
        config = (before / "mkdocs.yml").read_text(encoding="utf-8")
        command.change(before)
        assert run(command, before).returncode == 0
        (before / "mkdocs.yml").write_text(config, encoding="utf-8")
    else:
        command.change(before)
    shutil.copytree(before, after)
    begun = time.monotonic()
    done = run(command, after)
    assert done.returncode == 0, done.stderr
    return Prepared(request.param, command, before, tree(after), time.monotonic() - begun)


def outlived(command: Command, root: Path, moment: float, place: int = 0) -> bool:
    """Run a command, kill its group, and wait until nothing of it is left.

    Args:
        command: the command.
        root: the project that it runs in.
        moment: the second after which it is killed.
        place: which file it may no longer put into its place, from 1; 0 is none.

    Returns:
        Whether it had ended by then.
    """
    mark = f"FAULTS={time.monotonic_ns()}"
    name, _, value = mark.partition("=")
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHED, str(place), *command.words],
        cwd=root,
        env=variables(root) | {name: value},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        if process.wait(moment) != -signal.SIGKILL:
            return True
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for path in Path("/proc").glob("[0-9]*/environ"):  # what left the group has to end by itself
        try:
            handle = os.pidfd_open(int(path.parent.name))
        except OSError:
            continue
        with os.fdopen(handle) as stream:
            try:
                marked = mark.encode() in path.read_bytes()
            except OSError:
                continue
            assert not marked or select.select([stream], [], [], PATIENCE)[0], path.parent
    return False


@pytest.mark.heavy
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc, as on Linux")
def test_a_killed_command_leaves_nothing_half_written(prepared, folder, record_figures):
    draw, longest = random.Random(f"{SEED} {prepared.name}"), prepared.seconds
    root, killed, writing = folder / "notes", 0, 0
    before = tree(prepared.before)
    places = sum(data != before.get(name) for name, data in prepared.after.items())
    while killed < prepared.command.moments:
        moment, place = draw.uniform(0, longest), 0
        if killed % 2:
            moment, place = PATIENCE, draw.randint(1, places)
        prepared.begin(root)
        if outlived(prepared.command, root, moment, place):
            assert not place, f"put fewer than {place} files into their place"
            longest = moment  # less busy a machine than before
            continue
        killed += 1
        assert prepared.wrong(root) == [], f"after {moment:.2f} s of {longest:.2f}, file {place}"
        writing += tree(root) != before
        prepared.run_again(root)
    record_figures(
        f"{prepared.name}: killed {killed} times (seed {SEED}), {writing} of them while it wrote"
    )


@pytest.fixture
def folder(tmp_path_factory) -> Path:
    """An empty folder with a short path: a kernel's socket below it has but 107 characters."""
    return tmp_path_factory.mktemp("x")


@pytest.fixture
def disk(folder) -> Iterator[Callable[[int], Path]]:
    """A function that gives a disk of so many bytes, or that size to the one that is there."""
    folder /= "disk"
    folder.mkdir()

    def sized(size: int) -> Path:
        new = "remount," if folder.is_mount() else ""
        command = ["mount", "-t", "tmpfs", "-o", f"{new}size={size}", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip("a small disk is mounted by root only")
        return folder

    yield sized
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.heavy
def test_a_full_disk_leaves_nothing_half_written(prepared, disk, record_figures):
    whole = 1 << 30
    root = disk(whole)
    prepared.begin(root)
    used = whole - shutil.disk_usage(root).free
    before = tree(prepared.before)
    needed = sum(len(data) for name, data in prepared.after.items() if data != before.get(name))
    refused = 0
    for number in range(prepared.command.disks):
        disk(whole)
        prepared.begin(root)
        disk(used + needed * number // prepared.command.disks)
        done = run(prepared.command, root)
        said = done.stdout + done.stderr
        assert "Traceback" not in said, said
        if done.returncode:
            refused += 1
            assert re.search("No space left|make room|os error 28", said), said
        assert prepared.wrong(root) == []
        disk(whole)
        prepared.run_again(root)
    record_figures(f"{prepared.name}: {refused} of {prepared.command.disks} disks were too small")
    assert 2 * refused >= prepared.command.disks


def test_a_site_is_replaced_as_a_whole_and_what_is_not_the_engines_stays(tmp_path):
    project = bread.write(tmp_path)
    of_before = {
        f"{BUILDING}/index.html": "of a build that was killed",
        ".git/HEAD": "of whoever publishes it",
        "dough": "a file, where a folder comes",
        "index.html": "of before",
        "gone/too/index.html": "of a page that is no more",
    }
    for name, text in of_before.items():
        (project.site / name).parent.mkdir(parents=True, exist_ok=True)
        (project.site / name).write_text(text, encoding="utf-8")
    (project.site / "link").symlink_to(project.docs)
    command = [sys.executable, "-m", "mkdocs", "build"]
    told = {"cwd": tmp_path, "env": environment(), "capture_output": True, "text": True}
    small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # noqa: E731
    # Python 3.11 would keep a compiled module of which only a part could be written.
    told["env"]["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(command, preexec_fn=small, check=False, **told)
    assert done.returncode == 1
    assert done.stderr.endswith(": File too large; mend that and run again.\n")
    assert "Traceback" not in done.stderr
    del of_before[f"{BUILDING}/index.html"]
    assert {name: data.decode() for name, data in tree(project.site).items()} == of_before
    done = subprocess.run(command, check=False, **told)
    assert done.returncode == 0, done.stderr
    found = tree(project.site)
    assert found.pop(".git/HEAD") == b"of whoever publishes it"
    assert {"dough/index.html", "index.html"} <= found.keys()
    assert b"of before" not in found["index.html"] and "search/index.js" in found
    assert not {".building", "gone", "link"} & {path.name for path in project.site.iterdir()}
    assert (project.docs / "index.md").is_file()


def test_a_build_killed_as_it_puts_files_into_their_place_leaves_whole_ones(tmp_path):
    site = bread.write(tmp_path).site
    site.mkdir()
    old = dict.fromkeys(("404.html", "index.html", "llms.txt", "sitemap.xml"), b"of before")
    for name, data in old.items():
        (site / name).write_bytes(data)
    build = Command(("mkdocs", "build"), of_before, 1, 0)
    place = random.randint(2, 20)
    assert not outlived(build, tmp_path, PATIENCE, place), place
    killed = tree(site)
    assert run(build, tmp_path).returncode == 0
    new = tree(site)
    there = {name: data for name, data in killed.items() if not STRAY.fullmatch(f"site/{name}")}
    assert old.keys() <= there.keys() and old != there != new
    assert [name for name in there if there[name] not in (old.get(name), new[name])] == [], place


def test_a_file_that_would_stay_the_same_is_not_written(tmp_path):
    path = tmp_path / "page.md"
    assert write_if_changed(path, "one")
    written = path.stat()
    assert not write_if_changed(path, "one")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    assert write_if_changed(path, b"two") and path.read_text(encoding="utf-8") == "two"
    assert path.stat().st_mode & 0o777 == 0o644, "a web server is often another user"
    assert write_if_changed(tmp_path / "a" / "b" / "c", "in new folders")


def test_files_that_cannot_be_written_together_are_not_written(tmp_path):
    old, new, folder = (tmp_path / name for name in ("old", "new", "folder"))
    old.write_text("old", encoding="utf-8")
    (folder / "x").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        write_together({old: "new", new: "new", folder: "new"})
    assert old.read_text(encoding="utf-8") == "old"
    assert sorted(tmp_path.iterdir()) == [folder, old], "nor is anything left beside them"
    write_together({old: "newer", new: "new"})
    assert [path.read_text(encoding="utf-8") for path in (old, new)] == ["newer", "new"]


def test_what_a_kill_leaves_in_a_folder_is_no_file_of_it(tmp_path):
    target = tmp_path / "examples" / "x" / "run.py"
    write_if_changed(target, "whole")
    script = (
        "import pathlib, resource, signal, sys\n"
        "from workshop_notes.content.files import write_if_changed\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # kills in the midst of a write\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_if_changed(pathlib.Path(sys.argv[1]), 5000 * 'x')\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", script, str(target)], check=False)
    assert done.returncode == -signal.SIGXFSZ
    (stray,) = set(target.parent.iterdir()) - {target}
    assert STRAY.fullmatch(stray.name) and stray.stat().st_size <= 1000
    assert target.read_text(encoding="utf-8") == "whole"
    assert experiment.examples(Project(tmp_path), "x") == [target]
    assert experiment.artifact_files(Project(tmp_path), "examples/x") == [target]
