"""Make a pipeline, and have EventBridge Scheduler start it, or a state machine, each night."""

import os

import boto3

bucket = "my-bucket"
roles = {
    name: f"arn:aws:iam::123456789012:role/workshop-{name}"
    for name in ("jobs", "pipeline", "scheduler")
}
machine = "arn:aws:states:us-east-1:123456789012:stateMachine:train-and-predict"

# Nothing is sent, so IAM says nothing of the roles, and this is the one answer that the code reads.
os.environ["SAGEMAKER_VALIDATE_ROLE"] = "false"
PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/nightly"
boto3.DEFAULT_SESSION.events.register(
    "after-call.sagemaker.CreatePipeline", lambda parsed, **_: parsed.update(PipelineArn=PIPELINE)
)

# --8<-- [start:pipeline]
from sagemaker.core import image_uris
from sagemaker.core.shapes import OutputDataConfig
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import TrainingStep
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData

session = PipelineSession(default_bucket=bucket)
rows = ParameterString(name="Rows", default_value=f"s3://{bucket}/csv/train.csv")
trainer = ModelTrainer(
    training_image=image_uris.retrieve("xgboost", region="us-east-1", version="3.2-0"),
    role=roles["jobs"],
    compute=Compute(instance_type="ml.m5.xlarge", instance_count=1),
    hyperparameters={"objective": "reg:logistic", "num_round": "50"},
    output_data_config=OutputDataConfig(s3_output_path=f"s3://{bucket}/models"),
    sagemaker_session=session,
)
inputs = [InputData(channel_name="train", data_source=rows, content_type="text/csv")]
step = TrainingStep(name="Train", step_args=trainer.train(input_data_config=inputs))
pipeline = Pipeline(name="nightly", parameters=[rows], steps=[step], sagemaker_session=session)
pipeline_arn = pipeline.create(role_arn=roles["pipeline"])["PipelineArn"]
# --8<-- [end:pipeline]

# --8<-- [start:nightly]
import boto3

scheduler = boto3.client("scheduler")
scheduler.create_schedule(
    Name="nightly",
    ScheduleExpression="cron(30 2 ? * MON-FRI *)",
    ScheduleExpressionTimezone="Europe/Berlin",
    FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
    Target={
        "Arn": pipeline_arn,
        "RoleArn": roles["scheduler"],
        "SageMakerPipelineParameters": {
            "PipelineParameterList": [{"Name": "Rows", "Value": f"s3://{bucket}/csv/new.csv"}]
        },
    },
)
# --8<-- [end:nightly]

# --8<-- [start:machine]
import json

import boto3

boto3.client("scheduler").create_schedule(
    Name="train-at-night",
    ScheduleExpression="cron(30 2 ? * MON-FRI *)",
    ScheduleExpressionTimezone="Europe/Berlin",
    FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
    Target={
        "Arn": machine,
        "RoleArn": roles["scheduler"],
        "Input": json.dumps({"Bucket": bucket, "RoleArn": roles["jobs"]}),
    },
)
# --8<-- [end:machine]
