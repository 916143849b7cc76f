"""A machine that lacks something gets one clear line; the last line of a run counts.

Nothing is simulated: real interpreters, browsers and sockets.
"""

import ast
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Error

from tests.checkout import one_line
from tests.site import launch
from tools import bootstrap

ROOT = Path(__file__).resolve().parent.parent


# Python


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 10, 13), (2, 7, 18)])
def test_an_old_python_is_refused_in_one_line(version):
    with pytest.raises(bootstrap.SetupError) as refusal:
        bootstrap.check_python(version)
    text = str(refusal.value)
    assert text.startswith(
        f"Python 3.11 or newer is needed, this is {'.'.join(map(str, version))}: "
    )
    assert "make PYTHON=" in text and "\n" not in text


def test_an_old_python_can_read_that_far():
    source = (ROOT / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


def test_the_old_pythons_of_this_machine_are_refused():
    tried = 0
    for minor in range(6, 11):
        python = shutil.which(f"python3.{minor}")
        if not python or subprocess.run([python, "-V"], capture_output=True).returncode:
            continue
        command = [python, "tools/bootstrap.py", "test"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert f"this is 3.{minor}." in one_line(done)
        tried += 1
    if not tried:
        pytest.skip("there is no older Python here; the two tests above hold without one")


def test_no_python_at_all():
    command = ["make", "--no-print-directory", "test", "PYTHON=no-such-python"]
    # This may run under make already, which hands its variables and its level down.
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    first, second = done.stderr.splitlines()  # the second is make's own
    assert 'Python 3.11 or newer is needed, and "no-such-python" was not found' in first
    assert second.startswith("make: ***")


# The packages


def test_format_without_the_packages_of_the_examples_says_what_installs_them():
    """`make new` sets up what builds the site, and that runs no example."""
    main = "from workshop_notes.cli import main; main(['format', 'processing/start_job'])"
    code = f"import sys; sys.modules['boto3'] = None; {main}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == "'boto3' is missing: 'make format' installs what it needs.\n"


# The browser


def test_a_browser_that_was_named_must_exist(monkeypatch):
    monkeypatch.setenv("CHROME_PATH", "/nowhere/chrome")
    with pytest.raises(bootstrap.SetupError, match=r"CHROME_PATH is .*/nowhere/chrome.* unset it"):
        bootstrap.find_browser()


def test_a_browser_that_was_named_is_the_one(monkeypatch, tmp_path):
    for name in ("chromium", "mine"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROME_PATH", raising=False)
    assert bootstrap.find_browser() == str(tmp_path / "chromium")
    monkeypatch.setenv("CHROME_PATH", str(tmp_path / "mine"))
    assert bootstrap.find_browser() == str(tmp_path / "mine")


def test_without_a_browser_playwrights_own_is_started(monkeypatch, tmp_path, playwright):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROME_PATH", raising=False)
    own = Path(playwright.chromium.executable_path)
    if own.exists():
        launch(playwright).close()
    else:
        with pytest.raises(Error, match=r"Executable doesn't exist at .*ms-playwright"):
            launch(playwright)


def test_the_browser_opens_a_page(playwright):
    opened = launch(playwright)
    page = opened.new_page()
    page.goto("data:text/html,<title>opened</title>")
    assert page.title() == "opened"
    opened.close()


# The port


def test_serving_on_a_taken_port_says_so():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen(1)
        port = holder.getsockname()[1]
        command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"127.0.0.1:{port} cannot be used (Address already in use)" in done.stderr
    assert "Traceback" not in done.stderr


# The closing lines


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_last_line_of_a_run_counts(tmp_path, processes):
    (tmp_path / "test_sample.py").write_text(
        "import pytest\n"
        "def test_good(record_figures): record_figures('3 of 4')\n"
        "def test_bad(): assert False\n"
        "def test_broken(no_such_fixture): pass\n"
        "@pytest.mark.skip(reason='no internet')\n"
        "def test_left(): pass\n"
        "def test_also_left(): pytest.skip('no internet')\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "tests.summary", "--rootdir", str(tmp_path)]
    command += ["-c", os.devnull, "-p", "no:cacheprovider", "-n", processes, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "1 passed, 2 failed, 2 skipped"
    assert "2 skipped: no internet" in done.stdout.splitlines()
    assert done.stdout.splitlines().count("3 of 4") == 1
    assert done.returncode == 1
