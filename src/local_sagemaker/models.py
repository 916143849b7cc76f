"""Models as moto remembers them, described as AWS does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

from moto.sagemaker.models import Model


@contextlib.contextmanager
def installed() -> Iterator[None]:
    """Have DescribeModel leave out what a model does not have while the block runs.

    moto answers with an empty VpcConfig, which SDK v3 refuses.
    """
    described = Model.response_object.fget

    def without_empty(self: Any) -> dict[str, Any]:
        return {key: value for key, value in described(self).items() if value not in ({}, [])}

    with mock.patch.object(Model, "response_object", property(without_empty)):
        yield
