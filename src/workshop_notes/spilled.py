"""Keep what the engine made of each page in a file until the page is written.

The engine makes all pages before it writes the first, because each shows the titles of others:
at 10,000 pages their HTML, Markdown and headings would be most of its memory.
"""

from __future__ import annotations

import pickle
import tempfile
from typing import Any


class Spilled:
    """What was made of pages, in a file that goes when the process does."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the build)
        self._places: dict[str, tuple[int, int]] = {}

    def put(self, name: str, made: Any) -> None:
        """Keep what was made of a page.

        Args:
            name: the page, by any name that no other has.
            made: what can be pickled.
        """
        data = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
        self._places[name] = (self._file.seek(0, 2), len(data))
        self._file.write(data)

    def take(self, name: str) -> Any:
        """Return what was put."""
        place, size = self._places[name]
        self._file.seek(place)
        return pickle.loads(self._file.read(size))
