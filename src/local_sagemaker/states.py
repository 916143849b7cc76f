"""Step Functions: what moto's engine lacks for SageMaker, `.sync` above all.

moto 5.2.5 has AWS's `.sync` integration for SageMaker in a list of what it does not support. This
plug-in takes its place while the stand-in runs. It reaches into moto, so moto is pinned exactly and
`tests/local_sagemaker/test_canary.py` names every internal that is used here.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import logging
import random
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import Shape
from moto.stepfunctions.parser.api import (
    EvaluationFailedEventDetails,
    HistoryEventType,
    InvalidDefinition,
    TaskFailedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.payload.payloadvalue.payloadbinding.payload_binding import (  # noqa: E501
    PayloadBindingStringExpressionSimple,
)
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringContextPath,
    StringJsonPath,
)
from moto.stepfunctions.parser.asl.component.intrinsic.jsonata import (
    get_intrinsic_functions_declarations,
)
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ResourceCondition,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (  # noqa: E501
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (  # noqa: E501
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import (
    StateTaskLambda,
)
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.asl.jsonata import validations
from moto.stepfunctions.parser.asl.jsonata.jsonata import JSONataException
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError
from moto.stepfunctions.parser.backend.execution import (
    BaseExecutionWorkerCommunication,
    Execution,
)

from local_sagemaker.api import api_model, check_client_side
from local_sagemaker.service import Service
from local_sagemaker.store import KINDS
from state_machines.expressions import jsonata_engine

MOST_EVENTS = 25_000
"""The service ends an execution whose history grows longer (developer guide, quotas, 2026-11)."""

_POLL_SECONDS = 0.02
_RUNTIME = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
_QUERY = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
_TASK_FAILED = StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed)
# Labelling and updates of endpoints are integrations too, but nothing would run for them.
_ACTIONS = frozenset(f"Create{kind}" for kind in KINDS)
_OWN_NAMES = frozenset({"ResourceInUse", "ResourceLimitExceeded", "ResourceNotFound"})


_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384"}
_HASHES["SHA-512"] = "sha512"
# "Transforming data with JSONata" in the developer guide (2026-11).
_FUNCTIONS = {
    "uuid": lambda: str(uuid.uuid4()),
    "hash": lambda text, name: hashlib.new(_HASHES[name], str(text).encode()).hexdigest(),
    "random": lambda seed=None: random.Random(seed).random(),
}


@contextlib.contextmanager
def installed(service: Service, remote: Any) -> Iterator[None]:
    """Have moto's engine run SageMaker tasks on a stand-in while the block runs.

    Args:
        service: where jobs run.
        remote: a boto3 client of the stand-in's SageMaker.
    """
    service_for = state_task_factory.state_task_service_for
    add_event = EventManager.add_event
    set_error = Environment.set_error
    visit = Preprocessor.visitPayload_binding_value
    from_error = StateTaskLambda._from_error
    evaluate = string_expression.StringJSONata._eval_body
    start_details = Execution.get_start_execution_details
    terminated = BaseExecutionWorkerCommunication.terminated
    model = api_model("stepfunctions")
    nested_parameters = StateTaskServiceSfn._normalise_parameters
    handle_retry, handle_catch = ExecutionState._handle_retry, ExecutionState._handle_catch

    def task_for(service_name: str) -> Any:
        return (
            SageMakerTask(service, remote)
            if service_name == "sagemaker"
            else service_for(service_name)
        )

    def retry_unless_runtime(self: Any, env: Any, failure_event: FailureEvent) -> Any:
        _end_at_runtime_error(self, env, failure_event)
        return handle_retry(self, env, failure_event)

    def catch_unless_runtime(self: Any, env: Any, failure_event: FailureEvent) -> None:
        _end_at_runtime_error(self, env, failure_event)
        handle_catch(self, env, failure_event)

    def error_of_function(self: Any, env: Any, ex: Exception) -> FailureEvent:
        # What AWS says of a path that finds nothing, before any function is called.
        runtime = isinstance(ex, NoSuchJsonPathError)
        return (ExecutionState._from_error if runtime else from_error)(self, env, ex)

    def add_limited(self: Any, context: Any, event_type: Any, *args: Any, **words: Any) -> int:
        full = len(self._history_event_list) >= MOST_EVENTS - 1
        if full and event_type != HistoryEventType.ExecutionFailed:
            raise HistoryFull()
        return add_event(self, context, event_type, *args, **words)

    def set_error_unless_stopped(self: Any, error: Any) -> None:
        # The task that a stop interrupts fails, which must not make an aborted execution failed.
        if not isinstance(self.program_state(), ProgramStopped):
            set_error(self, error)

    def visit_role(self: Any, tree: Any) -> Any:
        # moto takes the field `RoleArn.$` of Parameters for that of Credentials, and its path for
        # a plain word.
        binding = visit(self, tree)
        if binding.field != "RoleArn.$":
            return binding
        text = binding.payload_value.val
        path = StringContextPath(text) if text.startswith("$$") else StringJsonPath(text)
        return PayloadBindingStringExpressionSimple("RoleArn", path)

    def details_as_text(self: Any) -> Any:
        # A time that is no text yet cannot be passed on, as `$$.Execution` does.
        details = start_details(self)
        when = details.start_time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        details.start_time = f"{when}Z"
        return details

    def terminated_with_json(self: Any) -> None:
        terminated(self)
        # moto takes a text that comes out for JSON already, and leaves null out.
        execution = self.execution
        if isinstance(execution.output, str | None) and execution.exec_status == "SUCCEEDED":
            execution.output = json.dumps(execution.output)

    def parameters_of_nested(self: Any, parameters: Any, *args: Any, **words: Any) -> None:
        # moto passes fields on under the names of the definition, which its own client refuses.
        nested_parameters(self, parameters, *args, **words)
        self._to_boto_request(parameters, model.operation_model("StartExecution").input_shape)

    def response_of_nested(self: Any, response: Any, *args: Any, **words: Any) -> None:
        for name, value in response.items():
            if isinstance(value, datetime.datetime):
                response[name] = int(value.timestamp() * 1000)
        described = words.get("service_action_name") == "describe_execution"
        operation = "DescribeExecution" if described else "StartExecution"
        shape = model.operation_model(operation).output_shape
        self._from_boto_response(response, shape)

    def evaluate_or_fail(self: Any, env: Any) -> None:
        try:
            evaluate(self, env)
        except JSONataException as error:
            details = EvaluationFailedEventDetails(error=_QUERY.error_name, cause=error.details)
            details = EventDetails(evaluationFailedEventDetails=details)
            kind = HistoryEventType.EvaluationFailed
            failure = FailureEvent(env, _QUERY, event_type=kind, event_details=details)
            raise FailureEventException(failure) from None

    log = logging.getLogger("moto.stepfunctions")
    level = log.level
    log.setLevel(logging.CRITICAL)  # it logs each failed state at length; the history has it
    with (
        mock.patch.object(state_task_factory, "state_task_service_for", task_for),
        mock.patch.object(EventManager, "add_event", add_limited),
        mock.patch.object(Execution, "get_start_execution_details", details_as_text),
        mock.patch.object(BaseExecutionWorkerCommunication, "terminated", terminated_with_json),
        mock.patch.object(string_expression, "eval_jsonata_expression", evaluated),
        mock.patch.object(string_expression.StringJSONata, "_eval_body", evaluate_or_fail),
        mock.patch.object(string_expression, "get_intrinsic_functions_declarations", declared),
        mock.patch.object(validations, "eval_jsonata_expression", evaluated),
        # moto's parser has a name for this error, but its answers lack it.
        mock.patch.object(InvalidDefinition, "TYPE", InvalidDefinition.code),
        mock.patch.object(Environment, "set_error", set_error_unless_stopped),
        mock.patch.object(Preprocessor, "visitPayload_binding_value", visit_role),
        mock.patch.object(StateTaskLambda, "_from_error", error_of_function),
        mock.patch.object(StateTaskServiceSfn, "_normalise_parameters", parameters_of_nested),
        mock.patch.object(StateTaskServiceSfn, "_normalise_response", response_of_nested),
        mock.patch.object(ExecutionState, "_handle_retry", retry_unless_runtime),
        mock.patch.object(ExecutionState, "_handle_catch", catch_unless_runtime),
        # A Fail state passes on by ErrorPath what another state reported, States.TaskFailed too.
        mock.patch.object(state_fail, "CustomErrorName", ErrorName),
    ):
        try:
            yield
        finally:
            log.setLevel(level)


def evaluated(expression: str) -> Any:
    """Return the value of a JSONata expression, which moto wraps but has no engine for.

    Raises:
        JSONataException: it cannot be evaluated.
    """
    try:
        engine = jsonata_engine()(expression)
        for name, function in _FUNCTIONS.items():
            engine.register_lambda(name, function)
        return engine.evaluate(None)
    except Exception as error:  # the library raises whatever it meets
        raise JSONataException("States.QueryEvaluationError", str(error)) from None


def declared(variable_references: set[str]) -> str:
    """Return what moto declares of the functions that Step Functions adds to JSONata.

    It has texts in place of those that `evaluated` brings.
    """
    ours = {f"${name}" for name in _FUNCTIONS}
    return get_intrinsic_functions_declarations(variable_references - ours)


class HistoryFull(FailureEventException):
    """An execution that has as many events as the service allows, a loop as a rule."""

    def __init__(self) -> None:
        details = {"taskFailedEventDetails": self.get_execution_failed_event_details()}
        super().__init__(
            SimpleNamespace(
                error_name=_RUNTIME,
                event_type=HistoryEventType.TaskFailed,
                event_details=details,
            )
        )

    def get_execution_failed_event_details(self) -> dict[str, str]:
        """Return the error that ends the execution."""
        cause = f"The execution reached the maximum number of history events ({MOST_EVENTS})."
        return {"error": _RUNTIME.error_name, "cause": cause}


class SageMakerTask(StateTaskServiceCallback):
    """One Task state whose Resource is `arn:aws:states:::sagemaker:…`."""

    def __init__(self, service: Service, remote: Any) -> None:
        super().__init__(supported_integration_patterns={ResourceCondition.Sync})
        self._service, self._remote = service, remote

    @property
    def _operation(self) -> str:
        action = self._get_sfn_resource().partition(".")[0]
        return action[0].upper() + action[1:]

    def _validate_service_integration_is_supported(self) -> None:
        if self._operation not in _ACTIONS:
            raise ValueError(f"the stand-in does not do {self._operation}")

    def _eval_service_task(
        self,
        env: Any,
        resource_runtime_part: Any,
        normalised_parameters: dict[str, Any],
        state_credentials: Any,
    ) -> None:
        if not env.is_running():
            # The state timed out before its request was there: moto's thread goes on with a part.
            raise TimeoutError(f"the state '{self.name}' ended before it asked for anything")
        report = check_client_side(self._operation, normalised_parameters)
        if report:
            # Step Functions knows the fields itself, and sends nothing. The frame of the cause is
            # the service's (aws-step-functions-data-science-sdk-python, issue 15); what stands in
            # the brackets is botocore's wording.
            raise self._failed(
                env,
                _RUNTIME,
                f"An error occurred while executing the state '{self.name}'. The Parameters "
                f"'{json.dumps(normalised_parameters)}' could not be used to start the Task: "
                f"[{'; '.join(report.splitlines())}]",
            )
        call = getattr(self._remote, xform_name(self._operation))
        try:
            answer = call(**normalised_parameters)
        except ClientError as error:
            raise self._failed(env, *_named(error)) from None
        answer.pop("ResponseMetadata")
        env.stack.append(answer)

    def _eval_integration_pattern(
        self,
        env: Any,
        resource_runtime_part: Any,
        normalised_parameters: dict[str, Any],
        state_credentials: Any,
    ) -> None:
        env.stack.pop()
        kind = self._operation.removeprefix("Create")
        job = self._service.store.find(kind, normalised_parameters[f"{kind}Name"])
        while env.is_running() and not job.ended.wait(_POLL_SECONDS):
            pass
        if not job.ended.is_set():
            job.stop()  # the state timed out, or the execution was stopped
            job.ended.wait()
        shape = api_model().operation_model(f"Describe{kind}").output_shape
        described = _milliseconds(self._service.describe(job), shape)
        if job.status != "Completed":
            raise self._failed(env, _TASK_FAILED, json.dumps(described))
        env.stack.append(described)

    def _failed(self, env: Any, name: Any, cause: str) -> FailureEventException:
        task = TaskFailedEventDetails(
            resource=self._get_sfn_resource(),
            resourceType=self._get_sfn_resource_type(),
            error=name.error_name,
            cause=cause,
        )
        details = EventDetails(taskFailedEventDetails=task)
        kind = HistoryEventType.TaskFailed
        failure = FailureEvent(env, name, event_type=kind, event_details=details)
        return FailureEventException(failure)


def _end_at_runtime_error(state: ExecutionState, env: Any, failure: FailureEvent) -> None:
    # "Handling errors in Step Functions workflows" in the developer guide (2026-11): nothing
    # repeats States.Runtime, and States.ALL does not catch it. moto's engine would do both.
    if failure.error_name == _RUNTIME:
        state._handle_uncaught(env, failure)


def _named(error: ClientError) -> tuple[CustomErrorName, str]:
    """Return the error's name as Step Functions gives it, and the cause in its form.

    Both as in issue 61 of aws/aws-step-functions-data-science-sdk-python: what SageMaker finds
    wrong with a request has the same name as a fault of its own, so that a Retry repeats it.
    """
    code = error.response["Error"]["Code"]
    name = f"{code}Exception" if code in _OWN_NAMES else "AmazonSageMakerException"
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    cause = (
        f"{error.response['Error']['Message']} (Service: AmazonSageMaker; Status Code: {status}; "
        f"Error Code: {code}; Request ID: {uuid.uuid4()}; Proxy: null)"
    )
    return CustomErrorName(f"SageMaker.{name}"), cause


def _milliseconds(value: Any, shape: Shape) -> Any:
    """Return a description as Step Functions passes it on: times in milliseconds since 1970."""
    if shape.type_name == "structure":
        return {name: _milliseconds(child, shape.members[name]) for name, child in value.items()}
    if shape.type_name == "list":
        return [_milliseconds(child, shape.member) for child in value]
    return int(value * 1000) if shape.type_name == "timestamp" else value
