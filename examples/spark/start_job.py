"""Start the Spark job with SDK v3, and look at what it left in S3."""

import random
from pathlib import Path

import boto3

role_arn = "arn:aws:iam::123456789012:role/workshop"
script = str(Path(__file__).with_name("features.py"))
chance = random.Random(7)
lines = ["late,carrier,hour,wind"]
for _ in range(200):
    carrier, hour = chance.choice(["AA", "DL", "UA", "UA"]), chance.randint(5, 22)
    wind = "" if chance.random() < 0.1 else f"{chance.uniform(0, 30):.1f}"
    lines.append(f"{int(chance.random() < hour / 40)},{carrier},{hour},{wind}")
s3 = boto3.client("s3")
s3.create_bucket(Bucket="my-bucket")
s3.put_object(Bucket="my-bucket", Key="raw/flights.csv", Body="\n".join(lines))

# --8<-- [start:job]
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.spark.processing import PySparkProcessor

spark = PySparkProcessor(
    base_job_name="flights-features",
    framework_version="3.5",
    role=role_arn,
    instance_type="ml.m5.xlarge",
    instance_count=1,
    sagemaker_session=Session(default_bucket="my-bucket"),
)
spark.run(
    submit_app=script,  # features.py
    arguments=[
        "--input=file:///opt/ml/processing/input",
        "--output=file:///opt/ml/processing/output/features",
    ],
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
    outputs=[
        ProcessingOutput(
            output_name="features",
            s3_output=ProcessingS3Output(
                s3_uri="s3://my-bucket/features/",
                local_path="/opt/ml/processing/output",
                s3_upload_mode="EndOfJob",
            ),
        )
    ],
    spark_event_logs_s3_uri="s3://my-bucket/spark-logs/",
    logs=False,
)
# --8<-- [end:job]

found = s3.list_objects_v2(Bucket="my-bucket", Prefix="features/")["Contents"]
(key,) = [each["Key"] for each in found if each["Key"].endswith(".json")]
rows = s3.get_object(Bucket="my-bucket", Key=key)["Body"].read().decode().splitlines()
print(f"{len(rows)} rows in s3://my-bucket/features/, the first:\n{rows[0]}")
(log,) = s3.list_objects_v2(Bucket="my-bucket", Prefix="spark-logs/")["Contents"]
events = s3.get_object(Bucket="my-bucket", Key=log["Key"])["Body"].read()
print(f"Spark's own log: {events.count(b'SparkListenerJobEnd')} jobs, for the history server")
