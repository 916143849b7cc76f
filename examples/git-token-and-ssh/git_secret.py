"""Answers git, which asks for a user name and a password, out of Secrets Manager."""

# --8<-- [start:helper]
import json
import sys

import boto3

if sys.argv[1] == "get":  # git also says store and erase, and expects no answer
    client = boto3.client("secretsmanager")
    secret = client.get_secret_value(SecretId="sagemaker-github-notes")["SecretString"]
    for name, value in json.loads(secret).items():
        print(f"{name}={value}")
# --8<-- [end:helper]
