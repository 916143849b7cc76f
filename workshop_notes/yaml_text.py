"""Read YAML with the line of each key, and with dates as the text that a person wrote."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError


class YamlError(ValueError):
    """Text that is not YAML.

    Attributes:
        line: where, counted from 1.
        problem: what, in the words of the YAML library.
    """

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line, self.problem = line, problem


class _Constructor(RoundTripConstructor):
    """Leaves dates as text: 30 February is for the schema to refuse, with its line."""


_Constructor.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda constructor, node: constructor.construct_scalar(node)
)


def load(text: str) -> Any:
    """Read one YAML document; mappings and lists know their lines (`.lc`, counted from 0).

    Args:
        text: the document. Tags of other programs, such as MkDocs' `!ENV`, are passed over.

    Raises:
        YamlError: when it is not YAML.
    """
    # The round-trip loader is the one that keeps lines.
    yaml = YAML()
    yaml.Constructor = _Constructor
    try:
        return yaml.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(line, str(error.problem)) from None


def plain(value: Any) -> Any:
    """Turn what `load` gives into plain dicts, lists and text."""
    if isinstance(value, CommentedMap):
        return {str(key): plain(child) for key, child in value.items()}
    if isinstance(value, CommentedSeq):
        return [plain(child) for child in value]
    return str(value) if isinstance(value, str) else value
