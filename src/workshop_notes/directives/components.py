"""The parts of a page that are made from front matter, ledger and definitions."""

from __future__ import annotations

import datetime
import html
import posixpath
import re
from pathlib import Path

from workshop_notes.content import pictures
from workshop_notes.content.pages import Page
from workshop_notes.content.settings import Settings
from workshop_notes.content.yaml_text import load

WORDS: dict[str, dict[str, str]] = load(
    Path(__file__).with_name("words.yml").read_text(encoding="utf-8")
).value
"""What readers are told for each word that ledger, claims and scores use, by what it is of."""


def long_date(iso: str) -> str:
    """Write a date as readers of any country understand it: `23 November 2026`."""
    day = datetime.date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def group_words(group: str, pages: list[Page]) -> str:
    """Name a group of pages: what stands before a colon in the title of its first page.

    Args:
        group: its folder, such as `day-1`.
        pages: all pages.
    """
    index = (page.title.partition(":")[0] for page in pages if page.name == f"{group}/index.md")
    return next(index, folder_words(group))


def folder_words(folder: str) -> str:
    """Name a folder in words: `asked-since` is `Asked since`."""
    return folder.replace("-", " ").capitalize()


def facts_line(page: Page, pages: list[Page], settings: Settings) -> str:
    """Say below a question's heading of which day it is, whether it changed, and when it was read.

    Args:
        page: the page of a question.
        pages: all pages.
        settings: the words of the site.

    Returns:
        One line of HTML.
    """
    status, reviewed = page.matter.values["status"], page.matter.values.get("reviewed")
    group = group_words((page.follows or page.name).partition("/")[0], pages)
    if page.follows:
        group += f", {folder_words(page.group).lower()}"
    # What holds as it was answered at first is said of a question that was asked at first.
    shown = "" if page.follows and status == next(iter(settings.words)) else settings.words[status]
    parts = [f'<span class="facts__day">{html.escape(group)}</span>']
    if shown:
        kind = f"facts__status facts__status--{status}"
        parts.append(f'<span class="{kind}">{html.escape(shown)}</span>')
    if reviewed:
        words = f"Reviewed with its sources on {long_date(reviewed)}"
        parts.append(f'<span class="facts__date">{words}</span>')
    return f'<p class="facts" data-search-exclude>{" ".join(parts)}</p>'


def followed_up(page: Page, pages: list[Page]) -> str:
    """List the questions that follow up this one, or nothing.

    Args:
        page: the page of a question.
        pages: all pages, in the order of the menu.
    """
    found = [each for each in pages if each.follows == page.name]
    if not found:
        return ""
    links = "".join(f"- [{p.title}]({posixpath.relpath(p.name, page.group)})\n" for p in found)
    title, group = folder_words(found[0].group), found[0].group
    return f"\n## {title} {{ #{group} data-search-exclude }}\n\n{links}"


def question_list(pages: list[Page], *, start: str, level: int = 0, docs: str = "") -> str:
    """List questions with their answers in one sentence; a section without any is left out.

    Args:
        pages: all pages, in the order of the menu.
        start: the folder that links start from: empty for the top, else that of a group.
        level: the level of a heading for each group, or 0 for none; then only the questions
            of the group `start` are listed.
        docs: what to put before each address, for a file outside `docs`.

    Returns:
        Markdown.
    """
    parts: list[str] = []
    groups = {page.group: page for page in pages if page.name.endswith("/index.md")}
    for group, index in groups.items():
        if not level and group != start:
            continue
        questions = [page for page in pages if page.group == group and page.is_question]
        if not questions:
            continue
        if level:
            link = docs + posixpath.relpath(index.name, start or ".")
            parts.append(f"{'#' * level} [{index.title}]({link})\n\n")
        for page in questions:
            link = docs + posixpath.relpath(page.name, start or ".")
            plain = html.escape(page.matter.values.get("description", ""), quote=False)
            # Plain words, as search engines show them: nothing in them is Markdown.
            description = re.sub(r"([\\`*\[\]])", r"\\\1", plain)
            parts.append(f"- [{page.title}]({link})\n\n    {description}\n\n")
    return "".join(parts).rstrip() + "\n"


def change_list(pages: list[Page]) -> str:
    """List what changed in the answers, the newest day first, as Markdown for a page at the top.

    Args:
        pages: all pages, in the order of the menu.
    """
    by_day: dict[str, list[str]] = {}
    for page in pages:
        for day, why in page.changes:
            by_day.setdefault(day, []).append(f"- [{page.title}]({page.name})\n\n    {why}\n")
    days = sorted(by_day.items(), reverse=True)
    parts = (f"## {long_date(day)}\n\n" + "\n".join(entries) for day, entries in days)
    return "\n".join(parts) or "No answer has changed yet."


SEARCH_FORM = (
    '<form class="find" role="search" aria-label="Search the questions">'
    '<input type="search" name="q" required aria-label="Search for" '
    'placeholder="{}"><button type="submit">Search</button></form>'
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
