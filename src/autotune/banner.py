"""The line that stands in every generated file: who made it, from what, and what it is not."""

from __future__ import annotations

import textwrap
from typing import Literal

from autotune.table import Table

SENTENCES = (
    "Made by this project's own generator from {name} (SHA-256 {sha256}).",
    "It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and "
    "none of Amazon's code is in it.",
)


def banner(table: Table, form: Literal["markdown", "python", "text"]) -> str:
    """What a generated file must say about itself, without a trailing newline.

    Args:
        table: what the file was made from.
        form: "markdown" for a quoted block, "python" for comments of at most 100 columns, "text"
            for one line.
    """
    # A file's name may hold anything: a line feed would end a comment, a backtick a quotation.
    name = " ".join(table.name.split()).replace("`", "'")
    origin, shape = (sentence.format(name=name, sha256=table.sha256) for sentence in SENTENCES)
    if form == "text":
        return f"{origin} {shape}"
    if form == "markdown":
        origin = origin.replace(name, f"`{name}`")
        origin = origin.replace(table.sha256, f"`{table.sha256}`")
        return f"> {origin} {shape}"
    # The checksum alone is 64 columns wide: it gets a line of its own.
    before, after = origin.split(" (SHA-256 ")
    lines = [before, f"(SHA-256 {after}", *textwrap.wrap(shape, 96)]
    return "\n".join(f"# {line}" for line in lines)
