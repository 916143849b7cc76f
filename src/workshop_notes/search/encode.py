"""Write the words of the index, and the pages of each, in characters."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator

from workshop_notes.search.postings import Postings, in_browser

SPREAD_BYTES = 40_000
"""A beginning of words that takes more has an entry itself."""

BEGINNING_PAGES = 60
"""Pages kept for a beginning of words."""

BEGINNING_LENGTH = 3
"""Characters of the longest beginning that has an entry."""


class Encoded:
    """The words of a site in characters, sorted as a browser sorts.

    Args:
        postings: the words and their pages.

    Attributes:
        words: the words.
        starts: an entry `be*` for each short beginning of words that take more than a file.
        size: the characters of all words and of what is written of them.
    """

    def __init__(self, postings: Postings) -> None:
        self.words = postings.words()
        self.size = 0
        self._written: dict[str, str] = {}
        beginnings = _Beginnings()
        for word in self.words:
            count, entries = postings.lists(word)
            text = _pairs(entries) if count == len(entries) else _cut(count, entries)
            self._written[word] = text
            self.size += len(word) + len(text)
            beginnings.add(word, len(text), entries)
        found = beginnings.close()
        self.starts = {start: found[start] for start in sorted(found, key=in_browser)}

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield each word with its pages in characters.

        For each page its distance from the one before and its weight; where pages were left out,
        "p" and the count of all come first. A number is written in digits to the base of 32, the
        last digit first; each but the last has 32 added. Digits 0 to 63 are the characters from
        "0" on.
        """
        for word in self.words:
            yield word, self._written[word]

    def with_beginnings(self) -> Iterator[tuple[str, str]]:
        """Yield the same, and the beginnings among them.

        A reader who has typed two letters gets the best pages of all such words from one file.
        """
        return heapq.merge(self.items(), self.starts.items(), key=lambda pair: in_browser(pair[0]))


class _Beginnings:
    """The best pages of words that begin alike; the words come sorted, so few are at hand."""

    def __init__(self) -> None:
        self._sizes: defaultdict[str, int] = defaultdict(int)
        self._found: dict[str, str] = {}
        # The beginnings of the word at hand, the shortest first, each with its pages' weights.
        self._open: list[tuple[str, dict[int, int]]] = []

    def add(self, word: str, size: int, entries: Iterable[int]) -> None:
        """Take in the next word, its size in characters and its pages."""
        for length in range(1, BEGINNING_LENGTH + 1):
            self._sizes[word[:length]] += size
        while self._open and not word.startswith(self._open[-1][0]):
            self._close_one()
        for length in range(len(self._open) + 1, min(len(word), BEGINNING_LENGTH) + 1):
            self._open.append((word[:length], {}))
        _raise(self._open[-1][1], ((entry >> 6, entry & 63) for entry in entries))

    def close(self) -> dict[str, str]:
        """Return the entries of all beginnings that have one."""
        while self._open:
            self._close_one()
        return self._found

    def _close_one(self) -> None:
        """Write the longest beginning at hand, and pass its pages on to the next shorter."""
        start, levels = self._open.pop()
        if self._open:
            _raise(self._open[-1][1], levels.items())
        if self._sizes[start] > SPREAD_BYTES:
            top = sorted(levels.items(), key=lambda pair: (-pair[1], pair[0]))[:BEGINNING_PAGES]
            entries = sorted(page << 6 | level for page, level in top)
            self._found[f"{start}*"] = _cut(len(levels), entries)


def _raise(levels: dict[int, int], found: Iterable[tuple[int, int]]) -> None:
    """Note the weights of pages where they are greater than those that are known."""
    for page, level in found:
        if level > levels.get(page, 0):
            levels[page] = level


def number(value: int) -> str:
    """Write a whole number in characters; see `Encoded.items`."""
    text = ""
    while value > 31:
        text += chr(48 + 32 + value % 32)
        value //= 32
    return text + chr(48 + value)


_NEAR = [number(value >> 6) + chr(48 + (value & 63)) for value in range(64 * 64)]
"""What is written for a page by its distance, times 64, and its weight, where it is near."""


def _pairs(entries: Iterable[int]) -> str:
    """Write pages and weights."""
    out, before = [], -64
    for entry in entries:
        step = entry - before
        out.append(_NEAR[step] if step < 4096 else number(step >> 6) + chr(48 + (step & 63)))
        before = entry & ~63
    return "".join(out)


def _cut(count: int, entries: Iterable[int]) -> str:
    """Write those of more pages and weights that are kept."""
    return f"p{number(count)}{_pairs(entries)}"
