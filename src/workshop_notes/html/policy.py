"""What a browser may do on our pages: a content security policy, and headers for hosts.

Not every host lets a site send headers (GitHub Pages does not), so each page carries its policy in
itself; the file `_headers` says the same, and what only a header can say, to the hosts that read
it (Netlify, Cloudflare Pages and others).
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterable

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": (
        "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), "
        "payment=(), usb=()"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What only a header can say, but for the referrer, which each page says too."""

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.S)
_CHARSET = '<meta charset="utf-8">'


def with_policy(text: str) -> tuple[str, set[str]]:
    """Return a built page with its policy, and the sources of its scripts that the policy allows.

    Args:
        text: the page as the engine wrote it.

    Raises:
        ValueError: the page lacks the declaration after which the policy stands.
    """
    if _CHARSET not in text:
        raise ValueError(f"no {_CHARSET}, after which the policy has to stand")
    own = script_hashes(text)
    metas = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy(own)}">'
        f'<meta name="referrer" content="{HEADERS["Referrer-Policy"]}">'
    )
    return text.replace(_CHARSET, _CHARSET + metas, 1), own


def script_hashes(text: str) -> set[str]:
    """Return the sources `'sha256-…'` of the scripts that stand in a page itself.

    Data in a script element (JSON) is not run and needs no hash. Source: Content Security Policy
    Level 3, section 6.7.3 (does element match source list).

    Args:
        text: the page.
    """
    found = set()
    for match in _SCRIPT.finditer(text):
        attributes = match["attributes"]
        if "src=" not in attributes and "json" not in attributes:
            found.add(_source(match["code"]))
    return found


@functools.lru_cache(maxsize=1000)  # most pages hold the same scripts
def _source(code: str) -> str:
    # A browser reads line ends as single line feeds before it computes the hash.
    digest = hashlib.sha256(code.replace("\r\n", "\n").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(hashes: Iterable[str], *, header: bool = False) -> str:
    """Return a policy: only what comes from the site itself, and the scripts of these hashes.

    Args:
        hashes: sources of scripts that stand in a page.
        header: whether it is sent as a header, where frames can be forbidden too.
    """
    rules = [
        "default-src 'none'",
        " ".join(["script-src 'self'", *sorted(hashes)]),
        "style-src 'self'",
        "img-src 'self' data:",  # the theme's icons
        "connect-src 'self'",
        "worker-src 'self'",  # what keeps the notes on a device
        "form-action 'self'",
        "base-uri 'none'",
    ]
    return "; ".join(rules + ["frame-ancestors 'none'"] * header)


def headers_file(hashes: Iterable[str]) -> str:
    """Return the content of `_headers`: one rule for every path."""
    headers = {"Content-Security-Policy": policy(hashes, header=True)} | HEADERS
    return "/*\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())
