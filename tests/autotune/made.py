"""A small table with every kind of column, and the artifacts that are generated for it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from autotune.candidates import choose
from autotune.profile import profile
from autotune.scripts import write_artifacts
from autotune.table import read_table

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"binary": "late", "multiclass": "size", "regression": "price"}
ROWS = 510
WORDS = [
    "red",
    "green",
    "blue",
    "small",
    "large",
    "new",
    "old",
    "rusty",
    "fine",
    "sold",
    "house",
    "car",
]


def rows(seed=1):
    """A seeded table with every kind of column, gaps, and names that are awkward in code."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "carrier": random.choice(list("ABCDEF"), ROWS),
            'seats, "all"': random.choice(["2", "4", "5", "7"], ROWS),
            "wind__speed": random.normal(8, 3, ROWS).round(2).astype(str),
            "départ": pd.Timestamp("2013-01-01")
            + pd.to_timedelta(random.integers(0, 8000, ROWS), unit="h"),
            "note": [" ".join(random.choice(WORDS, 5)) for _ in range(ROWS)],
            "flat": "x",
        }
    ).astype(str)
    for name in ("carrier", "wind__speed", "départ", "note"):
        table.loc[random.random(ROWS) < 0.1, name] = ""
    level = table["note"].str.contains("rusty") * 4 + random.normal(0, 1, ROWS)
    level += pd.to_numeric(table["wind__speed"]).fillna(8) / 2
    table["late"] = np.where(level > 5, "yes", "no")
    table["size"] = np.select([level < 4, level < 6], ["S", "M"], "L")
    table["price"] = (level * 10).round(2).astype(str)
    return table


def made(folder, problem):
    """Generate the artifacts for one of the three problems, as a user would."""
    target = TARGETS[problem]
    table = rows().drop(columns=[name for name in TARGETS.values() if name != target])
    path = folder / f"{problem}.csv"
    table.to_csv(path, index=False)
    read = read_table(path, target)
    profiled = profile(read)
    candidates = choose(profiled)
    write_artifacts(read, profiled, candidates, folder / "artifacts")
    return SimpleNamespace(
        path=path, text=table, table=read, profile=profiled, candidates=candidates,
        folder=folder / "artifacts", target=target,
    )  # fmt: skip


def names(generated):
    return [candidate.name for candidate in generated.candidates]


def as_csv(table, header=False):
    return table.to_csv(index=False, header=header)
