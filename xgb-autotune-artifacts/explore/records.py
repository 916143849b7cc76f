# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""The records of a file of text: CSV in any usual dress, or a sentence that says what it is."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

LONGEST_FIELD = 131_072
"""Characters in one field, as the csv module has it by default: more is an open quote."""

SEPARATORS = ",;\t|"
CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PACKED = (b"PK\x03\x04", b"PAR1", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")


class TableError(Exception):
    """A table that nothing can be learnt from; its text names file, column and remedy."""


@dataclass(frozen=True)
class Source:
    """A file of text, and how it is written.

    Attributes:
        path: the file.
        sha256: of the whole file, in hexadecimal; of a packed one, of what is in it.
        packed: whether it is packed by gzip.
        encoding: of its text, by Python's name.
        separator: what stands between its fields.
    """

    path: Path
    sha256: str
    packed: bool
    encoding: str
    separator: str = ","

    @property
    def plain(self) -> bool:
        """Whether it is UTF-8 with commas, which every reader takes as it is."""
        return (self.packed, self.encoding, self.separator) == (False, "utf-8", ",")


def look_through(path: Path, encoding: str = "") -> Source:
    """Read a file once, and find out how it is written.

    Args:
        path: the file.
        encoding: of its text; UTF-8, and UTF-16 that says so in its first bytes, need no name.

    Raises:
        TableError: it cannot be read, or is no text.
    """
    try:
        name = codecs.lookup(encoding or "utf-8").name
    except LookupError:
        raise TableError(f"{encoding} is no encoding that Python knows: try cp1252") from None
    if path.is_dir():
        raise TableError(f"{path} is a folder: name a CSV file in it")
    if path.exists() and not path.is_file():
        raise TableError(f"{path} is a pipe or a device, and is read twice: save it as a file")
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == GZIP
        with _opened(path, packed) as stream:
            while chunk := stream.read(CHUNK):
                if size == 0:
                    name = _MARKS.get(chunk[:2], name)
                    if chunk.startswith(_PACKED):
                        raise TableError(
                            f"{path.name} is packed or a workbook, not CSV: unpack it or save it "
                            "as CSV"
                        )
                if b"\0" in chunk and not name.startswith(("utf-16", "utf-32")):
                    at = size + chunk.index(b"\0")
                    raise TableError(
                        f"{path.name}: a zero byte at offset {at:,}, so it is no text; "
                        "save it as CSV in UTF-8"
                    )
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        raise TableError(f"{path}: no such file; check its name") from None
    except PermissionError:
        raise TableError(f"{path} may not be read: change its permissions") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TableError(f"{path.name} cannot be unpacked ({error}): fetch it again") from None
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror}): check its name") from None
    if size == 0:
        raise TableError(f"{path.name} is empty: it needs a header and rows")
    source = Source(path, digest.hexdigest(), packed, name)
    return Source(path, source.sha256, packed, name, _separator(source))


def records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it ends on, blank lines left out.

    Raises:
        TableError: at a byte that is not of the encoding, an open quote or a field beyond csv's
            limit.
    """
    # The limit is the whole process's, and the scripts that are generated raise it for theirs.
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        with _opened(source.path, source.packed) as raw:
            yield from _parsed(source, raw)
    finally:
        csv.field_size_limit(limit)


def _opened(path: Path, packed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")


def _separator(source: Source) -> str:
    """The sign that cuts the first line into the most fields; a comma where none cuts it."""
    with _opened(source.path, source.packed) as raw:
        first = next((line for line in _decoded(source, raw) if line.strip()), "")

    def fields(sign: str) -> int:
        try:
            return len(next(csv.reader([first], delimiter=sign), []))
        except csv.Error:
            return 0

    return max(SEPARATORS, key=fields)


def _parsed(source: Source, raw: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_decoded(source, raw), strict=True, delimiter=source.separator)
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise TableError(
                f"{source.path.name}, line {reader.line_num}: {error}; look for a quote that is "
                f"not closed, or a field longer than {LONGEST_FIELD:,} characters"
            ) from None
        if record is None:
            return
        if record:
            yield reader.line_num, record


def _decoded(source: Source, raw: BinaryIO) -> Iterator[str]:
    if source.encoding == "utf-8":
        yield from _utf_8(source.path, raw)
        return
    try:
        yield from io.TextIOWrapper(raw, source.encoding, newline="")
    except UnicodeDecodeError as error:
        raise TableError(
            f"{source.path.name} holds bytes that are not {source.encoding} ({error.reason}): name "
            "another encoding, or save the file as UTF-8"
        ) from None


def _utf_8(path: Path, raw: Iterable[bytes]) -> Iterator[str]:
    first = ""
    for number, line in enumerate(raw, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            column = _column_at(first, line[: error.start].decode("utf-8"))
            raise TableError(
                f"{path.name}, line {number}{column}: byte 0x{line[error.start]:02x} is not UTF-8; "
                "save the whole file as UTF-8, or name what it is, such as --encoding cp1252"
            ) from None
        first = first or text
        yield text


def _column_at(header: str, before: str) -> str:
    """The column that a line has reached after `before`, for a message; "" if that is unclear."""
    try:
        names, fields = next(csv.reader([header]), []), next(csv.reader([before]), [])
    except csv.Error:
        return ""
    at = max(len(fields) - 1, 0)
    return f", column {names[at]}" if at < len(names) else ""
