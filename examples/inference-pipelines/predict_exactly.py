"""Runs in the second container: a script that takes no content type but text/csv."""

import io

import numpy
import xgboost


def model_fn(folder):
    return xgboost.Booster(model_file=f"{folder}/xgboost-model")


# --8<-- [start:exact]
def input_fn(body, content_type):
    if content_type != "text/csv":
        raise ValueError(f"Content type {content_type} is not supported")
    rows = numpy.loadtxt(io.StringIO(body), delimiter=",", ndmin=2)
    return xgboost.DMatrix(rows)


# --8<-- [end:exact]


def output_fn(scores, accept):
    return "\n".join(map(str, scores.tolist())) + "\n", accept
