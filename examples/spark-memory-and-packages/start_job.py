"""Send a module, a configuration and a pinned image with a Spark job."""

import shutil
from pathlib import Path

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
# --8<-- [end:supply]

import boto3

boto3.client("s3").create_bucket(Bucket=bucket)
for name in ("delays.py", "flight_rules.py"):
    shutil.copy(Path(__file__).with_name(name), name)

# --8<-- [start:job]
import boto3
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.spark.processing import PySparkProcessor

s3 = boto3.client("s3")
rows = "".join(f"{n % 24},{n % 5 % 2}\n" for n in range(240))
s3.put_object(Bucket=bucket, Key="hours/flights.csv", Body=f"hour,late\n{rows}")
flights = ProcessingInput(
    input_name="flights",
    s3_input=ProcessingS3Input(
        s3_uri=f"s3://{bucket}/hours/",
        local_path="/opt/ml/processing/input/flights",
        s3_data_type="S3Prefix",
        s3_input_mode="File",
    ),
)
delays = ProcessingOutput(
    output_name="delays",
    s3_output=ProcessingS3Output(
        s3_uri=f"s3://{bucket}/delays/",
        local_path="/opt/ml/processing/output",
        s3_upload_mode="EndOfJob",
    ),
)
processor = PySparkProcessor(
    framework_version="3.5",
    py_version="py312",
    container_version="1.3",  # one build, and not the tag that moves
    role=role,
    instance_type="ml.m5.4xlarge",
    instance_count=1,
    max_runtime_in_seconds=3600,
    sagemaker_session=Session(default_bucket=bucket),
)
processor.run(
    submit_app="delays.py",
    submit_py_files=["flight_rules.py"],
    arguments=[
        "file:///opt/ml/processing/input/flights",
        "file:///opt/ml/processing/output/delays",
    ],
    inputs=[flights],
    outputs=[delays],
    configuration=[
        {
            "Classification": "spark-defaults",
            "Properties": {
                "spark.driver.memory": "12g",
                "spark.executor.memory": "36g",
                "spark.executor.memoryOverhead": "6g",
            },
        }
    ],
    logs=False,
)
# --8<-- [end:job]

# --8<-- [start:look]
for each in s3.list_objects_v2(Bucket=bucket)["Contents"]:
    if each["Key"].endswith(".json"):
        print(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read().decode().strip())
print(processor.image_uri)
# --8<-- [end:look]
