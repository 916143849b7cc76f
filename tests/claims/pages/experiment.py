"""What the page on the experiment says of its scores and its tables."""

import csv
import json
import math
from collections import Counter
from statistics import mean, stdev

from scipy.stats import t as student

from tests.claims import claim
from tests.site import ROOT

PAGE = "experiment/index.md"
NOTEBOOKS = ROOT / "notebooks"


def scores(data: str) -> dict[str, dict]:
    """Return the candidates of a measured table, by their titles."""
    text = (NOTEBOOKS / "scores" / f"{data}.json").read_text(encoding="utf-8")
    return {each["title"]: each for each in json.loads(text)["candidates"]}


def gains(data: str) -> dict[str, list[float]]:
    """Return how much lower the log loss of each candidate is than the control's, by fold."""
    every = scores(data)
    (control,) = (each for each in every.values() if each["control"])
    return {
        title: [
            theirs["logloss"] - ours["logloss"]
            for ours, theirs in zip(each["folds"], control["folds"], strict=True)
        ]
        for title, each in every.items()
        if not each["control"]
    }


def in_errors(folds: list[float]) -> float:
    """Return the mean in standard errors, corrected for folds that share rows to train on.

    Nadeau and Bengio, "Inference for the Generalization Error", Machine Learning 52, 2003: with
    n folds a fold is tested on 1 / (n - 1) of the rows that it is trained on.
    """
    number = len(folds)
    return mean(folds) / (math.sqrt(1 / number + 1 / (number - 1)) * stdev(folds))


def rows(data: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with (NOTEBOOKS / "data" / f"{data}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@claim(PAGE, "On vehicles every candidate beats the control in every fold", by="run")
def vehicles():
    assert all(gain > 0 for folds in gains("vehicles").values() for gain in folds)


@claim(PAGE, "2,895 of the 3,000 rows have a model of their own", by="page")
def models():
    found = Counter(row["model"] for row in rows("vehicles"))
    assert (sum(number == 1 for number in found.values()), found.total()) == (2895, 3000)


@claim(PAGE, "The largest, 0.004 for few-valued numbers as categories too", by="run")
def largest():
    means = {title: mean(folds) for title, folds in gains("flights").items()}
    assert max(means, key=lambda title: means[title]) == "few-valued numbers as categories too"
    assert round(max(means.values()), 3) == 0.004


@claim(
    PAGE,
    "On flights no gain is established",
    "is 1.3 times its standard error, and with five folds chance alone reaches 2.8 times once in "
    "twenty comparisons",
    by="run",
)
def not_established():
    found = {title: in_errors(folds) for title, folds in gains("flights").items()}
    assert round(found["few-valued numbers as categories too"], 1) == 1.3
    assert round(student.ppf(0.975, 5 - 1), 1) == 2.8
    assert max(found.values()) < student.ppf(0.975, 5 - 1)
    for title, each in scores("flights").items():
        if not each["control"]:
            assert math.isclose(each["gain"]["t"], found[title], rel_tol=0.05), title


@claim(PAGE, "Principal components and the linear model lose in every fold", by="run")
def losers():
    found = gains("flights")
    for title in ("reduced", "linear with indicators"):
        assert all(gain < 0 for gain in found[title]), title


@claim(PAGE, "a day has up to 27 flights", by="page")
def days():
    assert max(Counter((row["month"], row["day"]) for row in rows("flights")).values()) == 27
