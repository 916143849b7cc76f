"""Read JSON and remember on which line every key stands, and which keys are there twice."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any, NoReturn

_SPACE = re.compile(r"[ \t\n\r]*")
_MAX_DEPTH = 200


class Mapping(dict[str, Any]):
    """A JSON object that knows where it stands in its file.

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
    """Text that is not JSON.

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
