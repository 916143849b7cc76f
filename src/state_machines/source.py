"""Read JSON or YAML, and remember on which line every key stands, and which are there twice."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any, NoReturn

_SPACE = re.compile(r"[ \t\n\r]*")
_MAX_DEPTH = 200
_MAX_NODES = 500_000


class Mapping(dict[str, Any]):
    """An object that knows where it stands in its file.

    Attributes:
        line: the line of the opening brace, counted from 1.
        lines: the line of each key; of the first one, where a key is there twice.
        repeated: the keys that came again, each with the line of the later one.
    """

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.repeated: list[tuple[str, int]] = []


class SourceError(ValueError):
    """Text that is not JSON, or not YAML.

    Attributes:
        line: the line where reading stopped, counted from 1.
        reason: what is wrong there.
    """

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"line {line}: {reason}")


def read(text: str) -> Any:
    """Return the JSON value in `text`, with every object as a `Mapping`.

    The standard decoder judges the syntax first; only text that it accepts is walked again for
    the lines. So a name that also occurs inside a string elsewhere cannot mislead.

    Args:
        text: a whole JSON document (RFC 8259), which has no NaN and no Infinity.

    Raises:
        SourceError: the text is not JSON, or is nested deeper than a definition ever is.
    """
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise SourceError(error.lineno, f"not valid JSON ({error.msg})") from None
    except RecursionError:
        raise SourceError(1, "nested too deeply to be a definition") from None
    except ValueError as error:
        raise SourceError(_line_of_constant(text), f"not valid JSON ({error})") from None
    return _Walker(text).document()


def read_yaml(text: str) -> Any:
    """Return the value in a YAML document, with every mapping as a `Mapping`.

    Tags such as CloudFormation's `!GetAtt` become what they stand for: `{"Fn::GetAtt": …}`.

    Raises:
        SourceError: the text is not YAML, or larger or nested deeper than a definition ever is.
        ImportError: PyYAML is not installed.
    """
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return None if node is None else _YamlWalker(yaml).value(node, 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise SourceError(line, f"not valid YAML ({error.problem or error.context})") from None
    except (yaml.YAMLError, ValueError) as error:
        raise SourceError(1, f"not valid YAML ({error})") from None
    except RecursionError:
        raise SourceError(1, "nested too deeply to be a definition") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _line_of_constant(text: str) -> int:
    # Strings are matched first, so that "NaN" inside one does not count.
    for found in re.finditer(r'"(?:\\.|[^"\\])*"|(NaN|-?Infinity)', text):
        if found.group(1):
            return text.count("\n", 0, found.start()) + 1
    return 1


class _Walker:
    """One pass over text that is known to be JSON."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks = [at for at, letter in enumerate(text) if letter == "\n"]
        self._scalar = json.JSONDecoder().raw_decode

    def document(self) -> Any:
        return self._value(self._skip(0), 0)[0]

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at - 1) + 1

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _value(self, at: int, depth: int) -> tuple[Any, int]:
        if depth > _MAX_DEPTH:
            raise SourceError(self._line(at), "nested too deeply to be a definition")
        if self._text[at] == "{":
            return self._object(at, depth)
        if self._text[at] == "[":
            return self._array(at, depth)
        return self._scalar(self._text, at)

    def _object(self, at: int, depth: int) -> tuple[Mapping, int]:
        found = Mapping(self._line(at))
        at = self._skip(at + 1)
        while self._text[at] != "}":
            line = self._line(at)
            key, at = self._scalar(self._text, at)
            value, at = self._value(self._skip(self._skip(at) + 1), depth + 1)
            if key in found:
                found.repeated.append((key, line))
            else:
                found[key] = value
                found.lines[key] = line
            at = self._after_comma(at)
        return found, at + 1

    def _array(self, at: int, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self._skip(at + 1)
        while self._text[at] != "]":
            value, at = self._value(at, depth + 1)
            found.append(value)
            at = self._after_comma(at)
        return found, at + 1

    def _after_comma(self, at: int) -> int:
        at = self._skip(at)
        return self._skip(at + 1) if self._text[at] == "," else at


class _YamlWalker:
    """One pass over the nodes of a YAML document."""

    def __init__(self, yaml: Any) -> None:
        self._yaml = yaml
        self._scalars = yaml.SafeLoader("")
        self._left = _MAX_NODES

    def value(self, node: Any, depth: int) -> Any:
        line = node.start_mark.line + 1
        self._left -= 1  # aliases may stand for far more than the text holds
        if depth > _MAX_DEPTH or self._left < 0:
            raise SourceError(line, "nested too deeply to be a definition")
        found = self._plain(node, line, depth)
        if not node.tag.startswith("!") or node.tag == "!":
            return found
        name = node.tag[1:]
        short = Mapping(line)
        key = name if name in ("Ref", "Condition") else f"Fn::{name}"
        short[key], short.lines[key] = found, line
        return short

    def _plain(self, node: Any, line: int, depth: int) -> Any:
        if isinstance(node, self._yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        if isinstance(node, self._yaml.ScalarNode):
            # As YAML 1.2 reads them: times, `No` and `1:30` are text.
            kind = node.tag.rpartition(":")[2]
            plain = kind in ("null", "bool", "int", "float") and ":" not in node.value
            if not plain or (kind == "bool" and node.value.lower() not in ("true", "false")):
                return node.value
            return self._scalars.construct_object(node)
        found = Mapping(line)
        for key_node, value_node in node.value:
            key, at = str(key_node.value), key_node.start_mark.line + 1
            if key in found:
                found.repeated.append((key, at))
            else:
                found[key] = self.value(value_node, depth + 1)
                found.lines[key] = at
        return found
