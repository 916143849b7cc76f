"""Names, input and definitions are judged before anything runs, and JSONata is evaluated."""

import json
import re

import pytest
from botocore.exceptions import ClientError

from tests.local_sagemaker import api

WHOLE = {"Type": "Pass", "Parameters": {"whole.$": "$$.Execution"}, "End": True}


def machine(state, **words):
    return json.dumps({"StartAt": "A", "States": {"A": {"End": True, **state}}, **words})


def jsonata(aws, name, output, **state):
    definition = machine({"Type": "Pass", "Output": output, **state}, QueryLanguage="JSONata")
    return api.execute(aws, definition, f"jsonata-{name}")


def refused(code, call, **words):
    with pytest.raises(ClientError) as caught:
        call(**words)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]


def test_execution_without_a_name_gets_one(aws):
    client = aws.client("stepfunctions")
    arn = client.create_state_machine(name="n", definition=machine(WHOLE), roleArn=api.ROLE)[
        "stateMachineArn"
    ]
    started = [client.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(2)]
    assert started[0] != started[1]
    execution = api.ended(aws, started[0])
    name = execution["name"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name)
    whole = json.loads(execution["output"])["whole"]
    assert (whole["Name"], whole["Id"], whole["RoleArn"]) == (name, started[0], api.ROLE)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", whole["StartTime"])
    assert "a b" in refused("InvalidName", client.start_execution, stateMachineArn=arn, name="a b")
    refused("InvalidExecutionInput", client.start_execution, stateMachineArn=arn, input="{")


def test_name_is_taken_for_one_definition(aws):
    client = aws.client("stepfunctions")
    request = {"name": "same", "definition": machine(WHOLE), "roleArn": api.ROLE}
    first = client.create_state_machine(**request)["stateMachineArn"]
    assert client.create_state_machine(**request)["stateMachineArn"] == first
    other = request | {"definition": machine({"Type": "Succeed"} | {"Comment": "x"})}
    other["definition"] = other["definition"].replace('"End": true, ', "")
    message = refused("StateMachineAlreadyExists", client.create_state_machine, **other)
    assert message == f"State Machine Already Exists: '{first}'"


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("{", "not valid JSON"),
        (machine(WHOLE).replace('"StartAt": "A"', '"StartAt": "B"'), "no state of it"),
        (machine({"Type": "Wait", "Seconds": -5}), "Seconds"),
        (machine({"Type": "Task", "Resource": "arn:aws:states:::sagemaker:make"}), "make"),
    ],
)
def test_what_the_linter_refuses_cannot_be_created(aws, definition, words):
    client = aws.client("stepfunctions")
    request = {"name": "refused", "definition": definition, "roleArn": api.ROLE}
    message = refused("InvalidDefinition", client.create_state_machine, **request)
    assert message.startswith("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ")
    assert words in message
    checked = client.validate_state_machine_definition(definition=definition)
    assert checked["result"] == "FAIL"
    assert words in checked["diagnostics"][0]["message"]
    machines = client.list_state_machines()["stateMachines"]
    assert "refused" not in [each["name"] for each in machines]


def test_right_definition_is_validated_and_can_be_updated(aws):
    client = aws.client("stepfunctions")
    checked = client.validate_state_machine_definition(definition=machine(WHOLE))
    assert (checked["result"], checked["diagnostics"]) == ("OK", [])
    request = {"name": "updated", "definition": machine(WHOLE), "roleArn": api.ROLE}
    arn = client.create_state_machine(**request)["stateMachineArn"]
    refused("InvalidDefinition", client.update_state_machine, stateMachineArn=arn, definition="{}")
    other = machine(WHOLE | {"Comment": "of the update"})
    client.update_state_machine(stateMachineArn=arn, definition=other)
    assert client.describe_state_machine(stateMachineArn=arn)["definition"] == other


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("text", "$states.input.Bucket & '!'", "workshop!"),
        ("context", "$states.context.Execution.Name", "jsonata-context"),
        ("parts", "$partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("seeded", "$random(7) = $random(7)", True),
        ("hash", "$hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"),
        ("uuid", "$length($uuid())", 36),
    ],
)
def test_jsonata_is_evaluated(aws, name, code, expected):
    execution = jsonata(aws, name, f"{{% {code} %}}")
    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == expected


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("nothing", "$states.input.Nope", "returned nothing"),
        ("sum", "$states.input.Bucket + 1", "must evaluate to a number"),
    ],
)
def test_jsonata_that_fails_has_the_error_of_the_service(aws, name, code, words):
    execution = jsonata(aws, name, f"{{% {code} %}}")
    assert execution["error"] == "States.QueryEvaluationError"
    assert words in execution["cause"]


def test_jsonata_starts_a_job_and_waits(aws):
    api.put(aws, "code/j.tar.gz", api.pack({"train.py": "print('from JSONata')"}))
    given = {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": f"s3://{api.BUCKET}/code/j.tar.gz",
    }
    request = api.training_request("jsonata-job", api.SKLEARN, HyperParameters=given)
    request["RoleArn"] = "{% $states.input.RoleArn %}"
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "Arguments": request,
        "Output": "{% $states.result.TrainingJobStatus %}",
    }
    execution = api.execute(aws, machine(state, QueryLanguage="JSONata"), "jsonata-job")
    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == "Completed"
    assert "from JSONata" in aws.log("jsonata-job")


@pytest.mark.parametrize("action", ["updateEndpoint", "createLabelingJob.sync"])
def test_integration_that_nothing_would_run_for_is_refused_by_name(aws, action):
    message = refused(
        "InvalidDefinition",
        aws.client("stepfunctions").create_state_machine,
        name=action.replace(".", "-"),
        definition=machine({"Type": "Task", "Resource": f"arn:aws:states:::sagemaker:{action}"}),
        roleArn=api.ROLE,
    )
    operation = action[0].upper() + action[1:].removesuffix(".sync")
    assert f"the stand-in does not do {operation}" in message


def test_what_moto_does_not_do_is_refused_once_and_by_name(aws):
    client = aws.client("stepfunctions")
    arn = client.create_state_machine(
        name="express", definition=machine(WHOLE), roleArn=api.ROLE, type="EXPRESS"
    )["stateMachineArn"]
    message = refused("UnsupportedOperation", client.start_sync_execution, stateMachineArn=arn)
    assert message == "the stand-in does not do StartSyncExecution"
