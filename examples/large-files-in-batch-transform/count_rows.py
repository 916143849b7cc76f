"""Runs in the container: for each row, say how many rows and bytes its request had."""


# --8<-- [start:script]
def model_fn(folder):
    return None


def input_fn(body, content_type):
    return body.splitlines()


def predict_fn(rows, model):
    size = sum(len(row) + 1 for row in rows)
    return [f"{len(rows)},{size}" for _ in rows]


def output_fn(prediction, accept):
    return "\n".join(prediction) + "\n"


# --8<-- [end:script]
