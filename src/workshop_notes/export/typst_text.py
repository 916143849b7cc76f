"""Words as Typst code: text stands in string literals only, so nothing in it is markup."""

from __future__ import annotations

import math
import re

LONG = 22
"""Characters of a word that may need to be broken in running text."""
PIECE = 20
"""Characters that are never broken: a longer run without a joint is cut into equal parts."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\t": "    "})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_JOINT = re.compile(
    r"(?<=[/._\-:=&?,+@#%|~;)\]}])(?=\w)|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[({\[])"
)
_WORD = re.compile(r"(\s+)")


def literal(text: str) -> str:
    """Return a Typst string literal (Typst reference, "String": only \\\\ and \\" need escapes)."""
    return f'"{_CONTROL.sub("", text).translate(_ESCAPES)}"'


def pieces(word: str, size: int = PIECE) -> list[str]:
    """Cut a word where it may end a line: after a joint, and inside only where it has none.

    Args:
        word: text without a space.
        size: the most characters of a piece.

    Returns:
        Pieces that join to the word.
    """
    found: list[str] = []
    for part in _JOINT.split(word):
        step = math.ceil(len(part) / math.ceil(len(part) / size)) if part else 1
        found += [part[start : start + step] for start in range(0, len(part), step)]
    return found


def words(text: str, long: int = LONG, size: int = PIECE) -> str:
    """Return text as Typst code that may break inside its long words.

    Args:
        text: any text.
        long: words of more characters may be broken.
        size: the most characters of a piece of one.

    Returns:
        A literal, or several with the place to break, `z`, between them.
    """
    if len(text) <= long:
        return literal(text)
    run, parts = "", []
    for part in _WORD.split(text):
        if len(part) <= long:
            run += part
            continue
        first, *rest = pieces(part, size)
        parts.append(run + first)
        parts += rest[:-1]
        run = rest[-1] if rest else ""
        if not rest:
            run = parts.pop()
    return ";z;".join(map(literal, [*parts, run] if run or not parts else parts))
