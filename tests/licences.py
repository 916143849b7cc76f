"""What is shipped or installed of others, with its licence: `python -m tests.licences` writes it.

The licences of Python packages are what their metadata say. What is inside the theme's script and
the fonts of the PDF has no metadata here; each was looked up where its authors publish it.
"""

from __future__ import annotations

import importlib.metadata
import re

from packaging.requirements import Requirement

from tests.site import ROOT
from workshop_notes.content.files import write_if_changed

LIST = ROOT / "THIRD-PARTY.md"
BEGIN = "<!-- python packages -->\n"
GROUPS = ("site", "offline")
"""The locks of what builds the site and what is taken away of it."""
CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}
"""Classifiers of PyPI as SPDX names them. BSD names no number of clauses: those of which it is the
only word (colorama, Jinja, python-dateutil) have three in the text that they install."""
_SPDX = re.compile(r"[A-Za-z]+-[\d.]+(-[A-Za-z]+)?|MIT|(?:[\w.-]+ (?:AND|OR) )+[\w.-]+")


def licence(name: str) -> str:
    """Return the licence of an installed package as an expression of SPDX.

    Args:
        name: the package.

    Raises:
        LookupError: its metadata name none that is known here; look it up and add it.
    """
    said = importlib.metadata.metadata(name)
    if expression := said.get("License-Expression"):
        return expression
    if _SPDX.fullmatch(text := (said.get("License") or "").strip()):
        return text
    found = [
        CLASSIFIERS[words]
        for each in said.get_all("Classifier") or []
        if (words := each.rpartition(" :: ")[2]) in CLASSIFIERS
    ]
    if not found:
        raise LookupError(f"{name}: its metadata name no known licence; add it to {__file__}")
    return " OR ".join(sorted(found))


def packages() -> dict[str, tuple[str, str]]:
    """Return version and licence of each package that the locks install here, by its name."""
    found = {}
    for group in GROUPS:
        text = (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
        for line in re.findall(r"^[a-z].*?(?= \\|$)", text, re.M):
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate():
                version = next(iter(wanted.specifier)).version
                found[wanted.name] = (version, licence(wanted.name))
    return dict(sorted(found.items()))


def written() -> str:
    """Return the list as it should be: what people wrote, and the table of Python packages."""
    head, _, _ = LIST.read_text(encoding="utf-8").partition(BEGIN)
    rows = [f"| {name} | {version} | {spdx} |" for name, (version, spdx) in packages().items()]
    return "\n".join([f"{head}{BEGIN}", "| Package | Version | Licence |", "| --- | --- | --- |",
                      *rows, ""])  # fmt: skip


if __name__ == "__main__" and write_if_changed(LIST, written()):
    print(f"rewrote {LIST.name}")
