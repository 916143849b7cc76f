"""Read a CSV file as Autopilot would take it, or say exactly what is wrong with it."""

from __future__ import annotations

import csv
import difflib
import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from autotune.values import clean_target

# "The minimum number of rows should be 500": API reference of Amazon SageMaker, AutoMLChannel.
FEWEST_ROWS = 500
MOST_ROWS = 100_000
SEED = 0
LONGEST_FIELD = 131_072
"""Characters in one field, as the csv module has it by default: more is an open quote."""

CHUNK = 1 << 20


class TableError(Exception):
    """A table that nothing can be learnt from; its text names file, column and remedy."""


@dataclass(frozen=True)
class Table:
    """Rows of a CSV file, as text.

    Attributes:
        name: the file's name, without its folder.
        sha256: of the whole file, in hexadecimal.
        frame: one column of text per column of the file, in its order; an empty or blank field
            is missing. The index is the row's number in the file, from 0. The target is
            nowhere missing: such rows are left out, as Autopilot does.
        target: the column to predict.
        rows_in_file: rows below the header; more than `frame` has if some were left out.
        rows_without_target: rows of the sample left out for want of a usable target.
        warnings: what the reader should know, one sentence each.
    """

    name: str
    sha256: str
    frame: pd.DataFrame
    target: str
    rows_in_file: int
    rows_without_target: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def features(self) -> list[str]:
        """The columns beside the target, in the file's order."""
        return [name for name in self.frame.columns if name != self.target]


def read_table(path: Path, target: str, *, most_rows: int = MOST_ROWS) -> Table:
    """Read a comma-separated UTF-8 file with a header.

    Args:
        path: the file.
        target: the name of the column to predict, as in the header.
        most_rows: of a longer file this many rows are kept, drawn with a fixed seed (reservoir
            sampling, Vitter's algorithm R), in the file's order.

    Raises:
        TableError: if it is no such file, or if there is nothing to learn from it.
    """
    digest = _digest(path)
    lines = _records(path)
    header = _header(path, next(lines, (0, []))[1], target)
    kept, rows_in_file = _sample(_checked(path, header, lines), most_rows)
    if not kept:
        raise TableError(f"{path.name}: no rows below the header; add some")
    frame = pd.DataFrame(
        [row for _, row in kept], index=[number for number, _ in kept], columns=header, dtype="str"
    )
    blank = frame.apply(lambda column: column.str.strip() == "")
    frame = frame.mask(blank)
    warnings = []
    if rows_in_file > most_rows:
        warnings.append(
            f"{path.name} has {rows_in_file:,} rows: {most_rows:,} were drawn with seed {SEED}."
        )
    sampled = len(frame)
    frame[target], said = clean_target(frame[target])
    frame = frame[frame[target].notna()]
    without = sampled - len(frame)
    if said:
        warnings.append(f"Column {target}: {said}")
    if frame.empty:
        raise TableError(f"{path.name}: column {target} is empty in every row; fill it in")
    _check_target(path, frame[target])
    if len(frame) < FEWEST_ROWS:
        warnings.append(
            f"{path.name} has {len(frame)} rows with a target: Autopilot refuses fewer than "
            f"{FEWEST_ROWS}, and scores from so few are mostly chance."
        )
    for name in frame.columns[frame.isna().all()]:
        warnings.append(f"Column {name} is empty in every row: it is not used.")
    return Table(path.name, digest, frame, target, rows_in_file, without, tuple(warnings))


def _digest(path: Path) -> str:
    """The file's SHA-256; its first reading, so it also meets what is no file of text."""
    if path.is_dir():
        raise TableError(f"{path} is a folder: name a CSV file in it")
    if path.exists() and not path.is_file():
        raise TableError(f"{path} is a pipe or a device, and is read twice: save it as a file")
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                if size == 0 and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise TableError(f"{path.name} is UTF-16: save it as UTF-8")
                if size == 0 and chunk.startswith((b"PK\x03\x04", b"\x1f\x8b", b"PAR1")):
                    raise TableError(
                        f"{path.name} is packed or a workbook, not CSV: unpack it or save it as CSV"
                    )
                if b"\0" in chunk:
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
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror}): check its name") from None
    if size == 0:
        raise TableError(f"{path.name} is empty: it needs a header and rows")
    return digest.hexdigest()


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it ends on, blank lines left out.

    Raises:
        TableError: at a byte that is no UTF-8, an open quote or a field beyond csv's limit.
    """
    # The limit is the whole process's, and the scripts that are generated raise it for theirs.
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open("rb") as raw:
            yield from _parsed(path, raw)
    finally:
        csv.field_size_limit(limit)


def _parsed(path: Path, raw: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_decoded(path, raw), strict=True)
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise TableError(
                f"{path.name}, line {reader.line_num}: {error}; look for a quote that is not "
                f"closed, or a field longer than {LONGEST_FIELD:,} characters"
            ) from None
        if record is None:
            return
        if record:
            yield reader.line_num, record


def _decoded(path: Path, raw: Iterable[bytes]) -> Iterator[str]:
    first = ""
    for number, line in enumerate(raw, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            column = _column_at(first, line[: error.start].decode("utf-8"))
            raise TableError(
                f"{path.name}, line {number}{column}: byte 0x{line[error.start]:02x} is not UTF-8; "
                "save the whole file as UTF-8"
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


def _header(path: Path, header: list[str], target: str) -> list[str]:
    name = path.name
    if not header:
        raise TableError(f"{name} holds only blank lines: it needs a header and rows")
    if len(header) == 1:
        for sign, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if sign in header[0]:
                raise TableError(f"{name} seems to be separated by {word}: save it with commas")
        raise TableError(
            f"{name} has one column, {header[0]}: nothing to predict it from; add another"
        )
    if empty := [str(number) for number, text in enumerate(header, 1) if not text.strip()]:
        raise TableError(f"{name}: column {', '.join(empty)} has no name; give it one")
    if twice := [text for text, count in Counter(header).items() if count > 1]:
        raise TableError(f"{name}: column {', '.join(twice)} occurs twice; rename one of them")
    if target not in header:
        folded = {text.casefold(): text for text in header}
        near = difflib.get_close_matches(target.casefold(), folded, n=1)
        hint = f'did you mean "{folded[near[0]]}"?' if near else f"it has {', '.join(header)}"
        raise TableError(f'{name} has no column "{target}": {hint}')
    return header


def _checked(
    path: Path, header: list[str], lines: Iterator[tuple[int, list[str]]]
) -> Iterator[list[str]]:
    for number, record in lines:
        if len(record) != len(header):
            raise TableError(
                f"{path.name}, line {number}: {len(record)} fields, but the header names "
                f"{len(header)}; quote fields that hold commas"
            )
        yield record


def _sample(rows: Iterator[list[str]], most: int) -> tuple[list[tuple[int, list[str]]], int]:
    """At most `most` rows, each as likely as any other, and how many there were."""
    draw = random.Random(SEED)
    kept: list[tuple[int, list[str]]] = []
    count = 0
    for count, row in enumerate(rows, 1):
        if len(kept) < most:
            kept.append((count - 1, row))
        elif (place := draw.randrange(count)) < most:
            kept[place] = (count - 1, row)
    return sorted(kept, key=lambda numbered: numbered[0]), count


def _check_target(path: Path, values: pd.Series) -> None:
    where = f"{path.name}: column {values.name}"
    distinct = values.nunique()
    if distinct == 1:
        raise TableError(
            f'{where} holds "{values.iloc[0]}" in every row: nothing to predict; choose another'
        )
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.isna().any():
        if distinct > max(2, len(values) / 2):
            raise TableError(
                f"{where} has {distinct:,} classes in {len(values):,} rows: it names rows and "
                "groups nothing; choose another"
            )
    elif distinct == len(values) > 2 and numbers.sort_values().diff().iloc[1:].eq(1).all():
        raise TableError(f"{where} numbers the rows one by one: choose another")
