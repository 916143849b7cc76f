"""What people reported of other local SageMakers, rebuilt small: here it works as on AWS.

Each test names the report that it follows.
"""

import json

import pytest
from botocore.exceptions import ClientError

from tests.local_sagemaker import api

WORDS = "import sys, json; print(json.dumps(sys.argv[1:]))"
VARIABLES = "import os, json; print(json.dumps(dict(os.environ)))"


def printed(aws, name, source, hyperparameters=None, **changes):
    job = api.run_script(aws, name, source, hyperparameters, **changes)
    assert job["TrainingJobStatus"] == "Completed", aws.log(name)
    return json.loads(api.printed(aws, name)[-1])


def test_variables_of_the_training_toolkit(aws):
    """aws/sagemaker-training-toolkit 107, aws/sagemaker-python-sdk 2418: they are missing."""
    api.put(aws, "reports/train/rows.csv", b"1\n")
    found = printed(
        aws,
        "variables",
        VARIABLES,
        {"learning-rate": "0.1", "layers": "[1, 2]", "none": "null"},
        InputDataConfig=[api.channel("reports/train/", "my-rows")],
    )
    assert found["SM_HP_LEARNING-RATE"] == "0.1"
    assert (found["SM_HP_LAYERS"], found["SM_HP_NONE"]) == ("[1,2]", "")
    assert found["SM_CHANNEL_MY-ROWS"].endswith("/input/data/my-rows")
    assert json.loads(found["SM_HPS"]) == {"learning-rate": 0.1, "layers": [1, 2], "none": None}
    whole = json.loads(found["SM_TRAINING_ENV"])
    assert whole["job_name"] == "variables"
    assert whole["channel_input_dirs"] == {"my-rows": found["SM_CHANNEL_MY-ROWS"]}
    for name in ("resource_config", "input_data_config"):
        assert json.loads(found[f"SM_{name.upper()}"]) == whole[name]
    assert (found["SM_USER_ENTRY_POINT"], found["SM_MODULE_NAME"]) == ("train.py", "train")
    assert found["SM_MODULE_DIR"] == f"s3://{api.BUCKET}/code/variables.tar.gz"


def test_environment_of_the_request_reaches_the_script(aws):
    """aws/sagemaker-python-sdk 2930: variables of an estimator are not set."""
    found = printed(aws, "environment", VARIABLES, Environment={"MYVAR": "got it", "EMPTY": ""})
    assert (found["MYVAR"], found["EMPTY"]) == ("got it", "")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("spaces", "a b 'c' \"d\" $HOME;", "a b 'c' \"d\" $HOME;"),  # 128 of the toolkit
        ("list", '["foo", "bar"]', "['foo', 'bar']"),  # 117
        ("truth", "true", "True"),
        ("mapping", '{"b": 2, "a": 1}', "a=1,b=2"),
        ("quoted", '"text"', "text"),
        ("negative", "-1", "-1"),
        ("letters", "Käse ☃", "Käse ☃"),
    ],
)
def test_hyperparameter_becomes_one_argument(aws, name, text, expected):
    """aws/sagemaker-training-toolkit 117 and 128: how values of all kinds arrive."""
    assert printed(aws, f"hp-{name}", WORDS, {name: text}) == [f"--{name}", expected]


def test_file_of_hyperparameters_has_them_as_they_were_sent(aws):
    """aws/sagemaker-python-sdk 3487: scripts that read the file see another encoding."""
    source = "print(open('/opt/ml/input/config/hyperparameters.json').read())"
    found = printed(aws, "hp-file", source, {"key": '"value"'})
    assert found["key"] == '"value"'


def test_channel_of_one_object(aws):
    """aws/sagemaker-python-sdk 5033: "File or directory not found" for a single S3 file."""
    api.put(aws, "reports/single.csv", b"1\n")
    api.put(aws, "reports/single.csv.bak", b"2\n")
    source = "import os, json; print(json.dumps(sorted(os.listdir('/opt/ml/input/data/one'))))"
    channel = api.channel("reports/single.csv", "one")
    # S3Prefix takes each key that begins so, as AWS's documentation of S3DataSource says.
    assert printed(aws, "one-object", source, InputDataConfig=[channel]) == [
        "single.csv",
        "single.csv.bak",
    ]


def test_markers_of_folders_are_no_files(aws):
    """aws/sagemaker-python-sdk 245: "OSError: [Errno 21] Is a directory"."""
    api.put(aws, "reports/marked/", b"")
    api.put(aws, "reports/marked/deep/", b"")
    api.put(aws, "reports/marked/deep/rows.csv", b"1\n")
    source = """
import json, os
found = [os.path.join(a, c)[24:] for a, b, d in os.walk("/opt/ml/input/data/train") for c in d]
print(json.dumps(found))
"""
    channel = api.channel("reports/marked/")
    assert printed(aws, "marked", source, InputDataConfig=[channel]) == ["/deep/rows.csv"]


def test_files_that_nobody_may_read_are_uploaded_and_cleaned_up(aws, private):
    """aws/sagemaker-python-sdk 2647: "PermissionError" when the job's files are removed."""
    source = """
import os
os.makedirs("/opt/ml/processing/out/shut")
open("/opt/ml/processing/out/shut/rows.csv", "w").write("1")
os.chmod("/opt/ml/processing/out/shut/rows.csv", 0)
os.chown("/opt/ml/processing/out/shut", 1000, 1000)
os.chmod("/opt/ml/processing/out/shut", 0)
"""
    outputs = {"/opt/ml/processing/out": "reports/shut"}
    job = api.run_processing(aws, "shut", source, outputs=outputs)
    assert job["ProcessingJobStatus"] == "Completed", aws.log("shut")
    assert api.keys(aws, "reports/shut") == ["reports/shut/shut/rows.csv"]


def test_results_of_a_failed_job_are_kept(aws):
    """aws/sagemaker-python-sdk 746: local mode exports nothing after a failure."""
    source = "open('/opt/ml/model/half', 'w').write('x'); open('/opt/ml/output/data/why', 'w'); 1/0"
    job = api.run_script(aws, "half", source)
    assert job["TrainingJobStatus"] == "Failed"
    assert api.keys(aws, "models/half/") == [
        f"models/half/output/{name}.tar.gz" for name in ("model", "output")
    ]


@pytest.mark.parametrize("twice", ["input", "output"])
def test_folder_is_given_once(aws, twice):
    """aws/sagemaker-python-sdk 1950 and 4939: AWS refuses it, with an empty message."""
    api.put(aws, "reports/twice/rows.csv", b"1")
    path = "/opt/ml/processing/input/code"
    inputs = {"reports/twice/": f"{path}/"} if twice == "input" else {}
    outputs = {path: "reports/out"} if twice == "output" else {}
    with pytest.raises(ClientError, match="stands more than once"):
        api.start_processing(aws, f"twice-{twice}", "", inputs, outputs)


def test_instance_that_is_no_instance_is_refused(aws):
    """aws/sagemaker-python-sdk 143: "local" is for the SDK, not for the service."""
    resources = {"InstanceType": "local", "InstanceCount": 1, "VolumeSizeInGB": 1}
    with pytest.raises(ClientError, match="local"):
        aws.client("sagemaker").create_training_job(
            **api.training_request("local", ResourceConfig=resources)
        )


def test_machine_waits_for_a_machine_that_waits_for_a_job(aws):
    """serverless-step-functions 398: startExecution.sync:2; sagemaker-containers 179: plain words.

    The words of HyperParameters come from a definition, so no SDK has encoded them.
    """
    api.put(aws, "code/nested.tar.gz", api.pack({"train.py": WORDS}))
    words = {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": f"s3://{api.BUCKET}/code/nested.tar.gz",
        "job_name": "my_job",
    }
    train = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "Parameters": api.training_request("nested", api.SKLEARN, HyperParameters=words),
        "ResultSelector": {"status.$": "$.TrainingJobStatus"},
        "End": True,
    }
    client = aws.client("stepfunctions")
    inner = client.create_state_machine(
        name="inner",
        definition=json.dumps({"StartAt": "Train", "States": {"Train": train}}),
        roleArn=api.ROLE,
    )["stateMachineArn"]
    outer = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": inner, "Input": {"by.$": "$$.Execution.Id"}},
        "OutputPath": "$.Output",
        "End": True,
    }
    definition = json.dumps({"StartAt": "Outer", "States": {"Outer": outer}})
    execution = api.execute(aws, definition, "outer")
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert json.loads(execution["output"]) == {"status": "Completed"}
    assert json.loads(api.printed(aws, "nested")[-1]) == ["--job_name", "my_job"]
