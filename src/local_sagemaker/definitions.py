"""What Step Functions says before it runs anything: names, input, and definitions held to rules.

moto takes nearly every definition, and `None` for a name. What is refused here has AWS's error
codes; the texts are ours, in the frame that users report ("Invalid State Machine Definition: …").
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from moto.stepfunctions.parser.models import stepfunctions_parser_backends

import state_machines
from local_sagemaker.api import ACCOUNT, REGION
from local_sagemaker.errors import ApiError
from state_machines.defects import Defect

_CODE = "SCHEMA_VALIDATION_FAILED"
# StartExecution and CreateStateMachine in the API reference (2026-11).
_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")
_MOST = 100  # maxResults of ValidateStateMachineDefinition when not given


def call(operation: str, request: dict[str, Any]) -> dict[str, Any] | None:
    """Look at a request to Step Functions.

    Args:
        operation: its name.
        request: the request, which gets a name where it has none.

    Returns:
        The answer, or None where moto is to give it.

    Raises:
        ApiError: the request is refused.
    """
    if operation == "StartExecution":
        request.setdefault("name", str(uuid.uuid4()))
        try:
            json.loads(request.get("input", "{}"))
        except (TypeError, ValueError) as error:
            text = f"Invalid State Machine Execution Input: '{error}'"
            raise ApiError("InvalidExecutionInput", text) from None
    if operation in ("StartExecution", "CreateStateMachine"):
        name = request.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ApiError("InvalidName", f"Invalid Name: '{name}'")
    if operation == "ValidateStateMachineDefinition":
        return _validated(request)
    if operation in ("CreateStateMachine", "UpdateStateMachine") and "definition" in request:
        found = defects(request["definition"])
        if found:
            said = "; ".join(str(defect) for defect in found)
            text = f"Invalid State Machine Definition: '{_CODE}: {said}'"
            raise ApiError("InvalidDefinition", text)
    if operation == "CreateStateMachine":
        _refuse_another(request)
    return None


def defects(definition: Any) -> list[Defect]:
    """Return what is wrong with the text of a definition; its requests are judged when sent."""
    try:
        state_machines.parse(str(definition))
    except state_machines.DefinitionError as error:
        return error.defects
    return []


def _validated(request: dict[str, Any]) -> dict[str, Any]:
    found = defects(request.get("definition"))
    most = request.get("maxResults") or _MOST
    diagnostics = [
        {
            "severity": "ERROR",
            "code": _CODE,
            "message": f"{each.reason}; {each.remedy}",
            "location": f"/States/{each.state}" if each.state else "/",
        }
        for each in found[:most]
    ]
    result = "FAIL" if found else "OK"
    return {"result": result, "diagnostics": diagnostics, "truncated": len(found) > most}


def _refuse_another(request: dict[str, Any]) -> None:
    """A name that is taken is answered again only for the same definition and type."""
    for machine in stepfunctions_parser_backends[ACCOUNT][REGION].state_machines:
        asked = request["definition"], request.get("type") or "STANDARD"
        known = machine.definition, machine.sm_type or "STANDARD"
        if machine.name == request["name"] and asked != known:
            text = f"State Machine Already Exists: '{machine.arn}'"
            raise ApiError("StateMachineAlreadyExists", text)
