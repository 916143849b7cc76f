"""What happens to the built site: the step after the build."""

from __future__ import annotations

from pathlib import Path

from workshop_notes import accessibility
from workshop_notes.files import write_if_changed
from workshop_notes.offline import downloads
from workshop_notes.offline.texts import write_texts
from workshop_notes.project import Project
from workshop_notes.questions import read_pages
from workshop_notes.search import join_scripts, write_index


def finish(project: Project, site: Path) -> None:
    """Complete a site that the engine has built.

    Args:
        project: the project that it was built from.
        site: the folder of the built site.
    """
    write_index(site, read_pages(project))
    join_scripts(site / "assets" / "search")
    accessibility.mend(site)
    join_styles(site / "assets")
    write_texts(project, site)
    downloads.show(project, site)


def join_styles(folder: Path) -> None:
    """Append the style for paper to that for screens: one request, not two.

    Args:
        folder: the folder of `site.css` and `print.css` in the built site.
    """
    paper, screen = folder / "print.css", folder / "site.css"
    if paper.is_file():
        both = screen.read_text(encoding="utf-8") + paper.read_text(encoding="utf-8")
        write_if_changed(screen, both)
        paper.unlink()
