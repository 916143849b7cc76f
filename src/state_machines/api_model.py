"""Hold a request to all that AWS's published API model says, not only to what clients check.

botocore's own validator checks types, required members and lower bounds. The model also states
upper bounds, patterns and the values of enumerations, which only the service enforces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from botocore.model import Shape

# Java writes what lies above U+FFFF as two halves; one model has a range of them.
_HALVES = ("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\U00010000-\\U0010FFFF")


def violations(shape: Shape, value: Any, path: str = "") -> Iterator[str]:
    """Yield what a value breaks of the upper bounds, patterns and enumerations of its shape.

    Args:
        shape: the shape of the model, for example an operation's input shape.
        value: the value as a client takes it; botocore's validator has accepted it. A string
            with an attribute `is_computed` stands for one that is not known yet.
        path: where the value stands in the request.

    Yields:
        One sentence for each violation, beginning with the path.
    """
    limits = shape.metadata
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, child in value.items():
            yield from violations(shape.members[name], child, f"{path}.{name}".lstrip("."))
        return
    if shape.type_name == "map":
        for key, child in value.items():
            yield from violations(shape.key, key, f"{path} (key {key})")
            yield from violations(shape.value, child, f"{path}[{key}]")
    if shape.type_name == "list":
        for place, child in enumerate(value):
            yield from violations(shape.member, child, f"{path}[{place}]")
    if hasattr(value, "read"):
        return  # a file or a stream, whose length nobody knows yet
    size = len(value) if shape.type_name in {"string", "list", "map", "blob"} else value
    most = limits.get("max")
    if most is not None and not isinstance(value, bool) and size > most:
        noun = {"string": " characters", "list": " entries", "map": " entries"}
        yield f"{path} has {size}{noun.get(shape.type_name, '')}, at most {most} are allowed"
    if shape.type_name == "string" and not getattr(value, "is_computed", False):
        # The models' patterns are Java's, with classes such as \\p{L} that `re` does not know; the
        # service matches them against the whole value.
        pattern = limits.get("pattern")
        if pattern and not regex.fullmatch(pattern.replace(*_HALVES), value):
            yield f"{path} is {value!r}, which does not match {pattern}"
        if limits.get("enum") and value not in limits["enum"]:
            yield f"{path} is {value!r}, not one of {', '.join(limits['enum'])}"
