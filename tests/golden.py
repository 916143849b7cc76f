"""The golden queries: what people type, and the page that must come first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page
from ruamel.yaml import YAML

PATH = Path(__file__).parent / "data" / "search.yml"
OUTSIDE = Path(__file__).parent / "data" / "search_outside.yml"
MAX_RANK = 10


@dataclass(frozen=True)
class Query:
    """A query with what it must find.

    Attributes:
        text: what is typed.
        kind: question, keyword, identifier, misspelling, old (words of 2020) or error.
        page: the page that must come first: `day-1/schedule-jobs`.
        heading: the fragment that its first result must lead to, or nothing where any will do.
    """

    text: str
    kind: str
    page: str
    heading: str

    @property
    def held_out(self) -> bool:
        """Whether it belongs to the third that nobody tunes on, by a hash of its words."""
        return int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % 3 == 0


def queries() -> list[Query]:
    """Read all golden queries."""
    found = []
    for page, kinds in YAML(typ="safe").load(PATH.read_text(encoding="utf-8")).items():
        for kind, lines in kinds.items():
            for line in lines:
                text, _, heading = line.partition(" -> ")
                found.append(Query(text, kind, page, heading))
    return found


@dataclass(frozen=True)
class Outside:
    """What somebody typed in public.

    Attributes:
        text: the words.
        thread: where they are from: `aws/aws-cdk#14887`, or `own words`.
        pages: those that answer it, each as good as the other; none where no page does.
        part: `tuned` on which the search was, `seen` by those who worked on it, or `unseen`.
    """

    text: str
    thread: str
    pages: tuple[str, ...]
    part: str


def outside() -> list[Outside]:
    """Read what people typed in public."""
    found = []
    for part, topics in YAML(typ="safe").load(OUTSIDE.read_text(encoding="utf-8")).items():
        for topic in topics:
            for thread, texts in topic["threads"].items():
                pages = tuple(topic["pages"])
                found += [Outside(text, thread, pages, part) for text in texts]
    return found


_ASK = """async (queries) => {
  const list = document.querySelector("#search-results")
  const answers = []
  list.style.display = "none"  // to lay out and paint each answer takes longer than to find it
  for (const query of queries) {
    openSearch(query)
    while (list.ariaBusy !== "false") await new Promise((done) => setTimeout(done, 0))
    answers.push([...list.querySelectorAll(".search__result")].map((link) => link.href))
  }
  list.style.display = ""
  return answers
}"""


def ask(page: Page, home: str, texts: list[str]) -> list[list[str]]:
    """Type queries into the search of a site, and return the addresses of each one's results.

    Args:
        page: a browser's page.
        home: the address of the site's home page, on a server or a disk.
        texts: the queries.
    """
    page.goto(home)
    page.keyboard.press("/")
    page.locator("#search-results").wait_for(state="attached")
    return page.evaluate(_ASK, texts)


def place(url: str, root: str) -> tuple[str, str]:
    """Return the path of a result below the site's address, and its fragment."""
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix(unquote(urlsplit(root).path))
    return path.removesuffix("index.html").removesuffix(".html").rstrip("/"), parts.fragment


@dataclass(frozen=True)
class Judged:
    """A query with its rank: 1 for the first result, 0 where the page was not found."""

    query: Query
    rank: int
    first: str

    def __str__(self) -> str:
        wanted = self.query.page + (f"#{self.query.heading}" if self.query.heading else "")
        return f"{self.query.text!r}: {wanted} at {self.rank or 'no'} place; first is {self.first}"


def judge(page: Page, home: str, root: str, asked: list[Query]) -> list[Judged]:
    """Ask the search of a site every query, and say at which place the right page stood.

    A page of which another heading is offered than the one that must be, is not found.
    """
    judged = []
    for query, urls in zip(asked, ask(page, home, [q.text for q in asked]), strict=True):
        places = [place(url, root) for url in urls]
        rank = next(
            (
                n
                for n, (path, fragment) in enumerate(places, 1)
                if path == query.page and query.heading in ("", fragment)
            ),
            0,
        )
        judged.append(
            Judged(query, rank, "#".join(filter(None, places[0])) if places else "nothing")
        )
    return judged


@dataclass(frozen=True)
class Figures:
    """How well a set of queries was answered: shares from 0 to 1."""

    count: int
    first: float
    first_three: float
    reciprocal_rank: float

    @classmethod
    def of(cls, judged: list[Judged]) -> Figures:
        """Compute the figures (mean reciprocal rank: Voorhees, TREC-8, 1999)."""
        count = len(judged)
        return cls(
            count,
            sum(each.rank == 1 for each in judged) / count,
            sum(1 <= each.rank <= 3 for each in judged) / count,
            sum(1 / each.rank for each in judged if each.rank) / count,
        )

    def __str__(self) -> str:
        return (
            f"{self.count} queries, success@1 {self.first:.1%}, success@3 {self.first_three:.1%}, "
            f"mean reciprocal rank {self.reciprocal_rank:.3f}"
        )
