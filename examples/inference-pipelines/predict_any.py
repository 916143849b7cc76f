"""Runs in the second container: a script that parameters of the content type do not trouble."""

# --8<-- [start:script]
import io

import numpy
import xgboost


def model_fn(folder):
    return xgboost.Booster(model_file=f"{folder}/xgboost-model")


def input_fn(body, content_type):
    kind, _, _ = content_type.partition(";")
    if kind.strip() != "text/csv":
        raise ValueError(f"Content type {content_type} is not supported")
    text = body if isinstance(body, str) else body.decode()
    rows = numpy.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)
    return xgboost.DMatrix(rows)


def output_fn(scores, accept):
    return "\n".join(map(str, scores.tolist())) + "\n", accept


# --8<-- [end:script]
