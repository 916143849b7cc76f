"""Zips: the site that works from the disk, and the files of an example or of the experiment."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from workshop_notes.html.sharing import CARDS

FOR_SERVERS = {
    "404.html",
    "_headers",
    "feed.xml",
    "robots.txt",
    "sitemap.xml",
    "sitemap.xml.gz",
    "worker.js",
}
"""Files that mean nothing to a reader of a folder."""

TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file, the first that a zip can hold: the time of a build says nothing."""


def files_of(site: Path) -> dict[str, bytes]:
    """Return the files of a built site that travel along with its pages, by their paths.

    Args:
        site: the folder of the site.

    Raises:
        ValueError: a file lies outside the folder, behind a symbolic link.
    """
    found = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if not path.resolve().is_relative_to(site.resolve()):
            raise ValueError(f"{path} is a link to {path.resolve()}, outside the site")
        for_servers = name in FOR_SERVERS or name.startswith(CARDS)
        if path.is_file() and path.suffix != ".html" and not for_servers:
            found[name] = path.read_bytes()
    return found


def packed(files: Mapping[str, bytes], folder: str = "", first: str = "") -> bytes:
    """Return files as a zip.

    The same files make the same bytes with the same zlib: names are sorted, times and rights fixed.

    Args:
        files: their contents, by their paths in the folder that the zip unpacks into.
        folder: the name of that folder, or nothing.
        first: a file that stands first and as it is, by which programs know what the zip is.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files, key=lambda name: (name != first, name)):
            entry = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, TIME)
            entry.external_attr = 0o100644 << 16  # a file that everybody may read
            entry.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=9)
    return stream.getvalue()
