"""One form for everything that can be wrong with the content: file, line, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

UNWRITTEN = "TODO: "
"""What a line begins with that somebody has still to write; the rest of it says what."""


@dataclass(frozen=True, order=True)
class Problem:
    """A defect in a file that a person wrote.

    Attributes:
        path: the file, relative to the project where that is possible.
        line: its line, counted from 1.
        what: what is wrong, without a full stop.
        remedy: what the reader of the message should do, as an imperative.
    """

    path: Path
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.remedy}"


class ContentError(Exception):
    """Content that cannot be built, with every problem that was found.

    Attributes:
        problems: the problems, sorted by file and line.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple:
        return ContentError, (self.problems,)  # from another process, with its problems
