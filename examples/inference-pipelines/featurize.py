"""Runs in the first container: fit a transformer when training, apply it when serving."""

# --8<-- [start:script]
import io
import os
from pathlib import Path

import joblib
import pandas
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

COLUMNS = ["carrier", "hour", "wind"]


def model_fn(folder):
    return joblib.load(f"{folder}/featurizer.joblib")


def input_fn(body, content_type):
    kind, _, _ = content_type.partition(";")
    if kind.strip() != "text/csv":
        raise ValueError(f"Content type {content_type} is not supported")
    text = body if isinstance(body, str) else body.decode()
    table = pandas.read_csv(io.StringIO(text), header=None)
    names = ["late", *COLUMNS] if table.shape[1] == 4 else COLUMNS
    return table.set_axis(names, axis="columns")


def predict_fn(table, featurizer):
    features = pandas.DataFrame(featurizer.transform(table))
    if "late" in table:  # a row to train with keeps its label, in front
        features.insert(0, "late", table["late"])
    return features


def output_fn(features, accept):
    text = features.to_csv(index=False, header=False, float_format="%.4g")
    return text, accept


if __name__ == "__main__":
    raw = Path(os.environ["SM_CHANNEL_TRAIN"], "raw.csv").read_text()
    featurizer = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), ["hour", "wind"]),
        # A carrier that is not in the training data becomes zeros.
        (OneHotEncoder(sparse_output=False, handle_unknown="ignore"), ["carrier"]),
    )
    featurizer.fit(input_fn(raw, "text/csv"))
    joblib.dump(featurizer, f"{os.environ['SM_MODEL_DIR']}/featurizer.joblib")
# --8<-- [end:script]
