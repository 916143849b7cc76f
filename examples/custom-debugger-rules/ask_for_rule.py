"""Ask for a training job that a rule watches and may stop, and look at what the request says."""

import shutil
from pathlib import Path

# --8<-- [start:supply]
role = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"
# --8<-- [end:supply]

import boto3

boto3.client("s3").create_bucket(Bucket=bucket)
shutil.copy(Path(__file__).with_name("growing_error.py"), "growing_error.py")

# --8<-- [start:ask]
import boto3
from sagemaker.core import image_uris
from sagemaker.core.debugger import Rule, rule_configs
from sagemaker.core.resources import TrainingJob
from sagemaker.core.shapes import (
    AlgorithmSpecification,
    DebugHookConfig,
    DebugRuleConfiguration,
    OutputDataConfig,
    ResourceConfig,
    StoppingCondition,
)

name = "watched"
boto3.client("s3").upload_file("growing_error.py", bucket, "rules/growing_error.py")
rule = Rule.custom(
    name="GrowingError",
    image_uri="864354269164.dkr.ecr.us-east-1.amazonaws.com/"
    "sagemaker-debugger-rule-evaluator:latest",
    instance_type="ml.t3.medium",
    volume_size_in_gb=10,
    source=f"s3://{bucket}/rules/growing_error.py",
    rule_to_invoke="GrowingError",
    rule_parameters={"patience": "3"},
    actions=rule_configs.StopTraining(),
)
rule.prepare_actions(name)  # names the job that the rule may stop
TrainingJob.create(
    training_job_name=name,
    role_arn=role,
    algorithm_specification=AlgorithmSpecification(
        training_image=image_uris.retrieve("xgboost", region="us-east-1", version="1.3-1"),
        training_input_mode="File",
    ),
    output_data_config=OutputDataConfig(s3_output_path=f"s3://{bucket}/models"),
    resource_config=ResourceConfig(
        instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
    ),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=600),
    debug_hook_config=DebugHookConfig(s3_output_path=f"s3://{bucket}/tensors"),
    debug_rule_configurations=[
        DebugRuleConfiguration(
            rule_configuration_name=rule.name,
            rule_evaluator_image=rule.image_uri,
            instance_type=rule.instance_type,
            volume_size_in_gb=rule.volume_size_in_gb,
            rule_parameters=rule.rule_parameters,
        )
    ],
)
job = boto3.client("sagemaker").describe_training_job(TrainingJobName=name)
for key, value in job["DebugRuleConfigurations"][0]["RuleParameters"].items():
    print(f"{key}: {value}")
# --8<-- [end:ask]
