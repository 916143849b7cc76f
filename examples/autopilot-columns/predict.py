"""Make a model of Autopilot's best candidate, and predict a table that has a column too many."""

import boto3

# Nothing is sent, so nothing would be answered: this is the one answer that the code reads.
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-sklearn-automl:2.5-1-cpu-py3"
CONTAINER = {"Image": IMAGE, "ModelDataUrl": "s3://my-bucket/autopilot/model.tar.gz"}
boto3.DEFAULT_SESSION.events.register(
    "after-call.sagemaker.DescribeAutoMLJobV2",
    lambda parsed, **_: parsed.update(BestCandidate={"InferenceContainers": [CONTAINER] * 3}),
)

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
job = "flights"  # the Autopilot job
# --8<-- [end:supply]

# --8<-- [start:predict]
import boto3

sagemaker = boto3.client("sagemaker")
best = sagemaker.describe_auto_ml_job_v2(AutoMLJobName=job)["BestCandidate"]
sagemaker.create_model(ModelName=job, ExecutionRoleArn=role, Containers=best["InferenceContainers"])
sagemaker.create_transform_job(
    TransformJobName=job,
    ModelName=job,
    TransformInput={
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/new/"}},
        "ContentType": "text/csv",
        "SplitType": "Line",
    },
    DataProcessing={
        "InputFilter": "$[1:]",  # the first column is a key that the model must not see
        "JoinSource": "Input",
        "OutputFilter": "$[0,-1]",  # the key and the prediction
    },
    TransformOutput={
        "S3OutputPath": f"s3://{bucket}/predictions/",
        "Accept": "text/csv",
        "AssembleWith": "Line",
    },
    TransformResources={"InstanceType": "ml.m5.2xlarge", "InstanceCount": 1},
)
# --8<-- [end:predict]
