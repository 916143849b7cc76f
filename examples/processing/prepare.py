"""Runs inside the processing job: split one table into two."""

# --8<-- [start:script]
import argparse
from pathlib import Path

import pandas

HERE = Path("/opt/ml/processing")

parser = argparse.ArgumentParser()
parser.add_argument("--test-share", type=float, default=0.2)
share = parser.parse_args().test_share

rows = pandas.concat(map(pandas.read_csv, sorted((HERE / "input").glob("*.csv"))))
rows = rows.dropna().sample(frac=1, random_state=7)
cut = round(len(rows) * share)
rows.iloc[cut:].to_csv(HERE / "train" / "train.csv", index=False)
rows.iloc[:cut].to_csv(HERE / "test" / "test.csv", index=False)
print(f"{len(rows) - cut} rows to train with, {cut} to test with")
# --8<-- [end:script]
