"""What of the theme's files is published, and how: one stylesheet, no search, no source maps."""

from __future__ import annotations

import re

from mkdocs.structure.files import File, Files

_SOURCE_MAP = re.compile(
    rb"\n?(?://[#@] sourceMappingURL=\S+|/\*[#@] sourceMappingURL=[^*]+\*/)\s*"
)
_SEARCH = ("assets/javascripts/lunr/", "assets/javascripts/workers/")
STYLES = "assets/stylesheets/"
"""The folder of the theme's stylesheets."""


def trim(files: Files) -> list[File]:
    """Leave out what our pages do not use, and return the theme's stylesheets in their order.

    The theme's script takes each `link[rel=alternate]` for the same site in another language and
    asks for a sitemap beside it; here only those with a language are meant, as the Markdown twin
    of a page is none.

    Args:
        files: the files of the site, which are changed.
    """
    styles = []
    for file in list(files):
        name = file.src_uri
        if name.endswith(".map") or name.startswith(_SEARCH):
            files.remove(file)
        elif name.startswith(STYLES):
            files.remove(file)
            if name.endswith(".css"):
                styles.append(file)
        elif name.startswith("assets/javascripts/") and name.endswith(".js"):
            code = _SOURCE_MAP.sub(b"\n", file.content_bytes)
            file.content_bytes = code.replace(
                b'"link[rel=alternate]"', b'"link[rel=alternate][hreflang]"'
            )
    return sorted(styles, key=lambda file: file.src_uri)  # main before palette, as on a page
