"""The front matter of a page: read it with its lines, and hold it to a closed schema."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workshop_notes.content.problems import Problem
from workshop_notes.content.schema import SCHEMAS, unknown_keys, validator
from workshop_notes.content.yaml_text import YamlError, load


@dataclass
class FrontMatter:
    """The front matter of one page.

    Attributes:
        values: the keys and values, dates as ISO 8601 text.
        lines: the line of each key in the file, counted from 1.
        body_line: the line of the body's first line in the file, counted from 1.
        body: the Markdown below it.
    """

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body_line: int = 1
    body: str = ""


def read(
    path: Path, shown: Path, statuses: Mapping[str, str] | None
) -> tuple[FrontMatter, list[Problem]]:
    """Read and check the front matter of a page.

    Args:
        path: the page.
        shown: the path that messages name.
        statuses: for the page of a question, what may be said of it, each with its words; that
            schema is stricter.

    Returns:
        The front matter, as far as it can be understood, and what is wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        what = "a byte that is not UTF-8"
        return FrontMatter(), [Problem(shown, line, what, "save the file as UTF-8")]
    return _read(text, shown, statuses)


def _read(
    text: str, shown: Path, statuses: Mapping[str, str] | None
) -> tuple[FrontMatter, list[Problem]]:
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].strip() != "---":
        remedy = "begin the file with a block between two lines of ---, as CONTRIBUTING.md shows"
        return FrontMatter(body=text), [Problem(shown, 1, "no front matter", remedy)]
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        remedy = "close it with a line of ---"
        return FrontMatter(body=text), [
            Problem(shown, 1, "the front matter is never closed", remedy)
        ]
    result = FrontMatter(body="".join(lines[end + 1 :]), body_line=end + 2)
    try:
        document = load("".join(lines[1:end]))
    except YamlError as error:
        line = error.line + 1
        what = f"the front matter is not YAML: {error.problem}"
        return result, [Problem(shown, line, what, "mend the line, or put quotes round the value")]
    if not isinstance(document.value, dict):
        remedy = "write lines of the form key: value"
        return result, [Problem(shown, 2, "the front matter holds no keys", remedy)]
    result.values = document.value
    result.lines = {str(key): document.line(str(key)) + 1 for key in document.value}
    return result, _violations(result, shown, statuses)


_QUESTION, _OTHER = validator("question"), validator("other")


def _violations(
    matter: FrontMatter, shown: Path, statuses: Mapping[str, str] | None
) -> list[Problem]:
    """Say in words where the front matter breaks the schema."""
    found = []
    for error in (_OTHER if statuses is None else _QUESTION).iter_errors(matter.values):
        if error.validator == "additionalProperties":
            for key, remedy in unknown_keys(error):
                what = f"unknown front matter key '{key}'"
                found.append(Problem(shown, matter.lines[key], what, remedy))
        elif error.validator == "required":
            for key in set(error.validator_value) - matter.values.keys():
                remedy = f"add a line such as '{SCHEMAS['examples'][key]}'"
                found.append(Problem(shown, 1, f"front matter key '{key}' is missing", remedy))
        else:
            key = str(error.absolute_path[0])
            what = f"front matter key '{key}' is not valid: {_in_words(error)}"
            remedy = _remedy(key, error.validator)
            found.append(Problem(shown, matter.lines[key], what, remedy))
    values = matter.values
    status = values.get("status")
    if statuses and isinstance(status, str) and status not in statuses:
        what = f"front matter key 'status' is not valid: '{status}' is none of this site"
        remedy = "use one of: " + ", ".join(f"{each} ({words})" for each, words in statuses.items())
        found.append(Problem(shown, matter.lines["status"], what, remedy))
    days = {"reviewed": [values.get("reviewed", "")], "changes": values.get("changes", [])}
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # east of us
    for key, named in ({} if found else days).items():
        if late := [day for day in named if day > today.isoformat()]:
            what = f"{key} on {late[0]}, which is still to come"
            remedy = "write the day on which you read it, or changed it"
            found.append(Problem(shown, matter.lines[key], what, remedy))
    return found


def _in_words(error: Any) -> str:
    """Shorten a message of the schema library to what its reader needs."""
    if error.validator in {"minLength", "maxLength"}:
        bound = "at least" if error.validator == "minLength" else "at most"
        size = len(error.instance)
        return f"it has {size} characters, {bound} {error.validator_value} are needed"
    if error.validator == "pattern" and error.absolute_path[0] in {"description", "changes"}:
        return "it does not end in a full stop"
    return error.message


def _remedy(key: str, validator: str) -> str:
    if key == "description" and validator in {"minLength", "maxLength"}:
        return "say the answer in one sentence of 50 to 170 characters"
    return f"write it like '{SCHEMAS['examples'].get(key, key)}'"
