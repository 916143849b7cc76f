"""What every container of ours shares: how it fails, and how a batch transform talks to it.

A real container serves HTTP on port 8080. Here the requests lie in files, and the container answers
them in order; nothing else of the contract differs: bytes, content type and accepted type come in,
bytes, content type and status go out.
"""

from __future__ import annotations

import contextlib
import json
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

FOLDER = "stand_in"
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


def answer_all(base: Path, handler: Handler) -> None:
    """Answer the requests of a batch transform until one is refused.

    Args:
        base: the job's `/opt/ml`.
        handler: gets body, content type and accepted type (empty when the request names none);
            returns body and content type.
    """
    folder = base / FOLDER
    requests = json.loads((folder / "requests.json").read_text(encoding="utf-8"))
    responses = []
    (folder / "responses").mkdir()
    for number, request in enumerate(requests):
        body = (folder / "requests" / str(number)).read_bytes()
        try:
            answer, content_type = handler(body, request["content_type"], request["accept"])
            status = 200
        except HttpError as error:
            answer, content_type, status = str(error).encode(), "text/plain", error.status
        except Exception:
            answer, content_type, status = traceback.format_exc().encode(), "text/plain", 500
        (folder / "responses" / str(number)).write_bytes(answer)
        responses.append({"status": status, "content_type": content_type})
        if status != 200:
            print(f"Bad HTTP status received from algorithm: {status}")
            print(answer.decode(errors="replace"))
            break
    (folder / "responses" / "index.json").write_text(json.dumps(responses), encoding="utf-8")
