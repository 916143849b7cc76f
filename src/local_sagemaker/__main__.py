"""Run the stand-in until interrupted: `python -m local_sagemaker`.

It prints the variables that lead boto3, the AWS CLI and the SageMaker SDK to it; a second terminal
in which they are set can then run the examples without an account.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from pathlib import Path

from local_sagemaker import functions, running


def main(words: list[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local_sagemaker", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; a free one if not given")
    parser.add_argument(
        "--lambdas",
        type=Path,
        metavar="DIR",
        help="Python files with handler(event, context): a_b.py is the function a-b",
    )
    parser.add_argument(
        "--no-isolation", action="store_true", help="run jobs without a private /opt/ml"
    )
    parser.add_argument(
        "--logs", type=Path, metavar="DIR", help="keep there what each job has printed"
    )
    options = parser.parse_args(words)
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    try:
        found = functions.load(options.lambdas) if options.lambdas else {}
        if options.lambdas and not found:
            raise ValueError(f"{options.lambdas} has no Python files")
        isolate = not options.no_isolation
        with running(found, port=options.port, isolate=isolate, logs=options.logs) as aws:
            for name, value in aws.environment().items():
                print(f"export {name}={shlex.quote(value)}")
            print(f"# Jobs run with: {aws.isolation}. Functions: {', '.join(found) or 'none'}.")
            print(f"# What a job has printed is, when it has ended, in {aws.logs}")
            print("# Copy the lines above into another terminal; Ctrl-C ends the stand-in.")
            sys.stdout.flush()
            done.wait()
    except (OSError, ValueError) as error:
        print(f"stand-in: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
