"""The containers of a model: started, asked one after the other, ended.

Each is a process with its own `/opt/ml/model` that serves HTTP on a port of the loopback address,
as the contract of SageMaker's hosting has it: `GET /ping`, `POST /invocations` ("Custom inference
code with hosting services" in the developer guide, 2026-11). Batch transform and endpoints share
it.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from dataclasses import dataclass
from typing import Any

from local_sagemaker import images
from local_sagemaker.host import Host
from local_sagemaker.jobs import Runs
from local_sagemaker.launcher import Process, Stage
from local_sagemaker.storage import Storage

ADDRESS = "127.0.0.1"
_POLL_SECONDS = 0.02


@dataclass
class Answer:
    """What a container answers, or gets.

    Attributes:
        body: the payload.
        content_type: its type.
        status: of HTTP; 0 when the container did not answer.
        container: which one answered: 0 for the first.
    """

    body: bytes
    content_type: str
    status: int = 200
    container: int = 0


@dataclass
class _Container:
    process: Process
    port: int


class Containers:
    """The running containers of a model. A context manager: they end with the block.

    Args:
        host: what they run on.
        model: the request that made the model.
        owner: the job or endpoint that they belong to.
        environment: variables besides those of the model.

    Raises:
        JobFailed: an image is not known, or a model cannot be loaded.
    """

    def __init__(
        self, host: Host, model: dict[str, Any], owner: Runs, environment: dict[str, str]
    ) -> None:
        self._owner = owner
        self._containers: list[_Container] = []
        with contextlib.ExitStack() as stack:
            stack.callback(self._end)
            definitions = model.get("Containers") or [model["PrimaryContainer"]]
            for number, definition in enumerate(definitions, 1):
                name = definition.get("ContainerHostname", f"container-{number}")
                stage = stack.enter_context(Stage())
                process = self._start(host, definition, stage, environment, stack)
                process.container = name if len(definitions) > 1 else ""
                owner.attach(process)
            stack.callback(self._end)  # before the folders go
            self._stack = stack.pop_all()

    def __enter__(self) -> Containers:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def ready(self, seconds: float | None = None) -> bool:
        """Wait until each container answers a ping; False when one has ended, or time is up."""
        until = time.monotonic() + seconds if seconds else None
        for container in self._containers:
            while self._ask(container, "GET", "/ping", b"", {}, 1).status != 200:
                if container.process.ended.wait(_POLL_SECONDS):
                    return False
                if until and time.monotonic() > until:
                    return False
        return True

    def invoke(self, body: bytes, kind: str, accept: str, seconds: float | None = None) -> Answer:
        """Send a payload through all containers, and return what the last one answers.

        Args:
            body, kind: the payload and its content type.
            accept: what the last container is asked for; empty for its default.
            seconds: how long each container may take.

        Returns:
            The answer; the first one that is not a success ends the way.
        """
        answer = Answer(body, kind)
        for number, container in enumerate(self._containers):
            headers = {"Content-Type": answer.content_type} if answer.content_type else {}
            if accept and container is self._containers[-1]:
                headers["Accept"] = accept
            answer = self._ask(container, "POST", "/invocations", answer.body, headers, seconds)
            answer.container = number
            if answer.status != 200:
                break
        return answer

    def _start(
        self,
        host: Host,
        definition: dict[str, Any],
        stage: Stage,
        environment: dict[str, str],
        stack: contextlib.ExitStack,
    ) -> Process:
        image = images.find(definition["Image"])
        load_model(definition, stage, host.storage)
        given = definition.get("Environment", {}) | environment
        code = given.get("SAGEMAKER_SUBMIT_DIRECTORY", "")
        if code.startswith("s3://"):
            host.storage.unpack(code, stage.ml / "code")
        # Bound here and never listened on, the port is nobody else's until the container is gone.
        held = stack.enter_context(socket.socket())
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((ADDRESS, 0))
        port = held.getsockname()[1]
        spec = {"task": {"call": image.serve}, "exports": [], "network": True}
        given["SAGEMAKER_BIND_TO_PORT"] = str(port)
        process = host.start(stage, spec, given, image.preload)
        self._containers.append(_Container(process, port))
        return process

    def _ask(
        self,
        container: _Container,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
        seconds: float | None,
    ) -> Answer:
        connection = http.client.HTTPConnection(ADDRESS, container.port, timeout=seconds)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            kind = response.headers.get("Content-Type", "")
            return Answer(response.read(), kind, response.status)
        except (OSError, http.client.HTTPException) as error:
            return Answer(str(error).encode(), "", 0)
        finally:
            connection.close()

    def _end(self) -> None:
        for container in self._containers:
            container.process.stop()
        while self._containers:
            process = self._containers.pop(0).process
            process.ended.wait()
            self._owner.detach(process)


def load_model(definition: dict[str, Any], stage: Stage, storage: Storage) -> None:
    """Put the model of a container into its folder.

    Raises:
        JobFailed: it is missing or no archive.
    """
    source = definition.get("ModelDataSource", {}).get("S3DataSource", {})
    packed = source.get("CompressionType") == "Gzip"
    if url := definition.get("ModelDataUrl") or (packed and source["S3Uri"]):
        storage.unpack(url, stage.ml / "model")
    elif source:
        (stage.ml / "model").mkdir()
        storage.download(source["S3Uri"], stage.ml / "model")
