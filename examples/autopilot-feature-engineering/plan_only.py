"""Ask Autopilot for its plan: which columns it would prepare how, without training."""

# --8<-- [start:supply]
role_arn = "arn:aws:iam::123456789012:role/workshop"
bucket = "my-bucket"  # with the table below flights/
# --8<-- [end:supply]

# --8<-- [start:request]
import boto3

boto3.client("sagemaker").create_auto_ml_job_v2(
    AutoMLJobName="flights-plan",
    RoleArn=role_arn,
    AutoMLJobInputDataConfig=[
        {
            "ChannelType": "training",
            "ContentType": "text/csv;header=present",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": f"s3://{bucket}/flights/",
                }
            },
        }
    ],
    OutputDataConfig={"S3OutputPath": f"s3://{bucket}/autopilot/"},
    AutoMLProblemTypeConfig={
        "TabularJobConfig": {
            "TargetAttributeName": "late",
            "Mode": "HYPERPARAMETER_TUNING",
            "GenerateCandidateDefinitionsOnly": True,
        }
    },
)
# --8<-- [end:request]
