"""Tables of what the candidates scored, from the files that the measuring run wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workshop_notes.content.project import Project
from workshop_notes.directives.components import WORDS

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
    """Each way of parting the rows beside the others, or one with all its measures."""
    first, *others = scores["measures"]
    if len(scores["splits"]) == 1:
        (split,) = scores["splits"]
        head = [_words(first), "untuned", "gain", "folds won", *map(_words, others)]
        rows = {
            title: [
                _with_spread(each, first),
                _mean(each, "untuned"),
                *_gain(each, len(split["rows"])),
                *(_mean(each, name) for name in others),
            ]
            for title, each in entries(split)
        }
    else:
        head = []
        rows = {}
        for split in scores["splits"]:
            head += [f"{split['name']}: {_words(first)}", "gain"]
            for title, each in entries(split):
                cells = [_mean(each, first), _gain(each, len(split["rows"]))[0]]
                rows[title] = rows.get(title, []) + cells
    return _markdown(["Candidate", *head], rows) + "\n\n" + method(scores)


def entries(split: Scores) -> list[tuple[str, Scores]]:
    """Return what is in a table, by its title: candidates, the choice among them, the rival."""
    found = [(each["title"], each) for each in split["candidates"]]
    found.append(("picked by the inner score", split["chosen"]))
    return [*found, ("rival: gradient boosting, untuned", split["rival"])]


def _all(every: list[Scores]) -> str:
    head = ["Candidate"]
    rows: dict[str, list[str]] = {}
    for place, scores in enumerate(every):
        # Where groups of rows are alike, only those held out whole tell of new ones.
        split = next((s for s in scores["splits"] if s["name"] == "grouped"), scores["splits"][0])
        head += [f"{_data(scores)}, {split['name']}: {_words(scores['measures'][0])}", "gain"]
        for title, each in entries(split):
            row = rows.setdefault(title, ["not tried", ""] * place)
            row += [_mean(each, scores["measures"][0]), _gain(each, len(split["rows"]))[0]]
        for row in rows.values():
            row += ["not tried", ""] * (place + 1 - len(row) // 2)
    ordered = sorted(rows, key=lambda title: title.startswith(("control", "picked", "rival")))
    return _markdown(head, {title: rows[title] for title in ordered}) + "\n\n" + method(*every)


def method(*every: Scores) -> str:
    """Say in one paragraph how the numbers came about, from the files that hold them."""
    settings = {_data(scores): _how(scores) for scores in every}
    how = "; ".join(f"on {data}, {words}" for data, words in settings.items())
    return (
        "Lower is better, but for the gain, which is what the control has more. ± is the standard "
        "deviation over the folds, behind a gain its corrected standard error; a gain in bold is "
        "beyond chance (5 % for all comparisons of a column together). Nested cross-validation: "
        f"{how}."
    )


def _how(scores: Scores) -> str:
    trials = max(map(len, scores["trials"].values()))
    ways = []
    for split in scores["splits"]:
        by = f" (by {' and '.join(split['by'])})" if split["by"] else ""
        times = f", {split['repeats']} times" if split["repeats"] > 1 else ""
        ways.append(f"*{split['name']}*: {WORDS['ways'][split['name']]}{by}{times}")
    return (
        f"{scores['outer']} outer folds ({'; '.join(ways)}), in each a search with "
        f"{scores['inner']} inner folds and {trials} sets of hyperparameters for every candidate"
    )


def _data(scores: Scores) -> str:
    return str(scores["data"]["file"]).removesuffix(".csv")


def _with_spread(each: Scores, measure: str) -> str:
    return f"{_mean(each, measure)}{SPACE}±{SPACE}{_number(each['spread'][measure])}"


def _mean(each: Scores, measure: str) -> str:
    found = each["mean"].get(measure)
    return "" if found is None else _number(found)


def _gain(each: Scores, folds: int) -> list[str]:
    gain = each.get("gain")
    if gain is None:
        return ["", ""]
    mean, error = round(gain["mean"], 3), _number(gain["error"])
    sign = "+" if mean > 0 else "\u2212" if mean < 0 else ""
    shown = f"{sign}{_number(abs(mean))}{SPACE}±{SPACE}{error}"
    return [f"**{shown}**" if gain["beyond"] else shown, f"{gain['won']} of {folds}"]


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 100 else f"{value:,.0f}"


def _words(measure: str) -> str:
    return WORDS["measures"].get(measure, measure)


def _markdown(head: list[str], rows: dict[str, list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    lines += [[title, *cells] for title, cells in rows.items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
