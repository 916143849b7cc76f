"""Take text apart into the words that the search knows: as people type them, and identifiers too.

`scripts/words.js` does the same to a query; a test holds the two together.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache

STOP_WORDS = frozenset(
    "a about all also am an and any are as at be been but by can could did do does each every for "
    "from had has have how i if in into is it its just me my no not of on only or other our should "
    "so some such than that the their them then there these they this to very was we were what "
    "when where which who why will with would you your".split()
)
"""Words that name no page: neither indexed nor asked for."""

MAX_LENGTH = 40
"""Characters of the longest word that is indexed; what is longer is a hash or a path."""

PART_SHARE = 0.6
"""What a part of a longer word counts, beside a word that stands alone."""

_POSSESSIVE = re.compile(r"['\u2019]s\b")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]")
"""Accents, soft hyphens and spaces without a width."""

_CHUNK = re.compile(r"\w+(?:[-.:/+<>]+\w+)*")
_SEPARATOR = re.compile(r"[-_:/+<>]+|\.+(?!\d)|(?<!\d)\.+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OUTPUT = re.compile(r"\d+\.\d{4,}|\d{5,11}|\d{13,}")
"""Numbers that nobody types: results of a run, bytes. An account has twelve digits."""

_LOWER = re.compile(r"[a-z]")


def chunks(text: str) -> list[str]:
    """Return the words of a text, identifiers and versions in one piece: `image_uris.retrieve`.

    Args:
        text: any text; accents and what is not seen are dropped, capitals kept.
    """
    if not text.isascii():
        # Composed again, because a mark of voiced kana is no letter by itself.
        bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", bare)
    if "'" in text or "\u2019" in text:
        text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    return _CHUNK.findall(text)


def parts(chunk: str) -> list[str]:
    """Split a chunk at punctuation and at capitals: `PipelineModel.v3` into pipeline, model, v3.

    A dot between digits stays: 3.2 is one part.
    """
    return [
        piece.lower()
        for part in _SEPARATOR.split(chunk)
        if part
        for piece in (_CAPITAL.split(part) if _LOWER.search(part) else [part])
    ]


@lru_cache(maxsize=3_000)
def terms(chunk: str) -> tuple[tuple[str, float], ...]:
    """Return what a chunk is indexed under: its parts, and the whole where it has two.

    So `Rule.custom` is found by `rule` and by itself. Who types a longer one is led by its parts.
    Each term comes with its share: a part says less of a page than a word that stands alone.
    """
    lowered = [part.lower() for part in _SEPARATOR.split(chunk) if part]
    whole = "".join(lowered)
    found = dict.fromkeys([*lowered, *parts(chunk), *[whole] * (len(lowered) == 2)])
    return tuple(
        (term, 1.0 if term == whole else PART_SHARE)
        for term in found
        if len(term) <= MAX_LENGTH and term not in STOP_WORDS and not _OUTPUT.fullmatch(term)
    )


@lru_cache(maxsize=3_000)
def _whole(chunk: str) -> str:
    return "".join(parts(chunk))


def joined(found: list[str]) -> tuple[str, list[str]]:
    """Return a phrase in one piece, as `stepfunctions` finds `step functions`, and its pairs.

    Args:
        found: chunks of one phrase.
    """
    plain = [word for word in map(_whole, found) if word not in STOP_WORDS]
    pairs = [a + b for a, b in itertools.pairwise(plain)]
    return "".join(plain), [pair for pair in pairs if len(pair) <= MAX_LENGTH]
