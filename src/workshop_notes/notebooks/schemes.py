"""The colours of a drawing in the dark scheme, from the stylesheet that has both."""

from __future__ import annotations

import re
from functools import cache

_SCHEME = re.compile(r'^\[data-md-color-scheme="(default|slate)"\] \{(.*?)^\}', re.M | re.S)
_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")


@cache
def exchange(stylesheet: str) -> dict[str, str]:
    """Return the dark colour for each light one.

    Args:
        stylesheet: the text of the site's stylesheet, which names the colours of both schemes.

    Raises:
        ValueError: one scheme is missing.
    """
    schemes = {name: dict(_COLOUR.findall(rules)) for name, rules in _SCHEME.findall(stylesheet)}
    if len(schemes) != 2:
        raise ValueError("the stylesheet has no colours of its own for both schemes")
    light, dark = schemes["default"], schemes["slate"]
    return {colour: dark[name] for name, colour in light.items() if name in dark}


def twin(drawing: bytes, colours: dict[str, str]) -> bytes:
    """Return a drawing for the dark scheme; colours that the stylesheet does not name stay."""
    return re.sub(
        rb"#[0-9a-fA-F]{6}\b",
        lambda match: colours.get(match[0].decode().lower(), match[0].decode()).encode(),
        drawing,
    )
