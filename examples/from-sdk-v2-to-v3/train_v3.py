"""Train with SDK v3 what an estimator of SDK v2 trained."""

import shutil
from pathlib import Path

import boto3

boto3.client("s3").create_bucket(Bucket="my-bucket")
shutil.copytree(Path(__file__).with_name("source"), "source")

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
region = "us-east-1"
# --8<-- [end:supply]

# --8<-- [start:data]
import boto3

s3 = boto3.client("s3")
rows = "".join(f"{n},{n / 8 + 20}\n" for n in range(100, 1100, 100))
s3.put_object(Bucket=bucket, Key="train/flights.csv", Body=f"distance,minutes\n{rows}")
# --8<-- [end:data]

# --8<-- [start:trainer]
from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.training.configs import (
    Compute,
    InputData,
    OutputDataConfig,
    SourceCode,
    StoppingCondition,
)
from sagemaker.train import ModelTrainer

trainer = ModelTrainer(
    training_image=image_uris.retrieve("sklearn", region=region, version="1.9-0"),
    source_code=SourceCode(source_dir="source", entry_script="fit.py"),
    hyperparameters={"alpha": 0.5},
    compute=Compute(instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=30),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
    output_data_config=OutputDataConfig(s3_output_path=f"s3://{bucket}/models"),
    base_job_name="flights",
    role=role,
    sagemaker_session=Session(default_bucket=bucket),
)
trainer.train(
    input_data_config=[InputData(channel_name="train", data_source=f"s3://{bucket}/train/")],
    logs=False,
)
# --8<-- [end:trainer]

# --8<-- [start:look]
sagemaker = boto3.client("sagemaker")
(found,) = sagemaker.list_training_jobs(NameContains="flights")["TrainingJobSummaries"]
job = sagemaker.describe_training_job(TrainingJobName=found["TrainingJobName"])
print(job["TrainingJobStatus"], job["HyperParameters"]["alpha"])
print(job["ModelArtifacts"]["S3ModelArtifacts"].replace(job["TrainingJobName"], "NAME"))
# --8<-- [end:look]
