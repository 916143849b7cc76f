"""Hold a schedule to what EventBridge Scheduler documents; AWS's API model says only its length.

Fields, ranges and wildcards: "Schedule types in EventBridge Scheduler" in the service's user guide
(2026-11). The cron fields are left to a library, which knows the same table.
"""

from __future__ import annotations

import datetime
import json
import re
import zoneinfo
from collections.abc import Iterator
from typing import Any

from aws_cron_expression_validator.validator import (
    AWSCronExpressionError,
    AWSCronExpressionValidator,
)

FIELDS = (
    ("minutes", "0-59 and , - * /"),
    ("hours", "0-23 and , - * /"),
    ("day-of-month", "1-31 and , - * ? / L W"),
    ("month", "1-12 or JAN-DEC and , - * /"),
    ("day-of-week", "1-7 or SUN-SAT and , - * ? L #"),
    ("year", "1970-2199 and , - * /"),
)
"""The fields of a cron expression, and what may stand in each."""

_DAY, _WEEKDAY = 2, 4
_UNITS = "minute|minutes|hour|hours|day|days"


def violations(request: dict[str, Any]) -> Iterator[str]:
    """Yield what the service would refuse in a schedule although the API model lets it pass.

    Args:
        request: the parameters of CreateSchedule or UpdateSchedule.

    Yields:
        One sentence for each violation, beginning with the field.
    """
    for problem in expression(request.get("ScheduleExpression", "")):
        yield f"ScheduleExpression: {problem}"
    zone = request.get("ScheduleExpressionTimezone", "UTC")
    if zone not in zoneinfo.available_timezones():
        yield f"ScheduleExpressionTimezone: {zone!r} is no time zone of the IANA database"
    target = request.get("Target", {})
    if ":states:" in target.get("Arn", "") and "Input" in target:
        try:
            json.loads(target["Input"])
        except ValueError as error:
            yield f"Target.Input: a state machine takes JSON only ({error})"


def expression(text: str) -> list[str]:
    """Return what is wrong with a schedule expression, each with its field and what is allowed.

    Args:
        text: for example `cron(30 2 ? * MON-FRI *)`, `rate(12 hours)` or `at(2026-12-01T02:30:00)`.
    """
    match = re.fullmatch(r"(cron|rate|at)\((.*)\)", text)
    if not match:
        return [f"{text!r} is none of cron(...), rate(...) and at(...)"]
    kind, inside = match.groups()
    return list({"cron": _cron, "rate": _rate, "at": _at}[kind](inside))


def _cron(text: str) -> Iterator[str]:
    words = text.split(" ")
    if len(words) != len(FIELDS):
        names = " ".join(name for name, _ in FIELDS)
        yield f"{len(words)} fields; a cron expression has six: {names}"
        return
    for place, (word, (name, allowed)) in enumerate(zip(words, FIELDS, strict=True)):
        # Each field alone, so that all mistakes are told at once. In a range the library takes
        # an asterisk too, which AWS does not document.
        alone = ["0", "0", "*", "*", "?", "*"]
        if place == _WEEKDAY and word != "?":
            alone[_DAY] = "?"
        if place == _DAY and word == "?":
            alone[_WEEKDAY] = "*"
        alone[place] = word
        try:
            AWSCronExpressionValidator.validate(" ".join(alone))
            fits = not re.search(r"\*-|-\*", word)
        except AWSCronExpressionError:
            fits = False
        if not fits:
            yield f"{name} is {word!r}; allowed are {allowed}"
    if (words[_DAY] == "?") == (words[_WEEKDAY] == "?"):
        yield (
            f"day-of-month is {words[_DAY]!r} and day-of-week {words[_WEEKDAY]!r}; "
            "exactly one of them must be '?'"
        )


def _rate(text: str) -> Iterator[str]:
    # The guide writes `rate(1 days)` itself, so a singular unit is not asked of the number 1.
    match = re.fullmatch(rf"(\S+) ({_UNITS})", text)
    if not match:
        yield f"{text!r} is not a number and one of {_UNITS.replace('|', ', ')}"
    elif not re.fullmatch("0*[1-9][0-9]*", match[1]):
        yield f"value is {match[1]!r}; it must be a whole number above 0"


def _at(text: str) -> Iterator[str]:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text):
        yield f"{text!r} is not of the form yyyy-mm-ddThh:mm:ss; the time zone has its own field"
        return
    try:
        datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
    except ValueError as error:
        yield f"{text!r} is no date and time ({error})"
