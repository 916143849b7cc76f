"""An alias keeps its word: the page that it leads to holds what its words name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml.html import HtmlElement

from tests.site import articles
from workshop_notes.content.pages import Page, read_pages
from workshop_notes.content.problems import Problem
from workshop_notes.search.words import STOP_WORDS, chunks, parts

NAMING_NOTHING = """
after already another available bad broken cannot currently disables get instead low must new next
now off occurred once overview same support supported too used
"""
"""Words beside the name of a thing, which name none themselves."""

SAME_AS = {
    # Abbreviations and other names of one thing.
    "amazon states language": ["state machine"],
    "arrives": ["such as a new file"],
    "automatic machine learning": ["AutoML"],
    "cloudwatch events": ["EventBridge"],  # its name until 2019
    "dag": ["state machine"],
    "dead": ["gone"],
    "directory": ["dir"],
    "dlc": ["Deep Learning Container"],
    "asl": ["state machine"],
    "automate model development": ["Autopilot"],  # AWS's old title of its page
    "eventbridge": ["Scheduler"],
    "duplicate": ["taken"],
    "eda": ["exploration"],
    "etl": ["process"],
    "errors": ["contradicts"],
    "hpo": ["hyperparameter"],
    "id": ["key", "join"],
    "library": ["package"],
    "libraries": ["package"],
    "made": ["prebuilt"],
    "ignore": ["catch"],
    "kick": ["start"],
    "kicks": ["start"],
    "matter": ["measure"],
    "migrate": ["move"],
    "pin": ["pip install"],
    "url": ["address"],
    "website": ["notes"],
    # Other names of batch transform, and of what one does there.
    "bulk": ["transform job"],
    "concurrent": ["parallel", "at once"],
    "exponential": ["growing and random pauses"],
    "backoff": ["growing and random pauses"],
    "inference": ["transform job"],
    "jitter": ["growing and random pauses"],
    "mini": ["MultiRecord"],
    "offline": ["transform job"],
    "scoring": ["transform job"],
    # Times that a schedule has, and what runs by itself.
    "automatic": ["schedule"],
    "automatically": ["schedule"],
    "daily": ["schedule"],
    "hourly": ["schedule"],
    "monday": ["schedule"],
    "monthly": ["schedule"],
    "morning": ["schedule"],
    "nightly": ["schedule"],
    "overnight": ["schedule"],
    "periodic": ["schedule"],
    "recurring": ["schedule"],
    "retraining": ["schedule"],
    "unattended": ["schedule"],
    "weekly": ["schedule"],
    "chain": ["then"],
    "orchestration": ["pipeline"],
    # What one does, in another word.
    "abort": ["stop"],
    "algo": ["first machine"],
    "analysis": ["exploration"],
    "benchmark": ["measure"],
    "categorical": ["encodes"],
    "clean": ["prepare", "preprocess", "pre/post processing"],
    "cleaning": ["prepare", "preprocess", "pre/post processing"],
    "control": ["repositor"],
    "correct": ["checked"],
    "exhausted": ["refused"],
    "exploratory": ["exploration"],
    "extra": ["package"],
    "misses": ["finds nothing"],
    "outdated": ["patched"],
    "pickle": ["joblib"],
    "preprocessor": ["transformer"],
    "rate": ["schedule"],
    "ready": ["prebuilt"],
    "renamed": ["is called"],
    "scores": ["measure"],
    "security": ["patched"],
    "separate": ["split"],
    "skew": ["the same fitted object"],
    "tps": ["per second"],
    "unique": ["taken"],
    "trust": ["tested"],
    "updates": ["patched"],
    "verification": ["checked"],
    "verify": ["checked"],
}
"""Words, or whole aliases, that stand for others: one of those must be in the page's text."""


def stem(word: str) -> str:
    """Return a word without its ending: `caching`, `caches` and `cache` are one."""
    for ending in (
        *("ations", "ation", "ings", "ing", "ions", "ion", "ers", "er", "ors", "or"),
        *("ies", "es", "ed", "s", "y", "e"),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending).removesuffix("e")
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def missing(alias: str, text: str) -> list[str]:
    """Return the words of an alias that a page's text does not hold, in any of their forms."""
    plain, squeezed = text.casefold(), re.sub(r"\W|_", "", text).casefold()
    stems = {stem(part) for chunk in chunks(text) for part in parts(chunk)}

    def held(word: str) -> bool:
        others = SAME_AS.get(word.casefold(), [])
        return stem(word) in stems or any(each.casefold() in plain for each in others)

    if re.sub(r"\W|_", "", alias).casefold() in squeezed or held(alias.casefold()):
        return []
    words = [part for chunk in chunks(alias) for part in parts(chunk)]
    return [
        each
        for each in words
        if each not in STOP_WORDS | set(NAMING_NOTHING.split()) and not held(each)
    ]


def problems(page: Page, text: str) -> list[Problem]:
    """Find the aliases of a page that promise what its text does not have."""
    remedy = "write the sentence that a reader looks for, or remove the alias"
    return [
        Problem(
            Path("docs") / page.name,
            page.matter.lines["aliases"],
            f"the alias '{alias}' leads here, and nothing here says '{', '.join(words)}'",
            remedy,
        )
        for alias in page.matter.values.get("aliases", [])
        if (words := missing(str(alias), text))
    ]


def downloads(tree: HtmlElement) -> list[str]:
    """Return the names of the files that a page links to beside itself."""
    return [str(link) for link in tree.xpath(".//a/@href") if "://" not in link]


def test_each_alias_keeps_its_word(project, site):
    texts = {
        each.name: " ".join([each.tree.text_content(), *downloads(each.tree)])
        for each in articles(project, site)
    }
    found = [
        problem for page in read_pages(project) for problem in problems(page, texts[page.name])
    ]
    assert not found, "\n".join(map(str, found))


TEXT = "A schedule starts InvokeEndpoint; step caching finds nothing for packages."


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("invoke_endpoint", []),
        ("cached steps", []),
        ("cache misses", []),
        ("nightly", []),
        ("extra libraries", []),
        ("the next schedule", []),
        ("airflow", ["airflow"]),
        ("CloudWatch Events", ["cloud", "watch", "events"]),
        ("start of an endpoint in Airflow", ["airflow"]),
    ],
)
def test_what_an_alias_promises_is_looked_for(alias, expected):
    assert missing(alias, TEXT) == expected
