"""AWS Lambda: the name of a model, from its ARN."""


def handler(event, context):
    """Return the last part of `arn:aws:sagemaker:region:account:model/name`."""
    return {"jobName": event["ModelArn"].partition("/")[2]}
