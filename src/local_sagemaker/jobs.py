"""Jobs: what is known of one, and the threads that bring each from InProgress to its end."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local_sagemaker.errors import ApiError, JobFailed, JobStopped, invalid
from local_sagemaker.launcher import NoExit, Process
from local_sagemaker.supervise import NO_SPACE

_LONGEST_REASON = 1024  # the API model's limit for FailureReason


def page_start(request: dict[str, Any]) -> int:
    """Return where the page of a list begins that a request's NextToken names.

    Raises:
        ApiError: it is no token of ours.
    """
    token = request.get("NextToken", "0")
    if not token.isdecimal():
        raise invalid(f"Invalid NextToken {token!r}")
    return int(token)


@dataclass
class Job:
    """One job of any kind.

    Attributes:
        kind: `TrainingJob`, `ProcessingJob`, `TransformJob` or `HyperParameterTuningJob`.
        name: its name, unique in its kind.
        arn: its address.
        request: the request that made it.
        described: what describing it answers beyond the request.
        ended: set when the status is final.
        trials: the training jobs of a tuning job, in the order they were started.
        tuned: the hyperparameters that a tuning job chose for this training job.
    """

    kind: str
    name: str
    arn: str
    request: dict[str, Any]
    described: dict[str, Any] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    stop_requested: threading.Event = field(default_factory=threading.Event)
    process: Process | None = None
    trials: list[Job] = field(default_factory=list)
    tuned: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()  # a request to stop may come as the job ends by itself
        self._printed = b""
        now = time.time()
        self.described |= {"CreationTime": now, "LastModifiedTime": now}
        self.set_status("InProgress")

    @property
    def status(self) -> str:
        """The status in the words of the API."""
        return self.described[f"{self.kind}Status"]

    @property
    def log(self) -> bytes:
        """What it has printed so far."""
        with self._lock:
            return self._printed + (self.process.stage.log if self.process else b"")

    def set_status(self, status: str) -> None:
        """Change the status."""
        self.described |= {f"{self.kind}Status": status, "LastModifiedTime": time.time()}

    def note(self, line: str) -> None:
        """Add a line of our own to the log, marked as such."""
        with self._lock:
            self._printed += f"stand-in: {line}\n".encode()

    def say(self, secondary: str, message: str) -> None:
        """Record the next secondary status of a training job."""
        now = time.time()
        history = self.described.setdefault("SecondaryStatusTransitions", [])
        if history:
            history[-1].setdefault("EndTime", now)
        history.append({"Status": secondary, "StartTime": now, "StatusMessage": message})
        self.described["SecondaryStatus"] = secondary

    def stop(self) -> None:
        """Ask the job to end; it becomes Stopping and then Stopped."""
        with self._lock:
            if self.ended.is_set():
                return
            self.stop_requested.set()
            self.set_status("Stopping")
            if self.process:
                self.process.stop()

    def kill(self) -> None:
        """End the job and everything that it started, now."""
        self.stop()
        with self._lock:
            if self.process:
                self.process.kill()

    def finish(self, status: str, secondary: str, message: str, reason: str = "") -> None:
        """Set the last status, and the secondary one of a training job with its message."""
        with self._lock:
            now = time.time()
            if reason:
                self.described["FailureReason"] = reason[:_LONGEST_REASON]
            if self.kind == "TrainingJob":
                self.say(secondary, message)
                self.described["SecondaryStatusTransitions"][-1]["EndTime"] = now
            self.described[f"{self.kind.removesuffix('Job')}EndTime"] = now
            self.set_status(status)
            self.ended.set()

    def run_process(self, process: Process, limit: float | None) -> int:
        """Wait for the job's process and return its exit code.

        Args:
            process: the process, just started.
            limit: seconds that its own code may run, or None.

        Raises:
            JobStopped: it was stopped, by request or by the limit; results are exported anyway.
            JobFailed: it was killed from outside, or could not be set up.
        """
        with self._lock:
            self.process = process
            if self.stop_requested.is_set():
                process.stop()
        process.started.wait()
        in_time = process.ended.wait(limit)
        if not in_time:
            process.stop()
            process.ended.wait()
        with self._lock:
            self._printed += process.stage.log
            self.process = None
        if not in_time or self.stop_requested.is_set():
            raise JobStopped(ran_too_long=not in_time)
        try:
            return process.exit_code()
        except NoExit as error:
            if str(error) == NO_SPACE:
                raise JobFailed(
                    "ClientError: Data download failed: No space left on device"
                ) from None
            raise JobFailed(
                f"InternalServerError: We encountered an internal error. (stand-in: {error})"
            ) from None


class Jobs:
    """All jobs, and the threads that run them."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str], Job] = {}
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def find(self, kind: str, name: str) -> Job:
        """Return a job.

        Raises:
            ApiError: there is none of this name.
        """
        with self._lock:
            if (kind, name) in self._jobs:
                return self._jobs[kind, name]
        raise invalid("Requested resource not found.")

    def named(self, name: str, kind: str | None = None) -> Job:
        """Return the newest job of a name and, where it is given, of a kind.

        Raises:
            KeyError: there is none.
        """
        with self._lock:
            for job in reversed(list(self._jobs.values())):
                if job.name == name and kind in (None, job.kind):
                    return job
        raise KeyError(f"no {kind or 'job'} {name!r}")

    def all(self, kind: str) -> list[Job]:
        """Return the jobs of a kind, oldest first."""
        with self._lock:
            return [job for job in self._jobs.values() if job.kind == kind]

    def failed(self) -> list[Job]:
        """Return the jobs that failed, oldest first."""
        with self._lock:
            return [job for job in self._jobs.values() if job.status == "Failed"]

    def start(self, job: Job, body: Callable[[Job], None]) -> Job:
        """Run a new job in a thread of its own.

        Raises:
            ApiError: the name is taken.
        """
        with self._lock:
            if taken := self._jobs.get((job.kind, job.name)):
                words = {
                    "TrainingJob": "Training job",
                    "ProcessingJob": "Processing job",
                    "TransformJob": "Transform job",
                    "HyperParameterTuningJob": "Hyperparameter tuning job",
                }[job.kind]
                raise ApiError(
                    "ResourceInUse",
                    f"{words} names must be unique within an AWS account and region, and a "
                    f"{words.lower()} with this name already exists ({taken.arn})",
                )
            if self._closed:
                raise ApiError("ServiceUnavailable", "the stand-in is closing", 503)
            self._jobs[job.kind, job.name] = job
            thread = threading.Thread(target=self._run, args=(job, body), daemon=True)
            self._threads.append(thread)
        thread.start()
        return job

    def close(self) -> None:
        """End all jobs and wait until their threads have."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs.values())
        for job in jobs:
            job.kill()
        for thread in self._threads:
            thread.join(30)

    def _run(self, job: Job, body: Callable[[Job], None]) -> None:
        try:
            body(job)
            if job.stop_requested.is_set():  # after its own code had ended
                raise JobStopped()
            job.finish("Completed", "Completed", "Training job completed")
        except JobStopped as error:
            secondary = "MaxRuntimeExceeded" if error.ran_too_long else "Stopped"
            job.finish("Stopped", secondary, str(error))
        except JobFailed as error:
            job.finish("Failed", "Failed", "Training job failed", str(error))
        except Exception:  # our mistake must not look like the reader's, nor leave a job running
            job.note(traceback.format_exc())
            reason = "InternalServerError: the stand-in has a fault; see the log"
            job.finish("Failed", "Failed", "Training job failed", reason)
