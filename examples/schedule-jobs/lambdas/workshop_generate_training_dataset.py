"""AWS Lambda: write the data sets to the bucket, and name the tuning job.

The data are made up and the same each time. The label depends on the first number, on whether the
second and third lie in a ring, and a little on chance: trees learn the ring, straight lines do not.
"""

import hashlib
import random
import re

import boto3

SEED = 2017
COLUMNS = 4
SIZES = {"train": 8000, "validation": 400, "test": 400}
LONGEST_NAME = 32  # of a tuning job; the names of its training jobs are longer


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


def job_name(execution_name):
    """Return a name for a tuning job: another one for each execution, and never too long."""
    mark = hashlib.sha256(execution_name.encode()).hexdigest()[:8]
    words = re.sub("[^A-Za-z0-9]+", "-", execution_name).strip("-") or "tune"
    return f"{words[: LONGEST_NAME - 9].rstrip('-')}-{mark}"


def handler(event, context):
    """Write the files below csv/ and return the name of the tuning job."""
    rng = random.Random(SEED)
    rows = {name: make_rows(size, rng) for name, size in SIZES.items()}
    files = {
        "csv/train.csv": rows["train"],
        "csv/validation.csv": rows["validation"],
        "csv/test.csv": [row[1:] for row in rows["test"]],
        "csv/test-labels.csv": [row[:1] for row in rows["test"]],
    }
    s3 = boto3.client("s3")
    for key, content in files.items():
        s3.put_object(Bucket=event["Bucket"], Key=key, Body=to_csv(content).encode())
    return {"jobName": job_name(event["ExecutionName"])}
