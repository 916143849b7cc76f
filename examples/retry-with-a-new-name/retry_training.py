"""Let a training job fail twice in a state machine, which tries again under another name."""

import shutil
from pathlib import Path

import boto3

for file in ("unlucky.py", "jsonpath.asl.json", "jsonata.asl.json"):
    shutil.copy(Path(__file__).with_name(file), file)
boto3.client("s3").create_bucket(Bucket="my-bucket")

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop-jobs"
states_role = "arn:aws:iam::123456789012:role/workshop-state-machine"
bucket = "my-bucket"
# --8<-- [end:supply]

# --8<-- [start:run]
import io
import json
import tarfile
import time
from pathlib import Path

import boto3
from sagemaker.core import image_uris

packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w:gz") as archive:
    archive.add("unlucky.py")
boto3.client("s3").put_object(Bucket=bucket, Key="code/unlucky.tar.gz", Body=packed.getvalue())
given = {
    "RoleArn": role,
    "Image": image_uris.retrieve("sklearn", region="us-east-1", version="1.9-0"),
    "Code": f"s3://{bucket}/code/unlucky.tar.gz",
    "Models": f"s3://{bucket}/models",
}
states, sagemaker = boto3.client("stepfunctions"), boto3.client("sagemaker")
for language in ("jsonpath", "jsonata"):
    machine = states.create_state_machine(
        name=f"train-{language}",
        definition=Path(f"{language}.asl.json").read_text(),
        roleArn=states_role,
    )["stateMachineArn"]
    execution = states.start_execution(
        stateMachineArn=machine, name=f"nightly-{language}", input=json.dumps(given)
    )["executionArn"]
    while (seen := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(1)
    jobs = sagemaker.list_training_jobs(
        NameContains=language, SortBy="CreationTime", SortOrder="Ascending"
    )["TrainingJobSummaries"]
    for job in jobs:
        print(job["TrainingJobName"], job["TrainingJobStatus"])
    print("the execution:", seen["status"])
# --8<-- [end:run]
