"""The notes on a reader's device: a service worker that keeps them, where the reader asks for it.

The worker's script holds the hash of each file, so another content is another script, which is how
a browser sees that there is a new edition (Service Workers, W3C, algorithm *Update*).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path, PurePosixPath

from workshop_notes.content.files import write_if_changed
from workshop_notes.html.downloads import size_words
from workshop_notes.html.sharing import CARDS

NAME = "worker.js"
"""The script, at the top of the site, which is what it may answer for."""
SIZE = 'const keptSize = ""'
"""What `site.js` says until the size of what is kept is known; without one it offers nothing."""

_PARTS = {".css", ".html", ".js"}
_PICTURE = re.compile(r"""["'=/( ,]([\w.~%+-]+\.(?:gif|ico|jpe?g|png|svg|webp))\b""")
_LEFT_OUT = {"404.html", NAME}


def files(site: Path) -> dict[str, Path]:
    """Return the files of a built site that are kept, by the places at which a browser asks.

    Those are its pages, scripts and styles, and the pictures that a page names.

    Args:
        site: the folder of the site.
    """
    paths = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*"))}
    parts = {n: p for n, p in paths.items() if p.suffix in _PARTS and n not in _LEFT_OUT}
    names: set[str] = set()
    for page in (path for path in parts.values() if path.suffix == ".html"):
        names.update(_PICTURE.findall(page.read_text(encoding="utf-8")))
    pictures = {n: p for n, p in paths.items() if p.name in names and not n.startswith(CARDS)}
    return {_place(name): path for name, path in (parts | pictures).items()}


def write(site: Path) -> None:
    """Write the worker of a built site, and tell its pages how much it keeps.

    Args:
        site: the folder of the site.
    """
    script = site / "assets" / "site.js"
    if not script.is_file():
        return
    kept = files(site)
    size = sum(path.stat().st_size for path in kept.values())
    text = script.read_text(encoding="utf-8")
    write_if_changed(script, text.replace(SIZE, f'{SIZE[:-2]}"{size_words(size)}"'))
    hashes = {place: _hash(path.read_bytes()) for place, path in kept.items()}
    listed = json.dumps(hashes, ensure_ascii=False, indent=0)
    edition = hashlib.sha256(listed.encode()).hexdigest()[:12]
    body = (Path(__file__).parent / NAME).read_text(encoding="utf-8")
    write_if_changed(site / NAME, f'const edition = "{edition}"\nconst files = {listed}\n{body}')


def _place(name: str) -> str:
    """Return where a browser asks for a file: a page of a folder without `index.html`."""
    path = PurePosixPath(name)
    return name.removesuffix("index.html") if path.name == "index.html" else name


def _hash(data: bytes) -> str:
    """Return a hash as Subresource Integrity (W3C) writes it, with which the worker asks."""
    return f"sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}"
