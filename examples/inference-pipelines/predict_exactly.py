"""Runs in the second container: the same, but it takes no content type other than text/csv."""

import predict_any
from predict_any import model_fn, output_fn

__all__ = ["input_fn", "model_fn", "output_fn"]


def input_fn(body, content_type):
    if content_type != "text/csv":
        raise ValueError(f"Content type {content_type} is not supported")
    return predict_any.input_fn(body, content_type)
