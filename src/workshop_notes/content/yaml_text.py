"""Read YAML with the line of each key, and with dates as the text that a person wrote."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import yaml
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
    reader = YAML()
    reader.Constructor = _Constructor
    try:
        return reader.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(line, str(error.problem)) from None


def nodes(text: str) -> yaml.Node | None:
    """Read one YAML document into nodes, which know their lines, many times as fast as `load`.

    Args:
        text: the document. Tags of other programs, such as MkDocs' `!ENV`, are passed over.

    Raises:
        YamlError: when it is not YAML.
    """
    try:
        return yaml.compose(text, yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(line, str(error.problem)) from None


class _Plain(yaml.CSafeLoader):
    """The same for a flat mapping, by the C library: pages are many and their keys few."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
        for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def load_mapping(text: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    """Read one YAML mapping into plain values, as `plain(load(text))` would, ten times as fast.

    Args:
        text: the document.

    Returns:
        The values and the line of each key, counted from 0; None for what is no mapping.

    Raises:
        YamlError: when it is not YAML, or a key stands twice.
    """
    try:
        loader = _Plain(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            return None
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(line, str(error.problem)) from None
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if lines.setdefault(key.value, key.start_mark.line) != key.start_mark.line:
            raise YamlError(key.start_mark.line + 1, f'found duplicate key "{key.value}"')
    # Pages have the same few keys, which would be made anew for each.
    lines = {sys.intern(key): line for key, line in lines.items()}
    return {sys.intern(str(key)): value for key, value in values.items()}, lines


def plain(value: Any) -> Any:
    """Turn what `load` gives into plain dicts, lists and text."""
    if isinstance(value, CommentedMap):
        return {str(key): plain(child) for key, child in value.items()}
    if isinstance(value, CommentedSeq):
        return [plain(child) for child in value]
    return str(value) if isinstance(value, str) else value
