"""Runs in the second container: the same script, which parameters of the type do not trouble."""

import io

import numpy
import xgboost
from predict_exactly import model_fn, output_fn

__all__ = ["input_fn", "model_fn", "output_fn"]


# --8<-- [start:tolerant]
def input_fn(body, content_type):
    kind, _, _ = content_type.partition(";")
    if kind.strip() != "text/csv":
        raise ValueError(f"Content type {content_type} is not supported")
    text = body if isinstance(body, str) else body.decode()
    rows = numpy.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)
    return xgboost.DMatrix(rows)


# --8<-- [end:tolerant]
