"""Answer requests with a trained candidate, by the four functions that SageMaker's images call.

CSV in, with or without a row of names; CSV or JSON out, one answer a row. Classes come with the
probability of each, amounts alone.
"""

import importlib
import json
from pathlib import Path

import joblib
import pandas as pd

import common

CSV, JSON = "text/csv", "application/json"


class Predictor:
    """What `model_fn` returns: a candidate with its fitted preparation and model."""

    def __init__(self, candidate, transform, model):
        self.candidate = importlib.import_module(candidate)
        self.transform, self.model = transform, model

    def predict(self, table):
        """Return the answers for a table of text, one row each."""
        classes = self.candidate.CLASSES
        columns = [f"p({name})" for name in classes]
        if not len(table):
            return pd.DataFrame(columns=["predicted", *columns])
        features = table[[name for name in self.candidate.HEADER if name != self.candidate.TARGET]]
        found = self.model.predict(self.transform.transform(features))
        if not classes:
            return pd.DataFrame({"predicted": found})
        answers = pd.DataFrame(found, columns=columns)
        answers.insert(0, "predicted", [classes[place] for place in found.argmax(axis=1)])
        return answers


def model_fn(model_dir):
    """Load what the trainer wrote into a folder."""
    return Predictor(**joblib.load(Path(model_dir) / "model.joblib"))


def input_fn(body, content_type):
    """Read CSV: text or bytes. Its columns are checked when the candidate is known."""
    if content_type.partition(";")[0].strip().lower() != CSV:
        raise ValueError(f"content type {content_type} cannot be read: send {CSV}")
    return body


def predict_fn(body, predictor):
    """Return the answers for the rows of a request.

    Raises:
        common.TableError: the rows do not fit the candidate.
    """
    candidate = predictor.candidate
    return predictor.predict(common.read_table(body, candidate.HEADER, candidate.TARGET))


def output_fn(answers, accept):
    """Write answers as CSV without a row of names, or as a JSON list of objects."""
    kind = accept.partition(";")[0].strip().lower()
    if kind == CSV:
        return answers.to_csv(index=False, header=False, float_format="%.6g"), CSV
    if kind in {JSON, "*/*", ""}:
        return json.dumps(answers.to_dict("records")), JSON
    raise ValueError(f"{accept} cannot be written: ask for {CSV} or {JSON}")
