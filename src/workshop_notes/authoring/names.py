"""Names that are made of words: addresses of pages, names of files, keys of sources."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container
from urllib.parse import urlsplit

from markdown.extensions.toc import slugify

from workshop_notes.search.words import STOP_WORDS

MOST_WORDS = 5
"""Words in an address: enough to tell it from its neighbours, short enough to say."""

_NUMBER = re.compile(
    r"^\s*(?:(?:q(?:uestion)?\s*)?\d+(?:\.\d+)*\s*[.):]|q(?:uestion)?\s*[:.])\s*", re.I
)


def without_number(title: str) -> str:
    """Return a question without what counts it: `Q3: Why?` and `2.1) Why?` are `Why?`."""
    return _NUMBER.sub("", title).strip() or title.strip()


def slug_of(title: str, taken: Container[str], *, fallback: str = "question") -> str:
    """Return a short name for an address that is free.

    Args:
        title: the words; those that say nothing are left out.
        taken: names that cannot be had.
        fallback: what to take where no letter is one of an address.
    """
    words = slugify(title.replace("'", "").replace("\u2019", ""), "-").replace("_", "-").split("-")
    telling = [word for word in words if word and word not in STOP_WORDS] or list(
        filter(None, words)
    )
    return free("-".join(telling[:MOST_WORDS])[:60].strip("-") or fallback, taken)


def free(name: str, taken: Container[str]) -> str:
    """Return a name, or the name with the first number that makes it free."""
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def key_of(address: str, taken: Container[str]) -> str:
    """Return a free key for the ledger: the name of the host, and the end of the path."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").rpartition(".")[0]
    path = re.sub(r"\.\w{2,5}$", "", parts.path.rstrip("/")).split("/")[-1]
    words = slugify(f"{host} {path} {parts.fragment}".replace(".", " "), "-").replace("_", "-")
    return free(re.sub(r"-+", "-", words)[:60].strip("-") or "source", taken)
