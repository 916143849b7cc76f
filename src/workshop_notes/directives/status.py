"""What the page about the state of these notes says, made from the pages and the ledger."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable

from workshop_notes.content.ledger import Ledger, Source
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.directives import citations
from workshop_notes.directives.components import WORDS, long_date

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def evidence(project: Project, pages: list[Page], ledger: Ledger) -> str:
    """Count the sources by what was checked of them, with the oldest check of each kind."""
    found = Counter(source.evidence["kind"] for source in ledger.sources)
    rows = []
    for kind, meaning in WORDS["evidence"].items():
        dates = [
            s.evidence["date"]
            for s in ledger.sources
            if s.evidence["kind"] == kind and "date" in s.evidence
        ]
        oldest = long_date(min(dates)) if dates else "none"
        rows.append(f"| *{kind}*: {meaning} | {found[kind]} | {oldest} |")
    table = _table("| Evidence | Sources | Oldest |", rows)
    copies = [source for source in ledger.sources if citations.pinned_copy(source)]
    twice = sum(bool(source.second) for source in copies)
    return (
        f"{table}\n\n{len(copies)} have a copy to read when they are gone; {twice} of them have a "
        f"second one, which somebody else keeps."
    )


def drafts(project: Project, pages: list[Page], ledger: Ledger) -> str:
    """Count the answers that nobody has checked yet, and name them."""
    found = [page for page in pages if page.is_draft]
    if not found:
        return "None: somebody has read each answer and its sources."
    count = sum(page.is_question for page in pages)
    links = "\n".join(f"- [{page.title}]({page.name})" for page in found)
    return f"{len(found)} of {count} answers are drafts, which nobody has checked yet:\n\n{links}"


def proofs(project: Project, pages: list[Page], ledger: Ledger) -> str:
    """Tell how much of what the pages say is proved, as the tests counted it.

    Raises:
        ContentError: the tests have not counted, or somebody spoilt what they wrote.
    """
    path = project.root / "claims.json"
    try:
        counts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"the counts cannot be read ({error})"
        problem = Problem(project.relative(path), 1, what, "run 'make format' to write them anew")
        raise ContentError([problem]) from error
    values, blocks = Counter(counts["values"]), Counter(counts["blocks"])
    rows = [
        f"| {values[kind]} | {told} |" for kind, told in WORDS["values"].items() if values[kind]
    ]
    rows += [f"| {number} | claims that rest on {by} |" for by, number in counts["claims"].items()]
    rows += [
        f"| {blocks[kind]} | {told} |" for kind, told in WORDS["blocks"].items() if blocks[kind]
    ]
    if planted := counts.get("defects"):
        rows.append(
            f"| {planted['caught']} of {planted['planted']} | mistakes, planted one by one in "
            "a copy of this project, that the check whose job it is named with file and remedy; "
            f"{planted['public']} of them somebody made in public |"
        )
    return _table("| How many | What |", rows)


def trouble(project: Project, pages: list[Page], ledger: Ledger) -> str:
    """List the sources that are established as bad, wait for a second finding, or stay silent."""
    rows = []
    for source in ledger.sources:
        if words := citations.verdict_words(source):
            rows.append(f"| [{citations.plain(source.title)}]({source.address}) | {words} |")
    if rows:
        return _table("| Source | Found |", rows)
    if any(source.check for source in ledger.sources):
        return "None: each source answered as expected when it was last asked."
    return "None is known, but no source has been asked live yet."


def closed(project: Project, pages: list[Page], ledger: Ledger) -> str:
    """List what is closed to new customers, with the source that says so and our page."""
    rows = []
    for source in ledger.sources:
        if source.closed:
            link = f"[{citations.plain(source.title)}]({source.address})"
            rows.append(f"| {source.closed} | {link} | {_where(pages, source)} |")
    return _table("| Closed | Source | Told in |", rows)


def contradictions(project: Project, pages: list[Page], ledger: Ledger) -> str:
    """List every passage in which a page tells that its sources contradict each other."""
    items = []
    wanted = project.settings.contradiction
    for page in (page for page in pages if page.is_question):
        text = "\n".join(line for _, line in page.markdown.outside_code)
        for paragraph in re.split(r"\n\s*\n|\n(?=- )", text):
            folded = " ".join(paragraph.split())
            start = folded.find(wanted)
            if wanted and start >= 0:
                told = _LINK.sub(r"\1", folded[start + len(wanted) :]).lstrip(":. ")
                told = re.sub(r"^(here\.|on) ", "", told)
                items.append(f"- [{page.title}]({page.name})\n\n    {told[:1].upper()}{told[1:]}\n")
    return "\n".join(items)


def workshop(project: Project, pages: list[Page], ledger: Ledger) -> str:
    """Tell of each address in the notes of the first answers what became of it, page by page."""
    told: dict[str, str] = {}
    where: dict[str, str] = {}
    for source in ledger.sources:
        for old, outcome in source.replaces:
            told[old], where[old] = outcome, _where(pages, source)
        if source.workshop:
            told[source.address] = source.workshop
            where[source.address] = _where(pages, source)
    order = {f"[{page.title}]({page.name})": place for place, page in enumerate(pages)}
    found = sorted(told, key=lambda old: order.get(where[old].split(", [")[0], len(order)))
    # A list: a table of long addresses is wider than a phone.
    return "\n".join(f"- `{old}`\n\n    {told[old]} Answer: {where[old]}\n" for old in found)


def _table(head: str, rows: list[str]) -> str:
    line = "|".join(" --- " for _ in head.split("|")[1:-1])
    return "\n".join([head, f"|{line}|", *rows])


def _where(pages: list[Page], source: Source) -> str:
    """Link the questions that cite a source."""
    addresses = {source.address, source.moving} - {""}
    found = [
        f"[{page.title}]({page.name})"
        for page in pages
        if page.is_question and addresses & {each.target for each in page.markdown.references}
    ]
    return ", ".join(found)


PARTS: dict[str, Callable[[Project, list[Page], Ledger], str]] = {
    "evidence": evidence,
    "drafts": drafts,
    "proofs": proofs,
    "trouble": trouble,
    "closed": closed,
    "contradictions": contradictions,
    "workshop": workshop,
}
"""The parts of the page, by the names that its directives use."""
