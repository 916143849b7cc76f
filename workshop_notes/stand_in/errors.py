"""The two ways in which a request can end badly: refused at once, or as a job that fails."""

from __future__ import annotations


class ApiError(Exception):
    """A request that the service refuses.

    Attributes:
        code: the error's name in the API, such as `ValidationException` or `ResourceInUse`.
        message: what a client shows.
        status: the HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


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
