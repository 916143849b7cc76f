"""What the closed schemas of front matter, ledger, examples and settings have in common."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from jsonschema import ValidationError


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
