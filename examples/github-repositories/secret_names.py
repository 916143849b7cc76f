"""Which secrets a role with AWS's managed policy for SageMaker may read, by name and by tag.

The policy is AWS's own, in the copy that the package moto carries. What IAM does with it is our
reading of its rules, as far as these statements need them.
"""

import datetime
import json
from fnmatch import fnmatchcase

from moto.iam.aws_managed_policies import aws_managed_policies_data

POLICY = json.loads(aws_managed_policies_data)["AmazonSageMakerFullAccess"]
ACTION = "secretsmanager:GetSecretValue"
SECRETS = [
    ("github-notes", {}),
    ("sagemaker-github-notes", {}),
    ("AmazonSageMaker-github-notes", {}),
    ("sagemaker-github-notes", {"SageMaker": "true"}),
]


def listed(words: str | list[str]) -> list[str]:
    """What a policy writes as one word or as a list."""
    return [words] if isinstance(words, str) else words


def allowed(statement: dict, arn: str, tags: dict[str, str]) -> bool:
    """Whether a statement lets its role read a secret."""
    if statement["Effect"] != "Allow" or "Resource" not in statement:
        return False
    tests = dict(statement.get("Condition", {}))
    wanted = tests.pop("StringEquals", {})
    held = {f"secretsmanager:ResourceTag/{name}": value for name, value in tags.items()}
    return (
        any(fnmatchcase(ACTION, each) for each in listed(statement["Action"]))
        and any(fnmatchcase(arn, each) for each in listed(statement["Resource"]))
        and not tests
        and all(held.get(name) in listed(value) for name, value in wanted.items())
    )


day = datetime.date.fromisoformat(POLICY["UpdateDate"][:10])
version = POLICY["DefaultVersionId"].removeprefix("v")
print(f"By `AmazonSageMakerFullAccess`, version {version} of {day.day} {day:%B %Y}:\n")
print("| Secret | Tag | The role may read it |")
print("| --- | --- | --- |")
for name, tags in SECRETS:
    arn = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-AbCdEf"
    found = any(allowed(each, arn, tags) for each in POLICY["Document"]["Statement"])
    shown = ", ".join(f"`{key}={value}`" for key, value in tags.items()) or "none"
    print(f"| `{name}` | {shown} | {'yes' if found else 'no'} |")
