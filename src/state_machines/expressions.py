"""The syntax of what a definition computes: JSONPath, intrinsic functions, JSONata.

Paths and intrinsic functions: https://states-language.net/spec.html (JSONPath, intrinsic
functions) and the developer guide of Step Functions (2026-11). Nothing is evaluated here.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import Any

# Input, context object or variable; what follows is a step, or the end of an argument.
_START = re.compile(r"\$\$?(?=[.\[),\s]|\Z)|\$[^\W\d]\w*(?=[.\[),\s]|\Z)")
_NAME = r"""[^\s.\[\]()*,'"]++"""
_QUOTED = r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_ONE = re.compile(rf"\.{_NAME}(?!\()|\.?\[\s*(?:{_QUOTED}|-?\d+)\s*\]")
_MANY = re.compile(
    rf"""\.\.(?:\*|{_NAME}|(?=\[)) | \.\* | \.\w+\([^()]*\)
    | \.?\[\s*(?: \* | {_QUOTED}(?:\s*,\s*{_QUOTED})+ | -?\d+(?:\s*,\s*-?\d+)+
      | -?\d*\s*:\s*-?\d* (?:\s*:\s*-?\d*)? | \(@[^()]*\) )\s*\]""",
    re.VERBOSE,
)
_FILTER = re.compile(r"\.?\[\s*\?")
_LITERAL = re.compile(rf"{_QUOTED}|/(?:\\.|[^/\\])*/")
_STRING = re.compile(r"'(?:\\.|[^'\\])*'")
_CONSTANT = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null")
_CALL = re.compile(r"States\.(\w+)\(\s*")
_MAX_NESTING = 10

# The arguments of each function: a text, a number, true or false, or any value; those of the last
# kind before a star may be left out, or come several times.
_FUNCTIONS = {
    "Array": "v*",
    "ArrayContains": "vv",
    "ArrayGetItem": "vn",
    "ArrayLength": "v",
    "ArrayPartition": "vn",
    "ArrayRange": "nnn",
    "ArrayUnique": "v",
    "Base64Decode": "t",
    "Base64Encode": "t",
    "Format": "tv*",
    "Hash": "vt",
    "JsonMerge": "vvb",
    "JsonToString": "v",
    "MathAdd": "nn",
    "MathRandom": "nnn*",
    "StringSplit": "tt",
    "StringToJson": "t",
    "UUID": "",
}
_LITERALS = {"t": "'", "n": "-0123456789", "b": "tf"}


def path_problem(text: str, *, single: bool = False) -> str:
    """Return what is wrong with a JSONPath, or "".

    Args:
        text: the path, which begins with `$`, `$$` or the name of a variable.
        single: whether it must point at one node, as a Reference Path does.
    """
    text = text.rstrip()  # as the library that the service uses does
    try:
        end, several = _path(text, 0)
    except ValueError as error:
        return str(error)
    if end < len(text):
        return f"it cannot be read from {text[end:]!r} on"
    return f"{several!r} may select several values" if single and several else ""


def intrinsic_problem(text: str) -> str:
    """Return what is wrong with a call of an intrinsic function, such as `States.UUID()`, or ""."""
    try:
        end = _call(text, 0, 1)
    except ValueError as error:
        return str(error)
    return f"nothing may follow the call, and {text[end:]!r} does" if end < len(text) else ""


def jsonata_problem(text: str, *, in_catch: bool = False) -> str:
    """Return what is wrong with a JSONata string, or ""; text without `{% %}` is none, and right.

    Args:
        text: the whole value.
        in_catch: whether it stands in a catcher, where `$states.errorOutput` exists.

    Raises:
        ImportError: `jsonata-python`, which reads expressions, is not installed.
    """
    opened, closed = text.startswith("{%"), text.endswith("%}")
    if not opened and not closed:
        return ""
    if not (opened and closed and len(text) >= 4):
        return "an expression begins with {% and ends with %}"
    code = text[2:-2]
    try:
        jsonata_engine()(code)
    except RecursionError:
        return "it is nested too deeply"
    except Exception as error:  # the library raises whatever its parser meets
        return f"not valid JSONata ({error})"
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/', "''", code, flags=re.DOTALL)
    if re.search(r"\$\$(?!\w)", bare):
        return "$$ is not supported; $states.context is the context object"
    if not in_catch and re.search(r"\$states\.errorOutput\b", bare):
        return "$states.errorOutput exists in Catch only"
    return ""


@cache
def jsonata_engine() -> Any:
    """Return the class that reads and evaluates JSONata.

    Raises:
        ImportError: `jsonata-python` is not installed.
    """
    limit = sys.getrecursionlimit()
    from jsonata import Jsonata

    sys.setrecursionlimit(limit)  # which the library raises for the whole process
    return Jsonata


def _path(text: str, at: int) -> tuple[int, str]:
    """Return where a path ends, and its first step that may select several values, or ""."""
    start = _START.match(text, at)
    if not start:
        raise ValueError("a path begins with $")
    at, several = start.end(), ""
    while at < len(text):
        if found := _ONE.match(text, at):
            at = found.end()
            continue
        found = _MANY.match(text, at)
        end = found.end() if found else _filter_end(text, at)
        if end == at:
            break
        several, at = several or text[at:end], end
    return at, several


def _filter_end(text: str, start: int) -> int:
    """Return where the filter that begins at `start` ends, or `start` where none does."""
    opened = _FILTER.match(text, start)
    if not opened:
        return start
    at, depth = opened.end(), 1
    while at < len(text):
        if quoted := _LITERAL.match(text, at):
            at = quoted.end()
            continue
        depth += (text[at] in "[(") - (text[at] in "])")
        at += 1
        if depth == 0:
            return at
    raise ValueError(f"the filter {text[start:]!r} does not end")


def _call(text: str, at: int, depth: int) -> int:
    """Return where the call at `at` ends."""
    opened = _CALL.match(text, at)
    if not opened:
        raise ValueError("a call has the form States.Name(...)")
    name = opened[1]
    if name not in _FUNCTIONS:
        raise ValueError(f"there is no function States.{name}")
    if depth > _MAX_NESTING:
        raise ValueError(f"calls are nested deeper than {_MAX_NESTING}")
    at, given = opened.end(), []
    while not text.startswith(")", at):
        begin = at
        if found := _STRING.match(text, at) or _CONSTANT.match(text, at):
            at = found.end()
        elif text.startswith("$", at):
            at, _ = _path(text, at)
        else:
            at = _call(text, at, depth + 1)
        given.append(text[begin:at])
        separator = re.compile(r"\s*(?:,\s*(?!\))|(?=\)))").match(text, at)
        if not separator:
            raise ValueError(f"States.{name} cannot be read from {text[at:]!r} on")
        at = separator.end()
    kinds = _FUNCTIONS[name]
    least, several = len(kinds.rstrip("*")) - kinds.endswith("*"), kinds.endswith("*")
    if len(given) < least or (len(given) > least and not several):
        raise ValueError(f"States.{name} does not take {len(given)} arguments")
    for value, kind in zip(given, kinds.rstrip("*"), strict=False):
        literal = not value.startswith(("$", "States."))
        if literal and kind != "v" and value[0] not in _LITERALS[kind]:
            raise ValueError(f"States.{name} cannot take {value}")
    if name == "Format" and given[0].startswith("'"):
        places = len(re.findall(r"(?<!\\)\{\}", given[0]))
        if places != len(given) - 1:
            raise ValueError(f"States.Format has {places} {{}} and {len(given) - 1} values")
    return at + 1
