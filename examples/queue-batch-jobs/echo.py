"""Runs in the container: predict nothing, slowly."""

# --8<-- [start:script]
import time


def model_fn(folder):
    return None


def input_fn(body, content_type):
    return body


def predict_fn(rows, model):
    time.sleep(1)
    return rows


def output_fn(prediction, accept):
    return prediction


# --8<-- [end:script]
