"""AWS's model of the SageMaker API, and requests held to it."""

from __future__ import annotations

import functools
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from local_sagemaker.errors import ApiError, invalid
from state_machines.api_model import violations

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's, and that of the ARNs in the published definitions


@functools.cache
def api_model(service: str = "sagemaker") -> ServiceModel:
    """Return AWS's model of an API, as botocore packs it."""
    return botocore.session.get_session().get_service_model(service)


def check_client_side(operation: str, request: dict[str, Any], service: str = "sagemaker") -> str:
    """Return what a client would find wrong with a request (types, names, what is missing), or ''.

    Raises:
        ApiError: there is no such operation.
    """
    if operation not in api_model(service).operation_names:
        raise ApiError("UnknownOperationException", f"no operation {operation}")
    shape = api_model(service).operation_model(operation).input_shape
    return ParamValidator().validate(request, shape).generate_report()


def check(operation: str, request: dict[str, Any], service: str = "sagemaker") -> None:
    """Refuse what a client, or the limits of the API model, would refuse.

    Raises:
        ApiError: with all mistakes.
    """
    mistakes = check_client_side(operation, request, service).splitlines()
    if not mistakes:
        shape = api_model(service).operation_model(operation).input_shape
        mistakes = list(violations(shape, request))
    if mistakes:
        errors = "error" if len(mistakes) == 1 else "errors"
        raise invalid(f"{len(mistakes)} validation {errors} detected: {'; '.join(mistakes)}")


def page(items: list[Any], request: dict[str, Any], most: int) -> tuple[list[Any], dict[str, str]]:
    """Return the page of a list that a request asks for, and the `NextToken` to answer with.

    Args:
        items: the whole list.
        request: with `NextToken` and `MaxResults`, where it has them.
        most: how many when it does not say.

    Raises:
        ApiError: the token is none of ours.
    """
    token = request.get("NextToken", "0")
    if not token.isdecimal():
        raise invalid(f"Invalid NextToken {token!r}")
    first = int(token)
    last = first + request.get("MaxResults", most)
    return items[first:last], {"NextToken": str(last)} if last < len(items) else {}
