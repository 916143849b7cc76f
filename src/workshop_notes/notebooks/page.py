"""One notebook as the body of one page, with the files that belong to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from workshop_notes.notebooks.outputs import Figures, shown
from workshop_notes.notebooks.respell import Link, fence, respell
from workshop_notes.notebooks.source import NotebookCell, Refused, read

NOT_RUN = "skip-execution"
"""The tag of cells that need an account; the library that runs notebooks passes them over."""

_BADGE = '<p class="badge" data-search-exclude><strong>Not run</strong> This cell needs {}.</p>'


@dataclass(frozen=True)
class Rendered:
    """A notebook for the engine.

    Attributes:
        markdown: the body of the page, without the notebook's own title.
        files: pictures, by their path below the folder of the page.
        problems: the cells that no page may show; each is left out of `markdown`.
        links: the addresses that its links lead to.
    """

    markdown: str
    files: dict[str, bytes] = field(default_factory=dict)
    problems: tuple[Refused, ...] = ()
    links: tuple[str, ...] = ()


def render(
    path: Path,
    name: str,
    link: Link,
    dark: dict[str, str] | None = None,
    account: str = "an account",
) -> Rendered:
    """Turn a notebook into Markdown.

    Code and outputs stand in sections that the search leaves out: a question is found by its
    answer, not by a column of a table.

    Args:
        path: the notebook.
        name: what its pictures are called after.
        link: gives the address to link to on the page, or None for no link.
        dark: the dark colour for each light one, for the twins of drawings.
        account: what cells need that were not run.

    Raises:
        Refused: when it is no notebook at all.
        OSError: when it cannot be read.
    """
    figures = Figures(f"img/{name}", dark)
    links: list[str] = []

    def noted(href: str) -> str | None:
        if target := link(href):
            links.append(target)
        return target

    parts: list[str] = []
    problems: list[Refused] = []
    for place, cell in enumerate(read(path)):
        try:
            if cell.kind == "markdown":
                parts.append(respell(_untitled(cell.text) if place == 0 else cell.text, noted))
            else:
                parts += _code(cell, figures, noted, account)
        except Refused as error:
            problems.append(Refused(error.what, error.remedy, cell.number, cell.line))
    text = "\n\n".join(filter(None, parts))
    return Rendered(text, figures.files, tuple(problems), tuple(links))


def _code(cell: NotebookCell, figures: Figures, link: Link, account: str) -> list[str]:
    parts = []
    if cell.text.strip():
        # Not <div>: Material's search takes the end of an inner one for the end of the section.
        parts.append(_section("cell", fence(cell.text, cell.language)))
    if NOT_RUN in cell.tags:
        parts.insert(0, _BADGE.format(escape(account)))
    results = [shown(each, figures, cell.number, link) for each in cell.outputs]
    if results := list(filter(None, results)):
        parts.append(_section("output", "\n\n".join(results)))
    return parts


def _section(kind: str, body: str) -> str:
    return f'<section class="{kind}" data-search-exclude markdown>\n\n{body}\n\n</section>'


def _untitled(text: str) -> str:
    """Drop the first heading: the page has a title of its own."""
    lines = text.lstrip().splitlines()
    return "\n".join(lines[1:]) if lines and lines[0].startswith("# ") else text
