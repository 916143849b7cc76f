"""Pictures: how large they are, and that a drawing neither runs nor fetches anything."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache

import imagesize
from lxml import etree

ALT_LENGTH = range(40, 151)
"""Characters of an alternative text: long enough to say something, short enough to listen to."""

KINDS = {
    ".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png",
    ".svg": "image/svg+xml", ".webp": "image/webp",
}  # fmt: skip
"""The pictures that paper and e-books take too (EPUB 3.3, section 3.2), with their media types."""

POINTS = 0.75
"""Points in a CSS pixel (CSS Values 4, section 6.2)."""

_NUMBER = r"(\d*\.?\d+(?:[eE][-+]?\d+)?)"
_LENGTH = re.compile(rf"\s*{_NUMBER}\s*(px|pt)?\s*")
_BOX = re.compile(rf"\s*(?:[^\s,]+[\s,]+){{2}}{_NUMBER}[\s,]+{_NUMBER}\s*")
_FETCHES = re.compile(r"@import|image-set\(|src\(|url\(\s*+[\"']?+\s*+(?!#|data:)", re.I)
_XHTML = "http://www.w3.org/1999/xhtml"
_ACTIVE = {"script", "foreignObject", "handler", "iframe", "animate", "set"}


@dataclass(frozen=True)
class Picture:
    """A picture that may be shown: its width and height in CSS pixels."""

    width: float
    height: float


class BadPicture(ValueError):
    """A picture that may not be shown.

    Attributes:
        what: what is wrong, without a full stop.
        remedy: what to do, as an imperative.
        line: the line of a drawing, counted from 1.
    """

    def __init__(self, what: str, remedy: str, line: int | None = 1) -> None:
        super().__init__(what)
        self.what, self.remedy, self.line = what, remedy, line or 1


def read(data: bytes, suffix: str) -> Picture:
    """Read the size of a picture, and hold a drawing to what must not be in one.

    Args:
        data: the file.
        suffix: `.svg`, or that of a raster picture.

    Raises:
        BadPicture: with what is wrong.
    """
    if suffix.lower() == ".svg":
        return _drawing(data)
    width, height = imagesize.get(io.BytesIO(data))
    if width <= 0 or height <= 0:
        raise BadPicture("the picture cannot be read", "save it anew")
    return Picture(width, height)


@lru_cache(maxsize=256)  # many pages show the same one, each time somebody saves
def _drawing(data: bytes) -> Picture:
    parser = etree.XMLParser(resolve_entities=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        what = f"the SVG is not well-formed: {error.msg}"
        raise BadPicture(what, "mend it", error.lineno) from None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(dtd.iterentities()):
        raise BadPicture("the SVG declares entities", "write what they stand for")
    for element in (*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()):
        if isinstance(element, etree._ProcessingInstruction):
            what = f"the SVG holds the instruction <?{element.target}?>"
            raise BadPicture(what, "remove it: it may fetch a stylesheet", element.sourceline)
        if isinstance(element.tag, str):
            _look_at(element)
    picture = _drawing_size(root)
    if picture is None:
        what = "the SVG does not say how large it is"
        raise BadPicture(what, "give it width and height, or a viewBox", root.sourceline)
    return picture


def _look_at(element: etree._Element) -> None:
    name = etree.QName(element)
    tag, line = name.localname, element.sourceline
    if tag in _ACTIVE or name.namespace == _XHTML:
        raise BadPicture(f"the SVG holds <{tag}>", "remove it: a drawing needs none", line)
    for key, value in element.attrib.items():
        name = etree.QName(key).localname
        if name.startswith("on"):
            raise BadPicture(f"the SVG runs a script in '{name}'", "remove it", line)
        if name == "href" and not value.startswith(("#", "data:image/")):
            raise BadPicture(f"the SVG fetches {value[:60]}", "draw it in place", line)
        # Attributes of other namespaces are an editor's notes, such as where the file lay.
        if key == name and _fetches(value):
            raise BadPicture(f"the SVG fetches a file in '{name}'", "draw it in place", line)
    if tag == "style" and _fetches("".join(element.itertext())):
        raise BadPicture("the SVG fetches a file in <style>", "draw it in place", line)


def _fetches(css: str) -> bool:
    """Tell whether CSS loads a file; an escape (CSS Syntax 3, section 4.3.7) could hide that."""
    return "\\" in css or bool(_FETCHES.search(css))


def _drawing_size(root: etree._Element) -> Picture | None:
    """Read the size of a drawing (SVG 2, section 8.2: width and height, else the viewBox)."""
    sides = []
    for name in ("width", "height"):
        if match := _LENGTH.fullmatch(root.get(name, "")):
            sides.append(float(match[1]) / (POINTS if match[2] == "pt" else 1))
    if len(sides) < 2:
        box = _BOX.fullmatch(root.get("viewBox", ""))
        sides = [float(each) for each in box.groups()] if box else [0]
    return Picture(*sides) if min(sides) > 0 else None
