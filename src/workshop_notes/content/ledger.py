"""The citation ledger `sources.yml`: one entry for each external address the pages rest on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.schema import SCHEMAS, unknown_keys, validator
from workshop_notes.content.yaml_text import YamlDocument, YamlError, load

_SECRET = re.compile(
    r"([?&;](?:x-(?:amz|goog)-[\w-]+|awsaccesskeyid|key-pair-id|policy|expires|sig|signature"
    r"|(?:\w+[_-])?token|auth|authorization|(?:php|j)?sess(?:ion)?[_-]?(?:id)?|sid|code|state"
    r"|nonce|ticket|saml\w*|(?:api|access)[_-]?key|secret|password)=)[^&#;\s\"'”]+",
    re.IGNORECASE,
)
_USER = re.compile(r"(https?://)[^/@\s]+@")

BAD: list[str] = SCHEMAS["bad"]
"""What two findings a week apart can establish against a source."""
UNKNOWN: list[str] = SCHEMAS["unknown"]
"""What decides nothing."""

COPIES = ("moving", "pinned", "second")
"""The keys of further addresses that a reader may follow."""

_VALIDATORS = {
    "sources": validator("source"),
    "hosts": validator("host"),
    "dead": validator("dead"),
}


@dataclass(frozen=True)
class DeadForm:
    """A form of address that is known not to answer, and what to cite instead."""

    pattern: re.Pattern[str]
    why: str
    instead: str

    @classmethod
    def of(cls, values: Mapping[str, str]) -> DeadForm:
        """Return the form that an entry of `dead` describes."""
        return cls(re.compile(values["pattern"]), values["why"], values["instead"])


@dataclass(frozen=True)
class Source:
    """One entry of the ledger.

    Attributes:
        key: its name in the project.
        url: its address without a fragment.
        fragment: the anchor that is cited, or nothing.
        title: the title that the page gives itself.
        expects: words or identifiers on which an answer rests.
        evidence: `kind` (live, copy or none), `date`, and as `copy` which one was read, if any.
        moving: for a file cited at a commit, its address on the moving branch, or nothing.
        pinned: the address of the copy that was read, for when the source is gone, or nothing.
        second: the address of a copy that somebody else keeps, or nothing.
        closed: the feature that it says is closed to new customers, or nothing.
        workshop: for an address that the workshop's notes cite as it is, what became of it.
        redirects: permanent redirects that are expected, each with its reason.
        check: what the checker wrote: the established `verdict` with `date`, `detail` and `final`;
            a `finding` that waits for a second one; `unknown` while nothing answers; the same of
            each copy below its key; the address of the copy in a public archive as `archived`.
        replaces: addresses of the workshop's notes, each with what became of it.
        line: its first line in the ledger, counted from 1.
    """

    key: str
    url: str
    fragment: str
    title: str
    expects: tuple[str, ...]
    evidence: Mapping[str, str]
    moving: str
    pinned: str
    second: str
    closed: str
    workshop: str
    redirects: tuple[tuple[str, str], ...]
    check: Mapping[str, Any]
    replaces: tuple[tuple[str, str], ...]
    line: int

    @property
    def address(self) -> str:
        """The address as a page cites it, with its fragment."""
        return f"{self.url}#{self.fragment}" if self.fragment else self.url


@dataclass(frozen=True)
class Ledger:
    """All entries, in the order of the file.

    Attributes:
        sources: the entries that are of the form.
        dead: forms of address of this site's subject that do not answer any more.
        unread: addresses in entries that are not of the form; a problem names each of these.
        hosts: the settings of hosts by their names: `reason`, and some of `Limits` or `ignore`.
    """

    sources: tuple[Source, ...] = field(default=())
    dead: tuple[DeadForm, ...] = field(default=())
    unread: frozenset[str] = field(default=frozenset())
    hosts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def by_address(self) -> dict[str, Source]:
        """Entries by the addresses that a page may cite: at a commit, or on its branch."""
        cited = {source.moving: source for source in self.sources if source.moving}
        return cited | {source.address: source for source in self.sources}

    @cached_property
    def copies(self) -> set[str]:
        """The addresses of copies that the site itself may offer."""
        return {
            each
            for source in self.sources
            for each in (source.pinned, source.second, source.check.get("archived", ""))
        }


def read(path: Path, shown: Path) -> Ledger:
    """Read the ledger.

    Args:
        path: the file.
        shown: the path that messages name.

    Raises:
        ContentError: with every entry that is not of the ledger's form, and its line.
    """
    ledger, problems = examine(path, shown)
    if problems:
        raise ContentError(problems)
    return ledger


def examine(path: Path, shown: Path) -> tuple[Ledger, list[Problem]]:
    """Read the ledger as far as it can be understood, and say what is wrong with the rest.

    Args:
        path: the file.
        shown: the path that messages name.

    Raises:
        ContentError: when nothing in it can be understood.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except FileNotFoundError:
        raise ContentError([Problem(shown, 1, "no ledger", "restore the file")]) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem(shown, line, "a byte that is not UTF-8", "save the file as UTF-8")
        raise ContentError([problem]) from None
    return parse(text, shown)


def parse(text: str, shown: Path) -> tuple[Ledger, list[Problem]]:
    """Read the text of a ledger, as `examine` does its file; the same is not read again."""
    # A day of grace: it is tomorrow already where some people write.
    return _parse(text, shown, str(datetime.now(UTC).date() + timedelta(days=1)))


@lru_cache(maxsize=4)
def _parse(text: str, shown: Path, latest: str) -> tuple[Ledger, list[Problem]]:
    try:
        document = load(text)
    except YamlError as error:
        remedy = "mend the line, or put quotes round the value"
        what = f"not YAML: {error.problem}"
        raise ContentError([Problem(shown, error.line, what, remedy)]) from None
    entries = document.value.get("sources") if isinstance(document.value, dict) else None
    if not isinstance(entries, list):
        remedy = "begin the file with a key 'sources:' and a list of entries below it"
        raise ContentError([Problem(shown, 1, "no list of sources", remedy)])
    problems: list[Problem] = []
    sources: list[Source] = []
    unread: set[str] = set()
    for place, values in enumerate(entries):
        found = _violations(values, document, ("sources", place), shown)
        if not found:
            source = _source(values, document.line("sources", place))
            found = _odd(source, document, place, shown, latest)
            sources.append(source)
        elif isinstance(values, dict):
            url, fragment = values.get("url"), values.get("fragment")
            unread |= {f"{url}#{fragment}" if fragment else str(url), str(values.get("moving"))}
        problems += found
    problems += _repeated(sources, shown)
    dead = []
    for place, values in enumerate(document.value.get("dead", [])):
        if wrong := _violations(values, document, ("dead", place), shown):
            problems += wrong
        else:
            dead.append(DeadForm.of(values))
    hosts = {}
    for place, values in enumerate(document.value.get("hosts", [])):
        if wrong := _violations(values, document, ("hosts", place), shown):
            problems += wrong
        else:
            hosts[values["host"]] = {key: row for key, row in values.items() if key != "host"}
    return Ledger(tuple(sources), tuple(dead), frozenset(unread), hosts), problems


def _source(values: dict[str, Any], line: int) -> Source:
    return Source(
        key=values["key"],
        url=values["url"],
        fragment=values.get("fragment", ""),
        title=values["title"],
        expects=tuple(values.get("expects", ())),
        evidence=values["evidence"],
        moving=values.get("moving", ""),
        pinned=values.get("pinned", ""),
        second=values.get("second", ""),
        closed=values.get("closed", ""),
        workshop=values.get("workshop", ""),
        redirects=tuple((each["to"], each["reason"]) for each in values.get("redirects", [])),
        check=values.get("check", {}),
        replaces=tuple((old["url"], old["outcome"]) for old in values.get("replaces", [])),
        line=line,
    )


def _violations(values: Any, document: YamlDocument, at: tuple, shown: Path) -> list[Problem]:
    """Say where one entry breaks the schema, naming the line of the nearest key."""
    if not isinstance(values, dict):
        what = "an entry that is not a list of keys"
        return [Problem(shown, document.line(*at), what, "write key: value")]
    name = {
        "sources": f"source '{values.get('key', 'without a key')}'",
        "hosts": f"host '{values.get('host', 'without a name')}'",
        "dead": "dead form",
    }[at[0]]
    found = []
    for error in _VALIDATORS[at[0]].iter_errors(values):
        near = document.line(*at, *list(error.absolute_path)[:1])
        where = ".".join(str(part) for part in error.absolute_path)
        before = f"{name}: {where + ': ' if where else ''}"
        if error.validator == "additionalProperties":
            for key, remedy in unknown_keys(error):
                line = document.line(*at, *error.absolute_path, key)
                found.append(Problem(shown, line, f"{before}unknown key '{key}'", remedy))
        else:
            message = error.message
            if error.validator is None:  # the one key that a kind of evidence forbids
                message = "where nobody looked, there is no copy"
            remedy = "see the keys at the top of the file"
            found.append(Problem(shown, near, f"{before}{message}", remedy))
    return found


def days(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield every `date` and `since` in what a check wrote, at any depth, as `YYYY-MM-DD`."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from days(value)
        elif name in ("date", "since"):
            yield value


def _odd(
    source: Source, document: YamlDocument, place: int, shown: Path, latest: str
) -> list[Problem]:
    """Find what the schema lets pass: an address in a second spelling, a day that is to come."""
    found = []
    try:
        if without_secrets(source.url) != source.url:
            line = document.line("sources", place, "url")
            what = f"source '{source.key}': url: what looks like a session or a signature in it"
            found.append(Problem(shown, line, what, "cite the page without it"))
        if (normal := normal_form(source.url)) != source.url:
            line = document.line("sources", place, "url")
            what = f"source '{source.key}': url: a second spelling of an address"
            found.append(Problem(shown, line, what, f"write {normal}"))
    except ValueError as error:
        line = document.line("sources", place, "url")
        what = f"source '{source.key}': url: {error}"
        found.append(Problem(shown, line, what, "correct the address"))
    if source.evidence["kind"] == "live" and not source.check:
        line = document.line("sources", place, "evidence")
        what = f"source '{source.key}': evidence: live, though no check asked the source"
        found.append(Problem(shown, line, what, "run 'make check-links', or name the copy"))
    for key, row in (("evidence", source.evidence), ("check", source.check)):
        for day in filter(latest.__lt__, days(row)):
            line = document.line("sources", place, key)
            what = f"source '{source.key}': {key}: {day} is in the future"
            found.append(Problem(shown, line, what, "write the day on which somebody looked"))
    return found


def without_secrets(text: str) -> str:
    """Cut from the addresses in a text who asks, and what looks like a session or a signature."""
    return _SECRET.sub(r"\1…", _USER.sub(r"\1", text))


def normal_form(url: str) -> str:
    """Return an address in the one spelling that the ledger takes (RFC 3986, section 6.2.2).

    Args:
        url: an address over HTTPS.

    Raises:
        ValueError: its port is none.
    """
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port not in (None, 443) else ""
    path = parts.path
    if "/./" in path or "/../" in path or path.endswith(("/.", "/..")):
        end = "/" if path.endswith(("/", "/.", "/..")) else ""
        path = posixpath.normpath(path).rstrip("/") + end
    return urlunsplit((parts.scheme, f"{parts.hostname}{port}", path, parts.query, ""))


def _repeated(sources: list[Source], shown: Path) -> list[Problem]:
    """Find keys, addresses and old addresses that stand in more than one entry."""
    found: list[Problem] = []
    seen: dict[str, int] = {}
    for source in sources:
        names = [f"key '{source.key}'", f"address {source.address}"]
        names += [f"replaced address {old}" for old, _ in source.replaces]
        for name in names:
            if name in seen:
                what = f"{name} stands already at line {seen[name]}"
                found.append(Problem(shown, source.line, what, "keep one of the two entries"))
            seen.setdefault(name, source.line)
    return found
