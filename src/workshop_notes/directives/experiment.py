"""What pages show or offer from its own files: notebooks, the scripts they made, and examples.

A page names a notebook (`<!-- notebook: x.ipynb -->`), the folder of scripts
(`<!-- artifacts: folder -->`) or the examples that it offers whole (`<!-- files: slug -->`);
everything below is read from those files while preparing.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

from markdown.extensions.toc import slugify

from workshop_notes.content.pages import Page
from workshop_notes.content.project import Project
from workshop_notes.html import THEME
from workshop_notes.html.archive import packed
from workshop_notes.notebooks import Refused, Rendered, alone, render
from workshop_notes.notebooks.respell import escape, fence
from workshop_notes.notebooks.schemes import exchange

_LANGUAGES = {".py": "python", ".json": "json", ".txt": "text"}
_DOWNLOAD = "{: .download data-search-exclude }"
"""Of a paragraph that an edition leaves out where it knows no address to lead to."""


def sources(pages: list[Page]) -> dict[tuple[str, str], Page]:
    """Return the pages that show a notebook or a folder, by kind and name."""
    return {
        (directive.name, directive.value): page
        for page in pages
        for directive in page.markdown.directives
        if directive.name in {"notebook", "artifacts", "files"} and directive.value
    }


def notebook_path(project: Project, name: str) -> Path:
    """Return where a notebook that a page names lies."""
    return project.root / "notebooks" / name


def rendered(project: Project, pages: list[Page], name: str) -> Rendered:
    """Return a notebook as the page shows it.

    Args:
        project: the project.
        pages: all pages: links between notebooks become links between their pages.
        name: the file's name in `notebooks/`.

    Raises:
        Refused: when it is no notebook.
        OSError: when it cannot be read.
    """
    places = {key: page.name for key, page in sources(pages).items()}
    path = notebook_path(project, name)
    here = places["notebook", name]
    key = (name, path.read_bytes(), frozenset(places.items()))
    # Check, page and files of one build ask for the same; in the next, a file it links to is gone.
    if key not in project.notebooks:
        colours = exchange((THEME / "assets" / "site.css").read_text(encoding="utf-8"))
        link = _linker(project, places, path, here)
        account = project.settings.account
        project.notebooks[key] = render(path, Path(here).stem, link, colours, account)
    return project.notebooks[key]


def _linker(
    project: Project, pages: dict[tuple[str, str], str], path: Path, here: str
) -> Callable[[str], str | None]:
    """Return what decides where a link in a notebook leads on the page `here`."""

    def link(href: str) -> str | None:
        target, _, fragment = href.partition("#")
        if re.match(r"https?://|mailto:", href):
            return href
        if not target:
            # Jupyter's anchors are headings with dashes for spaces; the engine's are slugs.
            return "#" + slugify(unquote(fragment).replace("-", " "), "-")
        file = (path.parent / unquote(target)).resolve()
        if not file.is_relative_to(project.root.resolve()) or not file.exists():
            raise Refused(f"a link to {href}, which is missing", "correct the path, or remove it")
        start = posixpath.dirname(here) or "."
        if page := pages.get(("notebook", file.name)):
            return posixpath.relpath(page, start)
        folder = file if file.is_dir() else file.parent
        if page := pages.get(("artifacts", folder.name)):
            return posixpath.relpath(page, start) + (f"#{anchor(file)}" if file != folder else "")
        return None  # it lies beside the notebook, but not on the site

    return link


def anchor(file: Path) -> str:
    """Return the fragment at which the page of the scripts shows a file."""
    return slugify(file.name, "-")


def body(project: Project, pages: list[Page], kind: str, name: str) -> str:
    """Return what stands in the place of a directive.

    Args:
        project: the project.
        pages: all pages.
        kind: `notebook`, `artifacts` or `files`.
        name: the notebook, the folder below the project, or that below `examples`.

    Returns:
        Markdown that begins with a link to the files themselves.
    """
    if kind == "notebook":
        size = max(1, round(len(alone(project.root, notebook_path(project, name))) / 1000))
        text = rendered(project, pages, name).markdown
        return f"[Download this notebook]({name}){{ download }} ({size} kB)\n{_DOWNLOAD}\n\n{text}"
    if kind == "files":
        folder = project.root / "examples" / name
        inside = [path.relative_to(folder) for path in examples(project, name)]
        names = ", ".join(f"`{path.as_posix()}`" for path in inside)
        return f"[Download the files of this page]({name}.zip){{ download }}: {names}.\n{_DOWNLOAD}"
    files = artifact_files(project, name)
    parts = [f"[Download all {len(files)} files]({name}.zip){{ download }}\n{_DOWNLOAD}"]
    shown = [path for path in files if path.parent == project.root / name]
    return "\n\n".join(parts + [_file(path) for path in shown if path.suffix in _LANGUAGES])


def _file(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    words = ast.get_docstring(ast.parse(text)) if path.suffix == ".py" else None
    parts = [f"## {escape(path.name)}"]
    if words:
        # Names of files stand between backticks there, as they do in Markdown.
        pieces = re.split(r"(`[^`]+`)", words.splitlines()[0])
        parts.append("".join(part if part[:1] == "`" else escape(part) for part in pieces))
    code = fence(text, _LANGUAGES[path.suffix])
    parts.append(f'<section class="cell" data-search-exclude markdown>\n\n{code}\n\n</section>')
    return "\n\n".join(parts)


def artifact_files(project: Project, name: str) -> list[Path]:
    """List the files that the experiment wrote: the candidates, then the rest by name."""
    kept = _files(project.root / name)
    return sorted(kept, key=lambda path: (not path.name.startswith("dpp"), path))


def examples(project: Project, slug: str) -> list[Path]:
    """List the files of an example that a reader can use: not what its runs recorded."""
    records = (".out", ".badge.json", ".history.json", "example.yml")
    kept = _files(project.root / "examples" / slug)
    return sorted(path for path in kept if not path.name.endswith(records))


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder but for hidden ones: a killed program may have left them."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name[0] != "." and "__pycache__" not in path.parts:
            yield path


def files(project: Project, pages: list[Page]) -> dict[str, bytes]:
    """Return what the pages of the experiment need besides themselves.

    Args:
        project: the project.
        pages: all pages.

    Returns:
        Pictures, notebooks and the archives of scripts, by their path below the site's root.
    """
    found: dict[str, bytes] = {}
    for (kind, name), page in sources(pages).items():
        if kind == "artifacts":
            paths = artifact_files(project, name)
            found[posixpath.join(page.group, f"{name}.zip")] = _archive(project.root, paths)
            continue
        if kind == "files":
            folder = project.root / "examples" / name
            archive = _archive(folder, examples(project, name))
            found[posixpath.join(page.group, f"{name}.zip")] = archive
            continue
        notebook = alone(project.root, notebook_path(project, name))
        found[posixpath.join(page.group, name)] = notebook
        for path, data in rendered(project, pages, name).files.items():
            found[posixpath.join(page.group, path)] = data
    return found


_MARK = re.compile(rb"^ *# --8<-- .*\n", re.M)
"""What marks a section that a page includes: of no use to a reader."""


def _archive(root: Path, paths: list[Path]) -> bytes:
    """Pack files by their paths below a folder."""
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    return packed({name: _MARK.sub(b"", data) for name, data in files.items()})
