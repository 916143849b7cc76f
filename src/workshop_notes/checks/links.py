"""Each link inside the project lands: the file is there, and the heading is."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from workshop_notes.content.markdown import Reference, anchors, references
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project


def check(project: Project, pages: list[Page]) -> list[Problem]:
    """Find links of the pages to files or headings that are not there."""
    by_name = {page.name: page for page in pages}
    ids: dict[str, set[str]] = {}
    found: list[Problem] = []
    for page in pages:
        for reference in references(page.matter):
            if reference.is_external or reference.target.startswith("mailto:"):
                continue
            what, remedy = _defect(project, page, reference, by_name, ids)
            if what:
                found.append(Problem(project.relative(page.path), reference.line, what, remedy))
    return found


def _defect(
    project: Project,
    page: Page,
    reference: Reference,
    by_name: dict[str, Page],
    ids: dict[str, set[str]],
) -> tuple[str, str]:
    """Return what is wrong with one reference and what to do, or two empty strings."""
    target, _, fragment = reference.target.partition("#")
    if not reference.target:
        return f"a {reference.kind} without an address", "write the address, or remove it"
    if target.startswith("/"):
        remedy = "write it relative to this page, so that it also works offline"
        return f"{reference.kind} to {target} begins at the root", remedy
    name = posixpath.normpath(posixpath.join(page.day, unquote(target))) if target else page.name
    if target.endswith("/"):
        return f"link to the folder {target}", f"link to {target}index.md or {target[:-1]}.md"
    if name.startswith("..") or not (project.docs / name).is_file():
        remedy = f"there is no docs/{name}: correct the path or add the file"
        return f"{reference.kind} to {target}, which is missing", remedy
    if fragment and name in by_name and reference.kind == "link":
        known = ids.setdefault(name, anchors(by_name[name].matter))
        if unquote(fragment) not in known:
            remedy = "use one of: " + ", ".join(sorted(known))
            return f"link to #{fragment}, which docs/{name} has no heading for", remedy
    return "", ""
