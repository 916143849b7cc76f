"""The setup: once, whole, repaired after an interruption, one line when something is missing.

Nothing is simulated: real pip, wheels, processes and (as root) file systems.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests import PATIENCE
from tests.checkout import PYTHON, ROOT, Checkout, one_line
from tests.package_index import PackageIndex, wheel
from tools import bootstrap


@pytest.fixture
def index(tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    found = PackageIndex(folder)
    yield found
    found.close()


@pytest.fixture
def lines(index):
    """The lock lines of two packages that the index has."""
    return [wheel(index.folder, name)[1] for name in ("first_package", "second_package")]


@pytest.fixture
def checkout(tmp_path, index, lines):
    made = Checkout(tmp_path / "a folder with spaces", index)
    made.lock("site", lines[0])
    made.lock("test", *lines)
    return made


@pytest.fixture(scope="session")
def venv(shared):
    """A venv as the setup makes it, for a checkout to take over where a test is not about that."""
    return shared.once(
        "venv", lambda folder: subprocess.run([PYTHON, "-I", "-m", "venv", folder], check=True)
    )


def test_set_up_once_then_nothing_is_started(checkout, venv):
    checkout.take_venv(venv)
    done = checkout.run("site")
    assert done.returncode == 0, done.stderr
    assert checkout.imports("first_package")
    # From here on, any use of the venv's Python would leave a trace and fail.
    trace = checkout.path / "trace"
    checkout.python.unlink()
    checkout.python.write_text(f'#!/bin/sh\necho used >> "{trace}"\nexit 1\n')
    checkout.python.chmod(0o755)
    again = checkout.run("site")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert not trace.exists()

    # Scripts in a venv name its folder: moved, it is made anew.
    checkout.path.rename(checkout.path.with_name("moved"))
    checkout.path = checkout.path.with_name("moved")
    anew = checkout.start("site")
    assert anew.stdout.readline().startswith("Setting up .venv ")
    os.killpg(anew.pid, signal.SIGKILL)
    anew.communicate()


def test_tests_add_to_the_site_and_a_changed_lock_starts_anew(checkout, lines, venv):
    checkout.take_venv(venv)
    assert checkout.run("site").returncode == 0
    (checkout.path / ".venv" / "kept").touch()
    chosen = {"CHROME_PATH": "/bin/true"}
    assert checkout.run("test", **chosen).returncode == 0
    assert checkout.imports("second_package")
    assert (checkout.path / ".venv" / "kept").exists(), "the venv was made anew"
    done = checkout.run("site")
    assert (done.returncode, done.stdout) == (0, ""), "what serves the tests serves the site"

    checkout.lock("site", lines[1])
    assert checkout.run("site").returncode == 0
    assert checkout.imports("second_package")
    assert not checkout.imports("first_package"), "the lock has dropped it"


def test_what_is_apart_has_a_venv_of_its_own(checkout, lines, venv):
    checkout.lock("debugger", lines[1])
    (checkout.path / ".venv-debugger").mkdir()  # empty, it is taken
    assert checkout.run("debugger").returncode == 0
    assert not (checkout.path / ".venv").exists()
    assert checkout.run("debugger").stdout == ""
    checkout.take_venv(venv)
    checkout.run("site")
    checkout.python = checkout.path / ".venv-debugger" / "bin" / "python"
    assert checkout.imports("second_package") and not checkout.imports("first_package")


# What is the user's


def refused(checkout, folder):
    """A setup that must leave a folder of the user's as it is, and say so in one line."""
    before = sorted(folder.rglob("*"))
    reason = one_line(checkout.run("site"))
    assert sorted(folder.rglob("*")) == before
    assert "is left as it is: move it away or remove it" in reason
    return reason


def test_a_link_in_the_place_of_the_venv_is_not_followed(checkout, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    (checkout.path / ".venv").symlink_to(mine)
    assert refused(checkout, mine).startswith(f".venv is a link to {mine}, ")


def test_a_venv_of_somebody_else_is_left_alone(checkout):
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", checkout.path / ".venv"], check=True)
    reason = refused(checkout, checkout.path / ".venv")
    assert reason.startswith(".venv was not made by this project's setup, ")


def test_settings_for_pip_choose_where_packages_come_from_and_nothing_else(checkout, tmp_path):
    config = tmp_path / "pip.conf"
    config.write_text(
        f"[global]\nindex-url = {checkout.environment.pop('PIP_INDEX_URL')}\n"
        "[install]\nuser = true\nno-binary = :all:\n"
        f"target = {tmp_path / 'elsewhere'}\n",
        encoding="utf-8",
    )
    mine = {
        "PIP_CONFIG_FILE": str(config),
        "PIP_PREFIX": str(tmp_path / "prefix"),
        "PIP_REQUIRE_VIRTUALENV": "true",
        "PIP_EXTRA_INDEX_URL": "http://127.0.0.1:9/simple/ http://127.0.0.1:9/other/",
        "PIP_FIND_LINKS": str(tmp_path / "no such folder"),
        "PYTHONPATH": str(tmp_path),
        "PYTHONHOME": "",
        "PYTHONWARNINGS": "ignore",
        "TMPDIR": str(tmp_path / "no such folder"),
    }
    done = checkout.run("site", **mine)
    assert done.returncode == 0, done.stderr
    assert checkout.imports("first_package")
    assert not (tmp_path / "elsewhere").exists() and not (tmp_path / "prefix").exists()


def test_two_at_once_take_turns(checkout, index, venv):
    checkout.take_venv(venv)
    index.hold()
    first = checkout.start("site")
    assert index.asked.wait(PATIENCE), "pip asked for nothing"
    second = checkout.start("site")
    assert second.stdout.readline() == "Another setup is under way: waiting for it.\n"
    index.released.set()
    first.communicate(timeout=PATIENCE)
    second.communicate(timeout=PATIENCE)
    assert (first.returncode, second.returncode) == (0, 0)
    assert index.downloads == 1


def test_pip_keeps_its_turn_when_the_setup_is_killed_and_what_it_leaves_is_made_anew(
    checkout, index, venv
):
    checkout.take_venv(venv)
    (checkout.path / ".venv" / "kept").touch()
    index.hold()
    first = checkout.start("site")
    assert index.asked.wait(PATIENCE), "pip asked for nothing"
    first.kill()  # pip, its child, goes on writing
    first.wait()
    second = checkout.start("site")
    assert second.stdout.readline() == "Another setup is under way: waiting for it.\n"
    os.killpg(first.pid, signal.SIGKILL)  # pip too, half-way
    index.released.set()
    output, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0, output
    assert checkout.imports("first_package")
    assert not (checkout.path / ".venv" / "kept").exists(), "half a setup was added to"


# What can go wrong with pip


def test_no_network(checkout, venv):
    checkout.take_venv(venv)
    nobody_there = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple/", "PIP_RETRIES": "1"}
    reason = one_line(checkout.run("site", **nobody_there))
    assert "the package index was not reached. Check the network" in reason
    assert "(log: .venv/pip.log)" in reason
    assert "127.0.0.1:9" not in reason
    assert "127.0.0.1" in (checkout.path / ".venv" / "pip.log").read_text()


def test_a_wrong_hash(checkout, lines, venv):
    checkout.lock("site", lines[0].split(":")[0] + ":" + "0" * 64 + "\n")
    checkout.take_venv(venv)
    assert "does not match its hash in the lock file" in one_line(checkout.run("site"))
    assert not checkout.imports("first_package")


def test_a_package_that_this_python_cannot_have(checkout, lines, venv):
    checkout.lock("site", lines[0].replace("first_package", "no_such_package"))
    checkout.take_venv(venv)
    assert "is not to be had for this system's Python" in one_line(checkout.run("site"))


def test_a_lock_file_is_missing(checkout):
    (checkout.path / "requirements" / "site.txt").unlink()
    assert "site.txt" in one_line(checkout.run("site"))


# Disk


def test_a_checkout_that_cannot_be_written_to_is_refused_in_one_line(tmp_path, index, lines):
    with small_disk(tmp_path / "small", 10) as disk:
        checkout = Checkout(disk / "checkout", index)
        checkout.lock("site", lines[0])
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        reason = one_line(checkout.run("site"))
    assert reason.startswith(f"{checkout.path} cannot be written to: copy or clone the project")


@contextlib.contextmanager
def small_disk(folder, megabytes):
    """A real file system of that size."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root and a system that allows it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_too_little_disk_is_seen_before_anything_is_done(tmp_path, index, lines):
    with small_disk(tmp_path / "small", 10) as disk:
        checkout = Checkout(disk / "checkout", index)
        checkout.lock("site", lines[0])
        checkout.lock("test", *lines)
        reason = one_line(checkout.run("site"))
        assert reason.startswith(f"Not enough disk space in {checkout.path}")
        assert "needs about 300 MB" in reason and "MB are free" in reason
        assert [path.name for path in (checkout.path / ".venv").iterdir()] == ["made-by-setup"]


@pytest.mark.parametrize("megabytes", [8, 60], ids=["making the venv", "installing"])
def test_a_disk_that_fills_up_on_the_way(tmp_path, index, venv, megabytes):
    _, line = wheel(index.folder, "large_package", padding=80 * 2**20)
    with small_disk(tmp_path / "small", megabytes) as disk:
        checkout = Checkout(disk / "checkout", index)
        checkout.lock("site", line)
        checkout.lock("test", line)
        if megabytes == 60:
            checkout.take_venv(venv)
        # As if another program took the space meanwhile: the check before finds enough.
        setup = checkout.path / "tools" / "bootstrap.py"
        setup.write_text(setup.read_text().replace('"site": 300', '"site": 1'))
        assert one_line(checkout.run("site")).startswith("Not enough disk space in ")


@pytest.mark.skipif(sys.platform == "darwin", reason="on macOS a browser is found in /Applications")
def test_no_browser(checkout, venv):
    checkout.take_venv(venv)
    # No program is on PATH: no browser, no apt-get, no sudo. The venv has no Playwright.
    done = checkout.run("test")
    assert one_line(done) == bootstrap.NO_BROWSER


def test_what_goes_offline_is_made_without_the_pdf_where_its_engine_cannot_be_had(
    checkout, lines, venv
):
    """The rule in the Makefile: the smaller group, and the command has the last word."""
    shutil.copy(ROOT / "Makefile", checkout.path)
    command = "import first_package; print('made the rest')"
    (checkout.path / "workshop_notes.py").write_text(command)
    checkout.lock("offline", lines[0], "no-such-engine==1 --hash=sha256:" + "0" * 64 + "\n")
    checkout.take_venv(venv)
    done = subprocess.run(
        ["make", "--no-print-directory", "offline", f"PYTHON={PYTHON}"],
        cwd=checkout.path,
        env={**checkout.environment, "PATH": os.environ["PATH"]},
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Could not install requirements/offline.txt" in one_line_of(done.stderr)
    assert done.stdout.splitlines()[-1] == "made the rest"


def one_line_of(text):
    (line,) = text.strip().splitlines()
    return line
