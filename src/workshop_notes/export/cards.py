"""The picture of each question that other sites show with a link to it, drawn by Typst."""

from __future__ import annotations

from pathlib import Path

from workshop_notes.content.pages import Page
from workshop_notes.directives.components import group_words
from workshop_notes.export.pdf import typesetter
from workshop_notes.export.typst_text import literal
from workshop_notes.html.sharing import SITE_CARD, card_of


def draw(pages: list[Page], name: str, description: str) -> dict[str, bytes]:
    """Return the cards as PNG by their files: one for each question, and one for the site.

    Args:
        pages: all pages, in the order of the menu.
        name: the name of the site.
        description: the site in one sentence.

    Raises:
        MissingEngine: Typst is not there.
    """
    told = {SITE_CARD: ("", name, description)}
    for page in pages:
        if page.is_question:
            answer = page.matter.values["description"]
            told[card_of(page)] = (group_words(page.group, pages), page.title, answer)
    calls = (f"#card({','.join(map(literal, (*words, name)))})" for words in told.values())
    source = (Path(__file__).parent / "card.typ").read_text(encoding="utf-8") + "\n".join(calls)
    with typesetter() as compiler:
        drawn = compiler.compile(source.encode(), format="png", ppi=72)
    return dict(zip(told, drawn if isinstance(drawn, list) else [drawn], strict=True))
