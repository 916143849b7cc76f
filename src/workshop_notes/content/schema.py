"""The closed schemas of ledger, front matter and settings, which `schemas.yml` holds."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from workshop_notes.content.yaml_text import load

SCHEMAS: dict[str, Any] = load(Path(__file__).with_name("schemas.yml").read_text("utf-8")).value
"""The schemas by their names, and what several of them share."""


def validator(name: str) -> Draft202012Validator:
    """Return what holds a value to the schema of that name, formats such as dates included."""
    return Draft202012Validator(SCHEMAS[name], format_checker=FormatChecker())


def unknown_keys(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield each key that a closed schema does not know, and what to do about it.

    Args:
        error: the violation of `additionalProperties: false`.
    """
    known = error.schema["properties"]
    for key in map(str, error.instance):
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            meant = f"did you mean '{near[0]}'? " if near else ""
            yield key, f"{meant}remove it, or use one of: {', '.join(known)}"
