"""Tables of what the candidates scored, from the files that the measuring run wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workshop_notes.content.project import Project

ALL = "all"
"""Names every file of scores at once."""
SPACE = "\u00a0"
"""Keeps a number and its spread on one line."""

Scores = dict[str, Any]


def path(project: Project, name: str) -> Path:
    """Return the file with the scores on a data set, for example `flights`."""
    return project.root / "notebooks" / "scores" / f"{name}.json"


def names(project: Project) -> list[str]:
    """List the data sets that were measured."""
    return sorted(file.stem for file in (project.root / "notebooks" / "scores").glob("*.json"))


def table(project: Project, name: str) -> str:
    """Return what stands in the place of `<!-- scores: name -->`.

    Args:
        project: the project.
        name: a data set, or `all` for one table of them all, shorter.

    Raises:
        FileNotFoundError: when that data set was never measured.
    """
    if name != ALL:
        return _one(json.loads(path(project, name).read_text(encoding="utf-8")))
    every = [json.loads(path(project, each).read_text("utf-8")) for each in names(project)]
    return _all(every)


def _one(scores: Scores) -> str:
    first, *others = scores["measures"]
    head = ["Candidate", _words(first), "untuned", "gain over the control", "folds won"]
    rows = [
        [
            f"`{each['name']}` {each['title']}",
            _with_spread(each, first),
            _number(each["mean"]["untuned"]),
            *_gain(each, scores["outer"]),
            *(_number(each["mean"][name]) for name in others),
        ]
        for each in scores["candidates"]
    ]
    return _markdown(head + [_words(name) for name in others], rows) + "\n\n" + method(scores)


def _all(every: list[Scores]) -> str:
    head = ["Candidate"]
    for scores in every:
        head += [f"{_data(scores)}: {_words(scores['measures'][0])}", "gain"]
    titles = dict.fromkeys(each["title"] for scores in every for each in scores["candidates"])
    ordered = sorted(titles, key=lambda title: title.startswith("control"))
    rows = []
    for title in ordered:
        row = [title]
        for scores in every:
            each = next((c for c in scores["candidates"] if c["title"] == title), None)
            if each is None:
                row += ["not tried", ""]
            else:
                row += [_with_spread(each, scores["measures"][0]), _gain(each, scores["outer"])[0]]
        rows.append(row)
    return _markdown(head, rows) + "\n\n" + method(*every)


def method(*every: Scores) -> str:
    """Say in one paragraph how the numbers came about, from the files that hold them."""
    settings = {
        _data(scores): f"{scores['outer']} outer folds judge, and within each a search with "
        f"{scores['inner']} folds tries {scores['trials']} sets of hyperparameters for every "
        "candidate"
        for scores in every
    }
    if len(set(settings.values())) == 1:
        how = next(iter(settings.values()))
    else:
        how = "; ".join(f"on {data} {words}" for data, words in settings.items())
    text = (
        f"Lower is better, but for the gain, which is what the control has more. Nested "
        f"cross-validation: {how}. ± is the standard deviation over the outer folds."
    )
    if any(_worse(scores) for scores in every):
        names = " and ".join(_data(scores) for scores in every if _worse(scores))
        text += (
            f" On {names} the search did most candidates no good: where it left the algorithm's "
            "defaults, what was best on a part of the rows was worse on the others."
        )
    return text


def _worse(scores: Scores) -> bool:
    """Whether the search did most candidates more harm than good."""
    means = [each["mean"] for each in scores["candidates"]]
    first = scores["measures"][0]
    return sum(mean["untuned"] < mean[first] for mean in means) > len(means) / 2


def _data(scores: Scores) -> str:
    return str(scores["data"]["file"]).removesuffix(".csv")


def _with_spread(candidate: Scores, measure: str) -> str:
    mean, spread = (_number(candidate[which][measure]) for which in ("mean", "spread"))
    return f"{mean}{SPACE}±{SPACE}{spread}"


def _gain(candidate: Scores, outer: int) -> list[str]:
    if candidate["control"]:
        return ["", ""]
    gain = candidate["gain"]
    mean = round(gain["mean"], 3)
    sign = "+" if mean > 0 else "\u2212" if mean < 0 else ""
    return [f"{sign}{abs(mean):.3f}", f"{gain['won']} of {outer}"]


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 100 else f"{value:,.0f}"


def _words(measure: str) -> str:
    return {"auc": "AUC", "logloss": "log loss", "r2": "R²", "rmse": "RMSE"}.get(measure, measure)


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
