"""A server for a folder, as the usual hosts serve a site: below a path, compressed."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import io
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

BASE = "/notes/"
"""The site is served below a folder, as GitHub Pages does: links from the root would break."""
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


class _Server(http.server.ThreadingHTTPServer):
    """A server that says nothing of a browser which leaves before all has come."""

    request_queue_size = 128  # five, as it is, are fewer than a page asks for at once

    def handle_error(self, request, client_address) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def served(folder: Path, headers: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """Serve a folder over HTTP on the loopback, with further headers, and give its address."""
    handler = functools.partial(_Handler, directory=str(folder), headers=headers)
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{BASE}"
        server.shutdown()
