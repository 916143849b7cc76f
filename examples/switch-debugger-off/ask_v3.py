"""Train with SDK v3, and look whether the request mentions Debugger."""

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
# --8<-- [end:supply]

import boto3

boto3.client("s3").create_bucket(Bucket=bucket)

# --8<-- [start:trainer]
from pathlib import Path

import boto3
from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.training.configs import Compute, SourceCode
from sagemaker.train import ModelTrainer

Path("source").mkdir()
Path("source/train.py").write_text("print('trained')\n")
trainer = ModelTrainer(
    training_image=image_uris.retrieve("sklearn", region="us-east-1", version="1.9-0"),
    source_code=SourceCode(source_dir="source", entry_script="train.py"),
    compute=Compute(instance_type="ml.m5.large", instance_count=1),
    base_job_name="plain",
    role=role,
    sagemaker_session=Session(default_bucket=bucket),
)
trainer.train(logs=False)
sagemaker = boto3.client("sagemaker")
(job,) = sagemaker.list_training_jobs(NameContains="plain")["TrainingJobSummaries"]
job = sagemaker.describe_training_job(TrainingJobName=job["TrainingJobName"])
for field in ("DebugHookConfig", "ProfilerConfig"):
    print(field, "was sent" if field in job else "was not sent")
# --8<-- [end:trainer]
