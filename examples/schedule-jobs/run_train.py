"""Run the training state machine to its end, and look at what it left in S3."""

import json
from pathlib import Path

import boto3
from executions import BUCKET, ROLE, entered, history, share_right, wait, write_history

definition = Path(__file__).with_name("train.asl.json").read_text(encoding="utf-8")
role_arn = ROLE
boto3.client("s3").create_bucket(Bucket=BUCKET)

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

status = wait(execution["executionArn"])["status"]
events = history(execution["executionArn"])
write_history(events, "run_train.history.json")
for name in entered(events):
    print("entered", name)
print("ended as", status)
print(share_right("predictions/flights-2026-11-23"))
