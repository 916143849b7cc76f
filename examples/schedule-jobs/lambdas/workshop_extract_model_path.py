"""AWS Lambda: where the model of a training job lies."""

import boto3


def handler(event, context):
    """Return the name of the best training job and the address of its model."""
    name = event["BestTrainingJobName"]
    job = boto3.client("sagemaker").describe_training_job(TrainingJobName=name)
    return {
        "modelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
        "bestTrainingJobName": name,
    }
