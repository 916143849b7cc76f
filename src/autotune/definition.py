"""Write 06b, the notebook that searches each candidate's hyperparameters, ranks and picks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from nbformat import NotebookNode

from autotune.banner import banner
from autotune.candidates import Candidate
from autotune.definition_cells import AWS, CELLS, MEASURED
from autotune.notebook import assemble, code, escaped, markdown
from autotune.profile import Profile
from autotune.scripts import REQUIREMENTS, needs
from autotune.table import Table

NAME = "06b_SageMakerAutopilotCandidateDefinitionNotebook.ipynb"


def definition_notebook(
    table: Table,
    profile: Profile,
    candidates: Iterable[Candidate],
    scores: dict[str, Any] | None,
    *,
    data: str = "",
    artifacts: str = "../xgb-autotune-artifacts",
    scores_file: str = "",
    by: Sequence[str] = (),
    forward: bool = False,
    trials: int = 10,
    folds: int = 3,
    seed: int = 0,
) -> NotebookNode:
    """Return the notebook, not yet executed; it runs in the folder `notebooks/`.

    Args:
        table: what the candidates are for.
        profile: of the table.
        candidates: from `choose`.
        scores: what `evaluate` returned, for how it was measured; the notebook reads the numbers
            from the file. None leaves that section out.
        data: the CSV as seen from the notebook; `data/` and the table's name where not given.
        artifacts: the folder of the scripts as seen from the notebook.
        scores_file: what `write_scores` wrote, as seen from the notebook; in `scores/` and named
            like the table where not given.
        by: columns that together name a group of rows, which stays on one side of each fold.
        forward: whether their order is that of time, and later rows are judged by earlier ones.
        trials, folds, seed: of the search in the notebook.
    """
    candidates = tuple(candidates)
    data = data or f"data/{table.name}"
    scores_file = scores_file or f"scores/{table.name.removesuffix('.csv')}.json"
    measured = [scores_file] if scores else []
    words = {
        "BANNER": banner(table, "markdown"),
        "NEEDS": needs((*REQUIREMENTS, "matplotlib"), data, f"{artifacts}/", *measured),
        "FILE": table.name,
        "TARGET": table.target,
        "SHA256": table.sha256,
        "DATA": data,
        "ARTIFACTS": artifacts,
        "SCORES": scores_file,
        "TRIALS": str(trials),
        "FOLDS": str(folds),
        "SEED": str(seed),
        "PROBLEM": profile.problem,
        "COUNT": str(len(candidates)),
        "BY": json.dumps(list(by), ensure_ascii=False),
        "GROUPED": _grouped(by, forward),
        "FORWARD": ", forward=True" if forward else "",
        "AT": "-1" if forward else "0",
        "SPLIT": "grouped" if by else "random",
        "OUTER": str((scores or {}).get("outer")),
        "INNER": str((scores or {}).get("inner")),
        "NESTED": str(max(map(len, (scores or {}).get("trials", {"": ()}).values()))),
        "TABLE": _overview(candidates, artifacts),
    }
    cells: list[NotebookNode] = []
    for kind, source in CELLS:
        kind, _, when = kind.partition(" ")
        if when == MEASURED and scores is None:
            continue
        if kind == "candidates":
            for candidate in candidates:
                cells.append(markdown(_describe(candidate, artifacts)))
                cells.append(code(f'found["{candidate.name}"] = tune("{candidate.name}")'))
        elif kind == "markdown":
            cells.append(markdown(_filled(source, words)))
        else:
            cells.append(code(_filled(source, words), run=kind != AWS))
    return assemble(NAME, cells)


def _grouped(by: Sequence[str], forward: bool) -> str:
    names = ", ".join(map(escaped, by))
    if forward:
        return f" They are the latest, by {names}; parts of the search are judged by earlier ones."
    return f" Rows that agree in {names} stay together." if by else ""


def _filled(source: str, words: dict[str, str]) -> str:
    for name, text in words.items():
        source = source.replace(f"«{name}»", text)
    return source


def _overview(candidates: tuple[Candidate, ...], artifacts: str) -> str:
    rows = [
        f"| [{c.name}]({artifacts}/{c.name}.py) | {c.title} | {c.algorithm} |" for c in candidates
    ]
    return "\n".join(["| Candidate | What it is | Algorithm |", "| --- | --- | --- |", *rows])


def _describe(candidate: Candidate, artifacts: str) -> str:
    kinds = {
        "few_valued": "numbers with few values",
        "merged": "then, on all of it",
        "numeric": "numbers",
        "categorical": "categories",
        "text": "texts",
        "datetime": "dates",
    }
    lines = [
        f"### {candidate.name}: {candidate.title}",
        "",
        f"{candidate.words} Trained by {candidate.algorithm}; the script is "
        f"[{candidate.name}.py]({artifacts}/{candidate.name}.py).",
        "",
    ]
    for kind, says in candidate.says().items():
        number = len(candidate.columns.get(kind, ()))
        count = f" ({number})" if number else ""
        lines.append(f"- {kinds[kind]}{count}: {says}")
    return "\n".join(lines)
