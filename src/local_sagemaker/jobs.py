"""Jobs: what is known of one, and how it comes from InProgress to its end."""

from __future__ import annotations

import math
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from local_sagemaker.errors import JobFailed, JobStopped
from local_sagemaker.launcher import NoExit, Printed, Process
from local_sagemaker.store import Record
from local_sagemaker.supervise import NO_SPACE

_LONGEST_REASON = 1024  # the API model's limit for FailureReason
_ON_THE_WAY = ("Starting", "Downloading", "Training", "Uploading")


@dataclass
class Runs(Record):
    """What has processes and their log: a job of any kind, or an endpoint.

    Attributes:
        processes: those that run now.
        stop_requested: set when it is to end.
        ended: set when the status is final; that of an endpoint, when it has been made.
        on_end: called when nothing is printed any more, and just before `ended` is set.
    """

    processes: list[Process] = field(default_factory=list)
    stop_requested: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    on_end: Callable[[Runs], None] = lambda run: None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._lock = threading.RLock()  # a request to stop may come as a job ends by itself
        self._printed: dict[str, Printed] = {}

    def printed(self) -> dict[str, Printed]:
        """Return what it has printed so far, by container: empty where there is one."""
        with self._lock:
            running = {each.container: each.stage.printed() for each in self.processes}
            return self._printed | running

    @property
    def log(self) -> bytes:
        """What it has printed so far."""
        return b"".join(printed.text for printed in self.printed().values())

    def note(self, line: str) -> None:
        """Add a line of our own to the log, marked as such."""
        self._keep("", Printed(f"stand-in: {line}\n".encode()))

    def _keep(self, container: str, more: Printed) -> None:
        with self._lock:
            known = self._printed.get(container, Printed())
            start, text = known.start + more.start, known.text + more.text
            self._printed[container] = Printed(text, start, time.time())

    def attach(self, process: Process) -> None:
        """Take a process that has just been started, and stop it where that was asked already."""
        with self._lock:
            self.processes.append(process)
            if self.stop_requested.is_set():
                process.stop()

    def detach(self, process: Process) -> None:
        """Keep the log of a process that has ended."""
        with self._lock:
            self._keep(process.container, process.stage.printed())
            self.processes.remove(process)

    def stop(self) -> None:
        """Ask its processes to end."""
        with self._lock:
            self.stop_requested.set()
            for process in self.processes:
                process.stop()

    def kill(self) -> None:
        """End its processes and all that they started, now."""
        self.stop()
        with self._lock:
            for process in self.processes:
                process.kill()


@dataclass
class Job(Runs):
    """One job of any kind.

    Attributes:
        trials: the training jobs of a tuning job, in the order they were started.
        tuned: the hyperparameters that a tuning job chose for this training job.
    """

    trials: list[Job] = field(default_factory=list)
    tuned: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.set_status("InProgress")

    def say(self, secondary: str, message: str) -> None:
        """Record the next secondary status of a training job, unless it is stopping."""
        if self.stop_requested.is_set() and secondary in _ON_THE_WAY:
            return
        now = time.time()
        history = self.described.setdefault("SecondaryStatusTransitions", [])
        if history:
            history[-1].setdefault("EndTime", now)
        history.append({"Status": secondary, "StartTime": now, "StatusMessage": message})
        self.described["SecondaryStatus"] = secondary

    def stop(self) -> None:
        """Ask the job to end; it becomes Stopping and then Stopped."""
        with self._lock:
            if self.ended.is_set() or self.stop_requested.is_set():
                return
            self.set_status("Stopping")
            if self.kind == "TrainingJob":
                self.say("Stopping", "Stopping the training job")
            super().stop()

    def finish(self, status: str, secondary: str, message: str, reason: str = "") -> None:
        """Set the last status, and the secondary one of a training job with its message."""
        with self._lock:
            now = time.time()
            if reason:
                self.described["FailureReason"] = reason[:_LONGEST_REASON]
            if self.kind == "TrainingJob":
                self.say(secondary, message)
                self.described["SecondaryStatusTransitions"][-1]["EndTime"] = now
                begun = self.described.get("TrainingStartTime", now)
                # From memory: whole seconds, and all of them are paid for without spot instances.
                for name in ("TrainingTimeInSeconds", "BillableTimeInSeconds"):
                    self.described[name] = math.ceil(now - begun)
            self.described[f"{self.kind.removesuffix('Job')}EndTime"] = now
            self.set_status(status)
            self.on_end(self)
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
        self.attach(process)
        process.started.wait()
        in_time = process.ended.wait(limit)
        if not in_time:
            process.stop()
            process.ended.wait()
        self.detach(process)
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

    def run(self, body: Callable[[Job], None]) -> None:
        """Bring the job to its end: its body, and the status that follows from it."""
        try:
            body(self)
            if self.stop_requested.is_set():  # after its own code had ended
                raise JobStopped()
            self.finish("Completed", "Completed", "Training job completed")
        except JobStopped as error:
            secondary = "MaxRuntimeExceeded" if error.ran_too_long else "Stopped"
            self.finish("Stopped", secondary, str(error))
        except JobFailed as error:
            self.finish("Failed", "Failed", "Training job failed", str(error))
        except Exception:  # our mistake must not look like the reader's, nor leave a job running
            self.note(traceback.format_exc())
            reason = "InternalServerError: the stand-in has a fault; see the log"
            self.finish("Failed", "Failed", "Training job failed", reason)
