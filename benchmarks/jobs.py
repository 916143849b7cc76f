"""How long a job of the local stand-in takes whose script does nothing.

A job here is everything from the request to the final status: the script's way through S3, its
process with a private `/opt/ml`, its results. Beside it, a Python that is started and does
nothing: fork and exec, with no service around it; and the same request to moto alone, which runs
nothing and says Completed. They take turns, so that what else the machine does falls on each
alike. Compare the ratios, not the seconds. At the end as many jobs are started at once.
"""

from __future__ import annotations

import argparse
import datetime
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from moto.server import ThreadedMotoServer

import local_sagemaker
from local_sagemaker.session import client
from tests.local_sagemaker import api


def seconds(body: Callable[[], object]) -> float:
    """Return how long a call takes."""
    begun = time.perf_counter()
    body()
    return time.perf_counter() - begun


def completed(job: dict[str, object], kind: str) -> None:
    """Raise RuntimeError when a job is not completed: speed without a result is worth nothing."""
    if job[f"{kind}Status"] != "Completed":
        raise RuntimeError(f"{kind}: {job}")


def of_moto(sagemaker: Any, number: int) -> None:
    """Send the request for a training job to moto, and ask how it is."""
    sagemaker.create_training_job(**api.training_request(f"job-{number}"))
    completed(sagemaker.describe_training_job(TrainingJobName=f"job-{number}"), "TrainingJob")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=30, help="of each kind")
    options = parser.parse_args()
    taken: dict[str, list[float]] = {}
    first: dict[str, float] = {}
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    alone = client("sagemaker", "http://{}:{}".format(*moto.get_host_and_port()))
    begun = time.perf_counter()
    with local_sagemaker.running() as aws:
        first["the stand-in, until it answers"] = time.perf_counter() - begun
        aws.client("s3").create_bucket(Bucket=api.BUCKET)
        turns: dict[str, Callable[[int], object]] = {
            "a training job": lambda number: completed(
                api.run_script(aws, f"job-{number}", "pass"), "TrainingJob"
            ),
            "a processing job": lambda number: completed(
                api.run_processing(aws, f"job-{number}", "pass"), "ProcessingJob"
            ),
            "a training job of moto alone": lambda number: of_moto(alone, number),
            "fork and exec of Python": lambda _: subprocess.run(
                [sys.executable, "-c", "pass"], check=True
            ),
        }
        for name, turn in turns.items():
            first[f"the first of: {name}"] = seconds(lambda turn=turn: turn(0))
        for number in range(1, options.jobs + 1):
            for name, turn in turns.items():
                taken.setdefault(name, []).append(seconds(lambda t=turn, n=number: t(n)))
        how = aws.isolation
        names = [f"at-once-{number}" for number in range(options.jobs)]
        begun = time.perf_counter()
        for name in names:
            api.start_script(aws, name, "pass")
        for name in names:
            completed(aws.wait(name), "TrainingJob")
        at_once = time.perf_counter() - begun
    moto.stop()
    base = statistics.median(taken["fork and exec of Python"])
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{datetime.date.today()}, {platform.platform()}, {multiprocessing.cpu_count()} cores")
    print(f"{options.jobs} of each in turn, {how}; load of the machine {load}\n")
    print("| | median, s | slowest, s | times fork and exec |\n| --- | --- | --- | --- |")
    for name, each in taken.items():
        middle = statistics.median(each)
        print(f"| {name} | {middle:.3f} | {max(each):.3f} | {middle / base:.1f} |")
    print(f"\n{options.jobs} at once: {at_once:.2f} s, {options.jobs / at_once:.1f} jobs a second")
    print("\n" + "\n".join(f"{name}: {value:.1f} s" for name, value in first.items()))


if __name__ == "__main__":
    main()
