"""Requests are held to the published API models of all services, where they have one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from state_machines import parse, requests


def said(resource: str, parameters: Any, language: str = "JSONPath") -> list[str]:
    field = "Parameters" if language == "JSONPath" else "Arguments"
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "End": True}
    state |= {} if parameters is None else {field: parameters}
    whole = {"QueryLanguage": language, "StartAt": "Call", "States": {"Call": state}}
    return [f"{each.reason}; {each.remedy}" for each in requests.check(parse(json.dumps(whole)))]


@pytest.mark.parametrize(
    ("resource", "parameters"),
    [
        ("lambda:invoke", {"FunctionName": "f", "Payload.$": "$"}),
        ("aws-sdk:sfn:sendTaskSuccess", {"TaskToken.$": "$.t", "Output": {}}),
        ("aws-sdk:cognitoidentityprovider:adminGetUser", {"UserPoolId": "p", "Username": "u"}),
        ("aws-sdk:config:describeConfigRules", {}),
        ("aws-sdk:s3:putObject", {"Bucket": "b", "Key": "k", "SsekmsKeyId": "x"}),
        ("aws-sdk:newerthanbotocore:doThings", {"Any": 1}),
        ("states:startExecution.sync:2", {"StateMachineArn": "a", "Input": {"a": 1}}),
        ("ecs:runTask", {"TaskDefinition.$": "$.d", "LaunchType": "FARGATE"}),
        ("bedrock:invokeModel", {"ModelId": "m", "Output": {"S3Uri": "s3://b"}}),
        ("apigateway:invoke", {"ApiEndpoint": "e", "Method": "GET"}),
        ("lambda:invoke", {"Ref": "Parameters"}),
    ],
)
def test_what_the_models_allow_is_left_alone(resource, parameters):
    assert said(resource, parameters) == []


@pytest.mark.parametrize(
    ("resource", "parameters", "part"),
    [
        ("lambda:invoke", {"Functionname.$": "$.f", "Paylod": 1}, "did you mean 'Payload'?"),
        ("lambda:invoke", None, "needs the parameter 'FunctionName'; add it to Parameters"),
        ("sqs:sendMessage", {"QueueUrl": "u"}, "needs the parameter 'MessageBody'"),
        ("sqs:sendMessage", ["x"], "its Parameters are not an object"),
        ("aws-sdk:dynamdb:query", {}, "there is no service 'dynamdb'; did you mean 'dynamodb'?"),
        ("aws-sdk:dynamodb:qery", {}, "has no action 'qery'; did you mean 'query'?"),
        ("aws-sdk:s3:listThings", {}, "s3 has no action 'listThings'; see the actions"),
        ("sagemaker:createModel", {"ModelName": 5, "ExecutionRoleArn": "r"}, "ModelName"),
    ],
)
def test_what_they_do_not_allow_is_named(resource, parameters, part):
    assert any(part in line for line in said(resource, parameters)), said(resource, parameters)


def test_in_jsonata_the_request_stands_in_arguments():
    assert said("lambda:invoke", "{% $states.input %}", "JSONata") == []
    assert said("lambda:invoke", {"FunctionName": "{% $f %}"}, "JSONata") == []
    assert "add it to Arguments" in said("lambda:invoke", {}, "JSONata")[0]
