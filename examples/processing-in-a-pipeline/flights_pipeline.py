"""A pipeline of one processing step that sends a folder."""

import shutil
from pathlib import Path

import boto3

boto3.client("s3").create_bucket(Bucket="my-bucket")
shutil.copytree(Path(__file__).with_name("source"), "source")

# --8<-- [start:supply]
import team_wheel  # in the download: a small package of ours

team_wheel.write("source/flight_features-1.0-py3-none-any.whl")
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
# --8<-- [end:supply]

# --8<-- [start:pipeline]
import hashlib
from pathlib import Path

from sagemaker.core import image_uris
from sagemaker.core.processing import FrameworkProcessor
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import CacheConfig, Pipeline, ProcessingStep

session = PipelineSession(default_bucket=bucket)
flights = ParameterString(name="Flights", default_value=f"s3://{bucket}/flights/")
processor = FrameworkProcessor(
    image_uri=image_uris.retrieve("sklearn", region="us-east-1", version="1.9-0"),
    role=role,
    instance_type="ml.m5.xlarge",
    instance_count=1,
    sagemaker_session=session,
)
read = ProcessingS3Input(
    s3_uri=flights,
    local_path="/opt/ml/processing/input",
    s3_data_type="S3Prefix",
    s3_input_mode="File",
)
write = ProcessingS3Output(
    s3_uri=f"s3://{bucket}/features/",
    local_path="/opt/ml/processing/features",
    s3_upload_mode="EndOfJob",
)


def make_pipeline(job_name: str | None) -> Pipeline:
    """Return the pipeline; the job's name is the folder in S3 that its code goes to."""
    step = ProcessingStep(
        name="AddFeatures",
        step_args=processor.run(
            code="add_features.py",
            source_dir="source",
            inputs=[ProcessingInput(input_name="flights", s3_input=read)],
            outputs=[ProcessingOutput(output_name="features", s3_output=write)],
            job_name=job_name,
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
    )
    return Pipeline(name="flights", parameters=[flights], steps=[step], sagemaker_session=session)


code = hashlib.sha256()
for path in sorted(Path("source").rglob("*")):
    if path.is_file():
        code.update(path.read_bytes())
pipeline = make_pipeline(f"code-{code.hexdigest()[:16]}")
# --8<-- [end:pipeline]
