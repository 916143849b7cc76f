"""Pages and ledger name the same addresses, and none of them is of a form known to be dead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workshop_notes.content.ledger import DeadForm, Ledger
from workshop_notes.content.markdown import Reference
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import UNWRITTEN, Problem
from workshop_notes.content.project import Project
from workshop_notes.content.schema import SCHEMAS

DEAD_FORMS = tuple(DeadForm.of(form) for form in SCHEMAS["dead_forms"])
"""Forms that are dead whatever a site is about; its ledger names those of its subject."""


def external(page: Page) -> list[Reference]:
    """List the references of a page that leave the site, and where its question was asked."""
    matter = page.matter
    asked = [Reference("link", each, "", matter.lines["asked"]) for each in page.asked]
    return [each for each in page.markdown.references if each.is_external] + asked


def check(project: Project, pages: list[Page], ledger: Ledger, *, strict: bool) -> list[Problem]:
    """Find addresses without an entry, entries without a use, and dead forms.

    Args:
        project: the project.
        pages: its pages.
        ledger: its ledger.
        strict: whether drafts, and what they alone rest on, are mistakes as well.
    """
    shown_ledger = project.relative(project.ledger)
    used: set[str] = set()
    rested_on: set[str] = set()
    found: list[Problem] = []
    for page in pages:
        shown = project.relative(page.path)
        if strict and page.is_draft:
            remedy = (
                "read the answer and its sources, then write status, reviewed, tags and aliases"
            )
            line = page.matter.lines["status"]
            found.append(Problem(shown, line, "a draft, which is not published here", remedy))
        for reference in external(page):
            found += dead_forms(reference.target, shown, reference.line, ledger)
            source = ledger.by_address.get(reference.target)
            if source is not None:
                used.add(source.key)
                if page.is_question and not page.is_draft:
                    rested_on.add(source.key)
            elif reference.target not in ledger.unread:
                remedy = f"add an entry for it to {shown_ledger}, or remove the link"
                what = f"{reference.target} has no entry in the ledger"
                found.append(Problem(shown, reference.line, what, remedy))
    for source in ledger.sources:
        found += dead_forms(source.address, shown_ledger, source.line, ledger)
        if source.key not in used:
            remedy = "cite it on a page, or remove the entry"
            what = f"no page cites source '{source.key}'"
            found.append(Problem(shown_ledger, source.line, what, remedy))
        for words in (source.title, *source.expects):
            if words.startswith(UNWRITTEN):
                what = f"source '{source.key}' is still to write"
                remedy = words.removeprefix(UNWRITTEN)
                found.append(Problem(shown_ledger, source.line, what, remedy))
        if source.evidence["kind"] == "none" and (strict or source.key in rested_on):
            remedy = "look at it, or at a dated copy of it, and say when and which"
            what = f"nobody has looked at source '{source.key}'"
            found.append(Problem(shown_ledger, source.line, what, remedy))
    return found


def dead_forms(address: str, shown: Path, line: int, ledger: Ledger) -> Iterator[Problem]:
    """Yield a problem when `address` is of a form known to be dead, here or to the ledger."""
    for form in (*ledger.dead, *DEAD_FORMS):
        if form.pattern.search(address):
            yield Problem(shown, line, f"{address}: {form.why}", form.instead)
            return
