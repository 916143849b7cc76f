"""Schedules keep to what EventBridge Scheduler documents; others are refused, with the field."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from state_machines.schedules import FIELDS, expression, violations
from tests.workshop_notes.examples.test_examples import check_request

REQUEST = """\
import boto3
boto3.client("scheduler").create_schedule(
    Name="nightly", ScheduleExpression="cron(30 2 ? * MON-FRI *)",
    ScheduleExpressionTimezone="Europe/Berlin", FlexibleTimeWindow={"Mode": "OFF"},
    Target={"Arn": "arn:aws:states:us-east-1:123456789012:stateMachine:train",
            "RoleArn": "arn:aws:iam::123456789012:role/start", "Input": "{}"})
"""


@pytest.mark.parametrize(
    "text",
    [
        # The examples of AWS's guide, and the ends of each range.
        "cron(15 10 ? * 6L 2022-2023)",
        "cron(30 8 * * ? *)",
        "cron(1/10 * * * ? *)",
        "cron(0 0 1-15 JAN,FEB,MAR ? *)",
        "cron(0 0 3W * ? *)",
        "cron(0 0 ? * 3#2 *)",
        "cron(0 0 L * ? *)",
        "cron(0,59 0-23 1,31 1-12 ? 1970-2199)",
        "cron(0 0 ? DEC SUN-SAT *)",
        "cron(0 0 ? * 1,7 *)",
        "rate(5 minutes)",
        "rate(1 days)",
        "rate(1 hour)",
        "at(2022-11-20T13:00:00)",
        "at(2024-02-29T23:59:59)",
    ],
)
def test_what_aws_documents_is_allowed(text):
    assert expression(text) == []


# (expression, the field that is named, what is said of it)
REFUSED = [
    ("cron(60 0 * * ? *)", "minutes", "is '60'"),
    ("cron(-1 0 * * ? *)", "minutes", "is '-1'"),
    ("cron(*/0 0 * * ? *)", "minutes", "is '*/0'"),
    ("cron(*-30 0 * * ? *)", "minutes", "is '*-30'"),
    ("cron(? 0 * * ? *)", "minutes", "is '?'"),
    ("cron(0 24 * * ? *)", "hours", "is '24'"),
    ("cron(0 9-25 * * ? *)", "hours", "is '9-25'"),
    ("cron(0 0 0 * ? *)", "day-of-month", "is '0'"),
    ("cron(0 0 32 * ? *)", "day-of-month", "is '32'"),
    ("cron(0 0 32W * ? *)", "day-of-month", "is '32W'"),
    ("cron(0 0 1 13 ? *)", "month", "is '13'"),
    ("cron(0 0 1 JANUARY ? *)", "month", "is 'JANUARY'"),
    ("cron(0 0 1 ? ? *)", "month", "is '?'"),
    ("cron(0 0 ? * 0 *)", "day-of-week", "is '0'"),
    ("cron(0 0 ? * 8 *)", "day-of-week", "is '8'"),
    ("cron(0 0 ? * MON/2 *)", "day-of-week", "is 'MON/2'"),
    ("cron(0 0 ? * 3#6 *)", "day-of-week", "is '3#6'"),
    ("cron(0 0 ? * 3#1,6#3 *)", "day-of-week", "is '3#1,6#3'"),
    ("cron(0 0 1 1 ? 1969)", "year", "is '1969'"),
    ("cron(0 0 1 1 ? 2200)", "year", "is '2200'"),
    ("cron(0 0 1 1 ? L)", "year", "is 'L'"),
    ("cron(0 0 * * * *)", "day-of-month", "exactly one of them must be '?'"),
    ("cron(0 0 1 * MON *)", "day-of-month", "exactly one of them must be '?'"),
    ("cron(0 0 ? * ? *)", "day-of-month", "exactly one of them must be '?'"),
    ("cron(0 0 * * ?)", "5 fields", "has six: minutes hours"),
    ("cron(0  0 * * ? *)", "7 fields", "has six"),
    ("cron(@daily)", "1 fields", "has six"),
    ("rate(0 minutes)", "value", "is '0'"),
    ("rate(-5 minutes)", "value", "is '-5'"),
    ("rate(1.5 hours)", "value", "is '1.5'"),
    ("rate(30 seconds)", "'30 seconds'", "minute, minutes, hour"),
    ("rate(5 weeks)", "'5 weeks'", "minute, minutes, hour"),
    ("rate(5minutes)", "'5minutes'", "not a number and one of"),
    ("at(2026-02-30T00:00:00)", "'2026-02-30T00:00:00'", "no date and time"),
    ("at(2026-12-01T24:00:00)", "'2026-12-01T24:00:00'", "no date and time"),
    ("at(2026-12-01)", "'2026-12-01'", "yyyy-mm-ddThh:mm:ss"),
    ("at(2026-12-01T02:30:00Z)", "'2026-12-01T02:30:00Z'", "time zone has its own field"),
    ("at(2026-12-01 02:30:00)", "'2026-12-01 02:30:00'", "yyyy-mm-ddThh:mm:ss"),
    ("30 2 * * ? *", "'30 2 * * ? *'", "none of cron(...), rate(...) and at(...)"),
    ("Cron(0 0 * * ? *)", "'Cron(0 0 * * ? *)'", "none of cron(...)"),
    ("", "''", "none of cron(...)"),
]


@pytest.mark.parametrize(("text", "field", "said"), REFUSED, ids=[text for text, *_ in REFUSED])
def test_what_aws_does_not_document_is_refused_with_its_field(text, field, said):
    (found,) = expression(text)
    assert found.startswith(field)
    assert said in found


def test_all_mistakes_are_told_at_once():
    found = expression("cron(61 99 40 13 9 1800)")
    assert [line.split()[0] for line in found[:6]] == [name for name, _ in FIELDS]
    assert "exactly one" in found[6]


@mock_aws
def test_neither_the_model_nor_the_mock_would_have_said_so():
    # Why this check exists; when this fails, the check may have become superfluous.
    boto3.client("scheduler", region_name="us-east-1").create_schedule(
        Name="nonsense",
        ScheduleExpression="cron(61 99 * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:states:us-east-1:1:stateMachine:x", "RoleArn": "arn:aws:iam::1:r"},
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("cron(30 2", "cron(61 2", "ScheduleExpression: minutes is '61'; allowed are 0-59"),
        ("Europe/Berlin", "Europe/Bonn", "ScheduleExpressionTimezone: 'Europe/Bonn' is no time"),
        ('"Input": "{}"', '"Input": "{x"', "Target.Input: a state machine takes JSON only"),
        ('"nightly"', '"every night"', "Name is 'every night', which does not match"),
        ('"OFF"', '"SOMETIMES"', "FlexibleTimeWindow.Mode is 'SOMETIMES', not one of"),
        ('"RoleArn"', '"Role"', "Missing required parameter"),
    ],
)
def test_a_wrong_schedule_is_refused(tmp_path, old, new, expected):
    assert old in REQUEST
    run = check_request(tmp_path, REQUEST.replace(old, new, 1))
    assert run.returncode != 0
    assert expected in run.stderr


def test_a_right_one_is_accepted_and_named(tmp_path):
    run = check_request(tmp_path, REQUEST)
    assert run.returncode == 0, run.stderr
    schedule, request = run.stdout.splitlines()
    assert schedule == "cron(30 2 ? * MON-FRI *): within what AWS documents"
    assert request.startswith("scheduler: CreateSchedule: accepted by the API model of botocore")


def test_other_targets_may_take_any_text():
    request = {
        "ScheduleExpression": "rate(1 hour)",
        "Target": {"Arn": "arn:aws:sqs:x", "Input": "x"},
    }
    assert list(violations(request)) == []
