"""What Step Functions would refuse is named; what it takes is left alone."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from state_machines import DefinitionError, parse
from state_machines.fields import FIELDS, TYPES

LAMBDA = "arn:aws:states:::lambda:invoke"
RETRY = {"ErrorEquals": ["States.Timeout"]}
INSIDE = {"StartAt": "In", "States": {"In": {"Type": "Succeed"}}}
BARE: dict[str, dict[str, Any]] = {
    "Task": {"Resource": LAMBDA, "End": True},
    "Pass": {"End": True},
    "Choice": {"Choices": [{"Variable": "$.a", "IsPresent": True, "Next": "Out"}]},
    "Wait": {"Seconds": 1, "End": True},
    "Succeed": {},
    "Fail": {},
    "Parallel": {"Branches": [INSIDE], "End": True},
    "Map": {"ItemProcessor": INSIDE, "End": True},
}


def definition(kind: str, fields: dict[str, Any], **whole: Any) -> str:
    """Return a definition whose first state is of a type and has some fields more."""
    state = {"Type": kind, **BARE[kind], **fields}
    language = fields.get("QueryLanguage", whole.get("QueryLanguage"))
    if kind == "Choice" and language and "Choices" not in fields:
        state["Choices"] = [{"Condition": "{% $states.input.a %}", "Next": "Out"}]
    states = {"First": state}
    if '"Out"' in json.dumps(state):
        states["Out"] = {"Type": "Succeed"}
    return json.dumps({"StartAt": "First", "States": states, **whole})


def said(text: str) -> list[str]:
    """Return what is said about a definition, one line for each defect."""
    try:
        parse(text)
    except DefinitionError as error:
        return [f"{defect.reason}; {defect.remedy}" for defect in error.defects]
    return []


def rule(**test: Any) -> dict[str, Any]:
    return {"Choices": [{"Next": "Out", **test}]}


def distributed(**config: Any) -> dict[str, Any]:
    return {"ItemProcessor": {"ProcessorConfig": config, **INSIDE}}


# (type, fields, a part of what is said)
WRONG: list[tuple[str, dict[str, Any], str]] = [
    # Fields that are not there, or not for this type.
    ("Pass", {"Resourse": "x"}, "a Pass cannot have Resourse"),
    ("Task", {"TimeoutSecond": 5}, "did you mean 'TimeoutSeconds'?"),
    ("Task", {"retry": []}, "did you mean 'Retry'?"),
    ("Wait", {"Parameters": {}}, "belongs to Task, Pass, Parallel, Map"),
    ("Map", {"TimeoutSeconds": 5}, "a Map cannot have TimeoutSeconds"),
    ("Fail", {"ResultPath": "$"}, "a Fail cannot have ResultPath"),
    ("Task", {"Retry": [{**RETRY, "MaxAttemps": 1}]}, "did you mean 'MaxAttempts'?"),
    ("Map", {"ItemBatcher": {"MaxItems": 1}}, "ItemBatcher: it cannot have MaxItems"),
    ("Choice", rule(And=[{"Variable": "$.a", "IsNull": True, "Next": "Out"}]), "cannot have Next"),
    # Fields of which one may stand.
    ("Fail", {"Error": "E", "ErrorPath": "$.e"}, "a Fail has Error and ErrorPath"),
    ("Fail", {"Cause": "C", "CausePath": "$.c"}, "a Fail has Cause and CausePath"),
    ("Task", {"TimeoutSeconds": 9, "TimeoutSecondsPath": "$.t"}, "keep one of them"),
    ("Task", {"HeartbeatSeconds": 9, "HeartbeatSecondsPath": "$.t"}, "keep one of them"),
    ("Map", {"Parameters": {}, "ItemSelector": {}}, "a Map has Parameters and ItemSelector"),
    ("Map", {"Iterator": INSIDE}, "a Map has ItemProcessor and Iterator"),
    ("Map", {"ToleratedFailureCount": 1, "ToleratedFailureCountPath": "$.n"}, "keep one"),
    ("Pass", {"Parameters": {"a": {"b": 1, "b.$": "$.b"}}}, "'b.$' stands beside 'b'"),
    # Values.
    ("Wait", {"Seconds": -5}, "Seconds is -5; write a whole number"),
    ("Wait", {"Seconds": 1.5}, "Seconds is 1.5"),
    ("Wait", {"Seconds": "5"}, 'Seconds is "5"'),
    ("Wait", {"Seconds": True}, "Seconds is true"),
    ("Task", {"TimeoutSeconds": 0}, "TimeoutSeconds is 0"),
    ("Task", {"TimeoutSeconds": 100_000_000}, "at most 99999999"),
    ("Task", {"TimeoutSeconds": 9, "HeartbeatSeconds": 9}, "not below TimeoutSeconds"),
    ("Task", {"Retry": [{**RETRY, "BackoffRate": 0.5}]}, "BackoffRate is 0.5"),
    ("Task", {"Retry": [{**RETRY, "MaxDelaySeconds": 0}]}, "MaxDelaySeconds is 0"),
    ("Task", {"Retry": [{**RETRY, "JitterStrategy": "SOME"}]}, "choose one of FULL, NONE"),
    ("Task", {"Catch": [{"ErrorEquals": [], "Next": "Out"}]}, "ErrorEquals is []"),
    ("Task", {"Credentials": "arn:aws:iam::1:role/r"}, "Credentials is"),
    ("Map", {"MaxConcurrency": -1}, "MaxConcurrency is -1"),
    ("Map", {"ToleratedFailurePercentage": 101}, "from 0 to 100"),
    ("Map", {"Label": "x" * 41}, "at most 40 characters"),
    ("Wait", {"Seconds": None, "Timestamp": "tomorrow"}, "Timestamp is"),
    ("Pass", {"Assign": {"states": 1}}, "another name for the variable 'states'"),
    ("Pass", {"Assign": {"a-b": 1}}, "another name for the variable 'a-b'"),
    # Values of a wrong type, which nothing may stumble over.
    ("Choice", rule(And={}), "And is {}"),
    ("Choice", rule(Not=[]), "Not is []"),
    ("Choice", rule(And=["x"]), "entry 1 of And is not an object"),
    ("Choice", {"Choices": 1}, "Choices is 1"),
    ("Task", {"Retry": [1]}, "entry 1 of Retry is not an object"),
    ("Task", {"Resource": 5}, "Resource is 5"),
    # Rules of a Choice.
    ("Choice", rule(Variable="$.a", StringEqual="b"), "did you mean 'StringEquals'?"),
    ("Choice", rule(Variable="$.a"), "rule 1: it needs one of"),
    ("Choice", rule(Variable="$.a", Not={"Variable": "$.a", "IsNull": True}), "compares it with"),
    ("Choice", rule(StringEquals="b"), "compares nothing"),
    ("Choice", rule(Variable="$.a", NumericEquals="1"), 'NumericEquals is "1"'),
    ("Choice", rule(Variable="$.a", IsNull=True, IsString=True), "has IsNull and IsString"),
    ("Choice", rule(Variable="States.ArrayLength($.a)", NumericEquals=1), "begins with $"),
    ("Choice", rule(Variable="$.a[*]", NumericEquals=1), "may select several values"),
    # What is called.
    ("Task", {"Resource": "my function"}, "is no ARN"),
    ("Task", {"Resource": "arn:aws:lambda"}, "is no ARN"),
    ("Task", {"Resource": "arn:aws:lambda:us-east-1:1:function:"}, "names no function"),
    ("Task", {"Resource": "arn:aws:lambda:us-east-1:1:function:f:a#b"}, "names no function"),
    (
        "Task",
        {"Resource": "arn:aws:states:::sagemaker:createTraningJob"},
        "did you mean 'createTrainingJob'?",
    ),
    ("Task", {"Resource": "arn:aws:states:::dynamo:getItem"}, "did you mean 'dynamodb'?"),
    ("Task", {"Resource": "arn:aws:states:::dynamodb:query"}, "aws-sdk:dynamodb:query"),
    ("Task", {"Resource": f"{LAMBDA}.sync"}, "has no .sync"),
    ("Task", {"Resource": "arn:aws:states:::glue:startJobRun.waitForTaskToken"}, "no task token"),
    ("Task", {"Resource": "arn:aws:states:::ecs:runTask.sync:2"}, "there is no pattern"),
    ("Task", {"Resource": "arn:aws:states:::aws-sdk:s3:listBuckets.sync"}, "cannot wait for jobs"),
    # Paths and intrinsic functions.
    ("Pass", {"InputPath": "input.a"}, "begins with $"),
    ("Pass", {"InputPath": "$.a["}, "cannot be read from '[' on"),
    ("Pass", {"InputPath": "$.a[?(@.b == 1"}, "does not end"),
    ("Pass", {"ResultPath": "$.a..b"}, "may select several values"),
    ("Pass", {"ResultPath": "$$.a"}, "a place in the input"),
    ("Wait", {"Seconds": None, "SecondsPath": 5}, "SecondsPath is 5"),
    ("Map", {"ItemsPath": None}, "ItemsPath is null"),
    ("Pass", {"Parameters": {"a.$": 1}}, "a JSONPath or an intrinsic function"),
    ("Pass", {"Parameters": {"a.$": "$23"}}, "begins with $"),
    ("Pass", {"Parameters": [{"a.$": "States.Foo()"}]}, "no function States.Foo"),
    ("Pass", {"Parameters": {"a.$": "States.Hash('x')"}}, "does not take 1 arguments"),
    ("Pass", {"Parameters": {"a.$": "States.MathAdd(1, '2')"}}, "MathAdd cannot take '2'"),
    ("Pass", {"Parameters": {"a.$": "States.Format(3, $.a)"}}, "Format cannot take 3"),
    ("Pass", {"Parameters": {"a.$": "States.Array(1"}}, "cannot be read from"),
    ("Pass", {"Parameters": {"a.$": "States.Format('{} {}', $.a)"}}, "has 2 {} and 1 values"),
    ("Pass", {"Parameters": {"a.$": "States.Array(" * 12 + ")" * 12}}, "nested deeper than 10"),
    # Query languages.
    ("Pass", {"QueryLanguage": "JSONnata"}, "choose one of JSONPath, JSONata"),
    ("Pass", {"QueryLanguage": "JSONata", "InputPath": "$.a"}, "InputPath is a field of JSONPath"),
    ("Task", {"Arguments": {}}, "Arguments is a field of JSONata"),
    ("Choice", rule(Condition="{% true %}"), "Condition is a field of JSONata"),
    ("Pass", {"QueryLanguage": "JSONata", "Output": "{% 1 + %}"}, "not valid JSONata"),
    ("Pass", {"QueryLanguage": "JSONata", "Output": ["{% %}"]}, "not valid JSONata"),
    ("Pass", {"QueryLanguage": "JSONata", "Output": {"a": "{% 1"}}, "ends with %}"),
    ("Pass", {"QueryLanguage": "JSONata", "Output": "{% $$ %}"}, "$$ is not supported"),
    ("Pass", {"QueryLanguage": "JSONata", "Output": "{% $states.errorOutput %}"}, "in Catch only"),
    # A Map and what surrounds it.
    ("Map", distributed(Mode="DISTRIBUTED"), "needs an ExecutionType"),
    ("Map", distributed(ExecutionType="EXPRESS"), "cannot have an ExecutionType"),
    ("Map", {"ResultWriter": {"WriterConfig": {"OutputType": "JSON"}}}, "it needs Transformation"),
    ("Map", {"ItemReader": {"ReaderConfig": {"InputType": "XML"}}}, "choose one of CSV, JSON"),
    ("Map", {"ItemProcessor": {**INSIDE, "QueryLanguage": "JSONata"}}, "cannot have QueryLanguage"),
]

JSONATA = {"QueryLanguage": "JSONata"}
RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("Task", {"Retry": [], "Catch": []}),
    ("Task", {"Retry": [{**RETRY, "IntervalSeconds": 0, "MaxAttempts": 0, "BackoffRate": 1}]}),
    ("Task", {"Resource": "arn:aws:lambda:REGION:ACCOUNT_ID:function:FUNCTION_NAME:$LATEST"}),
    ("Task", {"Resource": "arn:aws-cn:states:::ecs:runTask.waitForTaskToken"}),
    ("Task", {"Resource": "arn:aws:states:::states:startExecution.sync:2"}),
    ("Task", {"Resource": "arn:aws:states:eu-west-1:1:activity:weigh it"}),
    ("Task", {"Resource": "${Function.Arn}", "TimeoutSeconds": "${Limit}"}),
    ("Task", {"Resource": {"Fn::GetAtt": ["Function", "Arn"]}}),
    ("Task", {"ResultPath": None, "InputPath": "$$", "OutputPath": "$.a.length()"}),
    ("Task", {"Parameters": {"a.$": "$$.Execution.Id", "b.$": "$name.part[0]", "c.$": "$"}}),
    ("Task", {"Parameters": {"a.$": "$['a b', 'c'][?(@.d =~ /e\\]/ && @['f)'] > 1)]..g[1:-1]"}}),
    ("Task", {"Parameters": {"a.$": "States.Format('\\{}{} \\'x\\'', States.UUID())"}}),
    ("Task", {"Parameters": {"a.$": "States.MathRandom(1, States.MathAdd($.a, -2))"}}),
    ("Task", {"Parameters": {"a.$": "States.JsonMerge($.a, $.b, false)"}}),
    ("Task", {"Parameters": {"a.$": "States.Array( 'b' , -1.5e3, null, $.c[*], $$.d )"}}),
    ("Pass", {"Result": {"a": 1, "a.$": "$.a"}, "Comment": "literal"}),
    ("Pass", {"End": False, "Next": "Out"}),
    ("Pass", {"Assign": {"count.$": "$.n", "größe": "{% not JSONata %}"}}),
    ("Fail", {"ErrorPath": "$.e", "CausePath": "States.JsonToString($)"}),
    ("Wait", {"Seconds": 0}),
    ("Choice", rule(Or=[{"Not": {"Variable": "$x", "TimestampLessThanPath": "$$.a.b"}}])),
    ("Map", {"MaxConcurrency": 0, "ToleratedFailurePercentage": 0.5}),
    ("Map", distributed(Mode="DISTRIBUTED", ExecutionType="STANDARD")),
    ("Task", {**JSONATA, "Arguments": "{% $states.input %}", "TimeoutSeconds": "{% $t %}"}),
    ("Task", {**JSONATA, "Output": {"a.$": "$.literal", "a": "{%$states.result%}"}}),
    ("Pass", {**JSONATA, "Output": "{% '$$ and $states.errorOutput' /* $$ */ %}"}),
    ("Map", {**JSONATA, "Items": "{% [1..3] %}", "MaxConcurrency": "{% 2 %}"}),
    (
        "Task",
        {
            **JSONATA,
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Assign": {"e": "{% $states.errorOutput.Cause %}"},
                    "Next": "Out",
                }
            ],
        },
    ),
]


@pytest.mark.parametrize(
    ("kind", "fields", "part"), WRONG, ids=[f"{k}-{json.dumps(f)[:60]}" for k, f, _ in WRONG]
)
def test_what_would_be_refused_is_named(kind: str, fields: dict[str, Any], part: str) -> None:
    fields = {**BARE[kind], **fields}
    for name in [name for name, value in fields.items() if value is None and name == "Seconds"]:
        del fields[name]
    state = {"Type": kind, **fields}
    states = {"First": state, **({"Out": {"Type": "Succeed"}} if '"Out"' in str(fields) else {})}
    states |= {"Out": {"Type": "Succeed"}} if "'Out'" in str(fields) else {}
    found = said(json.dumps({"StartAt": "First", "States": states}))
    assert any(part in line for line in found), found
    assert len(found) <= 2, found


@pytest.mark.parametrize(
    ("kind", "fields"), RIGHT, ids=[f"{k}-{json.dumps(f)[:60]}" for k, f in RIGHT]
)
def test_what_is_taken_is_left_alone(kind: str, fields: dict[str, Any]) -> None:
    assert said(definition(kind, fields)) == []


@pytest.mark.parametrize("whole", [{}, JSONATA], ids=["JSONPath", "JSONata"])
@pytest.mark.parametrize("kind", TYPES)
def test_the_least_of_each_type_is_right(kind: str, whole: dict[str, Any]) -> None:
    assert said(definition(kind, {}, **whole)) == []


@pytest.mark.parametrize("value", [None, 1, -1, 0.5, "x", "", [], {}, [1], [{}], True, {"a": [1]}])
@pytest.mark.parametrize("kind", TYPES)
def test_no_value_makes_it_stumble(kind: str, value: Any) -> None:
    for field in [*FIELDS[kind], "Unknown"]:
        for language in ("JSONPath", "JSONata"):
            said(definition(kind, {"QueryLanguage": language, field: value}))


def test_no_object_inside_makes_it_stumble() -> None:
    places = {
        "Retrier": ("Task", lambda inner: {"Retry": [inner]}),
        "Catcher": ("Task", lambda inner: {"Catch": [inner]}),
        "Rule": ("Choice", lambda inner: {"Choices": [inner]}),
        "Nested": ("Choice", lambda inner: {"Choices": [{"Not": inner, "Next": "Out"}]}),
        "ItemReader": ("Map", lambda inner: {"ItemReader": inner}),
        "ItemBatcher": ("Map", lambda inner: {"ItemBatcher": inner}),
        "ResultWriter": ("Map", lambda inner: {"ResultWriter": inner}),
        "ReaderConfig": ("Map", lambda inner: {"ItemReader": {"ReaderConfig": inner}}),
        "WriterConfig": ("Map", lambda inner: {"ResultWriter": {"WriterConfig": inner}}),
        "ItemProcessor": ("Map", lambda inner: {"ItemProcessor": inner}),
        "ProcessorConfig": ("Map", lambda inner: distributed(**inner)),
        "Branch": ("Parallel", lambda inner: {"Branches": [inner]}),
    }
    assert set(places) == set(FIELDS) - set(TYPES) - {"Machine"}
    for inside, (kind, place) in places.items():
        for name in FIELDS[inside]:
            for value in (None, 5, "x", [], {}, ["x"], {"x": 1}, True):
                said(definition(kind, place({name: value})))


def test_expressions_leave_the_process_as_it_is_and_may_be_nested() -> None:
    before = sys.getrecursionlimit()
    deep = "{% " + "(" * 5000 + "1" + ")" * 5000 + " %}"
    found = said(definition("Pass", {"Output": [deep, "{% (((1))) %}"]}, **JSONATA))
    assert len(found) == 1 and "nested too deeply" in found[0]
    assert sys.getrecursionlimit() == before


def test_the_language_of_the_whole_counts_inside_and_cannot_be_left() -> None:
    inner = {"StartAt": "In", "States": {"In": {"Type": "Pass", "Output": 1, "End": True}}}
    assert said(definition("Map", {"ItemProcessor": inner}, **JSONATA)) == []
    own = definition("Map", {"ItemProcessor": inner, "QueryLanguage": "JSONata"})
    assert any("Output is a field of JSONata" in line for line in said(own))
    back = definition("Pass", {"QueryLanguage": "JSONPath"}, **JSONATA)
    assert any("cannot go back to JSONPath" in line for line in said(back))


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ({"QueryLanguage": "JSONnata"}, "choose one of JSONPath, JSONata"),
        ({"Version": "2.0"}, "choose one of 1.0"),
        ({"TimeoutSeconds": -1}, "TimeoutSeconds is -1"),
        ({"Startat": "x"}, "did you mean 'StartAt'?"),
        ({"Comment": 5}, "write a text"),
    ],
)
def test_the_whole_is_held_to_the_table_too(whole: dict[str, Any], part: str) -> None:
    assert any(part in line for line in said(definition("Succeed", {}, **whole)))
