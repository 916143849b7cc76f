"""Entries of the ledger for addresses that nobody has read yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urldefrag, urlsplit

import yaml

from workshop_notes.authoring.names import key_of
from workshop_notes.checks.sources import DEAD_FORMS
from workshop_notes.content.ledger import normal_form, parse


def entry(address: str, title: str, taken: set[str]) -> dict[str, object]:
    """Return an entry for an address.

    Args:
        address: it, with its fragment, as a page cites it.
        title: the title of what is there.
        taken: keys that cannot be had.
    """
    url, fragment = urldefrag(address)
    found: dict[str, object] = {"key": key_of(address, taken), "url": url}
    if fragment:
        found["fragment"] = fragment
    return found | {"title": title, "evidence": {"kind": "none"}}


def text_of(entries: list[dict[str, object]]) -> str:
    """Return entries as they stand below `sources:`."""
    written = (
        yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=10**6) if entries else ""
    )
    return re.sub(r"^(?=.)", "  ", written, flags=re.M).replace("\n  - ", "\n\n  - ")


def spelt(address: str) -> str:
    """Return an address as the ledger spells it, over HTTPS, or nothing where it is none."""
    try:
        plain = quote(address, safe="%/:=&?~#+!$,;@-._")
        parts = urlsplit(re.sub(r"^http:", "https:", plain, flags=re.I))
        if parts.scheme.lower() != "https" or not parts.hostname or "@" in parts.netloc:
            return ""
        url, fragment = normal_form(parts.geturl()), parts.fragment
    except ValueError:
        return ""
    url = url if urlsplit(url).path else f"{url}/" if urlsplit(url).query else url
    return f"{url}#{fragment}" if fragment else url


def _no_address(address: str) -> str:
    if not address:
        return "it is empty; write where it leads"
    if re.match(r"[\w+.-]+:|//", address):
        return "it is no public address of the web; write one that begins with https://"
    return "it is a file beside the notes; say with --base where they stand on the web"


@dataclass
class Entries:
    """The entries of a new ledger, by their addresses."""

    found: dict[str, dict[str, object]] = field(default_factory=dict)
    _keys: set[str] = field(default_factory=set)

    def add(self, address: str, title: str) -> str:
        """Note an address; return it as a page may cite it.

        Args:
            address: the address, as somebody wrote it.
            title: the title of what is there.

        Raises:
            ValueError: no page may cite it; the text says why, and what to do.
        """
        known = spelt(address)
        if not known:
            raise ValueError(_no_address(address))
        if form := next((form for form in DEAD_FORMS if form.pattern.search(known)), None):
            raise ValueError(f"{form.why}; {form.instead}")
        if known not in self.found:
            title = re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", " ", title).strip()
            made = entry(known, title or known, self._keys)
            _, problems = parse("sources:\n" + text_of([made]), Path("sources.yml"))
            if problems:
                wrong = problems[0]
                raise ValueError(f"{wrong.what.rpartition('url: ')[2]}; {wrong.remedy}")
            self.found[known] = made
            self._keys.add(str(made["key"]))
        return known
