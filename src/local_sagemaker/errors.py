"""The two ways in which a request can end badly: refused at once, or as a job that fails.

What such an end says is AWS's wording where we found it published (2026-11): "matched no files on
s3" and "Data download failed:" in users' logs, "Could not find model data at", "is not supported by
Step Functions" and the frame around it in issues 61 and 15 of aws-step-functions-data-science-sdk-
python, "The request was rejected because the … is in status" and "Cannot create already existing
model" in clients that look for it, "See job logs for more information" in the tests of
aws/sagemaker-spark-container, `ExecuteUserScriptError` in those of aws/sagemaker-training-toolkit.
From memory are the rest: that names must be unique, "Could not find model", that all trials of a
tuning job failed, a bucket that is not there, the messages of secondary statuses, that a
processing job which runs too long ends as Stopped, and that `.sync` fails for a stopped job.
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A request that the service refuses.

    Attributes:
        code: the error's name in the API, such as `ValidationException` or `ResourceInUse`.
        message: what a client shows.
        status: the HTTP status.
        details: what else the answer holds.
    """

    def __init__(
        self, code: str, message: str, status: int = 400, details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status, self.details = code, message, status, details or {}


def invalid(message: str) -> ApiError:
    """Return the refusal that SageMaker gives for most mistakes."""
    return ApiError("ValidationException", message)


class JobFailed(Exception):
    """A job that ends as Failed; the text becomes its `FailureReason`."""


class JobStopped(Exception):
    """A job that ends as Stopped. `ran_too_long` tells the time limit from StopXxxJob."""

    def __init__(self, ran_too_long: bool = False) -> None:
        how = "ran longer than MaxRuntimeInSeconds" if ran_too_long else "stopped"
        super().__init__(f"Training job {how}")
        self.ran_too_long = ran_too_long
