"""Batch transform: what the model's containers answer is what lands in S3."""

import random
import uuid

import pytest
from botocore.exceptions import ClientError

from tests.local_sagemaker import api

DOUBLE = """
def model_fn(model_dir):
    return float(open(model_dir + "/factor").read())

def input_fn(body, content_type):
    print("content type:", content_type)
    assert content_type == "text/csv", content_type
    return [float(x) for line in body.split() for x in line.split(",")]

def predict_fn(data, model):
    return [model * x for x in data]

def output_fn(prediction, accept):
    print("accept:", accept)
    return "\\n".join(map(str, prediction)), accept
"""
FEATURIZE = """
import json
def model_fn(model_dir):
    return None
def input_fn(body, content_type):
    return [[float(x) for x in line.split(",")] for line in body.split()]
def predict_fn(rows, model):
    return [[-x for x in row] for row in rows]
def output_fn(rows, accept):
    print("accept:", accept)
    if accept == "text/csv":
        return "\\n".join(",".join(map(str, row)) for row in rows), accept
    return json.dumps(rows), accept
"""


@pytest.fixture(scope="module")
def xgboost_model(aws):
    """The address of a model that was trained on "the first number is larger than the second"."""
    rng = random.Random(3)
    rows = [(rng.random(), rng.random()) for _ in range(500)]
    table = "".join(f"{int(a > b)},{a},{b}\n" for a, b in rows)
    api.put(aws, "larger/train.csv", table.encode())
    request = api.training_request(
        "larger",
        HyperParameters={"objective": "binary:logistic", "num_round": "20"},
        InputDataConfig=[api.channel("larger/train.csv")],
    )
    aws.client("sagemaker").create_training_job(**request)
    return aws.wait("larger")["ModelArtifacts"]["S3ModelArtifacts"]


def script_container(aws, name, source, **environment):
    """Return a container definition in script mode."""
    api.put(aws, f"{name}.tar.gz", api.pack({"code/serve.py": source, "factor": "2"}))
    return {
        "Image": api.SKLEARN,
        "ModelDataUrl": f"s3://{api.BUCKET}/{name}.tar.gz",
        "Environment": {"SAGEMAKER_PROGRAM": "serve.py", **environment},
    }


def scores(aws, key):
    return [float(line) for line in api.get(aws, key).split()]


def test_xgboost_predicts_each_line(aws, xgboost_model):
    api.create_model(aws, "larger", {"Image": api.XGBOOST, "ModelDataUrl": xgboost_model})
    rng = random.Random(4)
    rows = [(rng.random(), rng.random()) for _ in range(200)]
    api.put(aws, "larger/test.csv", "".join(f"{a},{b}\n" for a, b in rows).encode())
    job = api.run_transform(aws, "larger", "larger", "larger/test.csv")
    assert job["TransformJobStatus"] == "Completed", aws.log("larger")
    predicted = scores(aws, "predictions/larger/test.csv.out")
    right = sum((p > 0.5) == (a > b) for p, (a, b) in zip(predicted, rows, strict=True))
    assert right / len(rows) > 0.9


@pytest.mark.parametrize("strategy", ["SingleRecord", "MultiRecord"])
def test_each_object_gets_its_own_output(aws, strategy):
    name = f"objects-{strategy.lower()}"
    api.create_model(aws, name, script_container(aws, name, DOUBLE))
    api.put(aws, "many/a.csv", b"1\n2\n")
    api.put(aws, "many/sub/b.csv", b"3\n")
    job = api.run_transform(aws, name, name, "many/", BatchStrategy=strategy)
    assert job["TransformJobStatus"] == "Completed", aws.log(name)
    assert api.keys(aws, f"predictions/{name}/") == [
        f"predictions/{name}/a.csv.out",
        f"predictions/{name}/sub/b.csv.out",
    ]
    assert scores(aws, f"predictions/{name}/a.csv.out") == [2, 4]
    assert scores(aws, f"predictions/{name}/sub/b.csv.out") == [6]
    requests = aws.log(name).count("content type: text/csv")
    assert requests == (3 if strategy == "SingleRecord" else 2)


def test_containers_answer_in_order(aws, xgboost_model):
    # The featurizer turns the signs round, so the model's answer is turned round too.
    api.create_model(
        aws,
        "chain",
        script_container(aws, "negate", FEATURIZE, SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT="text/csv"),
        {"Image": api.XGBOOST, "ModelDataUrl": xgboost_model},
    )
    api.put(aws, "chain.csv", b"-0.9,-0.1\n-0.1,-0.9\n")
    job = api.run_transform(aws, "chain", "chain", "chain.csv")
    assert job["TransformJobStatus"] == "Completed", aws.log("chain")
    first, second = scores(aws, "predictions/chain/chain.csv.out")
    assert first > 0.9
    assert second < 0.1


def test_container_without_default_accept_hands_on_json(aws, xgboost_model):
    # The trap of inference pipelines: XGBoost gets what the featurizer returns by default.
    api.create_model(
        aws,
        "trap",
        script_container(aws, "negate-json", FEATURIZE),
        {"Image": api.XGBOOST, "ModelDataUrl": xgboost_model},
    )
    api.put(aws, "chain.csv", b"-0.9,-0.1\n")
    job = api.run_transform(aws, "trap", "trap", "chain.csv")
    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"] == "ClientError: See job logs for more information"
    assert "accept: application/json" in aws.log("trap")
    assert "415" in aws.log("trap")
    assert api.keys(aws, "predictions/trap/") == []


LISTEN = """
def model_fn(model_dir):
    return None
def input_fn(body, content_type):
    print("content type:", content_type, "as", type(body).__name__)
    return body if isinstance(body, str) else body.decode()
def predict_fn(text, model):
    return text
def output_fn(text, accept):
    return text, accept
"""


def test_text_between_containers_carries_a_charset(aws):
    # As the containers' web framework has it; a script then gets the body as bytes.
    api.create_model(
        aws,
        "charset",
        script_container(aws, "c-first", LISTEN, SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT="text/csv"),
        script_container(aws, "c-last", LISTEN),
    )
    api.put(aws, "charset.csv", b"1,2\n")
    job = api.run_transform(aws, "charset", "charset", "charset.csv")
    assert job["TransformJobStatus"] == "Completed", aws.log("charset")
    log = aws.log("charset")
    assert "content type: text/csv as str" in log
    assert "content type: text/csv; charset=utf-8 as bytes" in log
    assert api.get(aws, "predictions/charset/charset.csv.out") == b"1,2\n"


def test_default_input_of_scikit_learn_refuses_the_charset(aws):
    bare = LISTEN.replace("def input_fn", "def not_the_input_fn")
    api.create_model(
        aws,
        "exact",
        script_container(aws, "e-first", LISTEN, SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT="text/csv"),
        script_container(aws, "e-last", bare),
    )
    api.put(aws, "exact.csv", b"1,2\n")
    job = api.run_transform(aws, "exact", "exact", "exact.csv")
    assert job["FailureReason"].startswith("ClientError")
    assert "Content type text/csv; charset=utf-8 is not supported" in aws.log("exact")


def test_handler_that_raises_fails_the_job(aws):
    source = DOUBLE.replace("return [model", "raise KeyError('broken')\n    return [model")
    api.create_model(aws, "broken", script_container(aws, "broken", source))
    api.put(aws, "one.csv", b"1\n")
    job = api.run_transform(aws, "broken", "broken", "one.csv")
    assert job["FailureReason"] == "AlgorithmError: See job logs for more information"
    assert "KeyError: 'broken'" in aws.log("broken")


def test_handler_that_never_answers_ends_when_it_is_stopped(aws):
    mark = f"989{uuid.uuid4().int % 10**9}"
    loop = f"import subprocess; subprocess.run(['setsid', 'sleep', '{mark}'])\n    return [model"
    container = script_container(aws, "endless", DOUBLE.replace("return [model", loop))
    api.create_model(aws, "endless", container)
    api.put(aws, "one.csv", b"1\n")
    api.start_transform(aws, "endless", "endless", "one.csv")
    assert api.waiting_until(lambda: api.processes(mark))
    aws.client("sagemaker").stop_transform_job(TransformJobName="endless")
    assert aws.wait("endless")["TransformJobStatus"] == "Stopped"
    assert api.processes(mark) == []
    assert api.keys(aws, "predictions/endless/") == []


def test_handler_that_answers_binary(aws):
    source = DOUBLE.replace('"\\n".join(map(str, prediction))', "bytes(range(256))")
    api.create_model(aws, "bytes", script_container(aws, "bytes", source))
    api.put(aws, "one.csv", b"1\n")
    job = api.run_transform(aws, "bytes", "bytes", "one.csv")
    assert job["TransformJobStatus"] == "Completed", aws.log("bytes")
    assert api.get(aws, "predictions/bytes/one.csv.out") == bytes(range(256)) + b"\n"


def test_many_short_lines_become_requests_of_limited_size(aws):
    api.create_model(aws, "split", script_container(aws, "split", DOUBLE))
    api.put(aws, "long.csv", b"1\n" * 700_000)
    job = api.run_transform(aws, "split", "split", "long.csv", MaxPayloadInMB=1)
    assert job["TransformJobStatus"] == "Completed", aws.log("split")
    assert aws.log("split").count("content type: text/csv") == 2
    assert len(scores(aws, "predictions/split/long.csv.out")) == 700_000


def test_input_that_is_not_there_fails_the_job(aws):
    api.create_model(aws, "no-data", script_container(aws, "no-data", DOUBLE))
    job = api.run_transform(aws, "no-data", "no-data", "nothing/")
    assert job["FailureReason"] == (
        f"ClientError: S3 key: s3://{api.BUCKET}/nothing/ matched no files on s3"
    )


def test_rows_of_another_width_fail(aws, xgboost_model):
    api.create_model(aws, "width", {"Image": api.XGBOOST, "ModelDataUrl": xgboost_model})
    api.put(aws, "wide.csv", b"1,2,3\n")
    job = api.run_transform(aws, "width", "width", "wide.csv")
    assert job["FailureReason"].startswith("ClientError")
    assert "Feature size of csv inference data 3" in aws.log("width")


def test_model_is_described_without_empty_parts(aws):
    # SDK v3 reads an empty VpcConfig as one without its required parts.
    api.create_model(aws, "described", {"Image": api.XGBOOST})
    described = aws.client("sagemaker").describe_model(ModelName="described")
    assert described["Containers"] == [{"Image": api.XGBOOST}]
    assert not {"VpcConfig", "PrimaryContainer"} & set(described)


def test_model_that_is_not_there(aws):
    with pytest.raises(ClientError, match=r"Could not find model .*:model/nobody"):
        api.run_transform(aws, "nobody", "nobody", "x.csv")


def test_model_data_that_are_not_there(aws):
    with pytest.raises(ClientError, match="Could not find model data at s3://workshop/no"):
        api.create_model(
            aws, "hollow", {"Image": api.XGBOOST, "ModelDataUrl": "s3://workshop/no.tar.gz"}
        )


def test_model_data_that_vanished_fail_the_job(aws):
    container = script_container(aws, "vanishing", DOUBLE)
    api.create_model(aws, "vanishing", container)
    aws.client("s3").delete_object(Bucket=api.BUCKET, Key="vanishing.tar.gz")
    api.put(aws, "one.csv", b"1\n")
    job = api.run_transform(aws, "vanishing", "vanishing", "one.csv")
    assert job["TransformJobStatus"] == "Failed"
    assert "Could not find model data" in job["FailureReason"]


def test_model_data_that_are_no_archive_fail_the_job(aws):
    api.put(aws, "text.tar.gz", b"no archive")
    api.put(aws, "one.csv", b"1\n")
    container = {"Image": api.XGBOOST, "ModelDataUrl": "s3://workshop/text.tar.gz"}
    api.create_model(aws, "text", container)
    job = api.run_transform(aws, "text", "text", "one.csv")
    assert "Could not unpack s3://workshop/text.tar.gz" in job["FailureReason"]


def test_archive_that_leads_elsewhere_fails_the_job(aws):
    api.put(aws, "evil.tar.gz", api.pack({"../../../outside": "x"}))
    api.put(aws, "one.csv", b"1\n")
    container = {"Image": api.XGBOOST, "ModelDataUrl": "s3://workshop/evil.tar.gz"}
    api.create_model(aws, "evil", container)
    job = api.run_transform(aws, "evil", "evil", "one.csv")
    assert "leads elsewhere" in job["FailureReason"]


def test_what_the_stand_in_does_not_do_is_said(aws):
    container = script_container(aws, "plain", DOUBLE)
    api.create_model(aws, "plain", container)
    job = api.run_transform(
        aws, "plain", "plain", "one.csv", DataProcessing={"JoinSource": "Input"}
    )
    assert job["FailureReason"] == "ClientError: the stand-in does not do DataProcessing"
