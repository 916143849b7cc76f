"""What every container of ours shares: how it fails, and how it serves."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer
from typing import NoReturn

Handler = Callable[[bytes, str, str], tuple[bytes, str]]


class HttpError(Exception):
    """A request that the container refuses with an HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def fail(base: Path, message: str, code: int) -> NoReturn:
    """Leave the reason in `output/failure`, as the training toolkit does, and exit with `code`."""
    with contextlib.suppress(OSError):  # no space, which the log says already
        (base / "output").mkdir(parents=True, exist_ok=True)
        (base / "output/failure").write_text(message[:1000], encoding="utf-8")
    raise SystemExit(code)


def serve(handler: Handler) -> NoReturn:
    """Answer requests on the port that SAGEMAKER_BIND_TO_PORT names, until the process is ended.

    Args:
        handler: gets body, content type and accepted type (empty when the request names none);
            returns body and content type.
    """

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(200 if self.path == "/ping" else 404, b"", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind, accept = (self.headers.get(name, "") for name in ("Content-Type", "Accept"))
            try:
                answer, sent = handler(body, kind, accept)
                status = 200
            except HttpError as error:
                answer, sent, status = str(error).encode(), "text/plain", error.status
            except Exception:
                answer, sent, status = traceback.format_exc().encode(), "text/plain", 500
            if status != 200:
                print(f"Bad HTTP status received from algorithm: {status}")
                print(answer.decode(errors="replace"))
            self._reply(status, answer, sent)

        def _reply(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing of each request."""

    class Server(TCPServer):
        allow_reuse_address = allow_reuse_port = True  # the port is held for us
        request_queue_size = 128

    Server(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Requests).serve_forever()
    raise SystemExit(1)
