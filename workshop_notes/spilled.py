"""Keep what the engine made of each page in a file until the page is written.

The engine makes all pages before it writes the first, because each shows the titles of others:
at 10,000 pages their HTML and Markdown would be most of its memory.
"""

from __future__ import annotations

import tempfile


class Spilled:
    """The HTML of pages, in a file that goes when the process does."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the build)
        self._places: dict[str, tuple[int, int]] = {}

    def put(self, name: str, html: str) -> None:
        """Keep the HTML of a page.

        Args:
            name: the page, by any name that no other has.
            html: what was made of it.
        """
        data = html.encode("utf-8", "surrogatepass")
        self._places[name] = (self._file.seek(0, 2), len(data))
        self._file.write(data)

    def take(self, name: str) -> str:
        """Return the HTML of a page that was put."""
        place, size = self._places[name]
        self._file.seek(place)
        return self._file.read(size).decode("utf-8", "surrogatepass")
