"""Runs inside the training job, for both versions of the SDK alike."""

# --8<-- [start:script]
import argparse
import os
from pathlib import Path

import joblib
import pandas
from sklearn.linear_model import Ridge

parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float)
alpha = parser.parse_args().alpha

rows = pandas.read_csv(Path(os.environ["SM_CHANNEL_TRAIN"], "flights.csv"))
model = Ridge(alpha=alpha).fit(rows[["distance"]], rows["minutes"])
joblib.dump(model, Path(os.environ["SM_MODEL_DIR"], "model.joblib"))
# --8<-- [end:script]
