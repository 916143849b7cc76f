"""What the jobs of all kinds need from the stand-in: storage, processes, limits, the endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local_sagemaker import layout
from local_sagemaker.errors import JobFailed
from local_sagemaker.launcher import Launcher, Process, Stage
from local_sagemaker.storage import Storage
from local_sagemaker.supervise import PRIVATE


@dataclass(frozen=True)
class Host:
    """The stand-in for the instances that jobs run on.

    Attributes:
        storage: S3.
        launcher: starts processes.
        endpoint: the environment that leads a job's boto3 back here.
        disk_bytes: what a job may write at most; memory holds it, so it is less than the volume
            that a request may name.
        grace: seconds between SIGTERM and SIGKILL for a job that is stopped (120 at AWS).
    """

    storage: Storage
    launcher: Launcher
    endpoint: dict[str, str]
    disk_bytes: int
    grace: float

    def start(
        self,
        stage: Stage,
        spec: dict[str, Any],
        environment: dict[str, str],
        preload: tuple[str, ...] = (),
        volume_gb: int | None = None,
    ) -> Process:
        """Start the process of a job.

        Args:
            stage: its folder.
            spec: `task`, `exports` and `network`, as `Launcher.start` takes them.
            environment: what the job gets besides what every job gets.
            preload: modules to have imported.
            volume_gb: the size of the volume that the request asks for, in GiB.

        Raises:
            JobFailed: the request wants the network taken away, which takes namespaces.
        """
        isolated = self.launcher.isolation == PRIVATE
        if not isolated:
            if not spec["network"]:
                raise JobFailed(
                    "ClientError: the stand-in cannot do EnableNetworkIsolation here: "
                    f"{self.launcher.reason}"
                )
            notice = f"stand-in: no private /opt/ml here ({self.launcher.reason}): the job gets "
            notice += "SAGEMAKER_BASE_DIR and SM_… variables that point to its folders\n"
            (stage.path / "log").write_text(notice, encoding="utf-8")
        every = layout.base_environment(self.endpoint, stage, isolated)
        disk = min(self.disk_bytes, (volume_gb or 1 << 20) << 30)
        limits = {"disk_bytes": disk, "grace": self.grace}
        return self.launcher.start(stage, {**spec, **limits, "env": every | environment}, preload)
