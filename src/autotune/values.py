"""What a field of text may be: a number, a date, a class."""

from __future__ import annotations

import numpy as np
import pandas as pd

# From so many numbers among its values on, a column counts as numeric; the rest are mistakes.
NUMERIC_SHARE = 0.9
# Numbers with more distinct values than this are predicted as numbers, not as classes.
MOST_NUMBER_CLASSES = 20
DATE = r"\d{4}-\d{2}-\d{2}(?:[T ].*)?"


def numbers(values: pd.Series) -> pd.Series:
    """The values as floats; what is no finite number becomes missing.

    So does what float32 cannot hold, in which XGBoost and scikit-learn's trees compute.
    """
    parsed = pd.to_numeric(values, errors="coerce").to_numpy("float64", copy=True)
    parsed[~(np.abs(parsed) <= np.finfo(np.float32).max)] = np.nan
    return pd.Series(parsed, values.index, name=values.name)


def dates(values: pd.Series) -> pd.Series:
    """The values as moments in UTC; what is no ISO 8601 date becomes missing.

    Other forms are not guessed at: 03/04/2020 is March or April, depending on who wrote it.
    """
    text = values.where(values.str.fullmatch(DATE, na=False))
    return pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)


def is_code(values: pd.Series) -> bool:
    """Whether values of digits alone, without gaps, are names: zeros lead, or floats mix them up.

    A float holds whole numbers up to 2**53 apart.
    """
    if values.empty or not values.str.fullmatch(r"\s*\d+\s*").all():
        return False
    words = values.str.strip()
    return bool(words.str.match(r"0\d").any()) or words.nunique() > numbers(words).nunique()


def is_regression(target: pd.Series, problem: str = "") -> bool:
    """Whether a target, without gaps, is a number to predict and not a class.

    Args:
        target: the values as text.
        problem: what is asked of it, or nothing where its values decide.
    """
    if problem:
        return problem == "regression"
    parsed = numbers(target).dropna()
    return (
        len(parsed) >= NUMERIC_SHARE * len(target)
        and parsed.nunique() > MOST_NUMBER_CLASSES
        and not is_code(target)
    )


def clean_target(target: pd.Series, problem: str = "") -> tuple[pd.Series, str]:
    """The target with what cannot be predicted made missing, and a sentence about that, or "".

    Rows without a target are left out by Autopilot, and so are those of a numeric target that is
    no number (`NALabelEncoder` in its 2020 scripts).
    """
    gaps = int(target.isna().sum())
    filled = target.dropna()
    odd = 0
    if len(filled) and is_regression(filled, problem):
        wrong = numbers(filled).isna()
        odd = int(wrong.sum())
        target = target.mask(wrong.reindex(target.index, fill_value=False))
    parts = [f"{gaps:,} rows without a value"] if gaps else []
    parts += [f"{odd:,} rows where it is no number"] if odd else []
    return target, f"{' and '.join(parts)} were left out." if parts else ""


def percent(share: float) -> str:
    """A share as a percentage with one decimal, never rounded to nothing."""
    return "under 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"
