"""What jobs and endpoints print: as CloudWatch Logs has it, in a file, and told when one fails.

moto's own backend answers the requests. What was printed is brought there when somebody asks, so
that a line's time is that of its first reading, and at the latest that of its process's end. Groups
and streams are named as in "Log groups and streams that Amazon SageMaker AI sends to Amazon
CloudWatch Logs" in the developer guide (2026-11).
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import threading
import time
from pathlib import Path
from typing import Any

from moto.logs.models import logs_backends

from local_sagemaker.api import ACCOUNT, REGION
from local_sagemaker.jobs import Printed, Runs
from local_sagemaker.store import words

_LAST_LINES = 20
_log = logging.getLogger(__package__)


class Logs:
    """The logs of all that has run.

    Args:
        folder: where the log of what has ended is written, as `KIND-NAME.log`.

    Attributes:
        runs: all jobs and endpoints, oldest first, also those that were deleted.
    """

    def __init__(self, folder: Path) -> None:
        self.runs: list[Runs] = []
        self.folder = folder
        self._sent: dict[tuple[str, str], int] = {}  # bytes, by group and stream
        self._lock = threading.Lock()

    def call(self, operation: str, request: dict[str, Any]) -> None:
        """Bring what was printed to moto, which answers the request."""
        with self._lock:
            for run in list(self.runs):
                for container, printed in run.printed().items():
                    self._send(*place(run, container), printed)

    def keep(self, run: Runs) -> None:
        """Write the log of what has ended to a file, and say where it is of what has failed."""
        path = self.folder / f"{run.kind}-{run.name}.log"
        with contextlib.suppress(OSError):  # no space
            path.write_bytes(run.log)
        if run.status == "Failed":
            lines = run.log.decode(errors="replace").splitlines()[-_LAST_LINES:]
            what, reason = words(run.kind), run.described["FailureReason"]
            end = "".join(f"\n    {line}" for line in lines)
            _log.warning("stand-in: %s %s: %s\n  log: %s%s", what, run.name, reason, path, end)

    def _send(self, group: str, stream: str, printed: Printed) -> None:
        known = max(self._sent.get((group, stream), 0), printed.start)
        text = printed.text[known - printed.start :]
        if not printed.ended:
            text = text[: text.rfind(b"\n") + 1]  # the last line may not be whole yet
        if not text:
            return
        self._sent[group, stream] = known + len(text)
        stamp = int((printed.ended or time.time()) * 1000)
        lines = text.decode(errors="replace").split("\n")
        # PutLogEvents takes no empty message.
        events = [{"timestamp": stamp, "message": line} for line in lines if line]
        backend = logs_backends[ACCOUNT][REGION]
        backend.ensure_log_group(group)
        backend.ensure_log_stream(group, stream)
        backend.put_log_events(group, stream, events)


def place(run: Runs, container: str = "") -> tuple[str, str]:
    """Return the log group and the log stream of what a job or an endpoint prints.

    Args:
        run: the job or endpoint.
        container: which of several containers prints; empty where there is one.
    """
    created = run.described["CreationTime"]
    # An instance has an id at AWS; here one is made of what tells two runs of a name apart.
    digest = hashlib.sha256(f"{run.arn} {created}".encode()).hexdigest()
    instance, rest = f"i-{digest[:17]}", f"/{container}" if container else ""
    if run.kind == "Endpoint":
        variant = run.described["ProductionVariants"][0]["VariantName"]
        return f"/aws/sagemaker/Endpoints/{run.name}", f"{variant}/{instance}{rest}"
    host = instance if run.kind == "TransformJob" else "algo-1"
    return f"/aws/sagemaker/{run.kind}s", f"{run.name}/{host}-{int(created)}{rest}"
