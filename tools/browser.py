"""Find the Chromium that the browser tests drive, or install one.

Standard library only: the setup asks before anything is installed.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chromium-browser",
)
MACOS_APPS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
)
NEEDS_MB = 1100  # what Chromium, its libraries and their downloads take at the peak
DOWNLOAD_SECONDS = 600
NOT_FOUND = (
    'No browser found for the browser tests: run "sudo apt-get install chromium" (Debian, Ubuntu), '
    'or ".venv/bin/playwright install chromium", or set CHROME_PATH.'
)
QUIET = (
    # Shared memory is 64 MB in most containers: too little for a page.
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    # Without these the browser itself calls out, and a test of "no third-party request" is noise.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)


class BrowserError(RuntimeError):
    """Its text is the one line that the user sees."""


def find_browser():
    """The path of a browser, or None. An explicit CHROME_PATH is never replaced by another."""
    chosen = os.environ.get("CHROME_PATH")
    if chosen:
        path = shutil.which(chosen)
        if not path:
            raise BrowserError(
                f'CHROME_PATH is "{chosen}", which is not a program: correct it or unset it.'
            )
        return Path(path)
    downloaded = _downloaded()
    if downloaded:
        return downloaded
    for command in COMMANDS:
        path = shutil.which(command)
        if path and not _asks_for_snap(Path(path)):
            return Path(path)
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            for app in MACOS_APPS:
                if (folder / app).exists():
                    return folder / app
    return None


def ensure_browser(say=print):
    """find_browser(), after an installation where one is needed and possible."""
    found = find_browser()
    if found:
        return found
    from tools import debian

    if shutil.which("apt-get"):
        _check_disk(Path("/usr"))
        debian.install(["chromium", "fonts-liberation"], say)
        found = find_browser()
    if not found and _playwright_installs(say):
        found = find_browser()
    if not found:
        raise BrowserError(NOT_FOUND)
    return found


def ensure_driver(say=print):
    """Playwright comes with a Node.js that lacks one library on a bare Debian or Ubuntu."""
    problem = _driver_problem()
    if not problem:
        return
    from tools import debian

    if "libatomic" in problem and debian.install(["libatomic1"], say):
        problem = _driver_problem()
    if problem:
        raise BrowserError(
            f'Playwright, which drives the browser, does not start ({problem}): run "sudo apt-get '
            'install libatomic1" (Debian, Ubuntu) or install what is missing.'
        )


def launch_options():
    """Arguments for playwright's chromium.launch()."""
    found = find_browser()
    if not found:
        raise BrowserError(NOT_FOUND)
    args = list(QUIET)
    if not _can_sandbox():
        args.append("--no-sandbox")
    return {"executable_path": str(found), "args": args}


def _can_sandbox():
    if not sys.platform.startswith("linux"):
        return True
    if os.geteuid() == 0:
        return False  # Chromium refuses to start
    # Containers often forbid the name spaces that the sandbox is made of.
    unshare = shutil.which("unshare")
    if not unshare:
        return True
    done = subprocess.run(
        [unshare, "--user", "--pid", "--fork", "true"], capture_output=True, check=False
    )
    return done.returncode == 0


def _drivers():
    return (ROOT / ".venv").glob("lib/python3.*/site-packages/playwright/driver")


def _driver_problem():
    for driver in _drivers():
        try:
            done = subprocess.run(
                [str(driver / "node"), "--version"], capture_output=True, text=True, check=False
            )
        except OSError as error:
            return str(error)
        if done.returncode:
            return done.stderr.strip().splitlines()[0].split("node: ")[-1]
    return None


def _downloaded():
    """The Chromium that the installed Playwright downloads for itself, if it is there."""
    if sys.platform == "darwin":
        default = Path.home() / "Library" / "Caches" / "ms-playwright"
    else:
        default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "ms-playwright")
    # Read from its files: asking Playwright itself starts a Node process, half a second each time.
    for driver in _drivers():
        package = driver / "package"
        try:
            browsers = json.loads((package / "browsers.json").read_text())["browsers"]
            revision = next(b["revision"] for b in browsers if b["name"] == "chromium")
        except (OSError, ValueError, KeyError, StopIteration):
            continue
        store = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
        folder = package / ".local-browsers" if store == "0" else Path(store or default)
        folder = folder / f"chromium-{revision}"
        if not (folder / "INSTALLATION_COMPLETE").exists():
            continue
        for pattern in ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*"):
            for path in sorted(folder.glob(pattern)):
                if os.access(path, os.X_OK):
                    return path
    return None


def _asks_for_snap(path):
    """Ubuntu's chromium-browser may be a script that only says to install the snap."""
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError:
        return False
    return start.startswith(b"#!") and b"snap install chromium" in start


def _check_disk(folder):
    free_mb = shutil.disk_usage(folder).free // 10**6
    if free_mb < NEEDS_MB:
        raise BrowserError(
            f"Not enough disk space in {folder}: the browser for the tests needs about {NEEDS_MB} "
            f"MB, {free_mb} MB are free. Free some and run the command again."
        )


def _playwright_installs(say):
    python = ROOT / ".venv" / "bin" / "python"
    if not python.exists():
        return False
    _check_disk(ROOT)
    say("No browser found: trying to download Playwright's Chromium (about 180 MB).")
    command = [str(python), "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=DOWNLOAD_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
