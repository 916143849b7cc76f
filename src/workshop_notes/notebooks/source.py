"""Read a notebook: cells with their outputs, as far as a page shows them.

Source of the format: nbformat 4, https://nbformat.readthedocs.io/en/latest/format_description.html.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Refused(ValueError):
    """A cell, or a whole notebook, that no page may show.

    Attributes:
        what: what is wrong, without a full stop.
        remedy: what the author should do, as an imperative.
        cell: the number of the cell, counted from 1, or 0 for the notebook as a whole.
        line: the line of the file on which the cell begins, counted from 1.
    """

    def __init__(self, what: str, remedy: str, cell: int = 0, line: int = 1) -> None:
        super().__init__(f"cell {cell}: {what}" if cell else what)
        self.what, self.remedy, self.cell, self.line = what, remedy, cell, line


@dataclass(frozen=True)
class Output:
    """What one cell printed or showed.

    Attributes:
        kind: `stream`, `display_data`, `execute_result` or `error`.
        data: by media type; streams and tracebacks are `text/plain`.
        alt: the alternative text of a figure, empty where there is none.
        width: the width of a figure in CSS pixels, or 0 for that of the file.
    """

    kind: str
    data: dict[str, str]
    alt: str = ""
    width: int = 0


@dataclass(frozen=True)
class NotebookCell:
    """One cell of a notebook.

    Attributes:
        kind: `markdown` or `code`.
        text: its source.
        tags: the tags of its metadata, for example `skip-execution`.
        number: its place in the notebook, counted from 1.
        line: the line of the file on which it begins, counted from 1.
        outputs: what it left behind, for a code cell.
        language: what its code is highlighted as: the kernel's.
    """

    kind: str
    text: str
    tags: frozenset[str]
    number: int
    line: int
    outputs: tuple[Output, ...] = field(default=())
    language: str = "python"


def read(path: Path) -> list[NotebookCell]:
    """Read the cells of a notebook; empty ones and raw ones are left out.

    Args:
        path: the file, nbformat 4.

    Raises:
        Refused: when it is no such notebook.
        OSError: when it cannot be read.
    """
    text = path.read_text(encoding="utf-8")
    try:
        book = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise Refused("the notebook is not JSON", "run 'make notebooks'", line=line) from None
    if not isinstance(book, dict) or book.get("nbformat") != 4:
        raise Refused("this is no notebook of format 4", "save it with Jupyter 4 or newer")
    # A string of JSON holds no line break, so a line that begins so is a cell's.
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r' *"cell_type":', line)]
    language = _language(book.get("metadata"))
    cells = []
    for number, raw in enumerate(book.get("cells", []), 1):
        line = lines[number - 1] if number <= len(lines) else 1
        try:
            cell = _cell(raw, number, line, language)
        except (KeyError, TypeError, AttributeError):
            what = "the cell is not of the form of nbformat 4"
            raise Refused(what, "save the notebook with Jupyter", number, line) from None
        if cell.kind != "raw" and (cell.text.strip() or cell.outputs):
            cells.append(cell)
    return cells


def _language(meta: Any) -> str:
    """The language of a notebook's kernel, as a highlighter names it; Python where none is said."""
    info, spec = ((meta or {}).get(each) or {} for each in ("language_info", "kernelspec"))
    name = info.get("pygments_lexer") or info.get("name") or spec.get("language") or "python"
    name = re.sub(r"^i?python\d*$", "python", str(name).lower())
    return name if re.fullmatch(r"[\w+-]+", name) else "text"


def _cell(raw: dict[str, Any], number: int, line: int, language: str) -> NotebookCell:
    meta = raw["metadata"]
    outputs = tuple(_output(each, meta) for each in raw.get("outputs", []))
    tags = frozenset(meta.get("tags", []))
    text = _joined(raw["source"])
    return NotebookCell(raw["cell_type"], text, tags, number, line, outputs, language)


def _output(raw: dict[str, Any], cell: dict[str, Any]) -> Output:
    kind = raw["output_type"]
    if kind == "stream":
        return Output(kind, {"text/plain": _joined(raw["text"])})
    if kind == "error":
        words = "\n".join(raw["traceback"]) or f"{raw['ename']}: {raw['evalue']}"
        return Output(kind, {"text/plain": words})
    data = {media: _text(value) for media, value in raw["data"].items()}
    meta = raw.get("metadata", {})
    figure: dict[str, Any] = next(
        (meta[media] for media in data if isinstance(meta.get(media), dict)), {}
    )
    alt = figure.get("alt") or meta.get("alt") or cell.get("alt") or ""
    return Output(kind, data, str(alt), int(figure.get("width", 0)))


def _text(value: object) -> str:
    """The text of one media type; JSON stands there as what it is."""
    if isinstance(value, str) or (isinstance(value, list) and all(type(v) is str for v in value)):
        return _joined(value)
    return json.dumps(value, indent=1, ensure_ascii=False)


def _joined(value: str | list[str]) -> str:
    """Multi-line text may stand as a list of lines with their ends."""
    return value if isinstance(value, str) else "".join(value)
