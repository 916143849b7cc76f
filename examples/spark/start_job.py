"""Start the Spark job with SDK v3, and look at what it left in S3."""

import shutil
from pathlib import Path

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
# --8<-- [end:supply]

import boto3

boto3.client("s3").create_bucket(Bucket=bucket)
shutil.copy(Path(__file__).with_name("features.py"), "features.py")

# --8<-- [start:data]
import boto3

s3 = boto3.client("s3")
rows = ["late,carrier,hour,wind"]
for n in range(200):
    wind = "" if n % 9 == 0 else n % 30  # now and then nobody measured it
    rows.append(f"{n % 3 % 2},{['AA', 'DL', 'UA'][n % 5 % 3]},{5 + n % 18},{wind}")
s3.put_object(Bucket=bucket, Key="raw/flights.csv", Body="\n".join(rows))
# --8<-- [end:data]

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
    role=role,
    instance_type="ml.m5.xlarge",
    instance_count=1,
    sagemaker_session=Session(default_bucket=bucket),
)
spark.run(
    submit_app="features.py",
    arguments=[
        "--input=file:///opt/ml/processing/input",
        "--output=file:///opt/ml/processing/output/features",
    ],
    inputs=[
        ProcessingInput(
            input_name="raw",
            s3_input=ProcessingS3Input(
                s3_uri=f"s3://{bucket}/raw/",
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
                s3_uri=f"s3://{bucket}/features/",
                local_path="/opt/ml/processing/output",
                s3_upload_mode="EndOfJob",
            ),
        )
    ],
    spark_event_logs_s3_uri=f"s3://{bucket}/spark-logs/",
    logs=False,
)
# --8<-- [end:job]

# --8<-- [start:look]
written = s3.list_objects_v2(Bucket=bucket, Prefix="features/")["Contents"]
(key,) = [each["Key"] for each in written if each["Key"].endswith(".json")]
lines = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode().splitlines()
print(f"{len(lines)} rows in s3://{bucket}/features/, the first:\n{lines[0]}")
(log,) = s3.list_objects_v2(Bucket=bucket, Prefix="spark-logs/")["Contents"]
events = s3.get_object(Bucket=bucket, Key=log["Key"])["Body"].read()
print(f"Spark's own log: {events.count(b'SparkListenerJobEnd')} jobs, for the history server")
# --8<-- [end:look]
