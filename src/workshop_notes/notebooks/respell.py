"""Say Markdown again so that the site's engine reads it as Jupyter does.

Jupyter reads CommonMark; the engine reads another dialect, in which lists need an empty line and
four spaces, braces set attributes and a line of dashes and an 8 includes a file. So the text is
parsed as CommonMark and written anew, with every character of a meaning escaped. Raw HTML is
refused: nothing in a notebook may reach a page as markup of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from workshop_notes.notebooks.source import Refused

Link = Callable[[str], str | None]
"""Gives the address to link to instead of the one that is written, or None for no link."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|-])")
_MATH = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|\\[$`]|\]\([^()\s]*\))"
    r"|(?:\$\$.+?\$\$|\\begin\{(?P<name>\w+\*?)\}.+?\\end\{(?P=name)\}|\\\\\[.+?\\\\\])"
    r"|\$(?P<blank>\s)?(?![\s$])(?:\\.|[^\\$`\n]|\n(?!\s*\n))+?(?(blank)\s|(?<![\s\\]))\$(?!\d)"
    r"|\\\\\(.+?\\\\\)",
    re.M | re.S,
)
"""Formulas as MathJax finds them in a notebook: before Markdown is read, and not within code."""
_HELD = re.compile("([\ue000\ue002])(\\d+)\ue001")
_ALONE = re.compile("(?:\\A|(?<=\n\n))((?:> |    )*)\ue000(\\d+)\ue001$", re.M)
"""The place of a formula in text (U+E000) or in code (U+E002), which are of private use."""
_INCLUDE = re.compile(r"^([ \t]*)(?=;*-+8<-+)", re.M)
_INDENT = " " * 4


def escape(text: str) -> str:
    """Return text in which the engine finds no markup."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", text)


def fence(code: str, language: str = "text", title: str = "") -> str:
    """Return a block of code that nothing in the code can close.

    Args:
        code: the code; a line that would include a file is escaped.
        language: what it is highlighted as.
        title: what stands above it.
    """
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    marks = "`" * (longest + 1)
    info = language + (f' title="{title}"' if title else "")
    body = _INCLUDE.sub(r"\1;", code.rstrip())
    return f"{marks}{info}\n{body}\n{marks}"


def respell(text: str, link: Link) -> str:
    """Write CommonMark anew for the engine.

    Args:
        text: CommonMark with tables, as Jupyter reads it.
        link: decides where a link leads.

    Returns:
        Markdown for the engine; headings begin at the second level, below the page's own, and
        formulas stand letter by letter as code, for nothing on the site could set them.

    Raises:
        Refused: for raw HTML, or an image.
    """
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        if match["code"] or "\ue000" in text:
            return match[0]
        held.append(match[0])
        return f"\ue000{len(held) - 1}\ue001"

    def block(match: re.Match[str]) -> str:
        code = fence(held[int(match[2])], "latex")
        return match[1] + code.replace("\n", "\n" + match[1])

    def span(match: re.Match[str]) -> str:
        formula = held[int(match[2])]
        return formula if match[1] == "\ue002" else _code(" ".join(formula.split()))

    source = _MATH.sub(hold, text)
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(source))
    written = _blocks(tree.children, link)
    return _HELD.sub(span, _ALONE.sub(block, written)) if held else written


def _blocks(nodes: list[SyntaxTreeNode], link: Link, *, tight: bool = False) -> str:
    return ("\n" if tight else "\n\n").join(filter(None, (_block(node, link) for node in nodes)))


def _block(node: SyntaxTreeNode, link: Link) -> str:
    kind = node.type
    if kind == "heading":
        return f"{'#' * max(2, int(node.tag[1]))} {_inline(node.children, link)}"
    if kind == "paragraph":
        return _inline(node.children, link)
    if kind in {"bullet_list", "ordered_list"}:
        return _list(node, link)
    if kind == "blockquote":
        return re.sub(r"^", "> ", _blocks(node.children, link), flags=re.M)
    if kind in {"fence", "code_block"}:
        language = (node.info.split() or ["text"])[0]
        content = node.content.replace("\ue000", "\ue002")
        return fence(content, language if re.fullmatch(r"[\w+-]+", language) else "text")
    if kind == "hr":
        return "- - -"
    if kind == "table":
        return _table(node, link)
    if kind == "html_block" and re.fullmatch(r"\s*<!--.*?-->\s*", node.content, re.S):
        return ""
    raise _refuse_html(node.content)


def _list(node: SyntaxTreeNode, link: Link) -> str:
    mark = "-   " if node.type == "bullet_list" else "1.  "
    tight = all(
        child.hidden
        for item in node.children
        for child in item.children
        if child.type == "paragraph"
    )
    items = []
    for item in node.children:
        body = _blocks(item.children, link, tight=tight)
        items.append(mark + body.replace("\n", "\n" + _INDENT))
    return ("\n" if tight else "\n\n").join(items)


def _table(node: SyntaxTreeNode, link: Link) -> str:
    rows = [row for part in node.children for row in part.children]
    lines = [
        "| " + " | ".join(_inline(c.children, link) or " " for c in row.children) + " |"
        for row in rows
    ]
    if not all(cell.children and cell.children[0].content.strip() for cell in rows[0].children):
        raise Refused("a column of a table without a heading", "give it a word")
    right = ["right" in str(cell.attrs.get("style", "")) for cell in rows[0].children]
    lines.insert(1, "| " + " | ".join("---:" if each else "---" for each in right) + " |")
    return "\n".join(lines)


def _inline(nodes: list[SyntaxTreeNode], link: Link) -> str:
    return "".join(_span(node, link) for node in nodes)


def _span(node: SyntaxTreeNode, link: Link) -> str:
    kind = node.type
    if kind == "inline":
        return _inline(node.children, link)
    if kind == "text":
        return escape(node.content)
    if kind in {"softbreak", "hardbreak"}:
        return " " if kind == "softbreak" else "  \n"
    if kind == "code_inline":
        return _code(node.content.replace("\ue000", "\ue002"))
    if kind in {"em", "strong"}:
        return (
            node.markup[:1].replace("_", "*") * len(node.markup)
            + _inline(node.children, link)
            + "*" * len(node.markup)
        )
    if kind == "link":
        words, target = _inline(node.children, link), link(str(node.attrs["href"]))
        return f"[{words}]({target})" if target else words
    if kind == "image":
        what = f"the image {str(node.attrs['src'])[:60]} stands in a Markdown cell"
        raise Refused(what, "let a code cell show it, with an alternative text")
    raise _refuse_html(node.content)


def _code(content: str) -> str:
    longest = max(map(len, re.findall(r"`+", content)), default=0)
    marks = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{marks}{space}{content}{space}{marks}"


def _refuse_html(content: str) -> Refused:
    words = " ".join(content.split())[:60]
    return Refused(f"raw HTML in Markdown: {words}", "write Markdown, or put it into backticks")
