"""Tell whether a page has the place that a fragment names."""

from __future__ import annotations

import re
from urllib.parse import unquote

from workshop_notes.links.github import PREFIX
from workshop_notes.links.markup import fold

_LINES = re.compile(r"^L(\d+)(?:C\d+)?(?:-L(\d+)(?:C\d+)?)?$")


def wanted(fragment: str) -> str:
    """Return the part of a fragment that names an element.

    A text directive is for the browser alone (WICG "URL Fragment Text Directives"): `:~:text=...`.
    """
    return fragment.partition(":~:")[0]


def missing(fragment: str, anchors: frozenset[str], on_github: bool) -> str:
    """Say what is wrong with a fragment on an HTML page; nothing when its place is there.

    The rules are those of the HTML standard, "navigating to a fragment": the id as written, then
    percent-decoded; `top` is always there.

    Args:
        fragment: without `#`.
        anchors: ids and names of the page.
        on_github: whether ids may carry GitHub's prefix.
    """
    name = wanted(fragment)
    if not name or name.lower() == "top":
        return ""
    forms = [name, unquote(name)]
    if on_github:
        forms += [PREFIX + form for form in forms]
    if any(form in anchors for form in forms):
        return ""
    lowered = {form.lower() for form in forms}
    for anchor in sorted(anchors):
        if anchor.lower() in lowered:
            return f"no #{name}: the page spells it #{anchor.removeprefix(PREFIX)}"
    return f"no #{name} on the page"


def line_range(fragment: str) -> tuple[int, int] | None:
    """Return first and last line of `L10`, `L10-L20` or `L10C5-L20C3`, counted from 1."""
    found = _LINES.match(wanted(fragment))
    if not found:
        return None
    first = int(found[1][:9])
    return first, int((found[2] or found[1])[:9])


def missing_text(fragment: str, text: str) -> str:
    """Say which words of a text directive are not on a page, or nothing.

    Its form is that of WICG "URL Fragment Text Directives": `text=[before-,]first[,last][,-after]`;
    as in a browser, capitals do not matter.

    Args:
        fragment: without `#`.
        text: what the page shows, folded.
    """
    at, lowered = 0, text.casefold()
    for directive in fragment.partition(":~:")[2].split("&"):
        kind, _, parts = directive.partition("=")
        for part in parts.split(",") if kind == "text" else ():
            words = fold(unquote(part.removesuffix("-").removeprefix("-")))
            at = lowered.find(words.casefold(), at)
            if at < 0:
                return f"the words “{words}” of its text directive are not on the page"
        at = 0
    return ""


def page_number(fragment: str) -> int:
    """Return the page of a PDF that a fragment names (RFC 8118, section 3), or 0."""
    found = re.search(r"(?:^|&)page=(\d{1,9})(?:&|$)", fragment)
    return int(found[1]) if found else 0


def is_made_by_script(fragment: str, scripts: str) -> bool:
    """Tell whether a script makes the place that a fragment names, or only it reads the fragment.

    Args:
        fragment: without `#`.
        scripts: the scripts in the page.
    """
    name = wanted(fragment)
    forms = [f"{before}{form}{after}" for form in (name, unquote(name))
             for before, after in ('""', "''", "``", '#"', "#'")]  # fmt: skip
    return name.startswith(("/", "!", "?")) or any(form in scripts for form in forms)


def missing_lines(fragment: str, count: int) -> str:
    """Say what is wrong with a range of lines in a file of `count` lines, or nothing."""
    first, last = line_range(fragment) or (1, 1)
    if min(first, last) >= 1 and max(first, last) <= count:
        return ""
    return f"#{wanted(fragment)} is beyond the file: it has {count} lines"
