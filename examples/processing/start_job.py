"""Start the processing job with SDK v3, and look at what it left in S3."""

from pathlib import Path

import boto3

role_arn = "arn:aws:iam::123456789012:role/workshop"
s3 = boto3.client("s3")
s3.create_bucket(Bucket="my-bucket")
table = "minutes,late\n" + "".join(f"{n},{n % 3 == 0:d}\n" for n in range(100)) + ",1\n"
s3.put_object(Bucket="my-bucket", Key="raw/flights.csv", Body=table)
script = str(Path(__file__).with_name("prepare.py"))

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


def output(name: str) -> ProcessingOutput:
    return ProcessingOutput(
        output_name=name,
        s3_output=ProcessingS3Output(
            s3_uri=f"s3://my-bucket/{name}/",
            local_path=f"/opt/ml/processing/{name}",
            s3_upload_mode="EndOfJob",
        ),
    )


processor = ScriptProcessor(
    image_uri=image_uris.retrieve("sklearn", region="us-east-1", version="1.9-0"),
    role=role_arn,
    instance_type="ml.m5.xlarge",
    instance_count=1,
    sagemaker_session=Session(default_bucket="my-bucket"),
)
processor.run(
    code=script,  # prepare.py
    arguments=["--test-share", "0.2"],
    inputs=[
        ProcessingInput(
            input_name="raw",
            s3_input=ProcessingS3Input(
                s3_uri="s3://my-bucket/raw/",
                local_path="/opt/ml/processing/input",
                s3_data_type="S3Prefix",
                s3_input_mode="File",
            ),
        )
    ],
    outputs=[output("train"), output("test")],
    logs=False,
)
# --8<-- [end:job]

for key in ("train/train.csv", "test/test.csv"):
    body = s3.get_object(Bucket="my-bucket", Key=key)["Body"].read().decode()
    print(f"s3://my-bucket/{key}: {body.count(chr(10)) - 1} rows")
