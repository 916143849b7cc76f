# Made by this project's own generator from flights.csv
# (SHA-256 a5df9ef5e778324e5c79e615fd36174f151b03862ecdf48420e39c5876e85075).
# It has the shape of what SageMaker Autopilot wrote in 2020. It is not Autopilot output, and none
# of Amazon's code is in it.

"""What the cells of real tables mean: gaps, numbers in clothes, dates, labels in two spellings.

Each column is read in one way, which its values must agree on; what was done is told. A column
read once is read the same again, so that what is written out needs no reading.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.tseries.api import guess_datetime_format

from .values import DATE, NUMERIC_SHARE, is_code, is_regression, numbers

GAPS = ("NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NaT", "NULL", "null", "?", "-", ".")
"""Words for a missing value, beside nothing and blanks: pandas' and R's, SAS's dot, and signs."""
INFINITE = re.compile(r"[-+]?inf(?:inity)?", re.I)
YEARS = (1900, 2100)
"""Years in which a date without separators, 20180118, is taken for one."""
SHOWN = 3

# (thousands, decimals), the likelier first: where both fit all, as in 25,649, the first is taken.
_FORMS = ((",", "."), (".", ","), (r" '\u00a0\u202f", "."), (r" '\u00a0\u202f", ","))
_SIGNS = "[$\u20ac\u00a3\u00a5%]|USD|EUR|GBP"
_CLOTHED = (
    r"(?P<minus>[-+\u2212(]?)\s*(?P<bound>[<>~\u2264\u2265]=?)?\s*(?P<before>{signs})?\s*"
    r"(?P<number>[-+\u2212]?(?:[1-9]\d{{0,2}}(?:[{thousands}]\d{{3}})+|\d+)?(?:[{decimals}]\d*)?"
    r"(?:[eE][-+]?\d+)?)\s*(?P<after>{signs})?\s*\)?"
)


@dataclass(frozen=True)
class Reading:
    """How the cells of one column are read.

    Attributes:
        gaps: words that stand for a missing value.
        form: thousands and decimals of numbers that no computer reads as they stand, or None.
        date: the format of dates that are not ISO 8601's, as strptime has it, or nothing.
        labels: the spelling that is kept, by what two spellings of one label have in common.
        notes: what was done, and examples of what it was done to.
        unclear: what was not done, a sentence that ends in a remedy.
    """

    gaps: frozenset[str] = frozenset(GAPS)
    form: tuple[str, str] | None = None
    date: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()
    unclear: tuple[str, ...] = ()

    def __call__(self, values: pd.Series) -> pd.Series:
        """Return cells, text or missing, as plain text or missing."""
        unique = values.dropna().unique()
        if not (self.form or self.date or self.labels) and not any(
            word in self.gaps or word != word.strip() for word in unique
        ):
            return values
        words = pd.Series(unique, dtype="str")
        read = words.str.strip()
        read = read.mask(read.isin(self.gaps) | (read == ""))
        if self.form:
            read = _undressed(read, self.form)
        if self.date:
            read = _iso(read, self.date)
        if self.labels:
            read = read.map(lambda word: self.labels.get(folded(word), word), na_action="ignore")
        if read.equals(words):
            return values
        return values.map(dict(zip(words, read, strict=True))).astype("str")


def reading(values: pd.Series, *, target: bool = False, problem: str = "") -> Reading:
    """Find out how the cells of a column are to be read.

    Args:
        values: the cells as they stand in the file; blank ones are missing.
        target: whether they are what is to be predicted.
        problem: what is asked of a target, or nothing where its values decide.
    """
    stripped = values.dropna().str.strip()
    counts = stripped.value_counts()
    # A plus beside it makes a minus a value, as in blood groups.
    gaps = frozenset(GAPS) - (frozenset("-") if "+" in counts.index else frozenset())
    found = {word: int(counts[word]) for word in GAPS if word in gaps and word in counts.index}
    notes = [("gaps written as words", _listed(found))] if found else []
    counts = counts.drop(index=list(found))
    unclear: list[str] = []
    if counts.empty:
        return Reading(gaps, notes=tuple(notes))
    words = pd.Series(counts.index, dtype="str")
    if not target and numbers(words).notna().all() and not words.str.fullmatch(r"\d{8}").all():
        return Reading(gaps, notes=tuple(notes))  # most columns: plain numbers
    digits = words.str.contains(r"\d|inf", case=False, regex=True).mean()
    classes = problem not in ("", "regression") or digits < 0.5
    form = None if classes else _form(words, counts.to_numpy(), notes, unclear)
    date = "" if form or classes else _date(words, counts.to_numpy(), notes, unclear)
    labels: dict[str, str] = {}
    if not (form or date) and (
        not is_regression(words, problem) if target else _repeats(words, counts)
    ):
        labels = _labels(counts, notes)
    return Reading(gaps, form, date, labels, tuple(notes), tuple(unclear))


def folded(word: str) -> str:
    """Return what all spellings of a label have in common: no case, single blanks, 1 for 1.0."""
    whole = re.fullmatch(r"([-+]?(?:0|[1-9]\d*))\.0+", word)
    return whole[1] if whole else " ".join(word.split()).casefold()


def _repeats(words: pd.Series, counts: pd.Series) -> bool:
    """Whether words are categories: not numbers, and fewer than half as many as there are cells."""
    return numbers(words).isna().any() and 2 * len(words) <= int(counts.sum())


def _labels(counts: pd.Series, notes: list[tuple[str, str]]) -> dict[str, str]:
    spellings: dict[str, list[str]] = {}
    # The commonest first, equals by the alphabet: the order of rows shall not matter.
    for word in sorted(counts.index, key=lambda word: (-counts[word], word)):
        spellings.setdefault(folded(word), []).append(word)
    many = {key: found for key, found in spellings.items() if len(found) > 1}
    if many:
        said = [" and ".join(f'"{word}"' for word in found) for found in many.values()]
        notes.append(("labels that differ in case, blanks or 1 and 1.0", _some(said)))
    return {key: found[0] for key, found in many.items()}


def _form(
    words: pd.Series, counts: np.ndarray, notes: list[tuple[str, str]], unclear: list[str]
) -> tuple[str, str] | None:
    """The way to write numbers that the column agrees on, where it is not the plain one."""
    weights = pd.Series(counts)
    total = int(weights.sum())
    infinite = words.str.fullmatch(INFINITE)
    plain = numbers(words).notna()
    if plain.all() or is_code(words):
        return None
    for form in _FORMS:
        parts = _parts(words, form)
        fits = plain | infinite | parts["number"].notna()
        if int(weights[fits].sum()) < NUMERIC_SHARE * total:
            continue
        dressed = fits & ~plain & ~infinite
        if 2 * int(weights[parts["bound"].notna()].sum()) > total:
            continue  # <30 and >30 are classes; among numbers, <1 is one that was not measured
        if infinite.any():
            said = _listed(dict(zip(words[infinite], weights[infinite], strict=True)))
            notes.append(("infinite numbers, which count as gaps", said))
        if not dressed.any():
            return form if infinite.any() else None
        signs = (parts["before"].fillna("") + parts["after"].fillna(""))[fits & ~infinite]
        units = set(signs) - {""}
        bare = bool((signs == "").any())
        if len(units) > 1 or ("%" in units and bare):
            mixed = ["no sign"] if bare else []
            unclear.append(
                f"mixes numbers with {', '.join([*sorted(units), *mixed])} and is left as words: "
                "bring them to one unit"
            )
            return None
        example = words[dressed].iloc[0]
        value = _undressed(pd.Series([example], dtype="str"), form).iloc[0]
        count = int(weights[dressed].sum())
        notes.append(("numbers in clothes", f'"{example}" is read as {value}, {count:,} like it'))
        return form
    return None


def _parts(words: pd.Series, form: tuple[str, str]) -> pd.DataFrame:
    pattern = _CLOTHED.format(signs=_SIGNS, thousands=form[0], decimals=re.escape(form[1]))
    parts = words.str.extract(rf"^{pattern}$")
    closed = (parts["minus"] == "(").fillna(False) == words.str.endswith(")")
    return parts.where(closed & parts["number"].str.contains(r"\d", na=False))


def _undressed(words: pd.Series, form: tuple[str, str]) -> pd.Series:
    parts = _parts(words, form)
    number = parts["number"].str.replace(f"[{form[0]}]", "", regex=True)
    number = number.str.replace(form[1], ".", regex=False).str.replace("\u2212", "-")
    negative = parts["minus"].isin(["-", "\u2212", "("]).fillna(False)
    number = number.mask(negative & number.notna(), "-" + number.str.lstrip("-+"))
    # Where a comma is the decimals' sign, 1.234 is more than a thousand.
    other = number.notna() & ((form[1] == ",") | numbers(words).isna())
    return words.mask(words.str.fullmatch(INFINITE, na=False)).mask(other, number)


def _date(
    words: pd.Series, counts: np.ndarray, notes: list[tuple[str, str]], unclear: list[str]
) -> str:
    """The format of dates that the whole column agrees on, where it is not ISO 8601's."""
    if words.str.fullmatch(DATE).all():
        return ""
    digits = words.str.fullmatch(r"\d{8}")
    if digits.all():
        parsed = pd.to_datetime(words, format="%Y%m%d", errors="coerce")
        formats = ["%Y%m%d"] if parsed.dt.year.between(*YEARS).all() else []
    elif numbers(words).notna().mean() >= NUMERIC_SHARE:
        return ""
    else:
        formats = list(_formats(words))
    fitting: dict[str, pd.Series] = {}
    for each in formats:
        parsed = pd.to_datetime(words, format=each, errors="coerce", utc=True)
        if parsed.notna().all():
            if not any(parsed.equals(other) for other in fitting.values()):
                fitting[each] = parsed
        elif counts[parsed.notna()].sum() >= NUMERIC_SHARE * counts.sum() and not fitting:
            odd = _some(f'"{word}"' for word in words[parsed.isna()])
            unclear.append(
                f"holds dates like {words[parsed.notna()].iloc[0]}, but also {odd}: it is left as "
                "words; write all as 2018-01-31"
            )
    if fitting:
        unclear.clear()
    if len(fitting) > 1:
        first = words.iloc[0]
        read = " or ".join(f"{each[words.index[0]]:%Y-%m-%d}" for each in fitting.values())
        unclear.append(f"holds dates that can be read twice ({first} is {read}): write 2018-01-31")
        return ""
    for each in fitting:
        read = _iso(words, each).iloc[0]
        notes.append(("dates in another form", f'"{words.iloc[0]}" is read as {read}'))
        return each
    return ""


def _formats(words: pd.Series) -> Iterator[str]:
    """Formats with a year and a month that may fit, guessed from the first and last words."""
    ordered = words.sort_values()
    seen = set()
    for word in (ordered.iloc[0], ordered.iloc[len(ordered) // 2], ordered.iloc[-1]):
        if not re.search(r"\d", word) or len(word) > 40:
            return
        for first in (False, True):
            with warnings.catch_warnings():
                # It says which of day and month came first; here both are tried.
                warnings.simplefilter("ignore")
                found = guess_datetime_format(word, dayfirst=first)
            if found and found not in seen and re.search("%[yY].*%[mbB]|%[mbB].*%[yY]", found):
                seen.add(found)
                yield found


def _iso(words: pd.Series, date: str) -> pd.Series:
    parsed = pd.to_datetime(words, format=date, errors="coerce", utc=True)
    whole = (parsed.dropna().dt.normalize() == parsed.dropna()).all()
    written = parsed.dt.strftime("%Y-%m-%d" if whole else "%Y-%m-%dT%H:%M:%SZ")
    return words.mask(parsed.notna(), written)


def _listed(found: dict[str, int]) -> str:
    return _some(f'"{word}" {count:,} times' for word, count in found.items())


def _some(said: Iterable[str]) -> str:
    said = list(said)
    more = f" and {len(said) - SHOWN:,} more" if len(said) > SHOWN else ""
    return ", ".join(said[:SHOWN]) + more
