"""The words for what became of a source, and what one asking found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workshop_notes.content import ledger


class Verdict(StrEnum):
    """What an asking can find. `judge` says which one wins where several hold."""

    FINE = "fine"
    MOVED = "moved"
    FRAGMENT_GONE = "fragment-gone"
    WORDS_GONE = "words-gone"
    SOFT_404 = "soft-404"
    GONE = "gone"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too-large"


UNKNOWN = frozenset(map(Verdict, ledger.UNKNOWN))
"""No answer about the source: they never change what was known of it."""

BAD = frozenset(map(Verdict, ledger.BAD))
"""Answers that the source is not what the ledger says."""

REMEDIES = {
    Verdict.MOVED: "put the new address into 'url', or list it under 'redirects' with the reason",
    Verdict.FRAGMENT_GONE: "cite another heading of the page, or the page without a fragment",
    Verdict.WORDS_GONE: "read the page again: mend the answer, then 'expects'",
    Verdict.SOFT_404: "find where the text went, or cite a dated copy",
    Verdict.GONE: "find where the text went, or cite a dated copy",
    Verdict.BLOCKED: "nothing, unless it stays so: then look with a browser",
    Verdict.UNREACHABLE: "nothing, unless it stays so: then look with a browser",
    Verdict.TOO_LARGE: "cite a smaller page, or the part of it that is one",
}
"""What a maintainer does about each verdict."""


@dataclass(frozen=True)
class Hop:
    """One answer on the way: the address that was asked, and its status.

    Attributes:
        url: the address.
        status: the HTTP status code; 200 on the way means a page that sends its reader on
            (`<meta http-equiv="refresh">`).
    """

    url: str
    status: int


@dataclass(frozen=True)
class Outcome:
    """What one asking of one source found.

    Attributes:
        verdict: the finding.
        detail: why, in one line without a full stop; may be empty when all is fine.
        final: the address where the asking ended, empty when that is the source's own.
        status: the last HTTP status code, 0 without an answer.
        hops: every answer on the way, in order.
        words: whether the expected words were looked for; a PDF's are not.
        text: a hash of all words that were read, empty when none were.
        passages: the sentence round each of the expected words, in their order.
        seconds: how long the asking took, waiting for the host's turn included.
    """

    verdict: Verdict
    detail: str = ""
    final: str = ""
    status: int = 0
    hops: tuple[Hop, ...] = ()
    words: bool = True
    text: str = ""
    passages: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def is_unknown(self) -> bool:
        """Whether it says nothing about the source."""
        return self.verdict in UNKNOWN

    @property
    def is_bad(self) -> bool:
        """Whether it says that the source is not what the ledger says."""
        return self.verdict in BAD
