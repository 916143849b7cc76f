"""What the scripts of this folder share: made-up flights, and the jobs before the pipeline."""

import shutil
from pathlib import Path

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
region = "us-east-1"
# --8<-- [end:supply]

import boto3

boto3.client("s3").create_bucket(Bucket=bucket)
for script in ("featurize.py", "predict_any.py", "predict_exactly.py"):
    if not Path(script).exists():
        shutil.copy(Path(__file__).with_name(script), script)

# --8<-- [start:data]
import random

import boto3

s3 = boto3.client("s3")
rng = random.Random(2013)
lateness = {"AA": -0.9, "B6": 0.7, "DL": -0.3, "UA": 0.2, "WN": 1.1}


def flights(number: int) -> list[str]:
    """Make rows up: late (0 or 1), carrier, hour and wind, of which one in ten is missing."""
    rows = []
    for _ in range(number):
        carrier, hour, wind = rng.choice(list(lateness)), rng.uniform(5, 23), rng.uniform(0, 40)
        late = lateness[carrier] + (hour - 14) / 6 + (wind - 20) / 15 + rng.gauss(0, 0.5) > 0
        shown = "" if rng.random() < 0.1 else f"{wind:.1f}"
        rows.append(f"{late:d},{carrier},{hour:.1f},{shown}\n")
    return rows


s3.put_object(Bucket=bucket, Key="train/raw.csv", Body="".join(flights(2000)))
test = [row.split(",", 1) for row in flights(500)]
raw = "".join(row for _, row in test)
s3.put_object(Bucket=bucket, Key="test/raw.csv", Body=raw)


def score(answer: bytes) -> str:
    """Compare predictions with the labels."""
    predicted = [float(line) for line in answer.split()]
    right = sum((p > 0.5) == (late == "1") for p, (late, _) in zip(predicted, test, strict=True))
    return f"{len(predicted)} predictions, {right / len(test):.1%} of them right"


# --8<-- [end:data]

labels = "".join(f"{late}\n" for late, _ in test)
s3.put_object(Bucket=bucket, Key="test/labels.csv", Body=labels)

# --8<-- [start:jobs]
import io
import tarfile

from sagemaker.core import image_uris

sagemaker = boto3.client("sagemaker")
sklearn_image = image_uris.retrieve("sklearn", region=region, version="1.9-0")
xgboost_image = image_uris.retrieve("xgboost", region=region, version="3.2-0")
resources = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}
patience = {"Delay": 1, "MaxAttempts": 3600}


def pack(*scripts: str) -> str:
    """Put scripts into S3, and return the address of the archive."""
    packed, key = io.BytesIO(), f"code/{scripts[0]}.tar.gz"
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for script in scripts:
            archive.add(script)
    s3.put_object(Bucket=bucket, Key=key, Body=packed.getvalue())
    return f"s3://{bucket}/{key}"


def source(key: str) -> dict:
    """Say where the rows of a job are."""
    return {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/{key}"}}


def fit(name: str, image: str, key: str, **parameters: str) -> str:
    """Run a training job, and return the address of its model."""
    sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn=role,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        HyperParameters=parameters,
        InputDataConfig=[
            {"ChannelName": "train", "ContentType": "text/csv", "DataSource": source(key)}
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/models"},
        ResourceConfig=resources | {"VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=name, WaiterConfig=patience)
    job = sagemaker.describe_training_job(TrainingJobName=name)
    return job["ModelArtifacts"]["S3ModelArtifacts"]


def transform(model: str, key: str) -> None:
    """Run a transform job that is named like its model."""
    sagemaker.create_transform_job(
        TransformJobName=model,
        ModelName=model,
        TransformInput={
            "DataSource": source(key),
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        TransformOutput={
            "S3OutputPath": f"s3://{bucket}/{model}",
            "Accept": "text/csv",
            "AssembleWith": "Line",
        },
        TransformResources=resources,
    )
    waiter = sagemaker.get_waiter("transform_job_completed_or_stopped")
    waiter.wait(TransformJobName=model, WaiterConfig=patience)


code = pack("featurize.py")
featurizer = {
    "Image": sklearn_image,
    "ModelDataUrl": fit(
        "fit-featurizer",
        sklearn_image,
        "train/raw.csv",
        sagemaker_program="featurize.py",
        sagemaker_submit_directory=code,
        sagemaker_region=region,
    ),
    "Environment": {
        "SAGEMAKER_PROGRAM": "featurize.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": code,
        "SAGEMAKER_REGION": region,
        "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv",  # without it, JSON
    },
}
sagemaker.create_model(ModelName="features", ExecutionRoleArn=role, PrimaryContainer=featurizer)
transform("features", "train/raw.csv")
model = {
    "Image": xgboost_image,
    "ModelDataUrl": fit(
        "fit-model",
        xgboost_image,
        "features/raw.csv.out",
        objective="binary:logistic",
        num_round="40",
    ),
}
# --8<-- [end:jobs]
