"""Which fields an object of a definition may have, in which query language, and their values.

The table is that of https://states-language.net/spec.html; what is newer there or only in AWS's own
service (JSONata, Assign, ranges) follows the developer guide of Step Functions (2026-11).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from state_machines.expressions import intrinsic_problem, jsonata_problem, path_problem

TYPES = ("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
JSONPATH, JSONATA = "JSONPath", "JSONata"
LANGUAGES = (JSONPATH, JSONATA)
_LONGEST = 99_999_999


@dataclass(frozen=True)
class Field:
    """What a field may hold.

    Attributes:
        check: returns what should stand there instead of a value, or "" where the value is right.
        computed: whether a JSONata expression may stand there.
        inside: the kind of the object in it, or of each object in its list.
        language: the one query language that has the field, or "".
        required: whether it must be there.
    """

    check: Callable[[Any], str]
    computed: bool = False
    inside: str = ""
    language: str = ""
    required: bool = False


def _is(kinds: type | tuple[type, ...], remedy: str) -> Field:
    return Field(lambda value: "" if isinstance(value, kinds) else remedy)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(low: int, high: int | None = None) -> Field:
    most = "" if high is None else f", at most {high}"
    remedy = f"write a whole number, at least {low}{most}"

    def check(value: Any) -> str:
        right = _is_number(value) and value == value // 1 and value >= low
        return "" if right and (high is None or value <= high) else remedy

    return Field(check)


def _one_of(*allowed: str) -> Field:
    return Field(lambda value: "" if value in allowed else f"choose one of {', '.join(allowed)}")


def _matches(pattern: str, remedy: str) -> Field:
    return Field(
        lambda value: "" if isinstance(value, str) and re.fullmatch(pattern, value) else remedy
    )


def _texts(value: Any) -> str:
    right = isinstance(value, list) and value and all(isinstance(each, str) for each in value)
    return "" if right else "list at least one text"


def _path(*, single: bool = False, null: bool = False, call: bool = False) -> Field:
    """Paths: to one value only, or null to drop what is there, or a call in its place."""

    def check(value: Any) -> str:
        if value is None and null:
            return ""
        if not isinstance(value, str):
            return "write a JSONPath such as $.a"
        called = call and value.startswith("States.")
        problem = intrinsic_problem(value) if called else path_problem(value, single=single)
        return problem and f"write a JSONPath such as $.a ({problem})"

    return Field(check)


def _place(value: Any) -> str:
    if isinstance(value, str) and re.match(r"\$[$\w]", value):
        return "write a place in the input, such as $.a"
    return _path(single=True, null=True).check(value)


def _variables(value: Any) -> str:
    if not isinstance(value, dict):
        return "write an object: { … }"
    for name in (key.removesuffix(".$") for key in value):
        if not re.fullmatch(r"[^\W\d]\w{0,79}", name) or name == "states":
            return f"choose another name for the variable {name!r}"
    return ""


def _in_jsonata(field: Field) -> Field:
    return replace(field, computed=True)


_ANY = Field(lambda _: "")
_TEXT = _is(str, "write a text")
_STATE = _is(str, "name a state")
_FLAG = _is(bool, "write true or false")
_NUMBER = Field(lambda value: "" if _is_number(value) else "write a number")
_OBJECT = _is(dict, "write an object: { … }")
_TIME = _matches(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "write a time such as 2026-11-24T10:00:00Z",
)
_LABEL = _matches(r".{1,40}", "write a text of at most 40 characters")
_ONE_VALUE = _path(single=True)
_BACKOFF = Field(
    lambda value: "" if _is_number(value) and value >= 1 else "write a number, at least 1"
)
_PERCENTAGE = Field(
    lambda value: "" if _is_number(value) and 0 <= value <= 100 else "write a number from 0 to 100"
)


def _objects(kind: str, *, at_least: int = 0) -> Field:
    remedy = "write a list of objects" + (", at least one" if at_least else "")
    return Field(
        lambda value: "" if isinstance(value, list) and len(value) >= at_least else remedy,
        inside=kind,
    )


def _one(kind: str) -> Field:
    return replace(_OBJECT, inside=kind)


_ORDERS = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
COMPARISONS: dict[str, Field] = {
    **{
        f"{kind}{order}{path}": _ONE_VALUE if path else operand
        for kind, operand in {"String": _TEXT, "Numeric": _NUMBER, "Timestamp": _TIME}.items()
        for order in _ORDERS
        for path in ("", "Path")
    },
    "BooleanEquals": _FLAG,
    "BooleanEqualsPath": _ONE_VALUE,
    "StringMatches": _TEXT,
    **dict.fromkeys(
        ("IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"), _FLAG
    ),
}
"""The operators of a rule in JSONPath, and what each is compared with."""

_STATES = " ".join(TYPES)
_GOING_ON = "Task Pass Wait Parallel Map"
_CALLING = "Task Parallel Map"
_FORMATS = ("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")
_SHARED = f"Machine Branch ItemProcessor Retrier Catcher Rule Nested {_STATES}"

# Kinds of objects, their fields (! where required), the one language that has them, the value.
_ROWS: list[tuple[str, str, str, Field]] = [
    (_SHARED, "Comment", "", _TEXT),
    (f"Machine {_STATES}", "QueryLanguage", "", _one_of(*LANGUAGES)),
    ("Machine Branch ItemProcessor", "StartAt! States!", "", _ANY),
    ("Machine", "Version", "", _one_of("1.0")),
    ("Machine", "TimeoutSeconds", "", _whole(0, _LONGEST)),
    ("ItemProcessor", "ProcessorConfig", "", _one("ProcessorConfig")),
    ("ProcessorConfig", "Mode", "", _one_of("INLINE", "DISTRIBUTED")),
    ("ProcessorConfig", "ExecutionType", "", _one_of("STANDARD", "EXPRESS")),
    (_STATES, "Type!", "", _one_of(*TYPES)),
    (_GOING_ON, "Next", "", _STATE),
    (_GOING_ON, "End", "", _FLAG),
    (f"{_GOING_ON} Choice Succeed", "InputPath OutputPath", JSONPATH, _path(null=True)),
    (f"{_GOING_ON} Choice Succeed Catcher Rule", "Output", JSONATA, _in_jsonata(_ANY)),
    (f"{_GOING_ON} Choice Catcher Rule Nested", "Assign", "", Field(_variables, computed=True)),
    ("Task Pass Parallel Map Catcher", "ResultPath", JSONPATH, Field(_place)),
    ("Task Pass Parallel Map", "Parameters", JSONPATH, _in_jsonata(_ANY)),
    ("Task Parallel", "Arguments", JSONATA, _in_jsonata(_ANY)),
    (_CALLING, "ResultSelector", JSONPATH, _in_jsonata(_OBJECT)),
    (_CALLING, "Retry", "", _objects("Retrier")),
    (_CALLING, "Catch", "", _objects("Catcher")),
    ("Retrier Catcher", "ErrorEquals!", "", Field(_texts)),
    ("Retrier", "IntervalSeconds MaxAttempts", "", _whole(0, _LONGEST)),
    ("Retrier", "MaxDelaySeconds", "", _whole(1, 31_622_400)),
    ("Retrier", "BackoffRate", "", _BACKOFF),
    ("Retrier", "JitterStrategy", "", _one_of("FULL", "NONE")),
    ("Catcher Rule", "Next!", "", _STATE),
    ("Task", "Resource!", "", _TEXT),
    ("Task", "Credentials", "", _in_jsonata(_OBJECT)),
    ("Task", "TimeoutSeconds HeartbeatSeconds", "", _in_jsonata(_whole(1, _LONGEST))),
    ("Task", "TimeoutSecondsPath HeartbeatSecondsPath", JSONPATH, _ONE_VALUE),
    ("Pass", "Result", JSONPATH, _ANY),
    ("Choice", "Choices!", "", _objects("Rule", at_least=1)),
    ("Choice", "Default", "", _STATE),
    ("Rule", "Condition", JSONATA, _in_jsonata(_FLAG)),
    ("Rule Nested", "Variable", JSONPATH, _ONE_VALUE),
    ("Rule Nested", "And Or", JSONPATH, _objects("Nested", at_least=1)),
    ("Rule Nested", "Not", JSONPATH, _one("Nested")),
    *(("Rule Nested", name, JSONPATH, operand) for name, operand in COMPARISONS.items()),
    ("Wait", "Seconds", "", _in_jsonata(_whole(0, _LONGEST))),
    ("Wait", "Timestamp", "", _in_jsonata(_TIME)),
    ("Wait", "SecondsPath TimestampPath", JSONPATH, _ONE_VALUE),
    ("Fail", "Error Cause", "", _in_jsonata(_TEXT)),
    ("Fail", "ErrorPath CausePath", JSONPATH, _path(single=True, call=True)),
    ("Parallel", "Branches!", "", _objects("", at_least=1)),
    ("Map", "ItemProcessor Iterator", "", _ANY),
    ("Map", "ItemsPath", JSONPATH, _ONE_VALUE),
    ("Map", "Items", JSONATA, _in_jsonata(_is(list, "write a list"))),
    ("Map", "ItemSelector", "", _in_jsonata(_ANY)),
    ("Map", "Label", "", _LABEL),
    ("Map", "MaxConcurrency ToleratedFailureCount", "", _in_jsonata(_whole(0))),
    ("Map", "ToleratedFailurePercentage", "", _in_jsonata(_PERCENTAGE)),
    ("Map", "MaxConcurrencyPath", JSONPATH, _ONE_VALUE),
    ("Map", "ToleratedFailureCountPath ToleratedFailurePercentagePath", JSONPATH, _ONE_VALUE),
    ("Map", "ItemBatcher", "", _one("ItemBatcher")),
    ("ItemBatcher", "BatchInput", "", _in_jsonata(_ANY)),
    ("ItemBatcher", "MaxItemsPerBatch MaxInputBytesPerBatch", "", _in_jsonata(_whole(1))),
    ("ItemBatcher", "MaxItemsPerBatchPath MaxInputBytesPerBatchPath", JSONPATH, _ONE_VALUE),
    ("Map", "ItemReader", "", _one("ItemReader")),
    ("Map", "ResultWriter", "", _one("ResultWriter")),
    ("ItemReader", "Resource!", "", _TEXT),
    ("ResultWriter", "Resource", "", _TEXT),
    ("ItemReader ResultWriter", "Parameters", JSONPATH, _in_jsonata(_OBJECT)),
    ("ItemReader ResultWriter", "Arguments", JSONATA, _in_jsonata(_OBJECT)),
    ("ItemReader", "ReaderConfig", "", _one("ReaderConfig")),
    ("ReaderConfig", "InputType", "", _in_jsonata(_one_of(*_FORMATS))),
    ("ReaderConfig", "Transformation", "", _in_jsonata(_one_of("NONE", "LOAD_AND_FLATTEN"))),
    ("ReaderConfig", "ManifestType", "", _in_jsonata(_one_of("ATHENA_DATA", "S3_INVENTORY"))),
    ("ReaderConfig", "CSVHeaderLocation", "", _in_jsonata(_one_of("FIRST_ROW", "GIVEN"))),
    ("ReaderConfig", "CSVHeaders", "", Field(_texts, computed=True)),
    ("ReaderConfig", "ItemsPointer CSVDelimiter", "", _in_jsonata(_TEXT)),
    ("ReaderConfig", "MaxItems", "", _in_jsonata(_whole(0))),
    ("ReaderConfig", "MaxItemsPath", JSONPATH, _ONE_VALUE),
    ("ResultWriter", "WriterConfig", "", _one("WriterConfig")),
    ("WriterConfig", "Transformation!", "", _in_jsonata(_one_of("NONE", "COMPACT", "FLATTEN"))),
    ("WriterConfig", "OutputType!", "", _in_jsonata(_one_of("JSON", "JSONL"))),
]

FIELDS: dict[str, dict[str, Field]] = {}
"""The fields of each kind of object."""
for _kinds, _names, _language, _value in _ROWS:
    for _kind in _kinds.split():
        for _name in _names.split():
            _field = replace(_value, language=_language, required=_name.endswith("!"))
            FIELDS.setdefault(_kind, {})[_name.rstrip("!")] = _field

# Objects, fields, and whether one of them must be there; two never may.
_ALTERNATIVES: list[tuple[str, Collection[str], bool]] = [
    ("Wait", ("Seconds", "SecondsPath", "Timestamp", "TimestampPath"), True),
    ("Rule Nested", ("And", "Or", "Not", "Condition", *COMPARISONS), True),
    ("Map", ("ItemProcessor", "Iterator"), True),
    ("Map", ("Parameters", "ItemSelector"), False),
    *(
        (kinds, (name, f"{name}Path"), False)
        for kinds, names in {
            "Task": "TimeoutSeconds HeartbeatSeconds",
            "Fail": "Error Cause",
            "Map": "MaxConcurrency ToleratedFailureCount ToleratedFailurePercentage",
            "ItemBatcher": "MaxItemsPerBatch MaxInputBytesPerBatch",
            "ReaderConfig": "MaxItems",
        }.items()
        for name in names.split()
    ),
]


def alternatives(kind: str) -> Iterator[tuple[Collection[str], bool]]:
    """Yield the fields of which an object has one alone, and whether it must have it."""
    for kinds, names, needed in _ALTERNATIVES:
        if kind in kinds.split():
            yield names, needed


def is_open(value: Any) -> bool:
    """Return whether a value is filled in when the definition is deployed.

    That is CloudFormation's `{"Ref": …}` and `{"Fn::…": …}`, and text with `${…}` in it.
    """
    if isinstance(value, dict) and len(value) == 1:
        (key,) = value
        return key == "Ref" or key.startswith("Fn::")
    return isinstance(value, str) and re.search(r"\$\{[^}]+\}", value) is not None


def template_problems(value: Any, language: str, *, in_catch: bool = False) -> Iterator[str]:
    """Yield what is wrong with the paths and expressions in a value, at any depth.

    Args:
        value: what stands in a field whose content is computed.
        language: the query language of the state.
        in_catch: whether it stands in a catcher.
    """
    if is_open(value):
        return
    if isinstance(value, str):
        problem = jsonata_problem(value, in_catch=in_catch) if language == JSONATA else ""
        if problem:
            yield f"{shown(value)}: {problem}"
    elif isinstance(value, list):
        for item in value:
            yield from template_problems(item, language, in_catch=in_catch)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if language == JSONATA or not key.endswith(".$"):
            yield from template_problems(item, language, in_catch=in_catch)
            continue
        if key.removesuffix(".$") in value:
            yield f"{key!r} stands beside {key.removesuffix('.$')!r}"
        if not is_open(item) and (problem := _dynamic_problem(item)):
            yield f"{key!r} is {shown(item)}: {problem}"


def _dynamic_problem(value: Any) -> str:
    if not isinstance(value, str):
        return "write a JSONPath or an intrinsic function"
    return intrinsic_problem(value) if value.startswith("States.") else path_problem(value)


def shown(value: Any) -> str:
    """Return a value as a message shows it: in JSON, and not too long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
