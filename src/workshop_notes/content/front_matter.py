"""The front matter of a page: read it with its lines, and hold it to a closed schema."""

from __future__ import annotations

import functools
import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from workshop_notes.content.problems import Problem
from workshop_notes.content.yaml_text import YamlError, load

STATUSES = {
    "current": "the answer of the workshop still holds",
    "changed": "the answer of the workshop no longer holds",
    "closed": "the feature is closed to new customers",
}

_WORDS = {
    "type": "array",
    "items": {"type": "string", "minLength": 1, "maxLength": 60},
    "minItems": 1,
    "uniqueItems": True,
}
_DESCRIPTION = {"type": "string", "minLength": 50, "maxLength": 170, "pattern": r"[.]$"}

QUESTION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "description": _DESCRIPTION,
        "status": {"enum": list(STATUSES)},
        "reviewed": {"type": "string", "format": "date"},
        "tags": _WORDS,
        "aliases": _WORDS,
        "follows": {"type": "string", "minLength": 1},
        "asked": _WORDS | {"items": {"type": "string", "pattern": "^https://"}},
    },
    "required": ["description", "status", "reviewed", "tags", "aliases"],
    "additionalProperties": False,
}
"""What stands above a question; `aliases` are words that people search with.

A question that was asked since says which question of the workshop it `follows`, and where it was
`asked`.
"""

OTHER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "description": _DESCRIPTION,
        "aliases": _WORDS,
        "template": {"enum": ["home.html"]},
        "hide": {"type": "array", "items": {"enum": ["navigation", "toc"]}},
    },
    "required": ["description"],
    "additionalProperties": False,
}
"""What stands above the home page, the days and the pages about the site."""

_EXAMPLES = {
    "description": "description: One sentence that answers the question, and ends in a full stop.",
    "status": "status: current",
    "reviewed": "reviewed: 2026-11-23",
    "tags": "tags: [Training]",
    "aliases": "aliases: [the words people search with]",
    "follows": "follows: day-1/schedule-jobs.md",
    "asked": "asked: [https://github.com/aws/sagemaker-python-sdk/issues/2205]",
}


KEPT_PAGES = 20_000
"""Pages that are not parsed again while their text stays."""

_known: dict[tuple[bytes, str, bool], tuple[FrontMatter, list[Problem]]] = {}


@dataclass(slots=True)
class FrontMatter:
    """The front matter of one page.

    Attributes:
        values: the keys and values, dates as ISO 8601 text.
        lines: the line of each key in the file, counted from 1.
        body_line: the line of the body's first line in the file, counted from 1.
        packed: the Markdown below it, compressed: all checks want it, and the texts of 10,000
            pages would be most of what they take.
    """

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body_line: int = 1
    packed: bytes = b""

    @property
    def body(self) -> str:
        """The Markdown below the front matter."""
        return zlib.decompress(self.packed).decode() if self.packed else ""


def pack(text: str) -> bytes:
    """Compress a text for `FrontMatter.packed`."""
    return zlib.compress(text.encode(), 1)


def read(path: Path, shown: Path, *, question: bool) -> tuple[FrontMatter, list[Problem]]:
    """Read and check the front matter of a page.

    Args:
        path: the page.
        shown: the path that messages name.
        question: whether the page answers a question (that schema is stricter).

    Returns:
        The front matter, as far as it can be understood, and what is wrong with it.
    """
    text = path.read_text(encoding="utf-8")
    # `make serve` reads each page at each change. By their hashes: texts would fill the memory.
    key = (hashlib.blake2b(text.encode(), digest_size=16).digest(), str(shown), question)
    if key not in _known:
        if len(_known) == KEPT_PAGES:
            _known.clear()
        _known[key] = _read(text, shown, question)
    matter, problems = _known[key]
    return matter, list(problems)


def forget() -> None:
    """Let go of the pages that were read."""
    _known.clear()


def _read(text: str, shown: Path, question: bool) -> tuple[FrontMatter, list[Problem]]:
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].strip() != "---":
        remedy = "begin the file with a block between two lines of ---, as CONTRIBUTING.md shows"
        return FrontMatter(packed=pack(text)), [Problem(shown, 1, "no front matter", remedy)]
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        remedy = "close it with a line of ---"
        return FrontMatter(packed=pack(text)), [
            Problem(shown, 1, "the front matter is never closed", remedy)
        ]
    result = FrontMatter(packed=pack("".join(lines[end + 1 :])), body_line=end + 2)
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
    result.lines = {key: document.line(key) + 1 for key in document.value}
    return result, _violations(result, shown, _validator(question))


@functools.cache
def _validator(question: bool) -> Draft202012Validator:
    schema = QUESTION_SCHEMA if question else OTHER_SCHEMA
    return Draft202012Validator(schema, format_checker=FormatChecker())


def _violations(matter: FrontMatter, shown: Path, validator: Draft202012Validator) -> list[Problem]:
    """Say in words where the front matter breaks the schema."""
    schema = validator.schema
    known = ", ".join(schema["properties"])
    found = []
    for error in validator.iter_errors(matter.values):
        if error.validator == "additionalProperties":
            for key in matter.values.keys() - schema["properties"].keys():
                remedy = f"remove it, or use one of: {known}"
                found.append(
                    Problem(shown, matter.lines[key], f"unknown front matter key '{key}'", remedy)
                )
        elif error.validator == "required":
            for key in schema["required"]:
                if key not in matter.values:
                    remedy = f"add a line such as '{_EXAMPLES[key]}'"
                    found.append(Problem(shown, 1, f"front matter key '{key}' is missing", remedy))
        else:
            key = str(error.absolute_path[0])
            what = f"front matter key '{key}' is not valid: {_in_words(error)}"
            found.append(
                Problem(shown, matter.lines.get(key, 1), what, _remedy(key, error.validator))
            )
    return found


def _in_words(error: Any) -> str:
    """Shorten a message of the schema library to what its reader needs."""
    if error.validator in {"minLength", "maxLength"}:
        bound = "at least" if error.validator == "minLength" else "at most"
        size = len(error.instance)
        return f"it has {size} characters, {bound} {error.validator_value} are needed"
    if error.validator == "pattern" and error.absolute_path[0] == "description":
        return "it does not end in a full stop"
    return error.message


def _remedy(key: str, validator: str) -> str:
    if key == "status":
        return "use one of: " + ", ".join(f"{name} ({why})" for name, why in STATUSES.items())
    if validator in {"minLength", "maxLength"}:
        return "say the answer in one sentence of 50 to 170 characters"
    return f"write it like '{_EXAMPLES.get(key, key)}'"
