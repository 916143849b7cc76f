"""One HTTP endpoint for all: SageMaker and Lambda here, every other service by moto."""

from __future__ import annotations

import io
import json
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from local_sagemaker.errors import ApiError

HOST = "127.0.0.1"
_TARGET = "SageMaker."
_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
Call = Callable[[str, dict[str, Any]], dict[str, Any] | None]
Invoke = Callable[[str, bytes], tuple[bytes, bool]]


class Server:
    """The endpoint, in threads of this process.

    Args:
        port: where to listen on the loopback address; 0 takes a free one.

    Attributes:
        url: the endpoint.
        port: where it listens.
        call: answers SageMaker's operations; None leaves one to moto.
        invoke: runs a function: its name and payload in, its answer and whether it failed out.
    """

    def __init__(self, port: int = 0) -> None:
        self.call: Call = _not_ready
        self.invoke: Invoke = _not_ready
        self._moto = DomainDispatcherApplication(create_backend_app)
        # Bound here: werkzeug would end the process where the port is taken.
        with socket.create_server((HOST, port), backlog=128) as listener:
            self.port: int = listener.getsockname()[1]
            self._server = make_server(
                HOST,
                self.port,
                self._answer,
                threaded=True,
                request_handler=_QuietHandler,
                fd=listener.fileno(),
            )
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self.port}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        function = _INVOKE.fullmatch(environ.get("PATH_INFO", ""))
        try:
            if target.startswith(_TARGET):
                body = _body(environ)
                answer = self.call(target.removeprefix(_TARGET), _request(body))
                if answer is not None:
                    return _reply(start_response, 200, answer)
                environ["wsgi.input"] = io.BytesIO(body)
            elif function:
                name = unquote(function[1])
                payload, failed = self.invoke(name, _body(environ))
                headers = [("X-Amz-Function-Error", "Unhandled")] if failed else []
                return _reply(start_response, 200, payload, headers)
        except ApiError as error:
            answer = {"__type": error.code, "message": error.message, "Message": error.message}
            headers = [("x-amzn-ErrorType", error.code)]
            return _reply(start_response, error.status, answer, headers)
        return self._moto(environ, start_response)


class _QuietHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"  # clients keep the connection, which saves a thread per request

    def log_request(self, *_: object) -> None:
        """Say nothing of each request."""


def _request(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        request = None
    if not isinstance(request, dict):
        raise ApiError("SerializationException", "the request is no JSON object")
    return request


def _body(environ: dict[str, Any]) -> bytes:
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


def _reply(
    start_response: Any, status: int, answer: Any, headers: Iterable[tuple[str, str]] = ()
) -> list[bytes]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    start_response(
        f"{status} {HTTPStatus(status).phrase}",
        [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("Content-Length", str(len(body))),
            ("x-amzn-RequestId", str(uuid.uuid4())),
            *headers,
        ],
    )
    return [body]


def _not_ready(*_: object) -> Any:
    raise ApiError("ServiceUnavailable", "the stand-in is starting", 503)
