"""Run the training state machine to its end, and look at what it left in S3."""

import shutil
from pathlib import Path

import boto3

here = Path(__file__).parent
shutil.copy(here / "train.asl.json", "train.asl.json")
shutil.copytree(here / "roles", "roles")
boto3.client("s3").create_bucket(Bucket="my-bucket")

# --8<-- [start:supply]
bucket = "my-bucket"
# --8<-- [end:supply]

# --8<-- [start:roles]
from pathlib import Path

import boto3

iam, roles = boto3.client("iam"), {}
for name in ("jobs", "pipeline", "state-machine", "scheduler"):
    role = iam.create_role(
        RoleName=f"workshop-{name}",
        AssumeRolePolicyDocument=Path(f"roles/{name}.trust.json").read_text(),
    )
    iam.put_role_policy(
        RoleName=f"workshop-{name}",
        PolicyName=name,
        PolicyDocument=Path(f"roles/{name}.policy.json").read_text(),
    )
    roles[name] = role["Role"]["Arn"]
# --8<-- [end:roles]

# --8<-- [start:run]
import json

from executions import entered, history, share_right, wait  # in the download

states = boto3.client("stepfunctions")
machine = states.create_state_machine(
    name="train-and-predict",
    definition=Path("train.asl.json").read_text(),
    roleArn=roles["state-machine"],
)["stateMachineArn"]
execution = states.start_execution(
    stateMachineArn=machine,
    name="flights-2026-11-23",
    input=json.dumps({"Bucket": bucket, "RoleArn": roles["jobs"]}),
)["executionArn"]
status = wait(execution)["status"]
for state in entered(history(execution)):
    print("entered", state)
print("ended as", status)
print(share_right("predictions/flights-2026-11-23"))
# --8<-- [end:run]

from executions import write_history

write_history(history(execution), "run_train.history.json")
