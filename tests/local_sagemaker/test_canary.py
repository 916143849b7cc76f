"""What the stand-in takes from the inside of moto is still there, and still lacks what we add.

When one of these fails after an upgrade of moto: read the new source of what it names, correct
`src/local_sagemaker/states.py` (or delete from it what moto can do by now), and only then
change the pin.
"""

import inspect
from importlib import metadata

import moto.server
import pytest
from moto.logs.models import LogsBackend
from moto.moto_api._internal.models import MotoAPIBackend
from moto.stepfunctions.parser.asl.component.common.error_name import custom_error_name
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_factory,
)
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from local_sagemaker import states

ADVICE = "moto has changed: see the head of tests/local_sagemaker/test_canary.py"
PINNED = "5.2.5"


def parameters(function):
    return list(inspect.signature(function).parameters)


def test_version_is_the_one_that_was_read():
    assert metadata.version("moto") == PINNED, ADVICE


def test_task_states_are_made_where_the_plug_in_hooks():
    name = "state_task_service_for"
    assert getattr(state_task_factory, name) is getattr(state_task_service_factory, name), ADVICE
    assert "state_task_service_for(service_name=" in inspect.getsource(
        state_task_factory.state_task_for
    ), ADVICE
    assert "sagemaker" in state_task_service_factory._UNSUPPORTED_SERVICE_NAMES, (
        "moto knows SageMaker's integration now: is the plug-in still needed? " + ADVICE
    )


@pytest.mark.parametrize(
    ("owner", "name", "words"),
    [
        (MotoAPIBackend, "reset", []),
        (MotoAPIBackend, "set_config", ["config"]),
        (LogsBackend, "ensure_log_group", ["log_group_name"]),
        (LogsBackend, "ensure_log_stream", ["log_group_name", "log_stream_name"]),
        (LogsBackend, "put_log_events", ["log_group_name", "log_stream_name", "log_events"]),
        (states.StateTaskServiceCallback, "__init__", ["supported_integration_patterns"]),
        (states.StateTaskServiceCallback, "_validate_service_integration_is_supported", []),
        (
            states.StateTaskServiceCallback,
            "_eval_service_task",
            ["env", "resource_runtime_part", "normalised_parameters", "state_credentials"],
        ),
        (
            states.StateTaskServiceCallback,
            "_eval_integration_pattern",
            ["env", "resource_runtime_part", "normalised_parameters", "state_credentials"],
        ),
        (states.StateTaskServiceCallback, "_get_sfn_resource", []),
        (states.StateTaskServiceCallback, "_get_sfn_resource_type", []),
        (states.StateTaskServiceSfn, "_to_boto_request", ["parameters", "structure_shape"]),
        (states.StateTaskServiceSfn, "_from_boto_response", ["response", "structure_shape"]),
        (ExecutionState, "_handle_retry", ["env", "failure_event"]),
        (ExecutionState, "_handle_catch", ["env", "failure_event"]),
        (ExecutionState, "_handle_uncaught", ["env", "failure_event"]),
        (ExecutionState, "_from_error", ["env", "ex"]),
        (states.StateTaskLambda, "_from_error", ["env", "ex"]),
        (states.Execution, "get_start_execution_details", []),
        (states.BaseExecutionWorkerCommunication, "terminated", []),
        (states.string_expression.StringJSONata, "_eval_body", ["env"]),
        (Environment, "set_error", ["error"]),
        (Environment, "is_running", []),
        (Environment, "program_state", []),
        (Preprocessor, "visitPayload_binding_value", ["ctx"]),
        (
            EventManager,
            "add_event",
            ["context", "event_type", "event_details", "timestamp", "update_source_event_id"],
        ),
    ],
)
def test_method_takes_what_is_given(owner, name, words):
    assert parameters(getattr(owner, name)) == ["self", *words], ADVICE


def test_history_is_counted_in_its_list():
    assert EventManager()._history_event_list == [], ADVICE


def test_fail_state_refuses_reserved_names_by_itself():
    assert state_fail.CustomErrorName is custom_error_name.CustomErrorName, ADVICE
    with pytest.raises(ValueError, match="MUST NOT begin"):
        custom_error_name.CustomErrorName("States.TaskFailed")


def test_parser_takes_the_role_for_a_word_by_itself():
    definition = """{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
        "Parameters": {"RoleArn.$": "$.RoleArn"}}}}"""
    program, _ = AmazonStateLanguageParser.parse(definition)
    assert "'field': 'RoleArn.$'" in str(program), (
        "moto reads RoleArn.$ in Parameters now: visit_role can go. " + ADVICE
    )


def test_jsonata_has_no_engine_of_its_own():
    assert states.validations.eval_jsonata_expression is (
        states.string_expression.eval_jsonata_expression
    ), ADVICE
    with pytest.raises(TypeError):
        states.validations.eval_jsonata_expression("1")
    text = states.get_intrinsic_functions_declarations({"$uuid", "$hash"})
    assert text.count("is currently not supported") == 2, ADVICE


def test_server_is_made_of_these():
    for name in ("DomainDispatcherApplication", "MotoRequestHandler", "create_backend_app"):
        assert hasattr(moto.server, name), ADVICE
