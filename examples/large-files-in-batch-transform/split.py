"""See into which requests one file is split."""

import shutil
from pathlib import Path

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
region = "us-east-1"
# --8<-- [end:supply]

import boto3

boto3.client("s3").create_bucket(Bucket=bucket)
shutil.copy(Path(__file__).with_name("count_rows.py"), "count_rows.py")

# --8<-- [start:model]
import io
import tarfile

import boto3
from sagemaker.core import image_uris

s3, sagemaker = boto3.client("s3"), boto3.client("sagemaker")
packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w:gz") as archive:
    archive.add("count_rows.py", "code/count_rows.py")
s3.put_object(Bucket=bucket, Key="models/count.tar.gz", Body=packed.getvalue())
sagemaker.create_model(
    ModelName="count-rows",
    ExecutionRoleArn=role,
    PrimaryContainer={
        "Image": image_uris.retrieve("sklearn", region=region, version="1.9-0"),
        "ModelDataUrl": f"s3://{bucket}/models/count.tar.gz",
        "Environment": {
            "SAGEMAKER_PROGRAM": "count_rows.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        },
    },
)
# --8<-- [end:model]

# --8<-- [start:jobs]
rows = "".join(f"{n},{'x' * 90}\n" for n in range(30_000))
s3.put_object(Bucket=bucket, Key="large/flights.csv", Body=rows)
s3.put_object(Bucket=bucket, Key="small/flights.csv", Body=rows[: rows.index("20,")])


def transform(name: str, folder: str, **limits) -> list[str]:
    """Run a transform job on a folder, and return the lines of its result."""
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/{folder}/"}}
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName="count-rows",
        TransformInput={"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
        TransformOutput={
            "S3OutputPath": f"s3://{bucket}/{name}/",
            "Accept": "text/csv",
            "AssembleWith": "Line",
        },
        TransformResources={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
        **limits,
    )
    sagemaker.get_waiter("transform_job_completed_or_stopped").wait(
        TransformJobName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 3600}
    )
    body = s3.get_object(Bucket=bucket, Key=f"{name}/flights.csv.out")["Body"].read()
    return body.decode().split()


many = transform("many-rows", "large", BatchStrategy="MultiRecord", MaxPayloadInMB=1)
print(f"{len(rows)} bytes, MultiRecord, 1 MB: requests of", *dict.fromkeys(many), "(rows,bytes)")
one = transform("one-row", "small", BatchStrategy="SingleRecord")
print(f"{len(one)} rows, SingleRecord: requests of", *{row.split(",")[0] for row in one}, "row")
# --8<-- [end:jobs]
