"""Read YAML with the place of each key, and with dates as the text that a person wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import yaml


class YamlError(ValueError):
    """Text that is not YAML.

    Attributes:
        line: where, counted from 1.
        problem: what, in the words of the YAML library.
    """

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line, self.problem = line, problem


@dataclass(frozen=True)
class YamlDocument:
    """What a text holds.

    Attributes:
        value: plain dicts, lists, texts, numbers and booleans.
        places: (line from 1, column from 0) of each key and entry by its path, such as
            `("sources", 0, "url")`.
    """

    value: Any
    places: dict[tuple, tuple[int, int]] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        """Return the line of a path, or of the nearest above it that is there."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path][0] if path else 1


class _Loader(yaml.CSafeLoader):
    """Leaves dates as text: 30 February is for a schema to refuse, with its line.

    Only `true` and `false` are booleans, as in YAML 1.2: a key `on` and a word `no` stay words.
    """

    yaml_implicit_resolvers: ClassVar = {
        first: [
            (tag, pattern)
            for tag, pattern in rules
            if not tag.endswith(":timestamp") and (first in "tTfF" or not tag.endswith(":bool"))
        ]
        for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _plain(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    """Read a value with a tag of another program, such as MkDocs' `!ENV`, as if it had none."""
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _plain)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _plain)


def load(text: str) -> YamlDocument:
    """Read one YAML document.

    Args:
        text: the document.

    Raises:
        YamlError: when it is not YAML, or a key stands twice.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return YamlDocument(None)
        places: dict[tuple, tuple[int, int]] = {}
        _note(node, (), places, len(text))
        return YamlDocument(loader.construct_document(node), places)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", error)
        before = text.encode()[: getattr(error, "position", 0)]  # of a sign that YAML forbids
        line = mark.line if mark else before.count(b"\n")
        raise YamlError(line + 1, str(problem)) from None


def _note(node: yaml.Node, path: tuple, places: dict[tuple, tuple[int, int]], most: int) -> None:
    """Note where everything below a node stands, at most as many places as the text has letters."""
    if len(places) > most:
        problem = "aliases within aliases, which hold more than the file"
        raise YamlError(node.start_mark.line + 1, problem)
    if isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            _note_at((*path, number), child, places)
            _note(child, (*path, number), places, most)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            inner = (*path, key.value)
            if inner in places:
                raise YamlError(key.start_mark.line + 1, f'found duplicate key "{key.value}"')
            _note_at(inner, key, places)
            _note(child, inner, places, most)


def _note_at(path: tuple, node: yaml.Node, places: dict[tuple, tuple[int, int]]) -> None:
    places[path] = node.start_mark.line + 1, node.start_mark.column
