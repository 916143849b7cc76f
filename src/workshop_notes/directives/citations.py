"""What a page tells its reader about the sources that it rests on."""

from __future__ import annotations

import re

from workshop_notes.content.ledger import Ledger, Source
from workshop_notes.content.pages import Page
from workshop_notes.content.project import Project
from workshop_notes.directives.components import WORDS, long_date

LEGEND = (
    "*Live* means that the address was asked on that day and answered as expected. *Copy* means "
    "that it was not asked; the copy that is named was read instead."
)


def sources_section(page: Page, ledger: Ledger, project: Project) -> str:
    """Write the section that lists what a page cites and what was checked of it.

    Args:
        page: a page whose every external address stands in the ledger.
        ledger: the ledger.
        project: the project, whose words are used.

    Returns:
        Markdown with a heading, or nothing when the page cites nothing.
    """
    cited = cited_sources(page, ledger)
    if not cited:
        return ""
    up = "../" * page.name.count("/")
    told = (project.docs / "status.md").is_file()
    legend = LEGEND + (f" [What was checked]({up}status.md) says more." if told else "")
    origin = project.settings.origin
    items = "\n".join(_item(source, source.address in page.asked, origin) for source in cited)
    return f"\n## Sources {{ #sources data-search-exclude }}\n\n{legend}\n\n{items}\n"


def cited_sources(page: Page, ledger: Ledger) -> list[Source]:
    """List the sources that a page cites, in the order in which it does."""
    cited: dict[str, Source] = {}
    linked = [each.target for each in page.markdown.references if each.is_external]
    for address in [*linked, *page.asked]:
        if source := ledger.by_address.get(address):
            cited.setdefault(source.key, source)
    return list(cited.values())


def plain(text: str) -> str:
    """Write as references what could mean something to Markdown or HTML: servers word details."""
    return re.sub(r"[^\w\s.,;/?'-]|_", lambda found: f"&#{ord(found[0])};", text)


def evidence_words(source: Source) -> str:
    """Say what was checked of a source, when, and on what."""
    evidence = source.evidence
    if evidence["kind"] == "live":
        return f"Live: answered on {long_date(evidence['date'])}."
    if evidence["kind"] == "none":
        return "Nobody has read it for this answer yet."
    copy = re.sub(r"\b([0-9a-f]{7})[0-9a-f]{33}\b", r"\1", evidence["copy"])
    return f"Copy, read on {long_date(evidence['date'])}: {copy}."


def is_bad(source: Source) -> bool:
    """Whether two findings, a week apart, said that the source no longer bears the answer."""
    return source.check.get("verdict", "fine") not in {"fine", "moved"}


def verdict_words(source: Source) -> str:
    """Say in Markdown what is wrong with a source, or nothing when nothing is known to be.

    Args:
        source: an entry of the ledger with what the checker wrote about it.
    """
    check = source.check
    parts: list[str] = []
    verdict = check.get("verdict", "fine")
    if verdict != "fine":
        detail = f" (<samp>{plain(check['detail'])}</samp>)" if check.get("detail") else ""
        words = WORDS["verdicts"][verdict]
        parts.append(f"{words}, found on {long_date(check['date'])}{detail}.")
        if check.get("final"):
            parts.append(f"It leads to <samp>{plain(check['final'])}</samp>.")
        if verdict != "moved" and (copies := _offered(source)):
            parts.append(f"Read {', or '.join(copies)}.")
    if finding := check.get("finding"):
        words = WORDS["verdicts"][finding["verdict"]].lower()
        parts.append(f"On {long_date(finding['since'])}: {words}; a second look will decide.")
    if unknown := check.get("unknown"):
        words = WORDS["unknown"][unknown["verdict"]]
        parts.append(f"Since {long_date(unknown['since'])} it {words}, which decides nothing.")
    for name, words in WORDS["copies"].items():
        row = check.get(name, {})
        if row.get("verdict", "fine") != "fine":
            parts.append(f"{words} is gone, found on {long_date(row['date'])}.")
    return " ".join(parts)


def _offered(source: Source) -> list[str]:
    """Link what can be read in place of a source, but for copies that are gone themselves."""
    check = source.check
    links = {
        "pinned": ("the copy that this answer rests on", pinned_copy(source)),
        "second": ("a second one", source.second),
        "archived": ("a copy in the Wayback Machine", check.get("archived", "")),
    }
    lost = {
        name for name in WORDS["copies"] if check.get(name, {}).get("verdict", "fine") != "fine"
    }
    return [
        f"[{words}]({address})"
        for name, (words, address) in links.items()
        if address and name not in lost
    ]


def pinned_copy(source: Source) -> str:
    """Return the address of a copy that cannot change, or nothing when there is none.

    A file on GitHub that is cited at a commit is its own copy.
    """
    return source.pinned or (source.url if source.moving else "")


def mark_bad(text: str, page: Page, ledger: Ledger) -> str:
    """Tell beside each link to a bad source that it is bad.

    Args:
        text: the Markdown of the page.
        page: the page.
        ledger: the ledger.
    """
    for source in filter(is_bad, cited_sources(page, ledger)):
        since = long_date(source.check["date"])
        found = f" (gone, found on {since}: see [Sources](#sources))"
        note = f'<span class="gone" data-search-exclude>{found}</span>'
        for address in filter(None, (source.address, source.moving)):
            text = text.replace(f"]({address})", f"]({address}){note}")
    return text


def _item(source: Source, asked: bool, origin: str) -> str:
    lines = [f"1. [{plain(source.title)}]({source.address})"]
    if asked:
        lines.append("    The question was asked here.")
    lines.append(f"    {evidence_words(source)}")
    if words := verdict_words(source):
        lines.append(f"    {words}")
    if source.moving:
        lines.append(f"    Cited at a commit; the [current text]({source.moving}) may differ.")
    lines += [f"    In {origin}'s notes: `{old}`. {outcome}" for old, outcome in source.replaces]
    return "\n\n".join(lines) + "\n"
