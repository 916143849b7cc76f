# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""What all candidates share: reading a table, and turning its text into numbers.

Cells are read as text, always. So a row means the same alone and among others: no library guesses
a type from the rows that happen to stand beside it.
"""

import csv
import io
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import FunctionTransformer

csv.field_size_limit(sys.maxsize)


class TableError(ValueError):
    """A table that does not fit the candidate; its text says where and what to do."""


# --- reading ---------------------------------------------------------------------------------


def read_table(source, header, target):
    """Read CSV text into a table of text with one column per name in `header`.

    The first row may hold the names, in any order; without it, cells are taken in the order of
    `header`. The target may be left out: then the table has no such column.

    Args:
        source: the CSV: text, or bytes in UTF-8.
        header: the names of all columns of the training file, in its order.
        target: which of them is to be predicted.

    Raises:
        TableError: a column is missing, or a row has too few or too many cells.
    """
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        raise TableError(f"byte {error.start} is not UTF-8: save the table as UTF-8") from None
    rows = list(csv.reader(io.StringIO(text)))
    features = [name for name in header if name != target]
    # An empty line is a gap where there is one column, and nothing elsewhere.
    rows = [row or [""] for row in rows if row or len(features) == 1]
    names = None
    first = [cell.strip() for cell in rows[0]] if rows else []
    # Some names are enough: a row of names with a mistake in it must not pass for data.
    if len(set(first) & set(header)) > len(features) / 2:
        names, rows = first, rows[1:]
        if missing := [name for name in features if name not in names]:
            raise TableError(f"no column {', '.join(missing)} in the first row: add it")
        if twice := [name for name in set(names) if names.count(name) > 1]:
            raise TableError(f"{twice[0]!r} stands twice in the first row: rename one")
    elif rows:
        names = {len(features): features, len(header): list(header)}.get(len(rows[0]))
        if names is None:
            raise TableError(
                f"row 1 has {len(rows[0])} cells and is no header: give the {len(features)} "
                f"columns {', '.join(features)}, in this order, or with {target!r} in its place "
                f"all {len(header)}; in another order only below a row of names"
            )
    names = names or features
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise TableError(
                f"row {number} of the data has {len(row)} cells instead of {len(names)}: "
                "put text with commas between double quotes"
            )
    table = pd.DataFrame(rows, columns=names, dtype=object)
    return table[[name for name in header if name in table]]


def read_folder(folder, header, target):
    """Read all files of a folder (or the one file), as SageMaker lays out a channel, one below
    the other.

    Raises:
        TableError: nothing to read, or a file does not fit.
    """
    folder = Path(folder)
    files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    tables = []
    for file in files:
        if file.is_file() and not file.name.startswith("."):
            try:
                tables.append(read_table(file.read_bytes(), header, target))
            except TableError as error:
                raise TableError(f"{file.name}: {error}") from None
    if not tables or not sum(map(len, tables)):
        raise TableError(f"no rows in {folder.name}: give CSV files with the target {target!r}")
    return pd.concat(tables, ignore_index=True)


# --- text to numbers: each cell for itself ------------------------------------------------------

PARTS = ("days", "year", "month", "day", "day_of_week", "hour")
CIRCLES = {"month": 12, "day_of_week": 7, "hour": 24}


def step(function):
    """Return one of the functions below as a step of a pipeline; it has nothing to fit."""
    made = {date_parts: PARTS, date_cycles: _cycle_names()}.get(function)
    names = partial(_names, made) if made else "one-to-one"
    return FunctionTransformer(function, feature_names_out=names)


def _names(made, transformer, columns):
    return [f"{column} {name}" for column in columns for name in made]


def _cycle_names():
    return ["days", *(f"{name} {side}" for name in CIRCLES for side in ("sin", "cos"))]


def numbers(table):
    """Turn cells into numbers; what is none, or infinite, becomes a gap."""
    table = pd.DataFrame(table)
    found = table.apply(lambda column: pd.to_numeric(column, errors="coerce"))
    found = found.astype(float)
    return found.where(np.isfinite(found))


def words(table):
    """Turn cells into words; a gap becomes the word ''."""
    return pd.DataFrame(table).apply(_text)


def sentences(column):
    """Turn one column into texts; where no letter or digit is, the text is '(empty)'."""
    text = _text(pd.Series(column))
    return text.where(text.str.contains(r"\w"), "(empty)").to_numpy(dtype=object)


def moments(table):
    """Turn dates into seconds since 1970 (UTC); what is no date becomes a gap."""
    return pd.DataFrame(table).apply(lambda column: _seconds(_dates(column)))


def date_parts(table):
    """Turn dates into days since 1970, year, month, day, day of week (Monday 0), hour."""
    return _each(table, _parts)


def date_cycles(table):
    """Turn dates into days since 1970, and month, weekday and hour as points on circles.

    On a circle December is beside January, which a linear model could not know otherwise.
    """
    return _each(table, _cycles)


def _text(column):
    return column.astype(object).where(column.notna(), "").astype(str).astype(object)


def _each(table, make):
    table = pd.DataFrame(table)
    found = [make(_dates(table[name])).add_prefix(f"{name} ") for name in table]
    return pd.concat(found, axis="columns")


def _dates(column):
    # As ISO 8601 has it, 2020-03-04T05:06; 03/04/2020 may be March or April, and is a gap.
    text = _text(column)
    text = text.where(text.str.match(r"\d{4}-\d{2}-\d{2}"))
    found = pd.to_datetime(text, errors="coerce", format="ISO8601", utc=True)
    return found.dt.as_unit("us")


def _seconds(dates):
    return (dates - pd.Timestamp(0, tz="UTC").as_unit("us")) / pd.Timedelta(seconds=1)


def _parts(dates):
    found = {"days": _seconds(dates) / 86400}
    found |= {name: getattr(dates.dt, name) for name in PARTS[1:]}
    return pd.DataFrame(found, dtype=float)


def _cycles(dates):
    parts = _parts(dates)
    found = {"days": parts["days"]}
    for name, length in CIRCLES.items():
        angle = 2 * np.pi * parts[name] / length
        found |= {f"{name} sin": np.sin(angle), f"{name} cos": np.cos(angle)}
    return pd.DataFrame(found, dtype=float)


class Texts(TransformerMixin, BaseEstimator):
    """Weights of the commonest terms of a text (tf-idf); of equals, the first of the alphabet.

    scikit-learn's own `max_features` leaves equals to a sort that differs between processors.

    Args:
        analyzer, ngram_range: what a term is, as `TfidfVectorizer` has it.
        most: how many terms are kept.
    """

    def __init__(self, analyzer="word", ngram_range=(1, 1), most=200):
        self.analyzer, self.ngram_range, self.most = analyzer, ngram_range, most

    def fit(self, texts, y=None):
        what = {"analyzer": self.analyzer, "ngram_range": self.ngram_range}
        what["token_pattern"] = r"\w+" if self.analyzer == "word" else None
        counter = CountVectorizer(**what)
        counts = np.asarray(counter.fit_transform(texts).sum(axis=0)).ravel()
        terms = counter.get_feature_names_out()  # in the order of the alphabet
        kept = np.sort(np.argsort(-counts, kind="stable")[: self.most])
        self.vectorizer_ = TfidfVectorizer(**what, vocabulary=list(terms[kept])).fit(texts)
        return self

    def transform(self, texts):
        return self.vectorizer_.transform(texts)

    def get_feature_names_out(self, columns=None):
        return self.vectorizer_.get_feature_names_out()


# --- the target ---------------------------------------------------------------------------------


class Labels:
    """The target as numbers: classes by their place in `classes`, or amounts as they are.

    Args:
        classes: the names of the classes; empty where an amount is to be predicted.
    """

    def __init__(self, classes):
        self.classes = list(classes)

    def transform(self, column):
        """Return one number per row; NaN where the target is missing or of no known class."""
        if not self.classes:
            return numbers(pd.DataFrame(column)).to_numpy()[:, 0]
        places = {name: place for place, name in enumerate(self.classes)}
        return words(pd.DataFrame(column)).iloc[:, 0].map(places).to_numpy(dtype=float)

    def name(self, place):
        """Return the class at a place."""
        return self.classes[int(place)]


def split(table, labels, target):
    """Return the features of the rows whose target is known, and their targets as numbers.

    Raises:
        TableError: no target column, or no row with a known target.
    """
    if target not in table:
        raise TableError(f"no column {target!r}: to train, the table needs the target")
    y = labels.transform(table[target])
    known = np.isfinite(y)
    if not known.any():
        classes = ", ".join(labels.classes) or "a number"
        raise TableError(f"no row has a usable {target!r}: expected {classes}")
    features = table.drop(columns=target)[known].reset_index(drop=True)
    return features, y[known]


# --- a candidate as a command -------------------------------------------------------------------


def command(candidate, arguments=None):
    """Fit a candidate's preparation on one CSV, apply it to another, write the features as CSV.

    Args:
        candidate: the module of a candidate, for example `dpp0`.
        arguments: the words of the command line.
    """
    import argparse

    parser = argparse.ArgumentParser(
        description=candidate.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    target = candidate.TARGET.replace("%", "%%")  # argparse fills in what a per cent sign begins
    parser.add_argument("train", help=f"CSV to fit on, with the target {target!r}")
    parser.add_argument("other", nargs="?", help="CSV to transform; without it, the first one")
    parser.add_argument("--out", help="file for the features; without it, they are printed")
    given = parser.parse_args(arguments)
    try:
        features, y = split(
            read_folder(given.train, candidate.HEADER, candidate.TARGET),
            candidate.build_label_transform(),
            candidate.TARGET,
        )
        transform = candidate.build_feature_transform()
        matrix = transform.fit_transform(features, y)
        if given.other:
            rows = read_folder(given.other, candidate.HEADER, candidate.TARGET)
            matrix = transform.transform(rows)
        names = transform.get_feature_names_out()
        text = pd.DataFrame(matrix, columns=names).to_csv(index=False, float_format="%.6g")
        if given.out:
            Path(given.out).write_text(text, encoding="utf-8")
        else:
            sys.stdout.write(text)
    except (TableError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
