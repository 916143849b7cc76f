"""Hold the request of each SageMaker task to AWS's API model.

Step Functions accepts any parameters when a definition is made, and the mistake shows when the
state runs. Needs botocore, whose service model is the published one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

from state_machines import Machine, State, all_states
from state_machines.api_model import violations
from state_machines.defects import Defect
from state_machines.steps import call

_REMEDY = "see the action in the SageMaker API reference"


def check(machine: Machine) -> list[Defect]:
    """Return what the API would refuse of the requests in a definition.

    Args:
        machine: what `asl.load` returned.

    Returns:
        A defect for each mistake, with the line of its state.
    """
    return [
        Defect(state.line, state.name, reason, remedy)
        for state in all_states(machine)
        if state.type == "Task" and call(state)[0] == "SageMaker"
        for reason, remedy in _mistakes(state)
    ]


def request_shape(state: State) -> Shape | None:
    """Return the shape of the request that a SageMaker task makes, or nothing for no such action.

    Args:
        state: a task whose service is SageMaker.
    """
    action = call(state)[1]
    name = action[:1].upper() + action[1:]
    return _model().operation_model(name).input_shape if name in _model().operation_names else None


def _mistakes(state: State) -> list[tuple[str, str]]:
    shape = request_shape(state)
    if shape is None:
        return [(f"SageMaker has no action {call(state)[1]!r}", _REMEDY)]
    parameters = state.raw.get("Parameters", state.raw.get("Arguments"))
    if not isinstance(parameters, dict):
        return [("its parameters are not an object", "write the request that the action takes")]
    request = filled(parameters, shape)
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        return [(line, _REMEDY) for line in report.generate_report().splitlines()]
    return [(line, _REMEDY) for line in violations(shape, request)]


def filled(value: Any, shape: Shape | None) -> Any:
    """Return parameters with a value of the right type for each that the run will compute.

    Args:
        value: `Parameters`, or a part of them; keys that end in `.$` hold paths.
        shape: the shape of that part, or nothing where the model has none.
    """
    if isinstance(value, dict):
        members = getattr(shape, "members", None)
        found = {}
        for key, inner in value.items():
            bare = key.removesuffix(".$")
            below = members.get(bare) if members is not None else getattr(shape, "value", None)
            found[bare] = _sample(below) if bare != key else filled(inner, below)
        return found
    if isinstance(value, list):
        return [filled(item, getattr(shape, "member", None)) for item in value]
    return value


def _sample(shape: Shape | None) -> Any:
    """Return a value that the model allows for a shape: what it will be is known when it runs."""
    kind = shape.type_name if shape is not None else "string"
    if kind in ("integer", "long", "float", "double"):
        return shape.metadata.get("min", 1)
    if kind == "boolean":
        return True
    if kind == "list":
        return [_sample(shape.member)] * max(1, shape.metadata.get("min", 1))
    if kind in ("structure", "map"):
        required = getattr(shape, "required_members", [])
        return {name: _sample(shape.members[name]) for name in required}
    if shape is None:
        return "x"
    if shape.metadata.get("enum"):
        return shape.metadata["enum"][0]
    return _Computed("x" * max(1, shape.metadata.get("min", 1)))


class _Computed(str):
    """Text whose pattern cannot be judged yet; `api_model` leaves it alone."""

    is_computed = True


@cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")
