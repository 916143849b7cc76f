"""Runs inside the step's job: add the columns that a package of the team knows how to make."""

# --8<-- [start:script]
from pathlib import Path

import flight_features
import pandas

HERE = Path("/opt/ml/processing")

rows = pandas.read_csv(HERE / "input" / "flights.csv", parse_dates=["departure"])
flight_features.add_all(rows).to_csv(HERE / "features" / "features.csv", index=False)
# --8<-- [end:script]
