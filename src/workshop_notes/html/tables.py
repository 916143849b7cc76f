"""Tables that can be read by everybody: each has a name, and a way through it by keyboard."""

from __future__ import annotations

from lxml.html import HtmlElement

WHOLE = 32
"""Characters of code that a line holds on the smallest phones: so many are never broken."""


def frame(article: HtmlElement) -> None:
    """Put each table of a page into a frame that scrolls sideways, by keyboard too, and has a name.

    The theme would do it by a script, in a frame that takes no focus; it leaves a table with a
    class alone.

    Args:
        article: the content of a page, which is changed.
    """
    for table in list(article.iter("table")):
        if table.get("class"):
            continue
        heads = (" ".join(cell.text_content().split()) for cell in table.iter("th"))
        around = table.makeelement(
            "div",
            {
                "class": "table",
                "role": "group",
                "aria-label": "Table: " + ", ".join(filter(None, heads)),
                "tabindex": "0",
            },
        )
        around.tail, table.tail = table.tail, None
        table.getparent().replace(table, around)
        around.append(table)
        table.set("class", "table__cells")
        for code in table.iter("code"):
            if len(code.text_content()) <= WHOLE:
                code.set("class", "whole")
