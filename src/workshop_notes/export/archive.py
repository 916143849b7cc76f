"""The site as a zip that works from the disk: unpack it, open index.html."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from workshop_notes.build import build
from workshop_notes.content.files import write_if_changed
from workshop_notes.content.project import Project

NAME = "sagemaker-workshop-notes"
"""The folder that the zip unpacks into, and the name of what is written into `dist`."""

FOR_SERVERS = {"404.html", "_headers", "robots.txt", "sitemap.xml", "sitemap.xml.gz"}
"""Files that mean nothing to a reader of a folder."""

TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file, the first that a zip can hold: the time of a build says nothing."""


def write_zip(project: Project, target: Path) -> Path:
    """Build the site with links between files, and pack it.

    The same files make the same bytes with the same zlib: names are sorted, times and rights fixed.

    Args:
        project: the project.
        target: the zip; it is replaced at once.

    Returns:
        The zip.

    Raises:
        ContentError: the content cannot be built.
        BuildError: the engine refused it.
        OSError: the zip cannot be written.
    """
    with tempfile.TemporaryDirectory() as folder:
        site = build(project, Path(folder) / "site", from_disk=True)
        write_if_changed(target, packed(site))
    return target


def packed(site: Path) -> bytes:
    """Return a folder as a zip, without what only a server needs.

    Args:
        site: the folder of a built site.

    Raises:
        ValueError: a file lies outside the folder, behind a symbolic link.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(site.rglob("*")):
            name = path.relative_to(site).as_posix()
            if not path.resolve().is_relative_to(site.resolve()):
                raise ValueError(f"{path} is a link to {path.resolve()}, outside the site")
            if path.is_file() and name not in FOR_SERVERS:
                entry = zipfile.ZipInfo(f"{NAME}/{name}", TIME)
                entry.external_attr = 0o100644 << 16  # a file that everybody may read
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes(), compresslevel=9)
    return stream.getvalue()
