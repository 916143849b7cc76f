"""Register a featurizer and a model as one model of two containers."""

role_arn = "arn:aws:iam::123456789012:role/workshop"

# --8<-- [start:request]
import boto3

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"

boto3.client("sagemaker").create_model(
    ModelName="flights-with-features",
    ExecutionRoleArn=role_arn,
    Containers=[
        {
            "Image": f"{REGISTRY}/sagemaker-scikit-learn:1.9-0-cpu-py3",
            "ModelDataUrl": "s3://my-bucket/featurizer/model.tar.gz",
            # What the next container is sent, without "; charset=utf-8".
            "Environment": {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv"},
        },
        {
            "Image": f"{REGISTRY}/sagemaker-xgboost:3.2-0",
            "ModelDataUrl": "s3://my-bucket/model/model.tar.gz",
        },
    ],
    InferenceExecutionConfig={"Mode": "Serial"},
)
# --8<-- [end:request]
