"""Start six transform jobs in an account that has room for two."""

import shutil
from pathlib import Path

import boto3

boto3.client("s3").create_bucket(Bucket="my-bucket")
shutil.copy(Path(__file__).with_name("echo.py"), "echo.py")

# --8<-- [start:supply]
import small_account  # in the download: refuses a third job, as AWS would

sagemaker = small_account.client()  # yours: boto3.client("sagemaker")
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
pause = 1  # seconds between two attempts; for jobs of minutes take 60
# --8<-- [end:supply]

# --8<-- [start:model]
import io
import tarfile

import boto3
from sagemaker.core import image_uris

s3 = boto3.client("s3")
packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w:gz") as archive:
    archive.add("echo.py", "code/echo.py")
s3.put_object(Bucket=bucket, Key="models/echo.tar.gz", Body=packed.getvalue())
for part in range(6):
    s3.put_object(Bucket=bucket, Key=f"parts/{part}/rows.csv", Body=f"{part}\n")
sagemaker.create_model(
    ModelName="echo",
    ExecutionRoleArn=role,
    PrimaryContainer={
        "Image": image_uris.retrieve("sklearn", region="us-east-1", version="1.9-0"),
        "ModelDataUrl": f"s3://{bucket}/models/echo.tar.gz",
        "Environment": {
            "SAGEMAKER_PROGRAM": "echo.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        },
    },
)
# --8<-- [end:model]

# --8<-- [start:queue]
import time


def start_when_free(request: dict) -> None:
    """Start a transform job as soon as the account has an instance for it."""
    while True:
        try:
            sagemaker.create_transform_job(**request)
            return
        except sagemaker.exceptions.ResourceLimitExceeded:
            running = sagemaker.list_transform_jobs(StatusEquals="InProgress")
            if not running["TransformJobSummaries"]:
                raise  # nothing will become free: the quota itself is too small
            time.sleep(pause)


names = [f"part-{part}" for part in range(6)]
for part, name in enumerate(names):
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/parts/{part}/"}
    start_when_free(
        {
            "TransformJobName": name,
            "ModelName": "echo",
            "TransformInput": {
                "DataSource": {"S3DataSource": source},
                "ContentType": "text/csv",
            },
            "TransformOutput": {"S3OutputPath": f"s3://{bucket}/results/{part}/"},
            "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
        }
    )
# --8<-- [end:queue]

# --8<-- [start:look]
waiter = sagemaker.get_waiter("transform_job_completed_or_stopped")
for name in names:
    waiter.wait(TransformJobName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 3600})
jobs = [sagemaker.describe_transform_job(TransformJobName=name) for name in names]
most = max(
    sum(other["CreationTime"] <= job["CreationTime"] < other["TransformEndTime"] for other in jobs)
    for job in jobs
)
print(f"{[job['TransformJobStatus'] for job in jobs].count('Completed')} of {len(jobs)} completed")
print(f"never more than {most} at once")
# --8<-- [end:look]
