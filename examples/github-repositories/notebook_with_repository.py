"""Give a notebook instance a private repository, with a token in Secrets Manager."""

# --8<-- [start:supply]
role_arn = "arn:aws:iam::123456789012:role/workshop"
token = "an access token"
# --8<-- [end:supply]
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:sagemaker-github-notes-AbCdEf"

import boto3

# Nothing is sent, so nothing would be answered: this is the one answer that the code reads.
boto3.DEFAULT_SESSION.events.register(
    "after-call.secrets-manager.CreateSecret", lambda parsed, **_: parsed.update(ARN=SECRET)
)

# --8<-- [start:requests]
import json

import boto3

secret = boto3.client("secretsmanager").create_secret(
    Name="sagemaker-github-notes",  # must contain "sagemaker"
    Tags=[{"Key": "SageMaker", "Value": "true"}],  # lets the managed policy read it
    SecretString=json.dumps({"username": "octocat", "password": token}),
)

sagemaker = boto3.client("sagemaker")
sagemaker.create_code_repository(
    CodeRepositoryName="workshop-code",
    GitConfig={
        "RepositoryUrl": "https://github.com/your-team/your-code.git",
        "Branch": "main",
        "SecretArn": secret["ARN"],
    },
)
sagemaker.create_notebook_instance(
    NotebookInstanceName="workshop",
    InstanceType="ml.t3.medium",
    RoleArn=role_arn,
    DefaultCodeRepository="workshop-code",
    AdditionalCodeRepositories=["https://github.com/aws/amazon-sagemaker-examples.git"],
)
# --8<-- [end:requests]

try:
    sagemaker.create_notebook_instance(
        NotebookInstanceName="workshop",
        InstanceType="ml.t3.medium",
        RoleArn=role_arn,
        DefaultCodeRepository="workshop-code",
        AdditionalCodeRepositories=[f"https://github.com/your-team/{n}.git" for n in "abcd"],
    )
except ValueError as refusal:  # here; AWS itself answers with an error of its own
    print(f"sagemaker: {refusal}: refused")
