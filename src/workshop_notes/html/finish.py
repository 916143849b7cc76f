"""What happens to the built site: the step after the build."""

from __future__ import annotations

from pathlib import Path

from workshop_notes import elsewhere
from workshop_notes.content import files
from workshop_notes.content.pages import Page, read_pages
from workshop_notes.content.project import Project
from workshop_notes.export.twins import write_texts
from workshop_notes.html import stylesheet
from workshop_notes.html.downloads import Downloads
from workshop_notes.html.policy import drop_strays, headers_file, with_policy
from workshop_notes.html.tables import mended
from workshop_notes.search import Index


def finish(
    project: Project, site: Path, *, published: bool = True, pages: list[Page] | None = None
) -> None:
    """Complete a site that the engine has built.

    Args:
        project: the project that it was built from.
        site: the folder of the built site.
        published: whether pages get their policy and one stylesheet; live reload works by a
            script in the page, and shows each change sooner without.
        pages: the pages as they were written; they are read where they are not given.

    Raises:
        ContentError: a page was not written as agreed.
        FileNotFoundError: the site lacks a page; it names it.
        ValueError: a page is not of the form that the theme writes.
    """
    write = files.write if published else files.write_if_changed
    if published:
        drop_strays(site)
    pages = pages or read_pages(project)
    page_files = elsewhere.run(len(pages), write_texts, project, site, write)
    downloads = Downloads(project, site, page_files)  # after the texts, whose sizes it tells
    index = Index(site, pages, write)
    hashes: set[str] = set()
    classes: set[str] = set()
    for path in files.below(site, ".html"):
        text = before = path.read_text(encoding="utf-8")
        index.add(path, text)
        text = mended(text)
        if published:
            try:
                text, own = with_policy(text)
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from error
            hashes |= own
            classes |= stylesheet.classes(text)
            text = stylesheet.without_theme_links(text)
        text = downloads.shown(path, text)
        if text != before:
            write(path, text)
    index.close()
    join_styles(site / "assets")
    if published:
        stylesheet.join(site, classes)
        files.write(site / "_headers", headers_file(hashes))


def join_styles(folder: Path) -> None:
    """Append the styles for paper and for the search to those of the pages: one request, not three.

    Args:
        folder: the folder of `site.css`, `search.css` and `print.css` in the built site.
    """
    screen = folder / "site.css"
    others = (folder / "search.css", folder / "print.css")
    parts = [path for path in others if path.is_file()]
    if parts:
        text = "".join(each.read_text(encoding="utf-8") for each in (screen, *parts))
        files.write_if_changed(screen, text)
    for part in parts:
        part.unlink()
