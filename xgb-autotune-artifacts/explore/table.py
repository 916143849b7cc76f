# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""Read a CSV file as Autopilot would take it, or say exactly what is wrong with it."""

from __future__ import annotations

import csv
import difflib
import random
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from .cells import Reading, reading
from .records import Source, TableError, look_through, records
from .values import clean_target, is_code, is_regression, numbers

__all__ = ["Table", "TableError", "read_table", "write_plain"]

# "The minimum number of rows should be 500": API reference of Amazon SageMaker, AutoMLChannel.
FEWEST_ROWS = 500
MOST_ROWS = 100_000
SEED = 0
CHUNK = 10_000
MOST_SHOWN = 5  # columns named in one sentence
MOST_NAMED = 25  # columns that a message lists
MOST_CODES = 50  # whole numbers that may be classes
ROW_NUMBERS = re.compile(r"Unnamed: 0|rownames|row[ _.]?names?|\.\.\.1|index", re.I)
"""What pandas and R call row numbers and row names that were read as a column."""
KEY = re.compile(r"(?i:(?:^|[ _.-])(?:id|identifier|key|uuid|guid))$|[a-z](?:Id|ID)$|[A-Z]ID$")


@dataclass(frozen=True)
class Dress:
    """How a file is read that is not plain CSV with plain cells.

    Attributes:
        source: the file.
        raw_header: its first record.
        header: a name for each field of its rows.
        readings: how the cells of each column are read; other columns are left out.
    """

    source: Source
    raw_header: list[str]
    header: list[str]
    readings: dict[str, Reading]


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
        problem: what was asked, or nothing where the target's values decide.
        dress: how the file is to be read where `frame` is not what stands in it, else None.
    """

    name: str
    sha256: str
    frame: pd.DataFrame
    target: str
    rows_in_file: int
    rows_without_target: int = 0
    warnings: tuple[str, ...] = ()
    problem: str = ""
    dress: Dress | None = None

    @property
    def features(self) -> list[str]:
        """The columns beside the target, in the file's order."""
        return [name for name in self.frame.columns if name != self.target]


def read_table(
    path: Path,
    target: str,
    *,
    problem: str = "",
    drop: Collection[str] = (),
    encoding: str = "",
    most_rows: int = MOST_ROWS,
    progress: bool = False,
) -> Table:
    """Read a file of separated values with a header.

    Args:
        path: the file: text of any encoding, packed by gzip or not.
        target: the name of the column to predict, as in the header.
        problem: `binary`, `multiclass` or `regression`; by default the target's values decide.
        drop: columns to leave out.
        encoding: of a file that is neither UTF-8 nor marked as UTF-16.
        most_rows: of a longer file this many rows are kept, drawn with a fixed seed (reservoir
            sampling, Vitter's algorithm R), in the file's order.
        progress: whether to show on standard error how many were read, from the third second on.

    Raises:
        TableError: if it is no such file, or if there is nothing to learn from it.
    """
    source = look_through(path, encoding)
    lines = records(source)
    _, raw_header = next(lines, (0, []))
    lines, header = _named_rows(lines, raw_header)
    header = _header(path, header, target.strip(), drop)
    target = target.strip()
    rows = tqdm(
        _checked(path, header, lines), path.name, unit=" rows", delay=2, disable=not progress
    )
    kept, rows_in_file = _sample(rows, most_rows)
    if not kept:
        raise TableError(f"{path.name}: no rows below the header; add some")
    frame = pd.DataFrame(
        [row for _, row in kept], index=[number for number, _ in kept], columns=header, dtype="str"
    )
    warnings = []
    if rows_in_file > most_rows:
        warnings.append(
            f"{path.name} has {rows_in_file:,} rows: {most_rows:,} were drawn with seed {SEED}."
        )
    names = [name for name in header if name == target or not _is_row_name(path, frame[name])]
    if left_out := [name or "without a name" for name in header if name not in names]:
        warnings.append(
            f"{_columns(left_out)} a different value in each row, as names have: not used."
        )
    frame = frame[[name for name in names if name not in drop]]
    frame = frame.apply(lambda column: column.mask(column.str.strip() == ""))
    readings = {
        name: reading(frame[name], target=name == target, problem=problem if name == target else "")
        for name in frame.columns
    }
    read = pd.DataFrame({name: readings[name](frame[name]) for name in frame.columns})
    changed = not (source.plain and raw_header == list(frame.columns) and read.equals(frame))
    warnings += _said(readings)
    frame = read
    sampled = len(frame)
    frame[target], said = clean_target(frame[target], problem)
    frame = frame[frame[target].notna()]
    without = sampled - len(frame)
    if said:
        warnings.append(f"Column {target}: {said}")
    if frame.empty:
        wanted = " or holds no number" if problem == "regression" else ""
        raise TableError(f"{path.name}: column {target} is empty{wanted} in every row; fill it in")
    _check_target(path, frame[target], problem)
    warnings += _taken_for(frame[target], problem)
    if len(frame) < FEWEST_ROWS:
        warnings.append(
            f"{path.name} has {len(frame)} rows with a target: Autopilot refuses fewer than "
            f"{FEWEST_ROWS}, and scores from so few are mostly chance."
        )
    for name in frame.columns[frame.isna().all()]:
        warnings.append(f"Column {name} is empty in every row: it is not used.")
    return Table(
        path.name, source.sha256, frame, target, rows_in_file, without, tuple(warnings), problem,
        Dress(source, raw_header, header, readings) if changed else None,
    )  # fmt: skip


def write_plain(table: Table, path: Path) -> None:
    """Write all rows of a table that was read in its own way as CSV that needs no such reading.

    Args:
        table: one with a `dress`.
        path: the file to be: UTF-8, commas, plain numbers and dates, nothing where a gap is.
    """
    dress = table.dress
    assert dress
    lines = records(dress.source)
    next(lines)
    lines, _ = _named_rows(lines, dress.raw_header)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow(dress.readings)
        while rows := [row for _, row in islice(lines, CHUNK)]:
            frame = pd.DataFrame(rows, columns=dress.header, dtype="str")[list(dress.readings)]
            frame = frame.apply(lambda column: column.mask(column.str.strip() == ""))
            for name, read in dress.readings.items():
                frame[name] = read(frame[name])
            frame.to_csv(stream, index=False, header=False, lineterminator="\n")


def _named_rows(
    lines: Iterator[tuple[int, list[str]]], header: list[str]
) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """The records, and the header with a place for row names where R's write.table left it out."""
    first = next(lines, None)
    if first is None:
        return lines, header
    short = len(header) > 1 and len(first[1]) == len(header) + 1 and first[1][-1].strip() != ""
    return chain([first], lines), ["", *header] if short else header


def _is_row_name(path: Path, values: pd.Series) -> bool:
    """Whether a column names rows and says nothing of them: row numbers, R's row names, keys."""
    name = str(values.name)
    words = values.str.strip()
    if name == "" or ROW_NUMBERS.fullmatch(name):
        if words.is_unique:
            return True
        if name == "":
            raise TableError(
                f"{path.name}: column 1 has no name, and its values name no rows; give it one"
            )
    return bool(KEY.search(name)) and words.is_unique and (words != "").all()


def _columns(names: list[str]) -> str:
    if len(names) == 1:
        return f"Column {names[0]} has"
    more = f" and {len(names) - MOST_SHOWN:,} more" if len(names) > MOST_SHOWN else ""
    return f"Columns {', '.join(names[:MOST_SHOWN])}{more} have"


def _said(readings: dict[str, Reading]) -> Iterator[str]:
    """What was done to the cells of the columns, one sentence for each kind of it."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for name, read in readings.items():
        for kind, example in read.notes:
            kinds.setdefault(kind, []).append((name, example))
    for kind, found in kinds.items():
        said = "; ".join(f"{name}: {example}" for name, example in found[:MOST_SHOWN])
        more = f"; and {len(found) - MOST_SHOWN:,} more columns" if len(found) > MOST_SHOWN else ""
        yield f"{kind[0].upper()}{kind[1:]} ({said}{more})."
    unclear = [(name, words) for name, read in readings.items() for words in read.unclear]
    yield from (f"Column {name} {words}." for name, words in unclear[:MOST_SHOWN])


def _header(path: Path, header: list[str], target: str, drop: Collection[str]) -> list[str]:
    name = path.name
    header = [text.strip() for text in header]
    if not header:
        raise TableError(f"{name} holds only blank lines: it needs a header and rows")
    if len(header) == 1:
        if len(header[0].split()) > 1:
            raise TableError(
                f"{name} has one column, {header[0]}: if blanks separate it, save it with commas"
            )
        raise TableError(
            f"{name} has one column, {header[0]}: nothing to predict it from; add another"
        )
    if empty := [str(number) for number, text in enumerate(header, 1) if not text and number > 1]:
        raise TableError(f"{name}: column {', '.join(empty)} has no name; give it one")
    if twice := [text for text, count in Counter(header).items() if count > 1]:
        raise TableError(f"{name}: column {', '.join(twice)} occurs twice; rename one of them")
    for wanted in (target, *drop):
        if wanted not in header:
            folded = {text.casefold(): text for text in header}
            near = difflib.get_close_matches(wanted.casefold(), folded, n=1)
            there = ", ".join(header[:MOST_NAMED]) + (", ..." if len(header) > MOST_NAMED else "")
            hint = f'did you mean "{folded[near[0]]}"?' if near else f"it has {there}"
            raise TableError(f'{name} has no column "{wanted}": {hint}')
    if target in drop:
        raise TableError(f"{name}: column {target} is the target, and cannot be dropped")
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


def _sample(rows: Iterable[list[str]], most: int) -> tuple[list[tuple[int, list[str]]], int]:
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


def _check_target(path: Path, values: pd.Series, problem: str) -> None:
    where = f"{path.name}: column {values.name}"
    distinct = values.nunique()
    if distinct == 1:
        raise TableError(
            f'{where} holds "{values.iloc[0]}" in every row: nothing to predict; choose another'
        )
    if problem == ("multiclass" if distinct == 2 else "binary"):
        other = "binary" if distinct == 2 else "multiclass"
        raise TableError(f"{where} has {distinct:,} classes: say --problem {other}")
    if numbers(values).isna().any() or problem == "multiclass" or is_code(values):
        if distinct > max(2, len(values) / 2):
            raise TableError(
                f"{where} has {distinct:,} classes in {len(values):,} rows: it names rows and "
                "groups nothing; choose another"
            )
    elif distinct == len(values) > 2 and numbers(values).sort_values().diff().iloc[1:].eq(1).all():
        raise TableError(f"{where} numbers the rows one by one: choose another")


def _taken_for(values: pd.Series, problem: str) -> Iterator[str]:
    """What numbers in a target were taken for, where they could be something else."""
    if problem or numbers(values).isna().any() or (distinct := values.nunique()) == 2:
        return
    if not is_regression(values):
        yield (
            f"Column {values.name}: its {distinct} different numbers were taken for classes; if "
            "they are amounts, such as ratings or counts, say --problem regression."
        )
    elif distinct <= MOST_CODES and values.str.fullmatch(r"[-+]?\d+").all():
        yield (
            f"Column {values.name}: its {distinct} whole numbers were taken for amounts; if they "
            "are codes, say --problem multiclass."
        )
