"""The parts of a page that are made from front matter, ledger and definitions."""

from __future__ import annotations

import datetime
import posixpath
import re
from pathlib import Path

from workshop_notes.content import pictures
from workshop_notes.content.pages import Page

STATUS_WORDS = {
    "current": "Still true",
    "changed": "Changed since the workshop",
    "closed": "Closed to new customers",
}


def long_date(iso: str) -> str:
    """Write a date as readers of any country understand it: `23 November 2026`."""
    day = datetime.date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def day_words(day: str) -> str:
    """Name a day's folder in words: `day-1` is `Day 1`."""
    return day.replace("-", " ").capitalize()


def facts_line(page: Page) -> str:
    """Say below a question's heading of which day it is, whether it changed, and when it was read.

    Args:
        page: the page of a question.

    Returns:
        One line of HTML.
    """
    values = page.matter.values
    status = values["status"]
    since = f"{day_words(page.follows.partition('/')[0])}, asked since" if page.follows else ""
    # "Still true" is said of an answer of the workshop.
    shown = "" if since and status == "current" else STATUS_WORDS[status]
    return (
        f'<p class="facts" data-search-exclude>'
        f'<span class="facts__day">{since or day_words(page.day)}</span> '
        + (f'<span class="facts__status facts__status--{status}">{shown}</span> ' if shown else "")
        + f'<span class="facts__date">Reviewed {long_date(values["reviewed"])}</span></p>'
    )


def followed_up(page: Page, pages: list[Page]) -> str:
    """List the questions asked since that follow a question of the workshop, or nothing.

    Args:
        page: the page of a question.
        pages: all pages, in the order of the menu.
    """
    links = "".join(
        f"- [{each.title}]({posixpath.relpath(each.name, page.day)})\n"
        for each in pages
        if each.follows == page.name
    )
    return links and f"\n## Asked since {{ #asked-since data-search-exclude }}\n\n{links}"


def question_list(pages: list[Page], *, start: str, level: int = 0, docs: str = "") -> str:
    """List questions with their answers in one sentence; a section without any is left out.

    Args:
        pages: all pages, in the order of the menu.
        start: the folder that links start from: empty for the top, else a day.
        level: the level of a heading for each day, or 0 for none; then only the questions
            of the day `start` are listed.
        docs: what to put before each address, for a file outside `docs`.

    Returns:
        Markdown.
    """
    parts: list[str] = []
    days = {page.day: page for page in pages if page.name.endswith("/index.md")}
    for day, index in days.items():
        if not level and day != start:
            continue
        questions = [page for page in pages if page.day == day and page.is_question]
        if not questions:
            continue
        if level:
            link = docs + posixpath.relpath(index.name, start or ".")
            parts.append(f"{'#' * level} [{index.title}]({link})\n\n")
        for page in questions:
            link = docs + posixpath.relpath(page.name, start or ".")
            description = page.matter.values["description"]
            parts.append(f"- [{page.title}]({link})\n\n    {description}\n\n")
    return "".join(parts).rstrip() + "\n"


SEARCH_FORM = (
    '<form class="find" role="search" aria-label="Search the questions">'
    '<input type="search" name="q" required aria-label="Search for" '
    'placeholder="Quota, cron, SKLearnProcessor …">'
    '<button type="submit">Search</button></form>'
)
"""A search box without a script: the theme opens its search for an address with `?q=`."""


_IMAGE = re.compile(r"^(?P<indent> *)!\[(?P<alt>[^\]]*)\]\((?P<target>[^)\s]+\.svg)\)[ \t]*$", re.M)


def picture_pairs(body: str, folder: Path) -> str:
    """Give each drawing that has a dark twin its size, and the twin for the dark scheme.

    Args:
        body: Markdown in which a drawing stands alone on a line.
        folder: the folder that image addresses start from.

    Returns:
        Markdown with both drawings, each marked for one scheme, as the theme expects.
    """

    def pair(match: re.Match[str]) -> str:
        target = match["target"]
        twin = target.removesuffix(".svg") + ".dark.svg"
        if not (folder / twin).is_file() or not (folder / target).is_file():
            return match[0]
        drawing = pictures.read((folder / target).read_bytes(), ".svg")
        size = f"{{ width={drawing.width:.0f} height={drawing.height:.0f} loading=lazy }}"
        light = f"![{match['alt']}]({target}#only-light){size}"
        return (
            f"{match['indent']}{light}\n{match['indent']}![{match['alt']}]({twin}#only-dark){size}"
        )

    return _IMAGE.sub(pair, body)
