"""Say from the answers what became of a source. No network, no clock: the same answers, the same
verdict.

Which verdict wins, from the first:

1. *too-large*, *unreachable*, *blocked*: there was no usable answer (no connection, TLS, time-out,
   broken off, redirect loop, 5xx; 401, 403, 429, other refusals of the asking, nothing at all).
2. *gone*: 404, 410, wherever a redirect led.
3. *blocked*, *soft-404*: 200, but a redirect led to a sign-in or a home page, or the page says that
   it is not found; and it lacks some of the words. A page that has them all is the page, whatever
   its heading or its address says.
4. *blocked*: 200, but neither the title nor one of the words: a puzzle, a consent, a sign-in, a
   notice of maintenance, or a frame that a script would fill came in its place.
5. *words-gone*, *fragment-gone*: the page is there, what is cited is not. A place that a script
   makes is *blocked*.
6. *moved*: all is there, but the address is a permanent redirect that the entry does not expect.
7. *fine*. A temporary redirect to a page that has everything is fine; so is an expected one.

A redirect that the entry expects is neither *moved* nor a landing on a home page.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

from yarl import URL

from workshop_notes.content.ledger import Source, without_secrets
from workshop_notes.links import anchors, github, markup
from workshop_notes.links.fetch import Answer
from workshop_notes.links.markup import Kind, fold
from workshop_notes.links.verdicts import Hop, Outcome, Verdict

_PERMANENT = frozenset({200, 301, 308})  # 200 on the way: a page that sends its reader on
_NT = "n['\u2019]t"
_NOT_FOUND = re.compile(
    r"\b(?:page|file|document|url|content|topic|article|site|resource)s?"
    rf"(?:(?: (?:was|is|are|could))?(?: not|{_NT})| not) (?:be )?(?:found|available)\b"
    r"|^(?:error:? )?not found\b|\bno longer (?:exists?|available)\b"
    rf"|\b(?:can(?:'t|\u2019t|not| not)|could(?: not|{_NT})) (?:be found|find)\b"
    r"|\bdo(?:es)?(?:n't|n\u2019t| not) exist\b|(?:^|[^\w.])404(?:[^\w.]|$)"
    r"|\bdomain (?:name )?(?:is |may be )?(?:for sale|parked|has expired|expired)\b",
    re.I,
)
_SIGN_IN = re.compile(
    r"/(?:sign[-_]?in|log[-_]?in|signon|sso|oauth2?|saml|authorize|session/new)(?:[/.?]|$)", re.I
)
_SIGN_IN_HOST = re.compile(r"^(?:sign-?in|log-?in|accounts?|auth|sso|id)\.", re.I)
_LANDING = re.compile(r"^/(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home)(?:\.\w+)?)?$", re.I)


def judge(source: Source, answer: Answer, raw: Answer | None = None) -> Outcome:
    """Judge a source.

    Args:
        source: its entry in the ledger.
        answer: what asking its address gave.
        raw: what asking for the bytes of the file gave, for a file on GitHub.
    """
    asked, final = _same(source.url), _same(answer.final or source.url)
    expected = {_same(to) for to, _ in source.redirects}

    told: dict[str, Any] = {}  # what was read, once it is sure that it is the page

    def outcome(verdict: Verdict, detail: str = "", words: bool = True, at: str = "") -> Outcome:
        ended = without_secrets(at or (final if final != asked else ""))
        hops = tuple(Hop(without_secrets(hop.url), hop.status) for hop in answer.hops)
        return Outcome(verdict, without_secrets(detail), ended, answer.status, hops, words, **told)

    if answer.failure:
        return outcome(answer.failure.verdict, str(answer.failure))
    if refusal := _refusal(answer):
        return outcome(*refusal)

    kind = markup.kind_of(answer.content_type, answer.body)
    text = markup.decode(answer.content_type, answer.body) if kind in (Kind.HTML, Kind.TEXT) else ""
    page = markup.parse(text) if kind is Kind.HTML else None
    read = _read(answer, raw, page, text)
    lost = [word for word in source.expects if fold(word) not in read]
    is_whole = bool(source.expects) and not lost
    if not is_whole and final not in {asked, *expected} and (detail := _signs_in(final)):
        return outcome(Verdict.BLOCKED, detail)
    if page and not is_whole and (detail := _says_not_found(page, source.title)):
        return outcome(Verdict.SOFT_404, detail)
    if not is_whole and final not in expected and (detail := _landed(asked, final)):
        return outcome(Verdict.SOFT_404, detail)
    if _declares_pdf(answer) and kind is not Kind.PDF and page is None:
        return outcome(Verdict.WORDS_GONE, "it calls itself a PDF and is none")

    found, unsure = _find(source, answer, raw, page, read, lost, kind)
    if unsure and unsure.failure:
        return outcome(unsure.failure.verdict, f"the raw file: {unsure.failure}")
    if unsure:
        return outcome(Verdict.BLOCKED, f"the raw file: HTTP {unsure.status}")
    if found and found[0] is not Verdict.FRAGMENT_GONE:
        return outcome(*found)
    words = kind in (Kind.HTML, Kind.TEXT)
    if words:
        told["text"] = hashlib.sha256(read.encode("utf-8", "replace")).hexdigest()[:16]
        told["passages"] = tuple(markup.passage(read, fold(word)) for word in source.expects)
    if found:
        return outcome(*found)
    target = _permanent_target(answer)
    if target != asked and not {target, final} & expected:
        return outcome(Verdict.MOVED, f"moved for good to {target}", at=target)
    notes = [] if words else [f"words not looked for in {answer.content_type or kind}"]
    if any(urlsplit(hop.url).scheme == "http" for hop in answer.hops[1:]):
        notes.append("the way leads through http, without encryption")
    return outcome(Verdict.FINE, "; ".join(notes), words)


def _refusal(answer: Answer) -> tuple[Verdict, str] | None:
    """Judge by the status, and whether anything came."""
    status = answer.status
    if status in (404, 410):
        return Verdict.GONE, f"HTTP {status}"
    if status >= 500 or status in (408, 425):
        return Verdict.UNREACHABLE, f"HTTP {status}"
    if 300 <= status < 400:
        return Verdict.UNREACHABLE, f"HTTP {status} without an address"
    # 202 is how AWS's and other guards send a puzzle instead of the page.
    if status >= 400 or status in (202, 206):
        return Verdict.BLOCKED, f"HTTP {status}"
    return None if answer.body.strip() else (Verdict.BLOCKED, "an empty answer")


def _signs_in(final: str) -> str:
    """Say that an address looks like that of a sign-in page."""
    parts = urlsplit(final)
    is_one = _SIGN_IN.search(parts.path) or _SIGN_IN_HOST.match(parts.hostname or "")
    return f"a sign-in page: {parts.hostname}{parts.path}" if is_one else ""


def _says_not_found(page: markup.FetchedPage, title: str) -> str:
    """Return the words with which a page says that it isn't there, unless they are its subject."""
    expected = fold(title).casefold()
    shown = [text for text in (page.title, page.heading) if text]
    if _NOT_FOUND.search(title) and any(expected in text.casefold() for text in shown):
        return ""
    for text in shown:
        if _NOT_FOUND.search(text):
            return f"the page says “{text[:80]}”"
    return ""


def _titled(source: Source, page: markup.FetchedPage) -> bool:
    """Whether a page has the title that the ledger knows, in its head or anywhere in its text."""
    title = fold(source.title).casefold()
    return any(title in text.casefold() for text in (page.title, page.text))


def _landed(asked: str, final: str) -> str:
    """Say that a redirect led from a page to a home page."""
    before, after = urlsplit(asked), urlsplit(final)
    if final == asked or _LANDING.match(before.path) or after.query:
        return ""
    return f"sent to the home page {final}" if _LANDING.match(after.path) else ""


def _declares_pdf(answer: Answer) -> bool:
    return answer.content_type.strip().lower().startswith("application/pdf")


def _file(raw: Answer | None) -> str | None:
    """Return the text of a file on GitHub, or None when its bytes did not come."""
    if raw is None or raw.failure or raw.status != 200:
        return None
    return markup.decode(raw.content_type, raw.body)


def _inside(answer: Answer, page: markup.FetchedPage | None) -> github.Embedded:
    on_github = page is not None and github.is_github(answer.final)
    return github.embedded(page) if page and on_github else github.Embedded()


def _read(answer: Answer, raw: Answer | None, page: markup.FetchedPage | None, text: str) -> str:
    """Return all that a reader sees, folded: of the page, and of the file that it shows."""
    shown = [page.title, page.text, _inside(answer, page).text] if page else [fold(text)]
    file = _file(raw)
    return " ".join([*shown, github.file_text(raw.url, file) if raw and file is not None else ""])


def _find(
    source: Source,
    answer: Answer,
    raw: Answer | None,
    page: markup.FetchedPage | None,
    read: str,
    lost: list[str],
    kind: Kind,
) -> tuple[tuple[Verdict, str] | None, Answer | None]:
    """Look for the words, then for the fragment.

    Returns:
        A bad finding or nothing; and the answer that would be needed to be sure, or nothing.
    """
    if kind in (Kind.PDF, Kind.OTHER):
        wanted, pages = anchors.page_number(source.fragment), 0
        if wanted and kind is Kind.PDF:
            pages = markup.pdf_pages(answer.body)
        detail = f"no page {wanted}: the PDF has {pages}"
        return ((Verdict.FRAGMENT_GONE, detail) if 0 < pages < wanted else None), None
    on_github = page is not None and github.is_github(answer.final)
    inside = _inside(answer, page)
    file = _file(raw)
    unsure = raw if raw and file is None and raw.status not in (404, 410) else None
    if (
        page
        and not on_github
        and lost
        and len(lost) == len(source.expects)
        and not _titled(source, page)
    ):
        detail = "neither the title nor one of the words: another page came in its place"
        return (Verdict.BLOCKED, detail), None
    if lost:
        quoted = ", ".join(f"“{word}”" for word in lost)
        return (Verdict.WORDS_GONE, f"not on the page: {quoted}"), unsure
    fragment = URL(answer.final, encoded=True).raw_fragment or source.fragment
    if detail := anchors.missing_text(fragment, read):
        return (Verdict.FRAGMENT_GONE, detail), None
    if page is None or not anchors.wanted(fragment):
        return None, None
    if on_github and anchors.line_range(fragment):
        count = markup.line_count(file) if file is not None else inside.lines
        detail = anchors.missing_lines(fragment, count)
        return ((Verdict.FRAGMENT_GONE, detail) if detail else None), (unsure if detail else None)
    named = page.anchors | inside.anchors
    detail = anchors.missing(fragment, named, on_github)
    if detail and on_github and not any(name.startswith(github.PREFIX) for name in named):
        # GitHub changed its form: not to see any heading is no finding about this one.
        return (Verdict.BLOCKED, "no heading can be read from GitHub's page"), None
    if detail and anchors.is_made_by_script(fragment, page.scripts):
        return (Verdict.BLOCKED, f"{detail}, but a script may make it"), None
    return ((Verdict.FRAGMENT_GONE, detail) if detail else None), None


def _same(url: str) -> str:
    """Bring an address into one form (RFC 3986, section 6.2.2), without its fragment."""
    return str(URL(url).with_fragment(None))


def _permanent_target(answer: Answer) -> str:
    """Return where the unbroken run of permanent redirects at the beginning leads."""
    ends = [*(hop.url for hop in answer.hops[1:]), answer.final]
    at = answer.url
    for hop, following in zip(answer.hops[:-1], ends, strict=False):
        if hop.status not in _PERMANENT:
            break
        at = following
    return _same(at)
