"""Bind quoted words of a page to a function that checks them."""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.claims import prose
from tests.site import ROOT
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import Problem

PROOFS = {
    "API model": "AWS's API model, as botocore ships it",
    "SDK": "the source of a pinned SDK or library, read or called",
    "images": "the tables of images in the SDK",
    "grammar": "a documented grammar: Amazon States Language, or EventBridge's expressions",
    "run": "a run, on this machine or on the local SageMaker",
    "source": "words in a copy that the ledger pins",
    "page": "the page itself, or another file of this project",
}
"""What a check may rest on."""


class ClaimError(Exception):
    """A claim that cannot be checked as it is written, with file, line and remedy."""


@dataclass(frozen=True)
class Claim:
    """Words of a page and their check.

    Attributes:
        page: the page below `docs`, such as `day-1/schedule-jobs.md`.
        words: what is quoted, each from one paragraph, list item, row or the description.
        by: what the check rests on, one of `PROOFS`.
        check: raises AssertionError when the words are not true.
        file: the file that the claim stands in, relative to the project.
        line: its line there, counted from 1.
    """

    page: str
    words: tuple[str, ...]
    by: str
    check: Callable[[], None]
    file: Path
    line: int


_claims: list[Claim] = []


def claim(page: str, *words: str, by: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Bind words of a page to the function below.

    Args:
        page: the page below `docs`.
        words: what is quoted from it.
        by: what the check rests on, one of `PROOFS`.

    Raises:
        ClaimError: there are no words, no such kind of proof, or nothing in the function that
            could fail.
    """

    def bind(check: Callable[[], None]) -> Callable[[], None]:
        file = Path(inspect.getsourcefile(check))
        file = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        made = Claim(page, words, by, check, file, check.__code__.co_firstlineno)
        _refuse_if_empty(made)
        _claims.append(made)
        return check

    return bind


def _refuse_if_empty(claim: Claim) -> None:
    where = f"{claim.file}:{claim.line}: the claim '{claim.check.__name__}'"
    if not claim.words or not all(word.strip() for word in claim.words):
        raise ClaimError(f"{where} quotes nothing; quote the words of {claim.page} that it checks")
    if claim.by not in PROOFS:
        known = ", ".join(PROOFS)
        raise ClaimError(f"{where} rests on '{claim.by}'; use one of: {known}")
    tree = ast.parse(textwrap.dedent(inspect.getsource(claim.check)))
    if not any(_can_fail(node) for node in ast.walk(tree)):
        raise ClaimError(f"{where} has no check; assert something that is not a constant")


def _can_fail(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    return isinstance(node, ast.With) and "pytest.raises" in ast.unparse(node.items[0])


def read_claims() -> list[Claim]:
    """Import the modules of all pages, and return their claims in the order of the files."""
    from tests.claims import pages

    for module in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}."):
        importlib.import_module(module.name)
    return sorted(_claims, key=lambda each: (each.file, each.line))


def problems(read: Iterable[Page], claims: Iterable[Claim]) -> list[Problem]:
    """Find claims on pages that are not there, and words that are no longer on their page."""
    pages = {page.name: page for page in read}
    found = []
    for each in claims:
        where = f"the claim '{each.check.__name__}' ({each.file}:{each.line})"
        if each.page not in pages:
            what = f"{where} is about docs/{each.page}, which is not there"
            found.append(Problem(each.file, each.line, what, "correct the page, or remove it"))
            continue
        blocks = prose.blocks(pages[each.page])
        for words in each.words:
            if not any(words in block.text for block in blocks):
                what = f"'{words}' is no longer on the page, and {where} quotes it"
                remedy = "see whether its check still proves what the page says now, and quote that"
                found.append(
                    Problem(Path("docs") / each.page, _nearest(words, blocks), what, remedy)
                )
    return found


def _nearest(words: str, blocks: list[prose.Block]) -> int:
    """Return the line of the block that is most like the words."""
    texts = {block.text: block.line for block in blocks}
    near = difflib.get_close_matches(words, texts, n=1, cutoff=0)
    return texts[near[0]] if near else 1


@dataclass(frozen=True)
class Value:
    """A number, a date or a name in code font that a page states, and what proves it.

    Attributes:
        line: the line of its paragraph, list item or row, counted from 1.
        text: the value.
        around: the sentence or the row that it stands in.
        proof: "claim", "source", "not confirmed", or nothing.
    """

    line: int
    text: str
    around: str
    proof: str


def values(page: Page, claims: Iterable[Claim], ledger: Ledger) -> Iterator[Value]:
    """Yield what on a page needs a proof: a claim that quotes it, or a source next to it.

    Args:
        page: the page.
        claims: all claims; those of other pages do not count.
        ledger: the ledger, whose `expects` say what a source holds.
    """
    words = [quote for each in claims if each.page == page.name for quote in each.words]
    for block in prose.blocks(page):
        quoted = [
            (match.start(), match.end())
            for quote in words
            for match in re.finditer(re.escape(quote), block.text)
        ]
        linked = [ledger.by_address[link] for link in block.links if link in ledger.by_address]
        held = " ".join(word for source in linked for word in source.expects)
        sentences = list(block.sentences())
        for start, end in sorted(block.values()):
            value = block.text[start:end]
            (around,) = [block.text[a:b] for a, b in sentences if a <= start < b]
            around = block.text if " | " in block.text else around
            proof = ""
            if any(a <= start and end <= b for a, b in quoted):
                proof = "claim"
            elif re.search(rf"(?<!\w){re.escape(value)}(?!\w)", held):
                proof = "source"
            elif prose.NOT_CONFIRMED in around:
                proof = prose.NOT_CONFIRMED
            yield Value(block.line, value, around, proof)
