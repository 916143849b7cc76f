"""Pages and ledger name the same addresses, and none of them is of a form known to be dead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workshop_notes.content.ledger import Ledger
from workshop_notes.content.markdown import Reference
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project

_SHA = r"[0-9a-f]{40}"


@dataclass(frozen=True)
class DeadForm:
    """A form of address that is known not to answer, and what to cite instead."""

    pattern: re.Pattern[str]
    why: str
    instead: str


DEAD_FORMS = (
    DeadForm(
        re.compile(r"^https?://github\.com/awslabs/amazon-sagemaker-examples\b"),
        "the repository moved from awslabs to aws",
        "cite github.com/aws/amazon-sagemaker-examples at a commit",
    ),
    DeadForm(
        re.compile(
            r"^https?://github\.com/aws/amazon-sagemaker-examples/(blob|tree)/(?!main/)"
            rf"(?!{_SHA}/)"
        ),
        "the repository has no branch 'master', and the folders of 'default' begin with spaces",
        "cite the file at a commit",
    ),
    DeadForm(
        re.compile(
            r"^https?://sagemaker\.readthedocs\.io/en/stable/"
            r"(amazon_sagemaker_|using_|frameworks/|sagemaker\.|api/(training|inference)|v2)"
        ),
        "'stable' is the documentation of SDK v3, which has no such page",
        "cite the page below /en/v2/, or the v3 page that replaces it",
    ),
    DeadForm(
        re.compile(r"^https?://github\.com/awsdocs/"),
        "AWS removed its guides from GitHub in June 2023",
        "cite the page on docs.aws.amazon.com",
    ),
    DeadForm(
        re.compile(r"^https?://github\.com/aws/sagemaker-python-sdk/(blob|tree)/master/src/"),
        "the folder 'src' left the default branch with SDK v3",
        "cite the file at a commit of the branch master-v2",
    ),
    DeadForm(
        re.compile(
            r"^https?://docs\.aws\.amazon\.com/step-functions/.*"
            r"#sample-\w+(-\w+)*-(code-examples|iam-example)$"
        ),
        "AWS cut the code and the policies from its sample pages",
        "cite the page without the fragment",
    ),
    DeadForm(
        re.compile(r"^https?://docs\.aws\.amazon\.com/sagemaker/latest/dg-ecr-paths/ecr-"),
        "the image lists by Region were retired",
        "cite the list of available images",
    ),
    DeadForm(
        re.compile(rf"^https?://github\.com/[^/]+/[^/]+/blob/(?!{_SHA}/)[^/]+/.*\.ipynb$"),
        "a notebook on a moving branch moves or is deleted",
        "cite the notebook at a commit (40 hexadecimal digits)",
    ),
    DeadForm(
        re.compile(
            r"^https?://(\[|(0x[\da-f]+|\d+)(\.(0x[\da-f]+|\d+)){0,3}[:/]|[^/.]+(/|$)"
            r"|[^/]+\.(local|localhost|internal|lan|test|invalid|home\.arpa)\.?(:\d+)?(/|$))",
            re.IGNORECASE,
        ),
        "an address that only a private network has",
        "cite what every reader can reach",
    ),
    DeadForm(re.compile(r"^http://"), "an address without encryption", "write https://"),
)


def external(page: Page) -> list[Reference]:
    """List the references of a page that leave the site, and where its question was asked."""
    matter = page.matter
    asked = [Reference("link", each, "", matter.lines["asked"]) for each in page.asked]
    return [each for each in page.markdown.references if each.is_external] + asked


def check(project: Project, pages: list[Page], ledger: Ledger) -> list[Problem]:
    """Find addresses without an entry, entries without a use, and dead forms."""
    shown_ledger = project.relative(project.ledger)
    used: set[str] = set()
    found: list[Problem] = []
    for page in pages:
        shown = project.relative(page.path)
        for reference in external(page):
            found += dead_forms(reference.target, shown, reference.line)
            source = ledger.by_address.get(reference.target)
            if source is None:
                remedy = f"add an entry for it to {shown_ledger}, or remove the link"
                what = f"{reference.target} has no entry in the ledger"
                found.append(Problem(shown, reference.line, what, remedy))
            else:
                used.add(source.key)
    for source in ledger.sources:
        found += dead_forms(source.address, shown_ledger, source.line)
        if source.key not in used:
            remedy = "cite it on a page, or remove the entry"
            what = f"no page cites source '{source.key}'"
            found.append(Problem(shown_ledger, source.line, what, remedy))
        if source.evidence["kind"] == "none":
            remedy = "look at it, or at a dated copy of it, and say when and which"
            what = f"nobody has looked at source '{source.key}'"
            found.append(Problem(shown_ledger, source.line, what, remedy))
    return found


def dead_forms(address: str, shown, line: int) -> Iterator[Problem]:
    """Yield a problem when `address` is of a form known to be dead."""
    for form in DEAD_FORMS:
        if form.pattern.search(address):
            yield Problem(shown, line, f"{address}: {form.why}", form.instead)
            return
