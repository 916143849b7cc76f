"""Lambda functions: plain Python functions, called in this process under the function's name.

They are not shut in as jobs are, and none can be ended from outside: one that never returns lasts
as long as this process.
"""

from __future__ import annotations

import importlib.util
import json
import traceback
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from local_sagemaker.errors import ApiError

Function = Callable[..., Any]


def load(folder: Path) -> dict[str, Function]:
    """Return the functions of a folder: `a_b.py` with `handler` is the function `a-b`.

    Raises:
        ValueError: a file has no `handler`.
        OSError: the folder cannot be read.
    """
    functions = {}
    for path in sorted(folder.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"lambda_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if not callable(getattr(module, "handler", None)):
            raise ValueError(f"{path} has no function handler(event, context)")
        functions[path.stem.replace("_", "-")] = module.handler
    return functions


def invoke(
    functions: Mapping[str, Function], name: str, payload: bytes
) -> tuple[bytes, dict[str, str]]:
    """Call a function as Lambda does, and return its answer and the headers that go with it.

    Args:
        functions: by name, each taking the event, or the event and the context.
        name: a name or an ARN, of which the name is taken.
        payload: the event as JSON.

    Raises:
        ApiError: there is no such function.
    """
    short = name.partition(":function:")[2].partition(":")[0] or name
    if short not in functions:
        raise ApiError("ResourceNotFoundException", f"Function not found: {name}", 404)
    function = functions[short]
    try:
        event = json.loads(payload or b"{}")
        takes_context = function.__code__.co_argcount > 1 if hasattr(function, "__code__") else True
        # Of Lambda's context only what needs no clock.
        context = SimpleNamespace(function_name=short, aws_request_id=str(uuid.uuid4()))
        answer = function(event, context) if takes_context else function(event)
        return json.dumps(answer).encode(), {}
    except (Exception, SystemExit) as error:
        trouble = {
            "errorMessage": str(error),
            "errorType": type(error).__name__,
            "stackTrace": traceback.format_tb(error.__traceback__),
        }
        return json.dumps(trouble).encode(), {"X-Amz-Function-Error": "Unhandled"}
