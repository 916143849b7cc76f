"""A fixture for pytest: `pytest_plugins = ["local_sagemaker.pytest_plugin"]` in a `conftest.py`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_sagemaker.session import StandIn, running


@pytest.fixture(scope="session")
def local_sagemaker() -> Iterator[StandIn]:
    """A stand-in for the whole run, to which all AWS clients of this process are led.

    It is one for all tests, because clients that SDK v3 keeps know its address: give jobs names of
    their own. With pytest-xdist each worker has another.
    """
    with running() as stand_in:
        yield stand_in
