"""Write the index: scripts that a browser loads one by one, from a server or from a disk.

A page that was opened from a disk may load scripts but read no files, so each file is a call
`notesSearch.put(name, data)`. A small site has one file, `search/index.js`, which begins with the
search's scripts, so that a browser asks once. A large one has that with a list of the others: words
in alphabetical order, cut into files of about the same size; all words by their length, for mending
typing errors; and texts, for what a result shows.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from workshop_notes.content.files import write_if_changed
from workshop_notes.search.encode import Encoded
from workshop_notes.search.pages import IndexedPage
from workshop_notes.search.postings import Postings

SMALL_SITE_BYTES = 400_000
"""Up to this size of words and texts, before compression, everything is in one file."""

WORDS_BYTES = 40_000
"""Words in one file of a large site."""

TEXT_PAGES = 4
"""Pages whose texts share a file, in a large site."""


class Writer:
    """Writes the index of one site; texts as pages come, words at the end.

    Args:
        folder: the folder of the index, below that of the site.
        scripts: what the first file begins with.
    """

    def __init__(self, folder: Path, scripts: str) -> None:
        self._folder, self._scripts = folder, scripts
        self._old = set(folder.rglob("*.js")) if folder.is_dir() else set()
        self._hash = hashlib.sha256()
        self._held: list[list] | None = []  # every page, until the site is known to be large
        self._held_bytes = 0
        self._group: list[list] = []
        self._groups = 0

    def add(self, page: IndexedPage, description: str, place: str) -> None:
        """Take in what a result shows of the next page."""
        sections = [[each.heading, each.fragment, each.text] for each in page.sections]
        entry = [page.location, page.title, description, sections, place]
        if self._held is None:
            self._add_to_group(entry)
            return
        self._held.append(entry)
        self._held_bytes += sum(len(part) for section in sections for part in section)
        if self._held_bytes > SMALL_SITE_BYTES:
            self._let_go()

    def close(self, postings: Postings) -> None:
        """Write the words and the list of files, and remove the files of an older index.

        Args:
            postings: the words of the pages that were added, in the same order.
        """
        encoded = Encoded(postings)
        index: dict = {"pages": postings.pages}
        if self._held is not None and self._held_bytes + encoded.size <= SMALL_SITE_BYTES:
            index |= {"words": _columns(dict(encoded.items())), "texts": self._held}
        else:
            self._let_go()
            self._end_group()
            index |= {"textPages": TEXT_PAGES, "starts": []}
            for number, group in enumerate(_cut(encoded.with_beginnings())):
                index["starts"].append(next(iter(group)))
                self._put(f"words-{number}", _columns(group))
            by_length: defaultdict[int, list[str]] = defaultdict(list)
            for word in (*encoded.words, *encoded.starts):
                by_length[len(word)].append(word)
            for length, found in by_length.items():
                self._put(f"length-{length}", " ".join(found))
            index["lengths"] = sorted(by_length)
        self._hash.update(json.dumps(index).encode())
        index["version"] = self._hash.hexdigest()[:8]
        self._put("index", index, self._scripts)
        for path in self._old:
            path.unlink()

    def _let_go(self) -> None:
        """Write the pages that were held back."""
        held, self._held = self._held or [], None
        for entry in held:
            self._add_to_group(entry)

    def _add_to_group(self, entry: list) -> None:
        self._group.append(entry)
        if len(self._group) == TEXT_PAGES:
            self._end_group()

    def _end_group(self) -> None:
        if self._group:
            self._put(f"texts-{self._groups}", self._group)
            self._groups += 1
            self._group = []

    def _put(self, name: str, data, before: str = "") -> None:
        """Write one file, with what stands before its data."""
        value = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        script = f'{before}notesSearch.put("{name}",{value})\n'
        path = self._folder / f"{name}.js"
        write_if_changed(path, script)
        self._old.discard(path)
        self._hash.update(script.encode())


def _columns(words: dict[str, str]) -> list[str]:
    """Write words and their entries as two texts, which a browser reads faster than an object.

    Of each word only what differs from the one before is written, after a capital letter that
    says how much does not: words have none.
    """
    written, before = [], ""
    for word in words:
        pairs = zip(word[:25], before, strict=False)
        same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
        written.append(f"{chr(65 + same)}{word[same:]}")
        before = word
    return ["".join(written), " ".join(words.values())]


def _cut(words: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
    """Cut words into groups of about one file each."""
    group: dict[str, str] = {}
    size = 0
    for word, entry in words:
        if size > WORDS_BYTES:
            yield group
            group, size = {}, 0
        group[word] = entry
        size += len(word) + len(entry) + 6
    yield group
