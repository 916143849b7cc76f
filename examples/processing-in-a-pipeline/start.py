"""Create the pipeline and start it with another table."""

import sys
from pathlib import Path

import boto3

# Nothing is sent, so nothing would be answered: the SDK looks whether the bucket is there.
boto3.DEFAULT_SESSION.events.register(
    "after-call.s3.ListBuckets",
    lambda parsed, **_: parsed.update(Buckets=[{"Name": "my-bucket", "CreationDate": "2026"}]),
)
sys.path.insert(0, str(Path(__file__).parent))
import flights_pipeline

bucket, pipeline, role = flights_pipeline.bucket, flights_pipeline.pipeline, flights_pipeline.role

# --8<-- [start:start]
import boto3

sagemaker = boto3.client("sagemaker")
sagemaker.create_pipeline(
    PipelineName=pipeline.name, PipelineDefinition=pipeline.definition(), RoleArn=role
)
sagemaker.start_pipeline_execution(
    PipelineName=pipeline.name,
    PipelineParameters=[{"Name": "Flights", "Value": f"s3://{bucket}/flights-of-december/"}],
)
# --8<-- [end:start]
