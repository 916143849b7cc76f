"""Run a processing job that first installs packages, and see what a wrong name leads to."""

from pathlib import Path

import boto3
import team_index

role_arn = "arn:aws:iam::123456789012:role/workshop"
index = team_index.serve()
s3 = boto3.client("s3")
s3.create_bucket(Bucket="my-bucket")
table = "departure,carrier\n2013-01-04 06:10,UA\n2013-01-05 17:45,DL\n2013-01-07 21:30,UA\n"
s3.put_object(Bucket="my-bucket", Key="raw/flights.csv", Body=table)
source = str(Path(__file__).with_name("source"))

from sagemaker.core.helper.session_helper import Session
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)

session = Session(default_bucket="my-bucket")
raw = ProcessingInput(
    input_name="raw",
    s3_input=ProcessingS3Input(
        s3_uri="s3://my-bucket/raw/",
        local_path="/opt/ml/processing/input",
        s3_data_type="S3Prefix",
        s3_input_mode="File",
    ),
)
features = ProcessingOutput(
    output_name="features",
    s3_output=ProcessingS3Output(
        s3_uri="s3://my-bucket/features/",
        local_path="/opt/ml/processing/features",
        s3_upload_mode="EndOfJob",
    ),
)

# --8<-- [start:job]
from sagemaker.core import image_uris
from sagemaker.core.processing import FrameworkProcessor

processor = FrameworkProcessor(
    image_uri=image_uris.retrieve("sklearn", region="us-east-1", version="1.9-0"),
    role=role_arn,
    instance_type="ml.m5.xlarge",
    instance_count=1,
    env={"PIP_INDEX_URL": index},  # leave it out for packages of PyPI
    sagemaker_session=session,
)
processor.run(
    code="add_features.py",
    source_dir=source,  # the folder that holds both files
    requirements="requirements.txt",
    inputs=[raw],
    outputs=[features],
    logs=False,
    job_name="with-package",
)
# --8<-- [end:job]

body = s3.get_object(Bucket="my-bucket", Key="features/features.csv")["Body"].read()
print("s3://my-bucket/features/features.csv:", body.decode().strip(), sep="\n")

# The file is looked for only inside the job: one that is not there stops nothing before that.
try:
    processor.run(
        code="add_features.py",
        source_dir=source,
        requirements="packages.txt",
        inputs=[raw],
        outputs=[features],
        logs=False,
        job_name="no-such-file",
    )
except Exception as error:  # another one where the SDK's own mistake is mended
    sagemaker = boto3.client("sagemaker")
    job = sagemaker.describe_processing_job(ProcessingJobName="no-such-file")
    print("\nrequirements='packages.txt', which is not there:")
    print(f"{job['ProcessingJobStatus']}, {job['FailureReason']}")
    print(f"The SDK raised {type(error).__name__}: {error}")
