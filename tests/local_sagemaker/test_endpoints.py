"""Endpoints run the containers of a model and answer with what they answer."""

import json
import random

import pytest
from botocore.exceptions import ClientError

from tests.local_sagemaker import api
from tests.local_sagemaker.test_transform import DOUBLE, FEATURIZE, script_container, xgboost_model

__all__ = ["xgboost_model"]  # a fixture


@pytest.fixture
def deploy(aws):
    """Return a function that makes an endpoint; those of a test are deleted after it."""
    client, made = aws.client("sagemaker"), []

    def make(name, *containers, **variant):
        api.create_model(aws, f"e-{name}", *containers)
        known = {"VariantName": "AllTraffic", "ModelName": f"e-{name}"}
        known |= {"InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
        client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[known | variant])
        client.create_endpoint(EndpointName=name, EndpointConfigName=name)
        made.append(name)
        return aws.wait(name)

    yield make
    for name in made:
        if client.list_endpoints(NameContains=name)["Endpoints"]:
            client.delete_endpoint(EndpointName=name)


def ask(aws, name, body, content_type="text/csv", **words):
    client = aws.client("sagemaker-runtime")
    answer = client.invoke_endpoint(EndpointName=name, Body=body, ContentType=content_type, **words)
    return answer["Body"].read(), answer


def test_script_answers_each_request_with_one_model(aws, deploy):
    counted = DOUBLE.replace(
        "def model_fn(model_dir):", "def model_fn(model_dir):\n    print('up')"
    )
    described = deploy("double", script_container(aws, "double", counted))
    assert described["EndpointStatus"] == "InService", aws.log("double")
    variant = described["ProductionVariants"][0]
    assert (variant["VariantName"], variant["CurrentInstanceCount"]) == ("AllTraffic", 1)
    for body, expected in ((b"1,2", b"2.0\n4.0"), (b"5", b"10.0")):
        got, answer = ask(aws, "double", body, Accept="text/csv")
        assert got == expected
        assert answer["ContentType"].startswith("text/csv")
        assert answer["InvokedProductionVariant"] == "AllTraffic"
    assert aws.log("double").count("up") == 1


def test_two_containers_answer_one_behind_the_other(aws, deploy, xgboost_model):
    first = script_container(
        aws, "e-negate", FEATURIZE, SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT="text/csv"
    )
    deploy("pipeline", first, {"Image": api.XGBOOST, "ModelDataUrl": xgboost_model})
    assert float(ask(aws, "pipeline", b"-0.9,-0.1")[0]) > 0.9
    assert float(ask(aws, "pipeline", b"-0.1,-0.9")[0]) < 0.1


def test_model_data_may_lie_unpacked(aws, deploy):
    api.put(aws, "loose/code/serve.py", DOUBLE.encode())
    api.put(aws, "loose/factor", b"3")
    source = {"S3Uri": f"s3://{api.BUCKET}/loose/", "S3DataType": "S3Prefix"}
    container = {
        "Image": api.SKLEARN,
        "ModelDataSource": {"S3DataSource": source | {"CompressionType": "None"}},
        "Environment": {"SAGEMAKER_PROGRAM": "serve.py"},
    }
    deploy("loose", container)
    assert ask(aws, "loose", b"1", Accept="text/csv")[0] == b"3.0"


def test_error_of_the_script_is_one_step_away(aws, deploy):
    source = DOUBLE.replace("return [model", "raise KeyError('broken')\n    return [model")
    deploy("raises", script_container(aws, "e-raises", source))
    with pytest.raises(ClientError, match=r"server error .500. from primary") as caught:
        ask(aws, "raises", b"1")
    response = caught.value.response
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == 500
    assert "KeyError: 'broken'" in response["OriginalMessage"]
    assert "KeyError: 'broken'" in aws.log("raises")
    # The container is still there.
    with pytest.raises(ClientError, match=r"server error .500."):
        ask(aws, "raises", b"1")


def test_client_error_names_the_container(aws, deploy, xgboost_model):
    deploy(
        "trap",
        script_container(aws, "e-trap", FEATURIZE),
        {"Image": api.XGBOOST, "ModelDataUrl": xgboost_model},
    )
    with pytest.raises(ClientError, match=r"client error .415. from container-2"):
        ask(aws, "trap", b"1,2")


def test_model_that_cannot_be_loaded_fails_the_endpoint(aws, deploy):
    described = deploy("dead", script_container(aws, "e-dead", "raise OSError('no such model')"))
    assert described["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in described["FailureReason"]
    assert "no such model" in aws.failures()["dead"]
    with pytest.raises(ClientError, match="is in status Failed"):
        ask(aws, "dead", b"1")


def test_deleted_endpoint_is_gone_and_its_process_too(aws, deploy):
    deploy("brief", script_container(aws, "e-brief", DOUBLE))
    client = aws.client("sagemaker")
    client.delete_endpoint(EndpointName="brief")
    with pytest.raises(ClientError, match="Could not find endpoint"):
        client.describe_endpoint(EndpointName="brief")
    with pytest.raises(ClientError, match="Endpoint brief of account 123456789012 not found"):
        ask(aws, "brief", b"1")


def test_names_are_taken_once_and_found_by_list(aws, deploy):
    deploy("once", script_container(aws, "e-once", DOUBLE))
    client = aws.client("sagemaker")
    with pytest.raises(ClientError, match="Cannot create already existing endpoint"):
        client.create_endpoint(EndpointName="once", EndpointConfigName="once")
    with pytest.raises(ClientError, match="Cannot create already existing model"):
        api.create_model(aws, "e-once", {"Image": api.XGBOOST})
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        client.create_endpoint(EndpointName="twice", EndpointConfigName="nobody")
    found = client.list_endpoints(NameContains="once", StatusEquals="InService")["Endpoints"]
    assert [each["EndpointName"] for each in found] == ["once"]
    assert [each["ModelName"] for each in client.list_models(NameContains="e-once")["Models"]] == [
        "e-once"
    ]
    client.delete_model(ModelName="e-once")
    assert client.list_models(NameContains="e-once")["Models"] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DataCaptureConfig": json.loads("{}")}, "DataCaptureConfig"),
        ({"ProductionVariants": [{"VariantName": "a"}]}, "inference components"),
        ({"ProductionVariants": [{"VariantName": "a", "ModelName": "m"}] * 2}, "more than one"),
    ],
)
def test_what_is_not_served_is_named(aws, changes, words):
    import boto3
    from botocore.config import Config

    config = Config(parameter_validation=False)
    names = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    client = boto3.client("sagemaker", endpoint_url=aws.endpoint, config=config, **names)
    request = {
        "EndpointConfigName": "refused",
        "ProductionVariants": [{"VariantName": "a", "ModelName": "m"}],
    }
    if "DataCaptureConfig" in changes:
        capture = {"InitialSamplingPercentage": 1, "DestinationS3Uri": "s3://b/c"}
        changes["DataCaptureConfig"] = capture | {"CaptureOptions": [{"CaptureMode": "Input"}]}
    with pytest.raises(ClientError, match=words):
        client.create_endpoint_config(**request | changes)
    with pytest.raises(ClientError, match="does not do UpdateEndpoint"):
        client.update_endpoint(EndpointName="a", EndpointConfigName="b")


OWN_TRAIN = """
import os, pickle
import xgboost
from sagemaker_containers import entry_point
from sagemaker_xgboost_container import distributed
from sagemaker_xgboost_container.data_utils import get_dmatrix

rows = get_dmatrix(os.environ["SM_CHANNEL_TRAIN"], "text/libsvm")
assert get_dmatrix(os.environ.get("SM_CHANNEL_VALIDATION"), "libsvm") is None
booster = xgboost.train({"objective": "binary:logistic"}, rows, 20)
pickle.dump(booster, open(os.environ["SM_MODEL_DIR"] + "/own.pickle", "wb"))
"""
OWN_SERVE = """
import pickle
import sagemaker_xgboost_container.encoder as xgb_encoders
from sagemaker_containers.beta.framework import content_types, encoders, env, worker

def model_fn(folder):
    return pickle.load(open(folder + "/own.pickle", "rb"))

def input_fn(body, kind):
    if kind == content_types.CSV:
        return xgb_encoders.csv_to_dmatrix(body)
    return xgb_encoders.libsvm_to_dmatrix(body)

def predict_fn(rows, booster):
    return booster.predict(rows)

def output_fn(scores, accept):
    return worker.Response(encoders.encode(scores, accept), mimetype=accept)
"""


def test_script_finds_the_modules_of_its_image_and_libsvm_is_read(aws, deploy):
    rng = random.Random(5)
    rows = [(rng.random(), rng.random()) for _ in range(500)]
    text = "".join(f"{int(a > b)} 0:{a} 1:{b}\n" for a, b in rows)
    api.put(aws, "svm/rows.libsvm", text.encode())
    api.put(aws, "own.tar.gz", api.pack({"train.py": OWN_TRAIN, "serve.py": OWN_SERVE}))
    channel = api.channel("svm/")
    del channel["ContentType"]  # libsvm is the algorithm's default
    code = f"s3://{api.BUCKET}/own.tar.gz"
    script = {"sagemaker_program": "train.py", "sagemaker_submit_directory": code}
    built_in = {"objective": "binary:logistic", "num_round": "20"}
    for name, given in (("own", script), ("built-in", built_in)):
        request = api.training_request(name, HyperParameters=given, InputDataConfig=[channel])
        aws.client("sagemaker").create_training_job(**request)
        job = aws.wait(name)
        assert job["TrainingJobStatus"] == "Completed", aws.log(name)
        container = {
            "Image": api.XGBOOST,
            "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
        }
        if given is script:
            container["Environment"] = {
                "SAGEMAKER_PROGRAM": "serve.py",
                "SAGEMAKER_SUBMIT_DIRECTORY": code,
            }
        described = deploy(name, container)
        assert described["EndpointStatus"] == "InService", aws.log(name, "Endpoint")
    for name, kind, body in (
        ("own", "text/csv", b"0.9,0.1\n0.1,0.9"),
        ("own", "text/libsvm", b"1 0:0.9 1:0.1\n0 0:0.1 1:0.9\n"),
        ("built-in", "text/csv", b"0.9,0.1\n0.1,0.9"),
    ):
        high, low = map(float, ask(aws, name, body, kind, Accept="text/csv")[0].split())
        assert high > 0.9
        assert low < 0.1
