"""Break the training state machine in several ways, and see where each execution ends."""

import copy
import json
from pathlib import Path

import boto3
from executions import BUCKET, ROLE, entered, history, wait, write_history

published = json.loads(Path(__file__).with_name("train.asl.json").read_text(encoding="utf-8"))
TRAIN, PREDICT = "Train model (XGBoost)", "Batch transform"


def unreadable_data(states):
    """Train on labels and rows that are no table."""
    source = states[TRAIN]["Parameters"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    source["S3Uri.$"] = "States.Format('s3://{}/csv/words.csv', $.Bucket)"


def bad_parameter(states):
    """Ask for a machine that SageMaker does not have."""
    states[TRAIN]["Parameters"]["ResourceConfig"]["InstanceType"] = "ml.m5.huge"


def missing_model(states):
    """Predict with a model that nobody made."""
    del states[PREDICT]["Parameters"]["ModelName.$"]
    states[PREDICT]["Parameters"]["ModelName"] = "nobody"


def time_out(states):
    """Give a long training three seconds."""
    states[TRAIN]["TimeoutSeconds"] = 3
    states[TRAIN]["Parameters"]["HyperParameters"]["num_round"] = "1000000"


def wrong_type(states):
    """Take a number from an input that holds a word."""
    resources = states[TRAIN]["Parameters"]["ResourceConfig"]
    del resources["VolumeSizeInGB"]
    resources["VolumeSizeInGB.$"] = "$.Volume"


CASES = {
    "training data that are no table": unreadable_data,
    "a machine type that does not exist": bad_parameter,
    "a model that does not exist": missing_model,
    "training longer than `TimeoutSeconds`": time_out,
    "a word where a number belongs": wrong_type,
}
s3 = boto3.client("s3")
s3.create_bucket(Bucket=BUCKET)
s3.put_object(Bucket=BUCKET, Key="csv/words.csv", Body=b"late,because,of,the,weather\n")
client = boto3.client("stepfunctions")

for title, spoil in CASES.items():
    definition = copy.deepcopy(published)
    spoil(definition["States"])
    name = spoil.__name__.replace("_", "-")
    machine = client.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE
    )
    started = client.start_execution(
        stateMachineArn=machine["stateMachineArn"],
        name=name,
        input=json.dumps({"Bucket": BUCKET, "RoleArn": ROLE, "Volume": "thirty"}),
    )
    execution = wait(started["executionArn"])
    events = history(started["executionArn"])
    *_, last = way = entered(events)
    caught = last == "Report failure"
    failed = way[-2] if caught else last
    end = (
        "then **Report failure**"
        if caught
        else f"and there the execution ended, {execution['status']}"
    )
    print(f"- {title}: `{execution['error']}` in **{failed}**, {end}")
    if spoil is unreadable_data:
        write_history(events, "run_failures.history.json")
