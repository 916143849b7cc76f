"""Find the browser that the tests drive, or install it: standard library only, as the set-up is."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHELL = "chromium-headless-shell"
"""Chromium without windows: a page of its own costs half of what it does in the whole browser."""
BROWSERS = (SHELL, "chromium", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    'No browser found for the browser tests: run "sudo apt-get install chromium" (Debian, Ubuntu), '
    'or ".venv/bin/playwright install chromium", or set CHROME_PATH.'
)
JAVA = "openjdk-17-jre-headless"
NO_JAVA = (
    'Spark needs Java 8, 11 or 17, and none was found: install one (Debian 12: "sudo apt-get '
    f'install {JAVA}") or let JAVA_HOME name it, and run the command again.'
)


class SetupError(Exception):
    """Its text is the one line that the user sees."""


def apt_install(*packages):
    """Install packages of Debian or Ubuntu; return whether that could be done without asking."""
    sudo = ["sudo", "-n"] if os.geteuid() else []
    apt = [*sudo, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    if not shutil.which("apt-get") or not _works([*sudo, "true"]):
        return False
    print(f"Installing {' and '.join(packages)} with apt-get.", flush=True)
    _works([*apt, "update"])  # an old list of packages may still do
    return _works([*apt, "install", "--yes", "--no-install-recommends", *packages])


def find_browser():
    """Return the path of an installed browser, or None: then Playwright's own is the one.

    Raises:
        SetupError: CHROME_PATH names no program; what it names is never replaced by another.
    """
    chosen = os.environ.get("CHROME_PATH")
    if chosen and not shutil.which(chosen):
        raise SetupError(
            f'CHROME_PATH is "{chosen}", which is not a program: correct it or unset it.'
        )
    return next(filter(None, map(shutil.which, [chosen] if chosen else BROWSERS)), None)


def ensure_browser():
    """Install a browser where there is none.

    Raises:
        SetupError: that cannot be done here, with what to run.
    """
    # On a bare Debian the Node.js that drives the browser lacks libatomic1.
    if find_browser() or (apt_install(SHELL, "fonts-liberation", "libatomic1") and find_browser()):
        return
    # Where it is downloaded already, this asks nobody.
    if not _works([ROOT / ".venv" / "bin" / "playwright", "install", "chromium"]):
        raise SetupError(NO_BROWSER)


def ensure_java():
    """Install a Java where there is none; which one Spark runs on is looked at when it runs."""
    if not (os.environ.get("JAVA_HOME") or shutil.which("java") or apt_install(JAVA)):
        raise SetupError(NO_JAVA)


def _works(command):
    """Whether a command ends well, without a word and without asking anything."""
    nothing = subprocess.DEVNULL
    variables = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    try:
        done = subprocess.run(command, env=variables, stdin=nothing, stdout=nothing, stderr=nothing)
    except OSError:
        return False
    return done.returncode == 0
