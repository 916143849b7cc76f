"""Hold the requests of a definition to AWS's API models.

Step Functions refuses a service or an action that does not exist, and parameters that an action
does not have, or lacks. A request to SageMaker is held to all that the model says: the service does
not, and the mistake shows when the state runs. Needs botocore, whose models are the published ones.
"""

from __future__ import annotations

import difflib
import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator

from state_machines import Machine, State, all_states, resources
from state_machines.api_model import violations
from state_machines.defects import Defect
from state_machines.fields import is_open

_MODELS = {"states": "stepfunctions", "sfn": "stepfunctions", "config": "config"}
# Integrations whose requests are not those of the API of the same name.
_OWN_FORM = ("apigateway", "bedrock", "eks", "elasticmapreduce", "http")


def check(machine: Machine) -> list[Defect]:
    """Return what the API would refuse of the requests in a definition.

    Args:
        machine: what `state_machines.load` returned.

    Returns:
        A defect for each mistake, with the line of its state.
    """
    return [
        Defect(state.line, state.name, reason, remedy)
        for state in all_states(machine)
        if state.type == "Task"
        for reason, remedy in _mistakes(state, machine.query_language)
    ]


def operation(call: resources.Call) -> OperationModel | None:
    """Return the model of the action that a Task calls, or None where it has none to be found."""
    name = _service(call)
    model = _session().get_service_model(name) if name else None
    for known in model.operation_names if model else ():
        if known.lower() == call.action.lower():
            return model.operation_model(known)
    return None


def _mistakes(state: State, whole: str) -> Iterator[tuple[str, str]]:
    resource = state.raw["Resource"]
    call = resources.parse(resource)
    own_form = not call.sdk and call.service in _OWN_FORM
    if not call.service or own_form or ":states:" not in resource or call.service == "activity":
        return
    remedy = f"see the action in the API reference of {call.service}"
    found = operation(call)
    if found is None:
        yield from _unknown(call)
        return
    in_jsonata = state.raw.get("QueryLanguage", whole) == "JSONata"
    field = "Arguments" if in_jsonata else "Parameters"
    given = state.raw.get(field, {})
    shape = found.input_shape
    if shape is None or is_open(given) or (in_jsonata and isinstance(given, str)):
        return
    if not isinstance(given, dict):
        yield f"its {field} are not an object", "write the request that the action takes"
        return
    names = {_plain(name.removesuffix(".$")): name for name in given}
    members = {_plain(name): name for name in shape.members}
    for plain, name in names.items():
        if plain not in members:
            yield f"{call.action} has no parameter {name!r}", _choose(plain, members) or remedy
    for name in shape.required_members:
        if _plain(name) not in names:
            yield f"{call.action} needs the parameter {name!r}", f"add it to {field}"
    if call.service == "sagemaker" and not in_jsonata:
        request = filled(given, shape)
        report = ParamValidator().validate(request, shape)
        if report.has_errors():
            for line in report.generate_report().splitlines():
                if not line.startswith(
                    ("Unknown parameter in input", "Missing required parameter in input")
                ):
                    yield line, remedy
        else:
            yield from ((line, remedy) for line in violations(shape, request))


def _unknown(call: resources.Call) -> Iterator[tuple[str, str]]:
    """A service that botocore does not know may be newer, or closed: a misspelt one is told."""
    name = _service(call)
    if name is None:
        if close := _choose(call.service, _services()):
            yield f"there is no service {call.service!r}", close
        return
    names = {known.lower(): known for known in _session().get_service_model(name).operation_names}
    known = {plain: name[0].lower() + name[1:] for plain, name in names.items()}
    remedy = _choose(call.action.lower(), known) or "see the actions in its API reference"
    yield f"{call.service} has no action {call.action!r}", remedy


def _choose(wrong: str, known: dict[str, str]) -> str:
    close = difflib.get_close_matches(wrong, known, 1, 0.8)
    return f"did you mean {known[close[0]]!r}?" if close else ""


def _plain(name: str) -> str:
    """Step Functions spells names as the SDK for Java does, in capitals that the models lack."""
    return re.sub(r"[\W_]", "", name).lower()


def _service(call: resources.Call) -> str | None:
    """Return botocore's name for a service."""
    if call.service in _MODELS or not call.sdk:
        return _MODELS.get(call.service, call.service)
    return call.service if call.service in _services().values() else _services().get(call.service)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@cache
def _services() -> dict[str, str]:
    """Return botocore's names of all services by the names that the SDK for Java has for them."""
    loader = _session().get_component("data_loader")
    found = {}
    for name in loader.list_available_services("service-2"):
        version = loader.determine_latest_version(name, "service-2")
        for folder in loader.search_paths:
            path = Path(folder) / name / version / "service-2.json.gz"
            if path.is_file():
                with gzip.open(path, "rt", encoding="utf-8") as stream:
                    head = re.search(r'"serviceId"\s*:\s*"([^"]+)"', stream.read(3000))
                found[_plain(head[1]) if head else name] = name
    return found


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
