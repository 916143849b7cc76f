"""Choose candidates for a profiled table: what is done to each type of column, and who learns.

The kinds are those that Autopilot's notebooks of 2020 and 2021 show (plain, reduced, linear with
indicators, few-valued numbers also as categories), target encoding, and a control with almost no
preparation, without which nobody could say what preparing is worth. A control is no straw man: a
column that it could only give codes that new rows do not have is left out of it, and a second
control shows what those codes do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotune.profile import Profile

UNSEEN = 0.5
"""Share of a column's rows whose value no other row has, from which most values are taken to be new
in new rows (Good, Biometrika 40, 1953: the one share estimates the other)."""

KINDS = ("numeric", "few_valued", "categorical", "text", "datetime")

STEPS = {
    "numeric": {
        "gaps": "numbers stay as they are, and gaps stay gaps, which XGBoost can read",
        "median": "gaps get the median of their column",
        "indicators": (
            "gaps get the median, one more column says where a gap was, and values are spread "
            "to a bell curve, so that extremes weigh less"
        ),
    },
    "few_valued": {
        "onehot": "numbers with few values become columns of 0 and 1 besides staying numbers",
    },
    "categorical": {
        "onehot": "each frequent category becomes a column of 0 and 1, the rare ones share one",
        "target": "each category becomes the mean of the target over its rows, out of fold",
        "codes": "each category becomes a number, in alphabetical order",
    },
    "text": {
        "words": "texts become weights of their commonest words (tf-idf)",
        "letters": "texts become weights of their commonest groups of two to four letters (tf-idf)",
        "codes": "each text becomes a number, in alphabetical order, as if it were a category",
    },
    "datetime": {
        "parts": "dates become days since 1970, year, month, day, weekday and hour",
        "filled": (
            "dates become days since 1970, year, month, day, weekday and hour, with medians in gaps"
        ),
        "cycles": (
            "dates become days since 1970, and month, weekday and hour as points on circles, with "
            "medians in gaps"
        ),
        "seconds": "dates become seconds since 1970",
    },
    "merged": {
        "": "nothing more is done to the whole",
        "scaled": "all columns get the same spread",
        "reduced": "all columns get the same spread, then principal components replace them, as "
        "many as keep 95 % of it",
    },
}
"""What a candidate can do to each kind of column, in words."""


class NoCandidates(Exception):
    """A table with nothing to learn from; the text names the columns and why each is left out."""


@dataclass(frozen=True)
class Candidate:
    """One way to prepare a table and to learn from it.

    Attributes:
        name: `dpp0`, `dpp1` ...: the name of its script. DPP is Autopilot's abbreviation for a
            data processing pipeline.
        title: a few words.
        algorithm: `xgboost` or `linear`.
        columns: names of columns by kind, in the order of the file; no empty ones. Those in
            `few_valued` stand in `numeric` as well.
        steps: for each kind in `columns`, and for `merged`, a key of `STEPS`.
        words: what it does and why one would try it, in one or two sentences.
        control: whether it is the one with almost no preparation.
    """

    name: str
    title: str
    algorithm: str
    columns: dict[str, tuple[str, ...]]
    steps: dict[str, str]
    words: str
    control: bool = False

    def says(self) -> dict[str, str]:
        """Return what is done to each kind of column, in words."""
        return {kind: STEPS[kind][step] for kind, step in self.steps.items()}


_PLAIN = {
    "numeric": "gaps",
    "categorical": "onehot",
    "text": "words",
    "datetime": "parts",
    "merged": "",
}


def choose(profile: Profile) -> tuple[Candidate, ...]:
    """Return the candidates for a table, `dpp0` first and the control last.

    A candidate that would do the same as an earlier one for want of such columns is left out.
    Columns that hold one value, or none, are left out of all.

    Args:
        profile: of the table.

    Raises:
        NoCandidates: no column is left.
    """
    columns: dict[str, tuple[str, ...]] = {
        kind: tuple(c.name for c in profile.columns if c.kind == kind and not c.constant)
        for kind in ("numeric", "categorical", "text", "datetime")
    }
    columns["few_valued"] = tuple(
        c.name for c in profile.columns if c.kind == "numeric" and c.few_valued and not c.constant
    )
    columns = {kind: columns[kind] for kind in KINDS if columns[kind]}
    if not columns:
        names = ", ".join(repr(column.name) for column in profile.columns) or "none"
        raise NoCandidates(
            f"no column to learn {profile.target.name!r} from (columns: {names}): each holds one "
            "value or none; add one that varies"
        )
    unseen = {
        c.name
        for c in profile.columns
        if c.kind in ("categorical", "text") and c.single > UNSEEN * c.filled
    }
    every = {name for names in columns.values() for name in names}
    unseen = set() if unseen >= every else unseen & every
    found: list[Candidate] = []
    for title, algorithm, changes, words in _kinds(columns, bool(unseen)):
        wanted = _PLAIN | changes
        left_out = unseen if title == _CONTROL else set()
        used = {
            kind: kept
            for kind, names in columns.items()
            if kind in wanted and (kept := tuple(name for name in names if name not in left_out))
        }
        steps = {kind: wanted[kind] for kind in (*used, "merged")}
        made = Candidate(f"dpp{len(found)}", title, algorithm, used, steps, words)
        what = (algorithm, steps, used)
        same = [c for c in found if (c.algorithm, c.steps, c.columns) == what]
        if not same:
            found.append(made)
        elif title == _CONTROL:
            # Numbers only: the plain one is the control already.
            found.remove(same[0])
            found.append(made)
    found[-1] = replace(found[-1], control=True)
    return tuple(replace(c, name=f"dpp{place}") for place, c in enumerate(found))


_CONTROL = "control: almost no preparation"
_CODES = {"categorical": "codes", "text": "codes", "datetime": "seconds"}


def _kinds(
    columns: dict[str, tuple[str, ...]], unseen: bool
) -> list[tuple[str, str, dict[str, str], str]]:
    beaten = "What the others must beat to be worth their lines."
    left_out = " It leaves out columns of which most values are new in new rows."
    kinds = [
        (
            "plain",
            "xgboost",
            {},
            "The usual preparation for trees, and the one that the others vary.",
        ),
        (
            "reduced",
            "xgboost",
            {
                "numeric": "median",
                "text": "letters",
                "datetime": "filled",
                "merged": "reduced",
            },
            "Principal components before trees. They save columns, but hide single values, which "
            "trees like to split at.",
        ),
        (
            "linear with indicators",
            "linear",
            {"numeric": "indicators", "datetime": "cycles", "merged": "scaled"},
            "A linear model needs more help: no gaps, like scales, and a column that tells where "
            "gaps were.",
        ),
        (
            "few-valued numbers as categories too",
            "xgboost",
            {"few_valued": "onehot"},
            "A number with few values is often a code: here trees can split it either way.",
        ),
        (
            "target encoding",
            "xgboost",
            {"categorical": "target", "text": "letters"},
            "One telling number per category instead of many columns. It is worked out of fold, "
            "so that no row sees its own target.",
        )
        if "categorical" in columns
        else (
            "groups of letters",
            "xgboost",
            {"text": "letters"},
            "Groups of letters forgive typing errors and endings, which whole words do not.",
        ),
        (
            "control: every text coded",
            "xgboost",
            _CODES,
            "A control that also codes columns of which most values are new in new rows: what it "
            "learns of these codes holds for no new row.",
        ),
        (_CONTROL, "xgboost", _CODES, beaten + left_out if unseen else beaten),
    ]
    if not unseen:
        del kinds[-2]
    if "few_valued" not in columns:
        kinds = [kind for kind in kinds if "few_valued" not in kind[2]]
    return kinds
