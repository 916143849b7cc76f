"""What a cell left behind, as Markdown of the page: text, tables and pictures."""

from __future__ import annotations

import base64
import binascii
import re

from workshop_notes.content import pictures
from workshop_notes.content.pictures import ALT_LENGTH, BadPicture
from workshop_notes.notebooks.respell import Link, escape, fence, respell
from workshop_notes.notebooks.schemes import twin
from workshop_notes.notebooks.source import Output, Refused
from workshop_notes.notebooks.tables import convert

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
"""Control sequences of terminals (ECMA-48, section 5.4): colours, moves of the cursor, titles."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PICTURES = {
    "image/svg+xml": ".svg",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
}
_RUNS = ("application/javascript", "text/javascript")
_BESIDE = ("application/vnd.dataresource+json", "application/vnd.google.colaboratory")
"""What begins the types of data that other viewers want, beside a table in HTML."""
_HEAD, _TAIL = 100, 20
_LONGEST = 2_000
"""Lines of the beginning and end of an output that are shown, and characters of a line."""


class Figures:
    """Names the pictures of one page and collects their files.

    Args:
        prefix: what their paths begin with.
        dark: the dark colour for each light one; without it drawings get no dark twin.

    Attributes:
        files: the content of each, by its path below the page's folder.
    """

    def __init__(self, prefix: str, dark: dict[str, str] | None = None) -> None:
        self._prefix, self.dark = prefix, dark or {}
        self.files: dict[str, bytes] = {}

    def add(self, data: bytes, suffix: str, cell: int) -> str:
        """Take a picture and return the path that the page names."""
        made = [name for name in self.files if ".dark." not in name]
        place = sum(name.startswith(f"{self._prefix}-{cell}-") for name in made) + 1
        name = f"{self._prefix}-{cell}-{place}{suffix}"
        self.files[name] = data
        return name


def shown(output: Output, figures: Figures, cell: int, link: Link) -> str:
    """Write one output for the page.

    Args:
        output: the output.
        figures: takes the picture, if it is one.
        cell: the number of its cell, for the picture's name.
        link: decides where links in Markdown lead.

    Returns:
        Markdown, or nothing for an output that shows nothing.

    Raises:
        Refused: for what runs in a browser, for a picture that cannot be shown to everybody, and
            for what has no form on a page.
    """
    data = output.data
    if media := next((media for media in data if media in _RUNS), None):
        raise _refuse(media)
    if media := next((media for media in _PICTURES if media in data), None):
        suffix = _PICTURES[media]
        return _picture(output, _bytes(data[media], suffix), suffix, figures, cell)
    # A widget or a Plotly figure: the text beside it is only its name.
    own = (m for m in data if m.startswith("application/vnd.") and not m.startswith(_BESIDE))
    if media := next(own, None):
        raise _refuse(media)
    if "text/markdown" in data:
        return respell(data["text/markdown"], link)
    if "text/html" in data:
        return convert(data["text/html"])
    title = "Error" if output.kind == "error" else "Output"
    for media, language in _TEXTS.items():
        if media in data:
            text = shortened(plain(data[media]))
            return fence(text, language, title) if text.strip() else ""
    if data:
        raise _refuse(next(iter(data)))
    return ""


_TEXTS = {"text/latex": "latex", "application/json": "json", "text/plain": "text"}


def shortened(text: str) -> str:
    """Return a text of many or long lines cut in the middle, with what is left out in its place."""
    lines = [
        line
        if len(line) <= _LONGEST
        else f"{line[:_LONGEST]} [cut: {len(line):,} characters in this line]"
        for line in text.rstrip().split("\n")
    ]
    if (left_out := len(lines) - _HEAD - _TAIL) > 0:
        lines[_HEAD:-_TAIL] = [f"[cut: {left_out:,} of {len(lines):,} lines are not shown here]"]
    return "\n".join(lines)


def _bytes(content: str, suffix: str) -> bytes:
    if suffix == ".svg":
        return content.encode()
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except binascii.Error:
        raise Refused("a figure that is not base64", "run 'make notebooks'") from None


def _refuse(media: str) -> Refused:
    return Refused(f"an output of type {media}", "show text, a table or a figure instead")


def plain(text: str) -> str:
    """Return what a terminal would show in the end: no colours, lines overwritten by the last."""
    text = _ANSI.sub("", text.replace("\r\n", "\n"))
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return _CONTROL.sub("", "\n".join(lines))


def _picture(output: Output, data: bytes, suffix: str, figures: Figures, cell: int) -> str:
    remedy = "give its metadata an 'alt' of 40 to 150 characters, under its media type"
    alt = " ".join(output.alt.split())
    if not alt:
        raise Refused("a figure without alternative text", remedy)
    if len(alt) not in ALT_LENGTH:
        raise Refused(f"a figure with an alternative text of {len(alt)} characters", remedy)
    try:
        picture = pictures.read(data, suffix)
    except BadPicture as error:
        raise Refused(error.what, error.remedy) from None
    width, height = round(picture.width), round(picture.height)
    if output.width:
        width, height = output.width, round(height * output.width / width)
    name = figures.add(data, suffix, cell)
    words, size = escape(alt), f"{{ width={width} height={height} loading=lazy }}"
    if suffix != ".svg" or not figures.dark:
        return f"![{words}]({name}){size}"
    dark = name.removesuffix(suffix) + f".dark{suffix}"
    figures.files[dark] = twin(data, figures.dark)
    return f"![{words}]({name}#only-light){size}\n![{words}]({dark}#only-dark){size}"
