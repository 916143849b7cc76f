"""The site stands many requests behind a real server, also while it is built anew.

Debian's nginx serves it with the headers of `_headers`; h2load asks for each of its files in turn,
and counts what went wrong. Both are the machine's own.
"""

from __future__ import annotations

import collections
import contextlib
import gzip
import http.client
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import PATIENCE
from tests.server import BASE
from tests.site import build, environment, html_pages
from tests.visits import headers_of
from workshop_notes.content.project import Project

REQUESTS = 50_000
CLIENTS = 50
LACKING = 'no {}: Debian, Ubuntu: "sudo apt-get install nginx-light nghttp2-client"'

CONFIG = """
{user}
worker_processes 2;
pid {work}/pid;
error_log {work}/error.log warn;
events {{ worker_connections 512; }}
http {{
  include /etc/nginx/mime.types;
  log_format short "$status $request_uri";
  access_log {work}/access.log short;
  client_body_temp_path {work}/body;
  proxy_temp_path {work}/proxy;
  fastcgi_temp_path {work}/fastcgi;
  scgi_temp_path {work}/scgi;
  uwsgi_temp_path {work}/uwsgi;
  gzip on;
  gzip_types text/css text/plain application/javascript application/json image/svg+xml;
  keepalive_requests {requests};
  server {{
    listen 127.0.0.1:{port};
    absolute_redirect off;
    error_page 404 {base}404.html;
    {headers}
    location {base} {{ alias {site}/; }}
  }}
}}
"""


def program(name: str) -> str:
    """Return the path of a program, which may stand where only root looks."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    return found or pytest.skip(LACKING.format(name))


@dataclass(frozen=True)
class Server:
    """A web server for a site.

    Attributes:
        work: the folder of its logs.
        port: where it listens on the loopback.
    """

    work: Path
    port: int

    def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        """Ask for a path; return status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def load(self, paths: list[str], requests: int) -> dict[str, int]:
        """Ask for paths in turn, many at once; return what h2load counts."""
        listed = self.work / "paths"
        listed.write_text("".join(f"http://127.0.0.1:{self.port}{path}\n" for path in paths))
        command = [program("h2load"), "--h1", "-n", str(requests), "-c", str(CLIENTS), "-t", "1"]
        command += ["-H", "Accept-Encoding: gzip", "-i", str(listed)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        counts = re.findall(r"(\d+) (succeeded|failed|errored|timeout|[2-5]xx)\b", done.stdout)
        rate = re.search(r"([\d.]+) req/s", done.stdout)
        assert rate, done.stdout
        return {name: int(count) for count, name in counts} | {"a second": int(float(rate[1]))}

    def answers(self) -> collections.Counter[str]:
        """Stop the server, and count the statuses in its log, which it writes a little later."""
        pid = os.pidfd_open(int((self.work / "pid").read_text()))
        with os.fdopen(pid) as ended:
            signal.pidfd_send_signal(pid, signal.SIGQUIT)
            assert select.select([ended], [], [], PATIENCE)[0]
        with (self.work / "access.log").open(encoding="utf-8") as lines:
            return collections.Counter(line[:3] for line in lines)


@contextlib.contextmanager
def nginx(site: Path, work: Path) -> Iterator[Server]:
    """Serve a site with the headers that it asks for."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    headers = (f'add_header {name} "{value}" always;' for name, value in headers_of(site).items())
    config = work / "nginx.conf"
    config.write_text(
        CONFIG.format(
            user="user root;" if os.geteuid() == 0 else "",  # who alone reads a test's folder
            work=work,
            port=port,
            base=BASE,
            site=site,
            requests=REQUESTS,
            headers="\n    ".join(headers),
        ),
        encoding="utf-8",
    )
    command = [program("nginx"), "-p", str(work), "-c", str(config)]
    subprocess.run(command, check=True)  # it returns when it listens
    try:
        yield Server(work, port)
    finally:
        if (work / "pid").exists():
            subprocess.run([*command, "-s", "stop"], check=True)


@pytest.fixture
def server(copy: Project, tmp_path_factory) -> Iterator[Server]:
    """A copy of the project, built and served."""
    program("h2load")
    with nginx(build(copy), tmp_path_factory.mktemp("nginx")) as started:
        yield started


def paths_of(site: Path) -> list[str]:
    """Return where each file of a site is asked for."""
    names = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    return sorted(BASE + quote(re.sub(r"(^|/)index\.html$", r"\1", name)) for name in names)


@pytest.mark.heavy
def test_a_real_server_sends_each_page_with_the_headers(copy, server):
    wanted = headers_of(copy.site)
    assert len(wanted) >= 5
    for page in html_pages(copy.site):
        name = page.relative_to(copy.site).as_posix().removesuffix("index.html")
        status, headers, body = server.get(BASE + name, **{"Accept-Encoding": "gzip"})
        assert (status, headers["Content-Encoding"]) == (200, "gzip"), name
        assert gzip.decompress(body) == page.read_bytes(), name
        assert {key: headers[key] for key in wanted} == wanted, name
    status, headers, body = server.get(f"{BASE}not/there")
    assert (status, body) == (404, (copy.site / "404.html").read_bytes())
    assert {key: headers[key] for key in wanted} == wanted
    status, headers, _ = server.get(f"{BASE}day-1")
    assert (status, headers["Location"]) == (301, f"{BASE}day-1/")


@pytest.mark.heavy
def test_fifty_thousand_requests_are_answered(copy, server, record_figures):
    paths = paths_of(copy.site)
    assert len(paths) > 100
    counts = server.load(paths, REQUESTS)
    record_figures(f"{REQUESTS:,} requests for {len(paths)} files: {counts['a second']:,} a second")
    assert {counts[name] for name in ("failed", "errored", "timeout", "4xx", "5xx")} == {0}
    assert counts["succeeded"] == REQUESTS
    assert server.answers() == {"200": REQUESTS}
    assert (server.work / "error.log").read_text(encoding="utf-8") == ""


@pytest.mark.heavy
def test_nobody_meets_a_gap_while_the_site_is_built_anew(copy, server, record_figures):
    paths, asked = paths_of(copy.site), 0
    config = copy.config.read_text(encoding="utf-8")
    copy.config.write_text(config.replace("site_name: SageMaker", "site_name: New"), "utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    with subprocess.Popen(command, cwd=copy.root, env=environment()) as building:
        while building.poll() is None:
            counts = server.load(paths, 5_000)
            assert {counts[name] for name in ("failed", "errored", "timeout")} == {0}
            asked += 5_000
    assert building.returncode == 0
    record_figures(f"{asked:,} requests while the site was built anew")
    assert b"New Workshop Notes" in server.get(BASE)[2]
    answers = server.answers()
    assert answers.total() == asked + 1 and set(answers) == {"200"}
    assert (server.work / "error.log").read_text(encoding="utf-8") == ""
