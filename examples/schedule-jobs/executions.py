"""What the scripts of this folder share: run a state machine to its end, and read what it left."""

import json
import time
from pathlib import Path

import boto3

BUCKET = "my-bucket"
ROLE = "arn:aws:iam::123456789012:role/workshop"


def wait(arn: str) -> dict:
    """Wait until an execution has ended, and return its description."""
    states = boto3.client("stepfunctions")
    while (execution := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.1)
    return execution


def history(arn: str) -> list[dict]:
    """Return the events of an execution without the data that went through it."""
    states = boto3.client("stepfunctions")
    events = states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    kept = []
    for event in events:
        short = {key: event[key] for key in ("id", "previousEventId", "type")}
        short["timestamp"] = event["timestamp"].isoformat(timespec="milliseconds")
        for name, details in event.items():
            if name.endswith("EventDetails"):
                words = {key: details[key] for key in ("name", "error") if key in details}
                short |= {name: words} if words else {}
        kept.append(short)
    return kept


def write_history(events: list[dict], name: str) -> None:
    """Write events as `aws stepfunctions get-execution-history` would, one a line."""
    lines = ",\n".join(json.dumps(event) for event in events)
    Path(name).write_text(f'{{"events": [\n{lines}\n]}}\n', encoding="utf-8")


def entered(events: list[dict]) -> list[str]:
    """Return the states that an execution entered, in order."""
    key = "stateEnteredEventDetails"
    return [event[key]["name"] for event in events if key in event]


def numbers(key: str) -> list[float]:
    """Return the lines of a file in S3, as numbers."""
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    return [float(line) for line in body.split()]


def share_right(predictions: str) -> str:
    """Compare predictions in S3 with the labels that the data set keeps apart."""
    predicted, actual = numbers(f"{predictions}/test.csv.out"), numbers("csv/test-labels.csv")
    right = sum((p > 0.5) == (a > 0.5) for p, a in zip(predicted, actual, strict=True))
    return f"{len(predicted)} predictions in S3, {right / len(actual):.0%} of them right"
