"""A local stand-in for Amazon SageMaker AI and AWS Step Functions that really does the work.

In a test, `with local_sagemaker.running() as aws:`; from the command line,
`python -m local_sagemaker`. Real are the scripts, algorithms and predictions, the files in
S3, times, logs and failures. Stood in for are the services' APIs (S3, Lambda and Step Functions by
moto), the instances (a process on this machine with a private `/opt/ml`), the container images (our
reading of their contract, with this machine's libraries) and AWS's tuner. What cannot be done
really is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_sagemaker.session import StandIn, running

__all__ = ["StandIn", "running"]


def __getattr__(name: str) -> Any:
    # Late, because the processes of jobs import parts of this package and need no moto.
    if name not in __all__:
        raise AttributeError(name)
    from local_sagemaker import session

    return getattr(session, name)
