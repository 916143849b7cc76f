"""What happens to the built site: the step after the build."""

from __future__ import annotations

import json
import re
from pathlib import Path

from workshop_notes import accessibility
from workshop_notes.files import write_if_changed
from workshop_notes.offline import downloads
from workshop_notes.offline.texts import write_texts
from workshop_notes.project import Project
from workshop_notes.questions import Page, read_pages

BOOSTS = {"title": 4.0, "text": 1.0, "tags": 2.0, "aliases": 4.0, "identifiers": 1.0}
"""Weights of the fields. Material's own (title 1,000, tags 1,000,000) let one common word in a
title outweigh every other word of a question; these came out best on the golden queries."""

STOP_WORDS = (
    "a an and are as at be by can do does for from how i if in is it its my of on or that the "
    "this to was we what when where which with you your"
)
"""Words that name no page. Material drops them from pages but not from queries, where it turns
`to` into `to*` and so finds every token; a separator drops them from both."""

LIST_BOOST = 0.01
"""Weight of pages that only list questions, so that the question itself comes first."""

_CAMEL = re.compile(r"\b(?=\w*[a-z][A-Z])[A-Za-z]\w{5,}\b")


def finish(project: Project, site: Path) -> None:
    """Complete a site that the engine has built.

    Args:
        project: the project that it was built from.
        site: the folder of the built site.
    """
    path = site / "search" / "search_index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    add_search_words(index, read_pages(project))
    write_if_changed(path, json.dumps(index, separators=(",", ":"), ensure_ascii=False))
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


def add_search_words(index: dict, pages: list[Page]) -> None:
    """Put into the search index the words that people use and the pages do not show.

    Material's search indexes every field that the index names, and displays only title,
    text and tags. So aliases stand in a field of their own. So do identifiers in one piece:
    the separator splits them at capitals, and `sklearnprocessor` would find nothing.

    Args:
        index: the index as Material wrote it; it is changed in place.
        pages: the pages of the site.
    """
    config = index["config"]
    config["fields"] = {name: {"boost": boost} for name, boost in BOOSTS.items()}
    words = "|".join(f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in STOP_WORDS.split())
    config["separator"] += f"|(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])"
    by_location = {location: page for page in pages for location in _locations(page.name)}
    for entry in index["docs"]:
        page = by_location[entry["location"].partition("#")[0]]
        if not page.is_question:
            entry["boost"] = LIST_BOOST
        elif "#" not in entry["location"]:
            entry["aliases"] = page.matter.values["aliases"]
        text = re.sub(r"<[^>]+>", " ", f"{entry['title']} {entry['text']}")
        if found := sorted({word.lower() for word in _CAMEL.findall(text)}):
            entry["identifiers"] = found


def _locations(name: str) -> tuple[str, str]:
    """Return the address of a page on a server and as a file."""
    stem = name.removesuffix(".md")
    folder = stem.removesuffix("index")
    return (folder if folder != stem else f"{stem}/", f"{stem}.html")
