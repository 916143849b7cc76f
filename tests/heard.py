"""What people typed, and where it led, teaches the search: `python -m tests.heard` writes it down.

Taken are the phrasings of `tests/data`, but for those that are kept apart. A word tells of a page
by how much more often it led there than words do (pointwise mutual information, Church and Hanks,
1990, smoothed as in naive Bayes), and of none by how much more often it led to no page than to any.
The words that tell the most stand in `search.yml`, by their stems.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import golden
from tests.site import launch
from workshop_notes.search import NO_PAGE

SEARCH = Path(__file__).parent.parent / "search.yml"
WORDS = SEARCH.parent / "src/workshop_notes/search/scripts/words.js"

SMOOTHING = 100
"""Words that each page is given beforehand, as frequent as in all phrasings."""

THREADS, THREADS_OF_NONE = 3, 2
"""A word from fewer threads tells nothing, of a page and of none."""

KEPT, KEPT_OF_NONE = 400, 200
"""The pairs of word and page that are kept, and the words that lead to none."""

UNIT = 16
"""A weight of 1 is a factor of e to the power of 1/16."""

_HEAD = "# Words that led people to a page, by their stems: written by `python -m tests.heard`.\n"


@dataclass(frozen=True)
class Phrasing:
    """What somebody typed.

    Attributes:
        thread: where it is from.
        pages: those that answer it; none where no page does.
        roots: the stems of its words, each once.
    """

    thread: str
    pages: tuple[str, ...]
    roots: tuple[str, ...]


def learn(phrasings: Iterable[Phrasing]) -> dict[str, dict[str, int]]:
    """Return the weight of each stem that tells of a page, by page."""
    led: defaultdict[str, Counter[str]] = defaultdict(Counter)
    threads: defaultdict[str, set[str]] = defaultdict(set)
    answered: Counter[str] = Counter()
    for each in phrasings:
        for root in each.roots:
            if re.fullmatch(r"[\d.]+", root):
                continue
            threads[root, bool(each.pages)].add(each.thread)
            for page in each.pages or (NO_PAGE,):
                led[page][root] += 1 / max(1, len(each.pages))
            answered[root] += bool(each.pages)
    none = led.pop(NO_PAGE, Counter())
    totals = {page: sum(found.values()) for page, found in led.items()}
    every, missed = sum(answered.values()), sum(none.values())
    told = []
    for page, found in led.items():
        for root, count in found.items():
            gain = log(1 + count * every / (SMOOTHING * answered[root]))
            weight = gain - log(1 + totals[page] / SMOOTHING)
            if weight > 0 and len(threads[root, True]) >= THREADS:
                told.append((weight * count, root, page, weight))
    of_none = []
    for root, count in none.items():
        share = SMOOTHING * (count + answered[root]) / (every + missed)
        odds = (count + share) / (missed + SMOOTHING)
        weight = log(odds * (every + SMOOTHING) / (answered[root] + share))
        known = threads[root, True] | threads[root, False]
        if weight > 0 and len(known) >= THREADS_OF_NONE:
            of_none.append((weight, root, NO_PAGE, weight))
    kept = sorted(told)[-KEPT:] + sorted(of_none)[-KEPT_OF_NONE:]
    weights: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for _, root, page, weight in sorted(kept, key=lambda each: (each[2], each[1])):
        if level := min(63, round(weight * UNIT)):
            weights[page][root] = level
    return dict(weights)


def collected(stems: Callable[[list[str]], list[list[str]]]) -> list[Phrasing]:
    """Return the phrasings that may be learned from.

    Args:
        stems: returns the stems of each text's words.
    """
    found = [(q.thread, q.pages, q.text) for q in golden.outside() if q.part != "unseen"]
    found += [(q.text, (q.page,), q.text) for q in golden.queries() if not q.held_out]
    roots = stems([text for _, _, text in found])
    return [
        Phrasing(thread, pages, tuple(each))
        for (thread, pages, _), each in zip(found, roots, strict=True)
    ]


STEMS = "texts => texts.map((text) => notesSearch.stems(notesSearch.chunks(text)))"
"""What a page with the search's scripts evaluates, to have the stems of texts."""


def written(weights: dict[str, dict[str, int]]) -> str:
    """Return `search.yml` with these weights."""
    before = SEARCH.read_text(encoding="utf-8").partition(_HEAD)[0]
    lines = [f"{before.rstrip()}\n\n{_HEAD}heard:\n"]
    for page, words in weights.items():
        told = " ".join(f"{root}={weight}" for root, weight in words.items())
        lines.append(f"  {page}: >-\n    {told}\n")
    return "".join(lines)


def main() -> None:
    """Learn anew, and write it down."""
    with sync_playwright() as driver:
        browser = launch(driver)
        page = browser.new_page()
        page.add_script_tag(content=WORDS.read_text(encoding="utf-8"))
        found = collected(lambda texts: page.evaluate(STEMS, texts))
        browser.close()
    SEARCH.write_text(written(learn(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
