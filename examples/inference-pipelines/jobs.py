"""What the scripts of this folder share: made-up flights, and the jobs before the pipeline."""

import io
import random
import tarfile
import time
from pathlib import Path

import boto3

BUCKET, ROLE = "my-bucket", "arn:aws:iam::123456789012:role/workshop"
REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
SKLEARN = f"{REGISTRY}/sagemaker-scikit-learn:1.9-0-cpu-py3"
XGBOOST = f"{REGISTRY}/sagemaker-xgboost:3.2-0"
RESOURCES = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}
LATENESS = {"AA": -0.9, "B6": 0.7, "DL": -0.3, "UA": 0.2, "WN": 1.1}

s3, sagemaker = boto3.client("s3"), boto3.client("sagemaker")


def put(key: str, body: str | bytes) -> str:
    """Write an object, and return its address."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"s3://{BUCKET}/{key}"


def read(key: str) -> str:
    """Return the text of an object."""
    return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()


def flights(number: int, rng: random.Random) -> list[str]:
    """Make rows up: late (0 or 1), carrier, hour and wind, of which one in ten is missing."""
    rows = []
    for _ in range(number):
        carrier, hour, wind = rng.choice(list(LATENESS)), rng.uniform(5, 23), rng.uniform(0, 40)
        late = LATENESS[carrier] + (hour - 14) / 6 + (wind - 20) / 15 + rng.gauss(0, 0.5) > 0
        rows.append(f"{late:d},{carrier},{hour:.1f},{'' if rng.random() < 0.1 else f'{wind:.1f}'}")
    return rows


def prepare() -> None:
    """Make the bucket, the data and the packed scripts."""
    s3.create_bucket(Bucket=BUCKET)
    rng = random.Random(2013)
    put("train/raw.csv", "\n".join(flights(2000, rng)) + "\n")
    test = [row.partition(",") for row in flights(500, rng)]
    put("test/raw.csv", "".join(f"{row}\n" for _, _, row in test))
    put("test/labels.csv", "".join(f"{label}\n" for label, _, _ in test))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in ("featurize.py", "predict_exactly.py", "predict_any.py"):
            archive.add(Path(__file__).with_name(name), name)
    put("code/scripts.tar.gz", packed.getvalue())


def wait(kind: str, name: str) -> dict:
    """Wait until a job has ended, and return its description."""
    describe = {
        "TrainingJob": sagemaker.describe_training_job,
        "TransformJob": sagemaker.describe_transform_job,
    }[kind]
    while (job := describe(**{f"{kind}Name": name}))[f"{kind}Status"] == "InProgress":
        time.sleep(0.1)
    return job


def fit(name: str, image: str, data: str, **parameters: str) -> str:
    """Run a training job, and return the address of its model."""
    source = {"S3DataType": "S3Prefix", "S3Uri": data}
    sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        HyperParameters=parameters,
        InputDataConfig=[
            {
                "ChannelName": "train",
                "ContentType": "text/csv",
                "DataSource": {"S3DataSource": source},
            }
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/models"},
        ResourceConfig=RESOURCES | {"VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    job = wait("TrainingJob", name)
    if job["TrainingJobStatus"] != "Completed":
        raise RuntimeError(f"{name}: {job['FailureReason']}")
    return job["ModelArtifacts"]["S3ModelArtifacts"]


def transform(model: str, data: str) -> dict:
    """Run a batch transform job that is named like its model, and return its description."""
    sagemaker.create_transform_job(
        TransformJobName=model,
        ModelName=model,
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data}},
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        TransformOutput={
            "S3OutputPath": f"s3://{BUCKET}/{model}",
            "Accept": "text/csv",
            "AssembleWith": "Line",
        },
        TransformResources=RESOURCES,
    )
    return wait("TransformJob", model)


def featurizer(data: str) -> dict:
    """Return the container that applies a fitted transformer."""
    return {
        "Image": SKLEARN,
        "ModelDataUrl": data,
        "Environment": {
            "SAGEMAKER_PROGRAM": "featurize.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": f"s3://{BUCKET}/code/scripts.tar.gz",
            # Without it the container answers in JSON.
            "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv",
        },
    }


def fit_both() -> tuple[str, str]:
    """Fit the transformer, then XGBoost on what it makes of the training data; return both."""
    prepare()
    fitted = fit(
        "fit-featurizer",
        SKLEARN,
        f"s3://{BUCKET}/train/raw.csv",
        sagemaker_program="featurize.py",
        sagemaker_submit_directory=f"s3://{BUCKET}/code/scripts.tar.gz",
    )
    sagemaker.create_model(
        ModelName="features", ExecutionRoleArn=ROLE, PrimaryContainer=featurizer(fitted)
    )
    transform("features", f"s3://{BUCKET}/train/raw.csv")
    model = fit(
        "fit-model",
        XGBOOST,
        f"s3://{BUCKET}/features/raw.csv.out",
        objective="binary:logistic",
        num_round="40",
    )
    return fitted, model


def score(model: str) -> str:
    """Compare the predictions of a transform job in S3 with the labels."""
    predicted = [float(line) for line in read(f"{model}/raw.csv.out").split()]
    actual = [int(line) for line in read("test/labels.csv").split()]
    right = sum((p > 0.5) == (a == 1) for p, a in zip(predicted, actual, strict=True))
    return f"{len(predicted)} predictions in S3, {right / len(actual):.1%} of them right"
