"""Fit a transformer and a model, and let raw rows pass through both in one transform job."""

from jobs import BUCKET, REGISTRY, ROLE, fit_both, read, score, transform

featurizer_data, model_data = fit_both()
role_arn = ROLE

# --8<-- [start:request]
import boto3

boto3.client("sagemaker").create_model(
    ModelName="flights",
    ExecutionRoleArn=role_arn,
    Containers=[
        {
            "Image": f"{REGISTRY}/sagemaker-scikit-learn:1.9-0-cpu-py3",
            "ModelDataUrl": featurizer_data,
            "Environment": {
                "SAGEMAKER_PROGRAM": "featurize.py",
                "SAGEMAKER_SUBMIT_DIRECTORY": "s3://my-bucket/code/scripts.tar.gz",
                "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv",
            },
        },
        {
            "Image": f"{REGISTRY}/sagemaker-xgboost:3.2-0",
            "ModelDataUrl": model_data,
        },
    ],
    InferenceExecutionConfig={"Mode": "Serial"},
)
# --8<-- [end:request]

transform("flights", f"s3://{BUCKET}/test/raw.csv")
for name in ("train/raw.csv", "features/raw.csv.out", "test/raw.csv"):
    print(f"s3://{BUCKET}/{name}: {read(name).splitlines()[0]}")
first = float(read("flights/raw.csv.out").splitlines()[0])
print(f"s3://{BUCKET}/flights/raw.csv.out: {first:.2f}")
print(score("flights"))
