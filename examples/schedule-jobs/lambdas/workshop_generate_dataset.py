"""AWS Lambda: write a small data set to the bucket, for the state machine that trains.

The data are made up and the same each time. The label depends on the first number, on whether the
second and third lie in a ring, and a little on chance: trees learn the ring, straight lines do not.
"""

import random

import boto3

SEED = 2017
COLUMNS = 4
SIZES = {"train": 2000, "test": 400}


def make_rows(number, rng):
    """Return rows with the label first."""
    rows = []
    for _ in range(number):
        point = [rng.uniform(-1, 1) for _ in range(COLUMNS)]
        in_ring = 0.2 < point[1] ** 2 + point[2] ** 2 < 0.8
        label = int(point[0] + (0.4 if in_ring else -0.4) + rng.gauss(0, 0.15) > 0)
        rows.append([label, *(round(value, 6) for value in point)])
    return rows


def to_csv(rows):
    """Return rows as CSV without a header."""
    return "".join(",".join(str(value) for value in row) + "\n" for row in rows)


def handler(event, context):
    """Write csv/train.csv (label first), csv/test.csv (no label) and csv/test-labels.csv."""
    rng = random.Random(SEED)
    train = make_rows(SIZES["train"], rng)
    test = make_rows(SIZES["test"], rng)
    files = {
        "csv/train.csv": train,
        "csv/test.csv": [row[1:] for row in test],
        "csv/test-labels.csv": [row[:1] for row in test],
    }
    s3 = boto3.client("s3")
    for key, rows in files.items():
        s3.put_object(Bucket=event["Bucket"], Key=key, Body=to_csv(rows).encode())
    return {"Bucket": event["Bucket"], "Keys": list(files)}
