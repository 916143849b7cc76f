"""Spare Pygments the rules that cannot match: for each token it tries forty in their order.

Which rules can match where a text goes on with a certain sign is read from their patterns, once
for each sign and state of a lexer.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pygments.lexer import RegexLexer
from pygments.token import Error, Whitespace, _TokenType

try:
    from re import _parser as patterns
except ImportError:  # another Python, whose patterns nobody has looked at
    patterns = None


def spare() -> None:
    """Change the library in this process."""
    if patterns:
        RegexLexer.get_tokens_unprocessed = tokens


def tokens(self: RegexLexer, text: str, stack=("root",)) -> Iterator[tuple]:
    """Yield the tokens of a text as Pygments' own method does, whose place this takes.

    Args:
        self: the lexer.
        text: what to take apart.
        stack: the names of the states to begin in.
    """
    position = 0
    states = list(stack)
    rules = _rules(type(self))
    while True:
        sign = text[position : position + 1]
        here = rules[states[-1]]
        if sign not in here:
            every = self._tokens[states[-1]]
            here[sign] = [rule for rule in every if not sign or _can_begin(rule[0], sign)]
        for rule in here[sign]:
            match = rule[0](text, position)
            if match:
                break
        else:
            if not sign:
                return
            if sign == "\n":
                states = ["root"]
            yield position, Whitespace if sign == "\n" else Error, sign
            position += 1
            continue
        _, action, new_state = rule
        if action is not None:
            if type(action) is _TokenType:
                yield position, action, match.group()
            else:
                yield from action(self, match)
        position = match.end()
        if new_state is not None:
            _enter(states, new_state)


def _enter(states: list[str], new: tuple | int | str) -> None:
    """Change the stack of states as a rule asks."""
    if isinstance(new, int):
        # At least one state stays.
        del states[max(1, len(states) - abs(new)) :]
        return
    for state in new if isinstance(new, tuple) else (new,):
        if state == "#push":
            states.append(states[-1])
        elif state != "#pop":
            states.append(state)
        elif len(states) > 1:
            states.pop()


@functools.cache
def _rules(lexer: type[RegexLexer]) -> defaultdict[str, dict[str, list]]:
    """Return the rules of a lexer by state and sign, as far as they are known."""
    return defaultdict(dict)


def _can_begin(match_at, sign: str) -> bool:
    """Tell whether a rule can match a text that begins with a sign; yes, where in doubt."""
    pattern = getattr(match_at, "__self__", None)
    if not isinstance(pattern, re.Pattern) or pattern.flags & re.IGNORECASE:
        return True
    return _allows(_parsed(pattern), sign)


@functools.cache
def _parsed(pattern: re.Pattern) -> Sequence:
    return list(patterns.parse(pattern.pattern, pattern.flags))


def _allows(parts: Sequence, sign: str) -> bool:
    """Tell whether the parts of a pattern can match a text that begins with a sign."""
    for place, (kind, value) in enumerate(parts):
        name, rest = str(kind), parts[place + 1 :]
        if name in {"AT", "ASSERT", "ASSERT_NOT"}:
            continue  # they take nothing of the text
        if name == "LITERAL":
            return value == ord(sign)
        if name == "IN":
            return _holds(value, sign)
        if name == "BRANCH":
            return any(_allows([*way, *rest], sign) for way in value[1])
        if name == "SUBPATTERN":
            _, added, removed, inner = value
            return bool(added or removed) or _allows([*inner, *rest], sign)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            least, _, inner = value
            return _allows([*inner, *rest], sign) or (not least and _allows(rest, sign))
        return True
    return True


def _holds(members: Sequence, sign: str) -> bool:
    """Tell whether a set of signs, or what it leaves out, can hold a sign."""
    number, left_out = ord(sign), False
    for kind, value in members:
        name = str(kind)
        if name == "NEGATE":
            left_out = True
        elif (name == "LITERAL" and value == number) or (
            name == "RANGE" and value[0] <= number <= value[1]
        ):
            return not left_out
        elif name == "CATEGORY" and not left_out and _CATEGORIES.get(str(value), _anything)(sign):
            return True
    return left_out


def _anything(sign: str) -> bool:
    return True


_CATEGORIES = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda sign: sign.isalnum() or sign == "_",
}
