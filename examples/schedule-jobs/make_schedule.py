"""Have EventBridge Scheduler start the state machine every working night."""

import json

scheduler_role = "arn:aws:iam::123456789012:role/start-the-state-machine"
role_arn = "arn:aws:iam::123456789012:role/workshop"

# --8<-- [start:request]
import boto3

boto3.client("scheduler").create_schedule(
    Name="train-at-night",
    ScheduleExpression="cron(30 2 ? * MON-FRI *)",
    ScheduleExpressionTimezone="Europe/Berlin",
    FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
    Target={
        "Arn": "arn:aws:states:us-east-1:123456789012:stateMachine:train-and-predict",
        "RoleArn": scheduler_role,  # may call states:StartExecution
        "Input": json.dumps({"Bucket": "my-bucket", "RoleArn": role_arn}),
    },
)
# --8<-- [end:request]
