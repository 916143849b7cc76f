"""Run the training state machine to its end, and look at what it left in S3."""

import json
import time
from pathlib import Path

import boto3

role_arn = "arn:aws:iam::123456789012:role/workshop"
definition = Path(__file__).with_name("train.asl.json").read_text(encoding="utf-8")
s3 = boto3.client("s3")
s3.create_bucket(Bucket="my-bucket")

# --8<-- [start:run]
states = boto3.client("stepfunctions")
machine = states.create_state_machine(
    name="train-and-predict", definition=definition, roleArn=role_arn
)
execution = states.start_execution(
    stateMachineArn=machine["stateMachineArn"],
    name="flights-2026-11-23",
    input=json.dumps({"Bucket": "my-bucket", "RoleArn": role_arn}),
)
# --8<-- [end:run]

arn = execution["executionArn"]
while (status := states.describe_execution(executionArn=arn)["status"]) == "RUNNING":
    time.sleep(0.1)
history = states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
for event in history:
    if "stateEnteredEventDetails" in event:
        print("entered", event["stateEnteredEventDetails"]["name"])
print("ended as", status)


def numbers(key: str) -> list[float]:
    """The lines of a file in S3, as numbers."""
    body = s3.get_object(Bucket="my-bucket", Key=key)["Body"].read().decode()
    return [float(line) for line in body.split()]


predicted = numbers("predictions/flights-2026-11-23/test.csv.out")
actual = numbers("csv/test-labels.csv")
right = sum((p > 0.5) == (a > 0.5) for p, a in zip(predicted, actual, strict=True))
print(f"{len(predicted)} predictions in S3, {right / len(actual):.0%} of them right")
