"""The built site and a browser, shared by the tests that need them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests import PATIENCE
from tests.shared import Shared
from tools.bootstrap import find_browser
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project
from workshop_notes.html.article import Article

ROOT = Path(__file__).resolve().parent.parent

QUIET = (
    "--disable-dev-shm-usage",  # 64 MB of shared memory in most containers: too little for a page
    "--disable-gpu",
    "--font-render-hinting=slight",  # as with a window: the shell without one would hint in full
    "--no-first-run",
    # Without these the browser itself calls out, and a test of "no third-party request" is noise.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    # Each context is a window, for whose menus Chromium would start two processes that no test
    # sees: more than half of its cost. The other names are Playwright's own, replaced by these.
    "--disable-features=SpareRendererForSitePerProcess,WebUIOmniboxPopup,WebUIOmniboxFullPopup,"
    "WebUIOmniboxAimPopup,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,"
    "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch",
)


class BuildError(Exception):
    """What the engine said when it refused a site."""


def run(project: Project, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in a project's folder, as a user does: `mkdocs`, `build`."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project.root,
        env={**environment(), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def environment() -> dict[str, str]:
    """The environment of a command that builds: without Material's banner."""
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1"}


class PatientBrowser:
    """A browser whose pages wait as long as a busy machine may take."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def new_context(self, **options) -> BrowserContext:
        """Return a new context, of the options that Playwright's own has."""
        context = self._browser.new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        return context

    def __getattr__(self, name: str):
        return getattr(self._browser, name)


def launch(playwright: Playwright) -> PatientBrowser:
    """Start the browser that is installed, or the one that Playwright downloaded."""
    expect.set_options(timeout=PATIENCE * 1000)
    return PatientBrowser(
        playwright.chromium.launch(
            executable_path=find_browser(), args=QUIET, timeout=PATIENCE * 1000
        )
    )


def build(
    project: Project, site: Path | None = None, *, engine: str = "mkdocs", strict: bool = True
) -> Path:
    """Build a site as a user does, and return its folder."""
    target = site or project.site
    done = run(project, engine, "build", *["--strict"] * strict, "--site-dir", str(target))
    if done.returncode:
        raise BuildError(done.stdout + done.stderr)
    return target


ADDRESSES = ("SITE_URL", "EDIT_URI", "REPO_URL")
"""The variables that say where the site, its repository and its editor are."""
THAT_DAY = "1795392000"
"""A day for SOURCE_DATE_EPOCH, on which the same content gives the same bytes."""


@pytest.fixture(scope="session")
def project() -> Project:
    """The project itself, as it is committed."""
    return Project(ROOT)


@pytest.fixture(scope="session")
def site(project: Project, shared: Shared) -> Path:
    """The folder of the built site; its canonical addresses are those of the test's server."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name in ADDRESSES:
                patch.delenv(name, raising=False)
            patch.setenv("SITE_URL", shared.address)
            build(project, folder)

    return shared.once("site", make)


@pytest.fixture(scope="session")
def address(site: Path, shared: Shared) -> str:
    """Where the built site is served; it ends in a slash."""
    return shared.address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of this run: a process holds no second one."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[PatientBrowser]:
    """A real browser without a window."""
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: PatientBrowser) -> Iterator[Page]:
    """A fresh page of desktop size."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def copy_project(folder: Path) -> Project:
    """Copy what the site is made of into an empty folder; the code is that which is installed."""
    for name in ("docs", "examples", "notebooks", "xgb-autotune-artifacts"):
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("mkdocs.yml", "sources.yml", "search.yml", "claims.json", "README.md"):
        shutil.copy(ROOT / name, folder / name)
    return Project(folder)


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    """A copy of the project that a test may break."""
    return copy_project(tmp_path)


def address_of(name: str) -> str:
    """Return where the page of a Markdown file is, below the site's address."""
    return re.sub(r"(?:(^|/)index)?\.md$", "/", name).lstrip("/")


def articles(project: Project, site: Path) -> list[Article]:
    """The content of every page of a built site, in the order of the menu, as the plugin has it."""
    found = []
    for page in read_pages(project):
        url = address_of(page.name)
        tree = html.parse(str(site / url / "index.html"), html.HTMLParser(encoding="utf-8"))
        found.append(Article(page.name, url, tree.find(".//article")))
    return found


def forget_addresses(patch: pytest.MonkeyPatch) -> None:
    """Have builds know neither the site's address nor the repository's, on a day that is told."""
    patch.setenv("SOURCE_DATE_EPOCH", THAT_DAY)
    for name in ADDRESSES:
        patch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def plain(shared: Shared) -> Project:
    """A copy of the project with its site, built without addresses; no test may change it."""

    def make(folder: Path) -> None:
        folder.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            forget_addresses(patch)
            build(copy_project(folder))

    return Project(shared.once("plain", make))


@pytest.fixture(scope="session")
def expanded(shared: Shared, project: Project) -> Path:
    """The pages as an engine without plugins gets them; no test may change them."""

    def make(folder: Path) -> None:
        done = run(project, "workshop_notes", "expand", str(folder))
        assert done.returncode == 0, done.stderr

    return shared.once("expanded", make)


@pytest.fixture(scope="session")
def editions(address: str, shared: Shared) -> Project:
    """A copy of the project in which `make offline` ran, with the address of the built site."""

    def make(folder: Path) -> None:
        folder.mkdir()
        done = run(copy_project(folder), "workshop_notes", "offline", SITE_URL=address)
        assert done.returncode == 0, done.stderr
        (folder / "said.txt").write_text(done.stdout, encoding="utf-8")

    return Project(shared.once("editions", make))


@pytest.fixture(scope="session")
def unpacked(editions: Project, shared: Shared) -> Path:
    """The folder that the zip unpacks into; its path holds what addresses must escape."""

    def make(folder: Path) -> None:
        with zipfile.ZipFile(editions.dist / f"{editions.slug}.zip") as opened:
            assert opened.testzip() is None
            opened.extractall(folder)

    return shared.once("lose Blätter #1", make) / editions.slug


def index_in(script: str) -> dict:
    """Return the search index that a published script holds.

    Args:
        script: the text of `search/index.js`.
    """
    data = script[script.index('notesSearch.put("index",') :]
    return json.loads(data[data.index(",") + 1 : data.rindex(")")])


def html_pages(site: Path) -> list[Path]:
    """Every page of a built site."""
    return sorted(path for path in site.rglob("*.html") if path.stat().st_size)
