"""Hyperparameter tuning jobs: real training jobs, the best of which is known by its own log."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable
from typing import Any

from local_sagemaker import images
from local_sagemaker.api import page
from local_sagemaker.errors import JobFailed, JobStopped, invalid
from local_sagemaker.jobs import Job
from local_sagemaker.sampling import Sampler, ranges

_DONE_HERE = ("Bayesian", "Random")
_POLL_SECONDS = 0.02
_BUILT_IN = re.compile(r"(train|validation):([a-z][a-z0-9@_-]*)")
_NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"


def check(request: dict[str, Any]) -> None:
    """Refuse a tuning job that the service, or the stand-in, would not start.

    Raises:
        ApiError: with the reason.
    """
    config = request["HyperParameterTuningJobConfig"]
    absent = [
        name
        for name in ("TrainingJobDefinitions", "WarmStartConfig", "Autotune")
        if name in request
    ]
    if absent or config["Strategy"] not in _DONE_HERE:
        what = ", ".join(absent) or f"strategy {config['Strategy']}"
        raise invalid(f"the stand-in tunes one definition by Bayesian or Random, not with {what}")
    if (
        "TrainingJobDefinition" not in request
        or "ResourceConfig" not in (request["TrainingJobDefinition"])
    ):
        raise invalid("TrainingJobDefinition with ResourceConfig is required")
    if "MaxNumberOfTrainingJobs" not in config["ResourceLimits"]:
        raise invalid("ResourceLimits.MaxNumberOfTrainingJobs is required")
    names = {each.name for each in ranges(config.get("ParameterRanges", {}))}
    static = set(request["TrainingJobDefinition"].get("StaticHyperParameters", {}))
    if both := sorted(names & static):
        raise invalid(f"Hyperparameters are both static and tuned: {', '.join(both)}")
    _pattern(request)


def run(job: Job, create: Callable[[str, dict[str, Any]], Any]) -> None:
    """Bring a tuning job to its end.

    Args:
        job: the job.
        create: starts a training job from a request.

    Raises:
        JobFailed: no trial gave the objective.
        JobStopped: it was stopped, or ran longer than its limit; its trials are stopped too.
    """
    config = job.request["HyperParameterTuningJobConfig"]
    limits = config["ResourceLimits"]
    scale = ranges(config["ParameterRanges"])
    # The name is the seed: the same tuning job draws the same numbers.
    seed = zlib.crc32(job.name.encode())
    sampler = Sampler(len(scale), config["Strategy"] == "Bayesian", seed)
    sign = 1 if _objective(job)["Type"] == "Minimize" else -1
    deadline = time.monotonic() + limits.get("MaxRuntimeInSeconds", 1 << 30)
    places: list[tuple[float, ...]] = []
    while True:
        running = [trial for trial in job.trials if not trial.ended.is_set()]
        late = time.monotonic() > deadline
        if late or job.stop_requested.is_set():
            for trial in running:
                trial.stop()
            for trial in running:
                trial.ended.wait()
            raise JobStopped(ran_too_long=late)
        number = len(job.trials)
        # A trial waits for all but the last few before it and learns from just those, whichever
        # of the others is quicker: so the same job always tries the same values.
        known = job.trials[: max(0, number - limits["MaxParallelTrainingJobs"] + 1)]
        if number == limits["MaxNumberOfTrainingJobs"]:
            if not running:
                break
            running[0].ended.wait(_POLL_SECONDS)
        elif any(trial in running for trial in known):
            running[0].ended.wait(_POLL_SECONDS)
        else:
            values = [objective(job, trial) for trial in known]
            # A failed trial teaches nothing; one that may still run keeps others away.
            tried = [
                (place, sign * value)
                for place, value in zip(places, values, strict=False)
                if value is not None
            ]
            place = sampler.next(tried + [(place, None) for place in places[len(known) :]])
            tuned = {each.name: each.value(at) for each, at in zip(scale, place, strict=True)}
            job.trials.append(_start(job, create, tuned))
            places.append(place)
    if best(job) is None:
        raise JobFailed(
            "All training jobs failed. Please take a look at the training jobs failures to get "
            "more details."
        )


def objective(job: Job, trial: Job) -> float | None:
    """Return the last value of the objective that a completed trial printed, or None."""
    if trial.status != "Completed":
        return None
    value = None
    for found in re.finditer(_pattern(job.request), trial.log.decode(errors="replace")):
        value = found[found.re.groups and 1]
    try:
        return None if value is None else float(value)
    except ValueError:  # the expression matches something that is no number
        return None


def best(job: Job) -> Job | None:
    """Return the trial with the best objective, the earlier one of equals."""
    sign = 1 if _objective(job)["Type"] == "Minimize" else -1
    rated = [
        (sign * value, number)
        for number, trial in enumerate(job.trials)
        if (value := objective(job, trial)) is not None
    ]
    return job.trials[min(rated)[1]] if rated else None


def progress(job: Job) -> dict[str, Any]:
    """Return what DescribeHyperParameterTuningJob says of the trials."""
    states = [trial.status for trial in job.trials]
    ended = [trial for trial in job.trials if trial.ended.is_set()]
    good = sum(objective(job, trial) is not None for trial in ended)
    described: dict[str, Any] = {
        "TrainingJobStatusCounters": {
            "Completed": states.count("Completed"),
            "InProgress": states.count("InProgress") + states.count("Stopping"),
            "RetryableError": 0,
            "NonRetryableError": states.count("Failed"),
            "Stopped": states.count("Stopped"),
        },
        "ObjectiveStatusCounters": {
            "Succeeded": good,
            "Pending": len(job.trials) - len(ended),
            "Failed": len(ended) - good,
        },
    }
    if (winner := best(job)) is not None:
        described["BestTrainingJob"] = _summary(job, winner)
    return described


def list_trials(job: Job, request: dict[str, Any]) -> dict[str, Any]:
    """Answer ListTrainingJobsForHyperParameterTuningJob."""
    trials = [
        trial for trial in job.trials if request.get("StatusEquals", trial.status) == trial.status
    ]
    if request.get("SortBy") == "Status":
        trials.sort(key=lambda trial: trial.status)
    elif request.get("SortBy") == "FinalObjectiveMetricValue":
        rated = [trial for trial in trials if objective(job, trial) is not None]
        trials = sorted(rated, key=lambda trial: objective(job, trial) or 0.0)
    if request.get("SortOrder", "Ascending") == "Descending":
        trials.reverse()
    trials, more = page(trials, request, 10)
    return {"TrainingJobSummaries": [_summary(job, trial) for trial in trials], **more}


def _start(job: Job, create: Callable[[str, dict[str, Any]], Job], tuned: dict[str, str]) -> Job:
    definition = dict(job.request["TrainingJobDefinition"])
    static = definition.pop("StaticHyperParameters", {})
    number = len(job.trials) + 1
    mark = zlib.crc32(f"{job.name} {number}".encode())
    request = definition | {
        "TrainingJobName": f"{job.name}-{number:03}-{mark:08x}",
        "HyperParameters": static
        | tuned
        | {"_tuning_objective_metric": _objective(job)["MetricName"]},
    }
    trial = create("TrainingJob", request)
    trial.tuned = tuned
    trial.described["TuningJobArn"] = job.arn
    return trial


def _objective(job: Job) -> dict[str, str]:
    return job.request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]


def _pattern(request: dict[str, Any]) -> str:
    """Return the regular expression that finds the objective in a log."""
    config = request["HyperParameterTuningJobConfig"]
    if "HyperParameterTuningJobObjective" not in config:
        raise invalid("HyperParameterTuningJobObjective is required")
    wanted = config["HyperParameterTuningJobObjective"]["MetricName"]
    algorithm = request["TrainingJobDefinition"]["AlgorithmSpecification"]
    for metric in algorithm.get("MetricDefinitions", []):
        if metric["Name"] == wanted:
            try:
                return re.compile(metric["Regex"]).pattern
            except re.error as error:
                raise invalid(f"The Regex of metric {wanted} is not valid: {error}") from None
    image = images.IMAGES.get(images.repository(algorithm.get("TrainingImage", "")))
    parts = _BUILT_IN.fullmatch(wanted)
    if image is None or not image.metrics or not parts:
        raise invalid(f"The objective metric {wanted} is in no MetricDefinitions")
    return f"#011{parts[1]}-{re.escape(parts[2])}:{_NUMBER}"


def _summary(job: Job, trial: Job) -> dict[str, Any]:
    value = objective(job, trial)
    names = ("CreationTime", "TrainingStartTime", "TrainingEndTime", "FailureReason")
    summary: dict[str, Any] = {
        "TrainingJobName": trial.name,
        "TrainingJobArn": trial.arn,
        "TrainingJobStatus": trial.status,
        "TunedHyperParameters": trial.tuned,
        "ObjectiveStatus": "Pending",
        **{name: trial.described[name] for name in names if name in trial.described},
    }
    if trial.ended.is_set():
        summary["ObjectiveStatus"] = "Failed" if value is None else "Succeeded"
    if value is not None:
        metric = _objective(job)
        summary["FinalHyperParameterTuningJobObjectiveMetric"] = {
            "Type": metric["Type"],
            "MetricName": metric["MetricName"],
            "Value": value,
        }
    return summary
