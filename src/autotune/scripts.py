"""Write the artifacts of a table: scripts of candidates, the kit that runs them, and `explore`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autotune.banner import banner
from autotune.candidates import Candidate
from autotune.code import script
from autotune.profile import Profile
from autotune.table import Table

KIT = Path(__file__).with_name("kit")
REQUIREMENTS = ("numpy", "pandas", "scikit-learn", "xgboost-cpu")
EXPLORE = (
    "cells", "figures", "finding", "plots", "power", "profile", "records", "search_figures",
    "table", "tables", "values",
)  # fmt: skip
"""The modules with which the notebooks read, count and draw, written out as the package
`explore`: a notebook that somebody takes away imports nothing of this project."""


def artifacts(table: Table, profile: Profile, candidates: Iterable[Candidate]) -> dict[str, str]:
    """Return the text of each generated file by its name."""
    candidates = tuple(candidates)
    head = banner(table, "python")
    files = {path.name: f"{head}\n\n{path.read_text('utf-8')}" for path in sorted(KIT.glob("*.py"))}
    for name in EXPLORE:
        text = KIT.with_name(f"{name}.py").read_text("utf-8")
        text = text.replace("from autotune.", "from .").replace("from autotune ", "from . ")
        files[f"explore/{name}.py"] = f"{head}\n\n{text}"
    for candidate in candidates:
        files[f"{candidate.name}.py"] = script(table, profile, candidate, head)
    files["candidates.json"] = _json(table, profile, candidates)
    lines = pins(REQUIREMENTS)
    files["requirements.txt"] = "\n".join([head, "", *lines, ""])
    files["README.md"] = _readme(table, candidates)
    return files


def pins(packages: Iterable[str]) -> list[str]:
    """Return packages with the versions that are installed here, as pip takes them."""
    return [f"{name}=={version(name)}" for name in packages]


def needs(packages: Iterable[str], *files: str) -> str:
    """Return the sentence by which a notebook says what it needs beside Python.

    Args:
        packages: by their names on PyPI.
        files: files and folders, as seen from the notebook.
    """
    # A file's name may hold anything.
    named = ", ".join(f"`{' '.join(file.split()).replace('`', chr(39))}`" for file in files)
    return (
        "It runs alone, in Jupyter and in SageMaker Studio, with Python 3.11 or newer, these files "
        f"({named}) and these packages, once: `%pip install {' '.join(pins(packages))}`"
    )


def write_artifacts(
    table: Table, profile: Profile, candidates: Iterable[Candidate], folder: Path
) -> None:
    """Write a folder of candidates.

    Args:
        table: what the candidates are for.
        profile: of that table.
        candidates: from `choose`.
        folder: a new one, or an empty one.

    Raises:
        FileExistsError: there is something in the folder, which is left as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: name a new folder")
    for name, text in artifacts(table, profile, candidates).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _json(table: Table, profile: Profile, candidates: tuple[Candidate, ...]) -> str:
    content: dict[str, Any] = {
        "note": banner(table, "text"),
        "data": {"file": table.name, "sha256": table.sha256, "rows": len(table.frame)},
        "target": table.target,
        "problem": profile.problem,
        "classes": list(profile.classes),
        "candidates": [
            {
                "script": f"{candidate.name}.py",
                "title": candidate.title,
                "algorithm": candidate.algorithm,
                "control": candidate.control,
                "why": candidate.words,
                "columns": candidate.columns,
                "steps": candidate.says(),
            }
            for candidate in candidates
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _readme(table: Table, candidates: tuple[Candidate, ...]) -> str:
    rows = "\n".join(
        f"| [`{c.name}.py`]({c.name}.py) | {c.title} | {c.algorithm} | "
        f"{'; '.join(c.says().values())} |"
        for c in candidates
    )
    first = candidates[0].name
    template = KIT.with_name("files_readme.md").read_text("utf-8")
    for name, text in {
        "banner": banner(table, "markdown"),
        "data": table.name,
        "target": table.target,
        "first": first,
        "candidates": rows,
    }.items():
        template = template.replace(f"{{{{{name}}}}}", text)
    return template
