"""Schedule a pipeline and a training job, each with what differs from run to run."""

import os

import boto3

# Nothing is sent: IAM says nothing of the role, and these are the answers that the SDK reads.
os.environ["SAGEMAKER_VALIDATE_ROLE"] = "false"
ANSWERS = {
    "sagemaker.DescribePipeline": {
        "PipelineArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/nightly"
    },
    "scheduler.UpdateSchedule": {
        "ScheduleArn": "arn:aws:scheduler:us-east-1:123456789012:schedule/default/nightly-utc"
    },
}
for name, answer in ANSWERS.items():
    boto3.DEFAULT_SESSION.events.register(
        f"after-call.{name}", lambda parsed, answer=answer, **_: parsed.update(answer)
    )

# --8<-- [start:supply]
account, region, bucket = "123456789012", "us-east-1", "my-bucket"
role = f"arn:aws:iam::{account}:role/workshop-jobs"
scheduler_role = f"arn:aws:iam::{account}:role/workshop-scheduler"
# --8<-- [end:supply]

# --8<-- [start:pipeline]
import boto3

scheduler = boto3.client("scheduler")
scheduler.create_schedule(
    Name="nightly",
    ScheduleExpression="cron(30 2 ? * MON-FRI *)",
    ScheduleExpressionTimezone="Europe/Berlin",
    FlexibleTimeWindow={"Mode": "OFF"},
    Target={
        "Arn": f"arn:aws:sagemaker:{region}:{account}:pipeline/nightly",
        "RoleArn": scheduler_role,
        "SageMakerPipelineParameters": {
            "PipelineParameterList": [
                {"Name": "Rows", "Value": f"s3://{bucket}/csv/train.csv"},
                {"Name": "Day", "Value": "<aws.scheduler.scheduled-time>"},
            ]
        },
    },
)
# --8<-- [end:pipeline]

# --8<-- [start:job]
import json

import boto3
from sagemaker.core import image_uris

job = {
    "TrainingJobName": "nightly-<aws.scheduler.execution-id>",
    "RoleArn": role,
    "AlgorithmSpecification": {
        "TrainingImage": image_uris.retrieve("xgboost", region=region, version="3.2-0"),
        "TrainingInputMode": "File",
    },
    "HyperParameters": {"objective": "reg:logistic", "num_round": "50"},
    "InputDataConfig": [
        {
            "ChannelName": "train",
            "ContentType": "text/csv",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": f"s3://{bucket}/csv/train.csv",
                }
            },
        }
    ],
    "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/models"},
    "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}
boto3.client("scheduler").create_schedule(
    Name="nightly-job",
    ScheduleExpression="cron(30 2 ? * MON-FRI *)",
    ScheduleExpressionTimezone="Europe/Berlin",
    FlexibleTimeWindow={"Mode": "OFF"},
    Target={
        "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob",
        "RoleArn": scheduler_role,
        "Input": json.dumps(job),
        "RetryPolicy": {"MaximumRetryAttempts": 2},
    },
)
# --8<-- [end:job]

# The input as EventBridge Scheduler would send it is what SageMaker takes.
example_id = "d32c5kddcf5bb8c3"  # the example in its guide
sent = json.loads(json.dumps(job).replace("<aws.scheduler.execution-id>", example_id))
boto3.client("sagemaker").create_training_job(**sent)

# --8<-- [start:sdk]
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.triggers import PipelineSchedule

pipeline = Pipeline(name="nightly", sagemaker_session=PipelineSession(default_bucket=bucket))
pipeline.put_triggers(
    [PipelineSchedule(name="nightly-utc", cron="30 2 ? * MON-FRI *")], role_arn=scheduler_role
)
# --8<-- [end:sdk]
