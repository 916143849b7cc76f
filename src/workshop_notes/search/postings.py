"""Weigh the words of each page: the lists from word to pages that ranking rests on.

The weight of a word in a page is BM25F's: occurrences, weighted by the field that they stand in,
saturate, and count less in a long page. Source: Robertson and Zaragoza, "The Probabilistic
Relevance Framework: BM25 and Beyond", 2009, section 3.6. How rare a word is, the browser adds.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence

from workshop_notes.search.pages import IndexedPage
from workshop_notes.search.words import chunks, joined, terms

FIELDS = {
    "aliases": 20.0,
    "title": 12.0,
    "tags": 6.0,
    "description": 5.0,
    "heading": 4.0,
    "text": 1.0,
}
"""What an occurrence counts by its field."""

SATURATION = 4.5
"""The weighted count at which a word has half of its greatest weight (k1)."""

LENGTH_SHARE = 0.45
"""How far the length of a page counts (b)."""

USUAL_WORDS = 600
"""The words of a page whose length changes nothing. A constant, so that a page's weights do not
depend on the other pages."""

LEVELS = 60
"""The greatest weight; weights are whole numbers from 1, below 64."""

STEP = 4
"""What two weights differ by at least: few weights take less room, and rank as well."""

KEY = 1
"""What is added to the weight of a word that is a whole alias of the page."""

LISTED = 4000
"""Pages kept for one word, those of the greatest weight: a word on more of them tells little."""


class Postings:
    """For each word the pages that hold it, with its weight there.

    A page and a weight are one number, 64 times that of the page and the weight.
    """

    def __init__(self) -> None:
        self.pages = 0
        # Most words of a large site stand on one page: a number takes a third of a list's memory.
        self._lists: dict[str, array | int] = {}

    def add(
        self,
        page: IndexedPage,
        *,
        description: str = "",
        tags: list[str] | None = None,
        aliases: list[str] | None = None,
        factor: float = 1.0,
    ) -> None:
        """Add a page, whose number is the count of those before it.

        Args:
            page: the built page.
            description: one sentence that answers its question.
            tags: shown words for it.
            aliases: words that people use for it and that it does not show.
            factor: what its weights are multiplied by, from 0 to 1.
        """
        counts: defaultdict[str, float] = defaultdict(float)
        keys = set()
        for field, phrases in ("tags", tags), ("title", [page.title]), ("aliases", aliases):
            for phrase in phrases or []:
                found = [chunk for chunk in chunks(phrase) if chunk.strip("_")]
                # A word of a longer alias says less.
                share = max(1, len(found)) ** 0.5 if field == "aliases" else 1
                _count(counts, found, FIELDS[field] / share)
                whole, pairs = joined(found)
                for pair in pairs:
                    counts[pair] += FIELDS[field] / share
                if field == "aliases" and whole:  # there may be no letter in it
                    keys.add(whole)
        for key in keys:
            counts[key] = max(counts[key], FIELDS["aliases"])
        _count(counts, chunks(description), FIELDS["description"])
        words = 0
        for section in page.sections:
            _count(counts, chunks(section.heading), FIELDS["heading"])
            text = chunks(section.text)
            _count(counts, text, FIELDS["text"])
            words += len(text)
        norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * words / USUAL_WORDS)
        number = self.pages << 6
        entries: dict[tuple[float, bool], int] = {}  # few counts differ
        lists = self._lists
        for term, count in counts.items():
            entry = entries.get((count, term in keys))
            if entry is None:
                level = STEP * round(LEVELS * factor * count / (count + norm) / STEP) or 1
                entry = number | (max(level, STEP) + KEY if term in keys else level)
                entries[count, term in keys] = entry
            held = lists.get(term)
            if held is None:
                lists[term] = entry
            elif isinstance(held, int):
                lists[term] = array("I", (held, entry))
            else:
                held.append(entry)
        self.pages += 1

    def words(self) -> list[str]:
        """Return every word, sorted as a browser sorts."""
        # By their letters alone it takes less memory, and is the same but for rare ones.
        rare = any(max(word) > "\uffff" for word in self._lists)
        return sorted(self._lists, key=in_browser if rare else None)

    def lists(self, word: str) -> tuple[int, Sequence[int]]:
        """Return how many pages hold a word, and those kept, by page."""
        entries = self._lists[word]
        if isinstance(entries, int):
            return 1, (entries,)
        if len(entries) <= LISTED:
            return len(entries), entries
        heaviest = sorted(entries, key=lambda entry: -(entry & 63))[:LISTED]
        return len(entries), sorted(heaviest)


def in_browser(word: str) -> bytes:
    """Return what words are sorted by in a browser: their units of UTF-16."""
    return word.encode("utf-16-be")


def _count(counts: defaultdict[str, float], found: list[str], weight: float) -> None:
    """Count the words of a text in one field.

    Args:
        counts: what they are added to.
        found: the chunks of the text.
        weight: what one of them counts.
    """
    for chunk, times in Counter(found).items():
        for term, share in terms(chunk):
            if term:  # "__" has none
                counts[term] += weight * share * times
