"""Bring the stand-in up and down: the endpoint, the jobs' processes, moto's state."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from moto.moto_api._internal import moto_api_backend
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local_sagemaker import definitions, functions, states
from local_sagemaker.api import ACCOUNT, REGION
from local_sagemaker.functions import Function
from local_sagemaker.host import Host
from local_sagemaker.jobs import Runs
from local_sagemaker.launcher import Launcher, launching
from local_sagemaker.logs import Logs
from local_sagemaker.server import Server
from local_sagemaker.service import Service
from local_sagemaker.storage import Storage

DISK_BYTES = 512 << 20
"""What a job may write when `running` is not told otherwise."""

_PATIENCE = 20  # seconds for executions to end; one whose function never returns does not

_one_at_a_time = threading.Lock()  # moto keeps its state in module variables
_one_client_at_a_time = threading.Lock()  # boto3 says so of a session


def environment(url: str) -> dict[str, str]:
    """Return the variables that lead any AWS client, and nothing else, to an endpoint."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "stand-in",
        "AWS_SECRET_ACCESS_KEY": "stand-in",
        "AWS_SESSION_TOKEN": "stand-in",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # no host is called sync-127.0.0.1
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",  # which wins where both are set
        "SAGEMAKER_USER_CONFIG_OVERRIDE": str(Path(__file__).with_name("sdk-config.yaml")),
        "SAGEMAKER_VALIDATE_ROLE": "false",  # SDK v3 would ask IAM for a role that nobody made
    }


class StandIn:
    """A running stand-in.

    Attributes:
        endpoint: its address, for `AWS_ENDPOINT_URL`.
        isolation: how jobs see `/opt/ml`: `private /opt/ml` or `environment only`.
        reason: why there is no private one, in the kernel's words; empty where there is.
        logs: the folder of the logs of jobs and endpoints that have ended.
    """

    def __init__(self, server: Server, launcher: Launcher, logs: Logs) -> None:
        self.endpoint = server.url
        self.isolation, self.reason = launcher.isolation, launcher.reason
        self.logs = logs.folder
        self._runs = logs.runs
        self._clients: dict[str, Any] = {}

    def environment(self) -> dict[str, str]:
        """Return the variables that lead another process here."""
        return environment(self.endpoint)

    def client(self, name: str) -> Any:
        """Return a boto3 client of a service, each time the same: to make one takes a while."""
        if name not in self._clients:
            self._clients[name] = client(name, self.endpoint)
        return self._clients[name]

    def log(self, name: str, kind: str | None = None) -> str:
        """Return what a job or an endpoint has printed so far.

        Args:
            name: of what has this name, the newest.
            kind: `TrainingJob`, `ProcessingJob`, `TransformJob`, `HyperParameterTuningJob` or
                `Endpoint`.

        Raises:
            KeyError: there is none.
        """
        return self._newest(name, kind).log.decode(errors="replace")

    def failures(self, lines: int = 30) -> dict[str, str]:
        """Return the end of the log of each job and endpoint that failed, by its name.

        Args:
            lines: how many lines of each.
        """
        failed = [each for each in self._runs if each.status == "Failed"]
        logs = {each.name: each.log.decode(errors="replace") for each in failed}
        return {name: "\n".join(log.splitlines()[-lines:]) for name, log in logs.items()}

    def wait(self, name: str, seconds: float = 300, kind: str | None = None) -> dict[str, Any]:
        """Wait until a job has ended, or an endpoint is there; return what describing it answers.

        Args:
            name, kind: as for `log`.
            seconds: how long to wait.

        Raises:
            KeyError: there is none.
            TimeoutError: it has not ended in time.
        """
        found = self._newest(name, kind)
        if not found.ended.wait(seconds):
            raise TimeoutError(f"{name} is still {found.status} after {seconds} s")
        describe = getattr(self.client("sagemaker"), xform_name(f"Describe{found.kind}"))
        described = describe(**{f"{found.kind}Name": name})
        described.pop("ResponseMetadata")
        return described

    def _newest(self, name: str, kind: str | None) -> Runs:
        for each in reversed(self._runs):
            if each.name == name and kind in (None, each.kind):
                return each
        raise KeyError(f"no {kind or 'job or endpoint'} {name!r}")


def client(name: str, url: str) -> Any:
    """Return a boto3 client of the stand-in at an endpoint."""
    with _one_client_at_a_time:
        return _session().client(name, endpoint_url=url)


@functools.cache
def _session() -> boto3.Session:
    # One for all: to read the API models takes longer than all else that makes a client.
    return boto3.Session(
        aws_access_key_id="stand-in", aws_secret_access_key="stand-in", region_name=REGION
    )


@contextlib.contextmanager
def running(
    lambdas: Mapping[str, Function] | None = None,
    *,
    port: int = 0,
    isolate: bool = True,
    disk_bytes: int = DISK_BYTES,
    grace: float = 2.0,
    logs: Path | None = None,
) -> Iterator[StandIn]:
    """Run the stand-in while the block runs, with this process's AWS clients led to it.

    Args:
        lambdas: Lambda functions by name.
        port: where to listen on 127.0.0.1; 0 takes a free port.
        isolate: False runs jobs without a private `/opt/ml` although the kernel allows one.
        disk_bytes: how much a job may write; memory holds it.
        grace: seconds that a stopped job has before it is killed (120 at AWS).
        logs: a folder that keeps the logs; None makes one that goes with the stand-in.

    Yields:
        The running stand-in. At the end of the block every job and execution is ended and
        everything is forgotten.

    Raises:
        RuntimeError: one is running in this process already.
        OSError: the port is taken.
    """
    if not _one_at_a_time.acquire(blocking=False):
        raise RuntimeError("a stand-in is running in this process already")
    with contextlib.ExitStack() as stack:
        stack.callback(_one_at_a_time.release)
        server = Server(port)
        stack.callback(server.close)
        stack.enter_context(_environment(environment(server.url) | {"MOTO_PORT": str(server.port)}))
        folder = None if logs else Path(tempfile.mkdtemp(prefix="stand-in-"))
        if logs:
            logs.mkdir(parents=True, exist_ok=True)
        launcher = stack.enter_context(launching(isolate))
        if folder:
            launcher.own(folder)
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        storage = Storage(client("s3", server.url))
        host = Host(storage, launcher, environment(server.url), disk_bytes, grace)
        service = Service(host, Logs(logs or folder))
        server.calls = {
            "SageMaker": service.call,
            "AWSStepFunctions": definitions.call,
            "Logs_20140328": service.logs.call,
        }
        server.invoke_endpoint = service.invoke
        server.invoke_function = lambda name, payload, _: functions.invoke(
            lambdas or {}, name, payload
        )
        moto_api_backend.reset()
        stack.callback(moto_api_backend.reset)
        moto_api_backend.set_config({"stepfunctions": {"execute_state_machine": True}})
        stack.callback(service.store.close)
        stack.enter_context(states.installed(service, client("sagemaker", server.url)))
        stack.callback(_stop_executions)
        yield StandIn(server, launcher, service.logs)


def _stop_executions() -> None:
    backend = stepfunctions_parser_backends[ACCOUNT][REGION]

    def under_way() -> list[str]:
        executions = [each for machine in backend.state_machines for each in machine.executions]
        return [each.execution_arn for each in executions if each.exec_status == "RUNNING"]

    for execution in under_way():
        backend.stop_execution(execution)
    # Each ends in a thread of moto's, which needs what is taken away next.
    until = time.monotonic() + _PATIENCE
    while under_way() and time.monotonic() < until:
        time.sleep(0.02)


@contextlib.contextmanager
def _environment(words: dict[str, str]) -> Iterator[None]:
    # A reader's function calls boto3.client("s3") and must not reach a real account.
    names = {*words, "AWS_PROFILE"}
    before = {name: os.environ[name] for name in names if name in os.environ}
    os.environ.pop("AWS_PROFILE", None)
    os.environ.update(words)
    try:
        yield
    finally:
        for name in names:
            os.environ.pop(name, None)
        os.environ.update(before)
