"""One HTTP endpoint for all: what runs is answered here, every other service by moto."""

from __future__ import annotations

import io
import json
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug import Request, Response
from werkzeug.serving import make_server

from local_sagemaker.errors import ApiError

HOST = "127.0.0.1"
_FUNCTION = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_ENDPOINT = re.compile(r"/endpoints/([^/]+)/invocations")
_LONGEST_FAULT = 300

Call = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""Answers an operation of a service; None leaves it, with the request as it is then, to moto."""

Invoke = Callable[[str, bytes, dict[str, str]], tuple[bytes, dict[str, str]]]
"""Runs a function or asks an endpoint: name, payload and headers in, payload and headers out."""


class Server:
    """The endpoint, in threads of this process.

    Args:
        port: where to listen on the loopback address; 0 takes a free one.

    Attributes:
        url: the endpoint.
        port: where it listens.
        calls: what answers the operations of a service, by the name in `X-Amz-Target`.
        invoke_function, invoke_endpoint: what runs a function, and what asks an endpoint.
    """

    def __init__(self, port: int = 0) -> None:
        self.calls: dict[str, Call] = {"SageMaker": _not_ready}
        self.invoke_function: Invoke = _not_ready
        self.invoke_endpoint: Invoke = _not_ready
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
        request = Request(environ, populate_request=False)
        service, _, operation = request.headers.get("X-Amz-Target", "").partition(".")
        try:
            for pattern, invoke in (
                (_FUNCTION, self.invoke_function),
                (_ENDPOINT, self.invoke_endpoint),
            ):
                if found := pattern.fullmatch(request.path):
                    name, headers = unquote(found[1]), dict(request.headers)
                    response = _response(*invoke(name, request.get_data(), headers))
                    return response(environ, start_response)
            if service in self.calls:
                asked = _json(request.get_data())
                answer = self.calls[service](operation, asked)
                if answer is not None:
                    return _response(answer)(environ, start_response)
                body = json.dumps(asked).encode()
                environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            return self._moto(environ, start_response)
        except ApiError as error:
            code, status, message, details = error.code, error.status, error.message, error.details
        except NotImplementedError:  # moto's way to say so
            message = f"the stand-in does not do {operation or request.path}"
            code, status, details = "UnsupportedOperation", 400, {}
        except Exception as error:  # most often what moto has not thought of
            what = " ".join(repr(error).split())[:_LONGEST_FAULT]
            message = f"the stand-in cannot answer this request: {what}"
            code, status, details = "InternalFailure", 500, {}
        answer = {"__type": code, "message": message, "Message": message, **details}
        return _response(answer, {"x-amzn-ErrorType": code}, status)(environ, start_response)


class _QuietHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"  # clients keep the connection, which saves a thread per request

    def log_request(self, *_: object) -> None:
        """Say nothing of each request."""


def _json(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        request = None
    if not isinstance(request, dict):
        raise ApiError("SerializationException", "the request is no JSON object")
    return request


def _response(answer: Any, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    body = answer if isinstance(answer, bytes) else json.dumps(answer)
    heads = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
    return Response(body, status, heads | (headers or {}))


def _not_ready(*_: object) -> Any:
    raise ApiError("ServiceUnavailable", "the stand-in is starting", 503)
