"""One stylesheet for the site, in the place of the theme's two and ours.

The theme's rules are for every part that it can make; those whose classes stand on no page and in
no script are left out, which is a third of what a reader downloads of it. Grammar: CSS Syntax
Module Level 3, section 5; the theme's files are minified, and hold no comment inside a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

NAME = "assets/site.css"
"""The stylesheet of the pages, which becomes the only one."""

# It begins with letters, which makes the search several times as fast.
_CLASSES = re.compile(r'class="(?<!\wclass=")([^"]*)"')
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_SIGN = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[{};]", re.S)  # or a whole string
_NEEDED_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_OPTIONAL = re.compile(r":(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\]")


def classes(text: str) -> set[str]:
    """Return the classes of the elements of a page."""
    return {name for names in set(_CLASSES.findall(text)) for name in names.split()}


def joined(theme: Iterable[str], own: Iterable[str], known: set[str]) -> str:
    """Return the one stylesheet of a site.

    Args:
        theme: the theme's stylesheets, in their order.
        own: the site's own, which are kept whole.
        known: the classes on its pages, and the words of its scripts.
    """
    return "\n".join(["".join("".join(kept_rules(sheet, known)) for sheet in theme), *own])


def script_words(code: str) -> set[str]:
    """Return the words of a script, each of which may be a class that it gives an element."""
    return set(_WORD.findall(code))


def kept_rules(sheet: str, known: set[str]) -> Iterator[str]:
    """Yield the rules of a stylesheet that can match, in their order.

    Args:
        sheet: the stylesheet.
        known: the classes that an element can have.
    """
    for prelude, block in _rules(_COMMENT.sub("", sheet)):
        if block is None:
            yield f"{prelude};"
        elif prelude.startswith(("@media", "@supports", "@layer", "@container")):
            if inner := "".join(kept_rules(block, known)):
                yield f"{prelude}{{{inner}}}"
        elif prelude.startswith("@"):
            yield f"{prelude}{{{block}}}"
        elif kept := ",".join(each for each in _selectors(prelude) if _can_match(each, known)):
            yield f"{kept}{{{block}}}"


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """Yield (prelude, block) of each rule; a statement such as `@charset` has no block."""
    start, depth, opened = 0, 0, 0
    for match in _SIGN.finditer(sheet):
        sign, place = match[0], match.start()
        if sign == "{":
            depth += 1
            if depth == 1:
                opened = place
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield sheet[start:opened].strip(), sheet[opened + 1 : place]
                start = place + 1
        elif sign == ";" and depth == 0:
            yield sheet[start:place].strip(), None
            start = place + 1


def _selectors(prelude: str) -> Iterable[str]:
    """Split a list of selectors at its commas, not at those inside brackets."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(prelude):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            found.append(prelude[start:place])
            start = place + 1
    return [*found, prelude[start:]]


def _can_match(selector: str, known: set[str]) -> bool:
    """Tell whether every class that a selector asks for can be there.

    What stands in `:not()`, `:is()` and their like may be absent.
    """
    return known.issuperset(_NEEDED_CLASS.findall(_OPTIONAL.sub("", selector)))
