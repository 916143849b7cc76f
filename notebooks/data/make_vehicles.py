"""Make vehicles.csv: python notebooks/data/make_vehicles.py vehicles.rda

3,000 car models that the US Environmental Protection Agency measured from 1984 on, drawn with a
fixed seed, one row per make and model, so that no model is both learnt from and asked about.
The question is the body of the car; its size class in the source, of which there are 34, is
folded into seven bodies. The R package fueleconomy by Hadley Wickham is CC0; vehicles.rda is its
file data/vehicles.rda at commit d590bcf. `pip install rdata` brings what reads it.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from pathlib import Path

import pandas as pd

ROWS = 3_000
SEED = 1984
TARGET = "body"
SHA256 = "4fa2c544cb2669b487e634687c828af448d80db88cafee0c0d9b8e834aa70ece"
COLUMNS = ["make", "model", "year", "trans", "drive", "cyl", "displ", "fuel", "hwy", "cty"]
WHOLE = ["year", "cyl", "hwy", "cty"]
# The first word that the size class holds names the body.
BODIES = {
    "Wagon": "station wagon",
    "Pickup": "pickup",
    "Van": "van",
    "Minivan": "van",
    "Sport Utility": "off-roader",
    "Special Purpose": "off-roader",
    "Two Seater": "two-seater",
    "ompact Cars": "small car",
    "Midsize": "larger car",
    "Large": "larger car",
}


def body(size_class: str) -> str:
    """The body of one of the source's size classes."""
    return next(name for word, name in BODIES.items() if word in size_class)


def make(source: Path) -> pd.DataFrame:
    """The sample, ROWS rows by make, model and year, the target last."""
    import rdata

    if hashlib.sha256(source.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{source} is not data/vehicles.rda of fueleconomy at d590bcf: get that")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the R class tibble, which has no Python counterpart
        vehicles = rdata.read_rda(source)["vehicles"]
    vehicles[TARGET] = vehicles["class"].map(body)
    one_each = vehicles.sample(frac=1, random_state=SEED).drop_duplicates(["make", "model"])
    rows = one_each.head(ROWS).sort_values(["make", "model", "year"], kind="stable")
    return rows[[*COLUMNS, TARGET]].astype(dict.fromkeys(WHOLE, "Int64"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    path = Path(__file__).with_name("vehicles.csv")
    make(Path(sys.argv[1])).to_csv(path, index=False, lineterminator="\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".csv.sha256").write_text(f"{digest}  {path.name}\n")
    print(f"{path.name}: {path.stat().st_size:,} bytes, {digest}")
