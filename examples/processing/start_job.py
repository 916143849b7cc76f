"""Start the processing job with SDK v3, and look at what it left in S3."""

import shutil
from pathlib import Path

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
region = "us-east-1"
# --8<-- [end:supply]

import boto3

boto3.client("s3").create_bucket(Bucket=bucket)
shutil.copy(Path(__file__).with_name("prepare.py"), "prepare.py")

# --8<-- [start:data]
import boto3

s3 = boto3.client("s3")
rows = "".join(f"{n},{n % 3 == 0:d}\n" for n in range(100))
s3.put_object(Bucket=bucket, Key="raw/flights.csv", Body=f"minutes,late\n{rows},1\n")
# --8<-- [end:data]

# --8<-- [start:job]
from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)


def from_s3(folder: str) -> ProcessingInput:
    return ProcessingInput(
        input_name=folder,
        s3_input=ProcessingS3Input(
            s3_uri=f"s3://{bucket}/{folder}/",
            local_path="/opt/ml/processing/input",
            s3_data_type="S3Prefix",
            s3_input_mode="File",
        ),
    )


def to_s3(folder: str) -> ProcessingOutput:
    return ProcessingOutput(
        output_name=folder,
        s3_output=ProcessingS3Output(
            s3_uri=f"s3://{bucket}/{folder}/",
            local_path=f"/opt/ml/processing/{folder}",
            s3_upload_mode="EndOfJob",
        ),
    )


settings = {
    "image_uri": image_uris.retrieve("sklearn", region=region, version="1.9-0"),
    "role": role,
    "instance_type": "ml.m5.xlarge",
    "instance_count": 1,
    "sagemaker_session": Session(default_bucket=bucket),
}
ScriptProcessor(**settings).run(
    code="prepare.py",
    arguments=["--test-share", "0.2"],
    inputs=[from_s3("raw")],
    outputs=[to_s3("train"), to_s3("test")],
    logs=False,
)
for key in ("train/train.csv", "test/test.csv"):
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    print(f"s3://{bucket}/{key}: {len(body.splitlines()) - 1} rows")
# --8<-- [end:job]
