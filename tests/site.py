"""The built site, a server for it and a browser, shared by the tests that need them."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import io
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from lxml import html
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests import PATIENCE
from tools.programs import find_browser
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project
from workshop_notes.export import archive
from workshop_notes.html.article import Article

ROOT = Path(__file__).resolve().parent.parent
BASE = "/notes/"
"""The site is served below a folder, as GitHub Pages does: links from the root would break."""


QUIET = (
    "--disable-dev-shm-usage",  # 64 MB of shared memory in most containers: too little for a page
    "--disable-gpu",
    "--no-first-run",
    # Without these the browser itself calls out, and a test of "no third-party request" is noise.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
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


def launch(playwright: Playwright) -> Browser:
    """Start the browser that is installed, or the one that Playwright downloaded."""
    return playwright.chromium.launch(
        executable_path=find_browser(), args=QUIET, timeout=PATIENCE * 1000
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


@pytest.fixture(scope="session")
def project() -> Project:
    """The project itself, as it is committed."""
    return Project(ROOT)


GZIP_LEVEL = 6  # what gzip itself takes, and most hosts
COMPRESSED = {".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"}
"""What the usual servers and hosts compress: text, not pictures."""


@functools.lru_cache(maxsize=64)
def _compressed(path: Path, changed: int) -> bytes:
    """Compress a file once, as hosts do."""
    return gzip.compress(path.read_bytes(), GZIP_LEVEL)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serve a folder below BASE, compressed, with the site's own page for what is not there."""

    def send_head(self):
        """Answer as `SimpleHTTPRequestHandler` does, and compress text for who asks for that."""
        path = Path(self.translate_path(self.path.partition("?")[0]))
        if path.is_dir() and self.path.partition("?")[0].endswith("/"):
            path /= "index.html"
        if (
            "gzip" not in self.headers.get("Accept-Encoding", "")
            or path.suffix not in COMPRESSED
            or not path.is_file()
        ):
            return super().send_head()
        body = _compressed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def translate_path(self, path: str) -> str:
        if not path.startswith(BASE):
            return str(Path(self.directory) / "not-below-the-base")
        return super().translate_path("/" + path[len(BASE) :])

    def __init__(self, *arguments, headers: Mapping[str, str], **named) -> None:
        self.extra = headers
        super().__init__(*arguments, **named)

    def end_headers(self) -> None:
        # LinkChecker asks a host that sends this header without its pause between requests.
        self.send_header("LinkChecker", "1")
        for name, value in self.extra.items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None):
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        """Keep the test's output for the test."""


@contextlib.contextmanager
def served(folder: Path, headers: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """Serve a folder over HTTP on the loopback, with further headers, and give its address."""
    handler = functools.partial(_Handler, directory=str(folder), headers=headers)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{BASE}"
        server.shutdown()


@pytest.fixture(scope="session")
def site_server(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """An empty folder and the address at which it is served."""
    folder = tmp_path_factory.mktemp("site")
    with served(folder) as address:
        yield folder, address


@pytest.fixture(scope="session")
def site(project: Project, site_server: tuple[Path, str]) -> Path:
    """The folder of the built site; its canonical addresses are those of the test's server."""
    folder, address = site_server
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", address)
        for name in ("EDIT_URI", "REPO_URL"):
            patch.delenv(name, raising=False)
        return build(project, folder)


@pytest.fixture(scope="session")
def address(site: Path, site_server: tuple[Path, str]) -> str:
    """Where the built site is served; it ends in a slash."""
    return site_server[1]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of this run: a process holds no second one."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real browser without a window."""
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
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
    for name in ("mkdocs.yml", "sources.yml", "README.md"):
        shutil.copy(ROOT / name, folder / name)
    return Project(folder)


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    """A copy of the project that a test may break."""
    return copy_project(tmp_path)


def articles(project: Project, site: Path) -> list[Article]:
    """The content of every page of a built site, in the order of the menu, as the plugin has it."""
    found = []
    for page in read_pages(project):
        url = re.sub(r"(?:(^|/)index)?\.md$", "/", page.name).lstrip("/")
        tree = html.parse(str(site / url / "index.html"), html.HTMLParser(encoding="utf-8"))
        found.append(Article(page.name, url, tree.find(".//article")))
    return found


@pytest.fixture(scope="session")
def editions(address: str, tmp_path_factory) -> Project:
    """A copy of the project in which `make offline` ran, with the address of the built site."""
    copy = copy_project(tmp_path_factory.mktemp("editions"))
    done = run(copy, "workshop_notes", "offline", SITE_URL=address)
    assert done.returncode == 0, done.stderr
    (copy.root / "said.txt").write_text(done.stdout, encoding="utf-8")
    return copy


@pytest.fixture(scope="session")
def unpacked(editions: Project, tmp_path_factory) -> Path:
    """The folder that the zip unpacks into; its path holds what addresses must escape."""
    folder = tmp_path_factory.mktemp("zip") / "lose Blätter #1"
    with zipfile.ZipFile(editions.dist / f"{archive.NAME}.zip") as opened:
        assert opened.testzip() is None
        opened.extractall(folder)
    return folder / archive.NAME


def html_pages(site: Path) -> list[Path]:
    """Every page of a built site."""
    return sorted(path for path in site.rglob("*.html") if path.stat().st_size)
