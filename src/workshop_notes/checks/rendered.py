"""What can be said of the pages once the engine has made them."""

from __future__ import annotations

from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.html.article import Article


def check(
    project: Project,
    pages: list[Page],
    ledger: Ledger,
    articles: list[Article],
    files: set[str],
) -> list[Problem]:
    """Find links, pictures and code that a reader would miss."""
    return []
