"""Pictures for paper: there, readable, and harmless; how large they are printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.export.nodes import Image
from workshop_notes.export.reader import problem

POINTS = 0.75
"""Points in a CSS pixel (CSS Values 4, section 6.2)."""
KINDS = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"}
"""What Typst draws."""

_LENGTH = re.compile(r"\s*(\d*\.?\d+)\s*(px|pt)?\s*")
_FETCHES = re.compile(r"@import|url\(\s*[\"']?\s*(?!#|data:)", re.I)


@dataclass(frozen=True)
class Picture:
    """A picture that may be printed: its width and height in CSS pixels."""

    width: float
    height: float

    def points(self, wanted: int, width: float, height: float) -> tuple[float, float]:
        """Return the size in points at which it is printed.

        Args:
            wanted: the width in CSS pixels that the page asks for, or 0.
            width: the most width, in points.
            height: the most height, in points.
        """
        scale = POINTS * (wanted / self.width if wanted else 1.0)
        scale = min(scale, width / self.width, height / self.height)
        return self.width * scale, self.height * scale


def read(project: Project, site: Path, page: str, image: Image) -> Picture | Problem:
    """Read the size of a picture and look for what must not be in it.

    Args:
        project: the project.
        site: the folder of the built site.
        page: the place of the page that shows it.
        image: the picture as the page shows it.

    Returns:
        The picture, or what is wrong with it.
    """
    path = site / image.place
    name = Path(image.place).name

    def wrong(what: str, remedy: str) -> Problem:
        return problem(project, page, name or image.place, what, remedy)

    if "://" in image.place or image.place.startswith("data:"):
        return wrong("an image that is no file of the site", "put the file below docs/img/")
    if not path.is_file():
        return wrong(f"image {image.place} is missing", "add the file, or correct the path")
    if path.suffix.lower() not in KINDS:
        kinds = ", ".join(sorted(KINDS))
        return wrong(f"image {image.place} is of a kind that cannot be printed", f"use {kinds}")
    if not image.alt.strip():
        return wrong(f"image {image.place} without alternative text", "say what it shows")
    found = _svg(path) if path.suffix.lower() == ".svg" else _raster(path)
    if isinstance(found, Picture):
        return found
    shown = project.relative(project.docs / image.place)
    line, what, remedy = found
    return Problem(shown, line, what, remedy)


def _svg(path: Path) -> Picture | tuple[int, str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.parse(path, parser)
    except etree.XMLSyntaxError as error:
        return error.lineno or 1, f"the SVG is not well-formed: {error.msg}", "mend it"
    dtd = tree.docinfo.internalDTD
    if dtd is not None and any(dtd.iterentities()):
        return 1, "the SVG declares entities", "write what they stand for"
    root = tree.getroot()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        tag = etree.QName(element).localname
        if tag in {"script", "foreignObject", "handler"}:
            return element.sourceline, f"the SVG holds <{tag}>", "remove it: a drawing needs none"
        for key, value in element.attrib.items():
            name = etree.QName(key).localname
            if name.startswith("on"):
                return element.sourceline, f"the SVG runs a script in '{name}'", "remove it"
            if name == "href" and not value.startswith(("#", "data:image/")):
                return element.sourceline, f"the SVG fetches {value[:60]}", "draw it in place"
            if _FETCHES.search(value):
                return element.sourceline, f"the SVG fetches a file in '{name}'", "draw it in place"
        if tag == "style" and _FETCHES.search(element.text or ""):
            return element.sourceline, "the SVG fetches a file in <style>", "draw it in place"
    return _svg_size(root) or (
        root.sourceline,
        "the SVG does not say how large it is",
        "give it width and height, or a viewBox",
    )


def _svg_size(root: etree._Element) -> Picture | None:
    """Read the size of a drawing (SVG 2, section 8.2: width and height, else the viewBox)."""
    sizes = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if all(sizes):
        width, height = (float(size[1]) / (POINTS if size[2] == "pt" else 1) for size in sizes)
    else:
        box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
        if len(box) != 4:
            return None
        width, height = float(box[2]), float(box[3])
    return Picture(width, height) if width > 0 and height > 0 else None


def _raster(path: Path) -> Picture | tuple[int, str, str]:
    size = raster_size(path.read_bytes())
    return Picture(*size) if size else (1, "the picture cannot be read", "save it anew")


def raster_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, JPEG, GIF or WebP file in pixels, or nothing.

    Sources: PNG specification 11.2.2; ISO/IEC 10918-1, B.2.2 (SOF); GIF89a, section 18;
    WebP container specification (VP8X, VP8L) and RFC 6386, section 9.1.
    """
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > 24:
        size = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    elif data[:4] == b"GIF8" and len(data) > 10:
        size = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    elif data[:2] == b"\xff\xd8":
        size = _jpeg_size(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) > 30:
        size = _webp_size(data)
    else:
        return None
    return size if size and min(size) > 0 else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height = int.from_bytes(data[place + 5 : place + 7])
            return int.from_bytes(data[place + 7 : place + 9]), height
        place += 2 + length
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] == b"VP8X":
        size = data[24:27], data[27:30]
        return tuple(int.from_bytes(part, "little") + 1 for part in size)
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    size = data[26:28], data[28:30]
    return tuple(int.from_bytes(part, "little") & 0x3FFF for part in size)
