"""Write the article of a built page as Markdown.

The built page is the source, not the Markdown that it was made from: there the code is included,
lists and sources stand in their places, and nothing is left that only one engine understands.
The dialect is CommonMark 0.31 with tables and strikethrough of GitHub Flavored Markdown 0.29.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml.etree import XPath
from lxml.etree import _Element as Element

LEFT_OUT = frozenset({"headerlink", "md-content__button", "find"})
"""Classes of what serves only somebody with a browser: links to headings, buttons, forms."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    *_HEADINGS,
    *("article", "aside", "blockquote", "details", "div", "dl", "figcaption", "figure", "footer"),
    *("header", "hr", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul"),
}
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}
_KEPT = {"sub", "sup", "kbd"}
_SILENT = {"script", "style", "template", "button", "input"}
_ALIGNMENTS = {"left": ":---", "right": "---:", "center": ":---:"}
# A pattern that begins with a set of signs is searched for several times as fast.
_SPECIAL = re.compile(
    r"[\\`*\[\]~<&_](?:(?<=[\\`*\[\]])|(?<=~)(?=~)|(?<=<)(?=[A-Za-z/!?])|(?<=&)(?=#?\w+;)"
    r"|(?<=_)(?![A-Za-z0-9])|(?<=_)(?<![A-Za-z0-9]_))"
)
_LINE_START = re.compile(r"^(?:(#{1,6}|[-+>]|={1,}|~{3,})(?=\s|$)|(>)|(\d{1,9})([.)])(?=\s|$))")
_SPACE = re.compile(r"[ \t\r\n]+")
_SPACES = re.compile(r"\s+")
_UNSAFE = re.compile(r"[\s()<>]")
_LANGUAGE = re.compile(r"(?:^|\s)language-(\S+)")

Link = Callable[[str], str]

words_of = XPath("string()", smart_strings=False)
"""The text of an element and all in it; `text_content` is only there where lxml.html has parsed."""


def to_markdown(article: Element, link: Link = str, *, indent: int = 0) -> str:
    """Return an article as Markdown that ends in a line feed.

    Args:
        article: an element of a built page.
        link: turns the address of a link or picture, as it stands in the page, into the one
            for the text.
        indent: spaces before what stands in a list's entry, at least: Python-Markdown wants four,
            and does not know CommonMark's line break.
    """
    return "\n\n".join(_MarkdownWriter(link, indent).blocks(article)) + "\n"


def text_of(element: Element) -> str:
    """Return the words of an element, without links to itself, with single spaces."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and not _is_left_out(child):
            parts.append(text_of(child) if child.tag != "br" else " ")
        parts.append(child.tail or "")
    return re.sub(r"\s+", " ", "".join(parts)).strip() if element.tag in _BLOCKS else "".join(parts)


def code_of(pre: Element) -> tuple[str, str, str]:
    """Return (code, language, title) of a block of code, as the highlighter wraps it.

    Args:
        pre: the `pre` element; its code has no line feed at the end.
    """
    frame = pre.getparent()
    classes = " ".join(
        element.get("class", "")
        for element in (frame, pre, pre.find("code"))
        if element is not None
    )
    language = match[1] if (match := _LANGUAGE.search(classes)) else ""
    titles = frame.xpath("./span[@class='filename']") if frame is not None else []
    title = words_of(titles[0]) if titles else ""
    return words_of(pre).rstrip("\n"), language, title


def is_raised(code: Element) -> bool:
    """Whether a part of some code stands above or below the line: 10 to the 5th is not 105."""
    return code.find(".//sup") is not None or code.find(".//sub") is not None


def is_for_the_dark(image: Element) -> bool:
    """Whether a picture is the second of a pair, shown on a dark ground instead of the first."""
    return image.get("src", "").endswith("#only-dark")


def _is_left_out(element: Element) -> bool:
    tag = element.tag
    if tag in _SILENT or (tag == "img" and is_for_the_dark(element)):
        return True
    classes = element.get("class")
    return bool(classes) and not LEFT_OUT.isdisjoint(classes.split())


class _MarkdownWriter:
    def __init__(self, link: Link, indent: int) -> None:
        self.link, self.indent = link, indent
        self.line_break = "<br>\n" if indent else "\\\n"

    def blocks(self, element: Element) -> Iterator[str]:
        """Yield the blocks in an element; words that stand between blocks are paragraphs."""
        run: list[Element | str] = [element.text or ""]
        for child in element:
            if isinstance(child.tag, str) and not _is_left_out(child):
                if child.tag in _BLOCKS or _holds_blocks(child):
                    if run != ["\n"]:  # as between most blocks
                        yield from self.paragraph(run)
                    run = []
                    yield from self.block(child)
                else:
                    run.append(child)
            run.append(child.tail or "")
        if run != ["\n"]:  # as between most blocks
            yield from self.paragraph(run)

    def block(self, element: Element) -> Iterator[str]:
        """Yield the Markdown of one block."""
        tag = element.tag
        if tag in _HEADINGS:
            yield f"{'#' * _HEADINGS[tag]} {' '.join(self.inline(element).split())}"
        elif tag == "p" and "facts" in element.get("class", "").split():
            yield " · ".join(self.inline(part).strip() for part in element)
        elif tag in {"p", "figcaption", "summary"} and not _holds_blocks(element):
            yield from self.paragraph([element.text or "", *_with_tails(element)])
        elif tag == "pre":
            yield _fenced(element)
        elif tag in {"ul", "ol"}:
            yield self.list(element)
        elif tag == "table":
            yield self.table(element)
        elif tag == "blockquote" or "admonition" in element.get("class", "").split():
            yield _indented("\n\n".join(self.blocks(element)), "> ", "> ")
        elif tag == "dl":
            yield from self.definitions(element)
        elif tag == "hr":
            yield "---"
        elif tag == "div" and "highlight" in element.get("class", "").split():
            for pre in element.findall("./pre"):
                yield from self.block(pre)
        else:
            yield from self.blocks(element)

    def paragraph(self, run: list[Element | str]) -> Iterator[str]:
        """Yield a paragraph of words and inline elements, unless it is empty."""
        if all(isinstance(part, str) and (not part or part.isspace()) for part in run):
            return
        lines = [_SPACE.sub(" ", line).strip() for line in self.line(run).split("\0")]
        if any(lines):
            yield self.line_break.join(map(_without_start, lines))

    def inline(self, element: Element) -> str:
        """Return the content of an element as Markdown within a line."""
        return self.line([element.text or "", *_with_tails(element)])

    def line(self, run: list[Element | str]) -> str:
        """Return words and inline elements as Markdown within a line."""
        return "".join(
            escaped(part) if isinstance(part, str) else self.inline_element(part) for part in run
        )

    def inline_element(self, element: Element) -> str:
        """Return one inline element; a forced line break is a NUL, which no page can hold."""
        tag = element.tag
        if tag == "br":
            return "\0"
        if tag == "code" and not is_raised(element):
            return _code(words_of(element))
        if tag == "img":
            target = self.link(element.get("src", "").removesuffix("#only-light"))
            return f"![{escaped(element.get('alt', ''))}]({_address(target)})"
        inner = self.inline(element)
        if tag == "a" and element.get("href") and inner.strip():
            return f"[{inner.strip()}]({_address(self.link(element.get('href')))})"
        if (mark := _MARKS.get(tag)) and inner.strip():
            # A mark must touch its words: spaces go outside.
            before, after = inner[: -len(inner.lstrip())], inner[len(inner.rstrip()) :]
            return f"{before}{mark}{inner.strip()}{mark}{after}"
        if tag in _KEPT or tag == "code":
            return f"<{tag}>{inner}</{tag}>"
        return inner

    def list(self, element: Element) -> str:
        """Return a list; it is loose where an entry holds paragraphs."""
        number = int(element.get("start") or 1)
        entries = []
        loose = any(item.find("./p") is not None for item in element.findall("./li"))
        for place, item in enumerate(element.findall("./li")):
            marker = f"{number + place}. " if element.tag == "ol" else "- "
            between = "\n\n" if loose or item.find(".//pre") is not None else "\n"
            inside = " " * max(len(marker), self.indent)
            entries.append(_indented(between.join(self.blocks(item)), marker, inside))
        # Python-Markdown begins the next entry only behind an empty line, once there was one.
        loose = loose or bool(self.indent and any("\n\n" in entry for entry in entries))
        return ("\n\n" if loose else "\n").join(entries)

    def table(self, element: Element) -> str:
        """Return a table; a cell's blocks are parted by `<br>`, as a row is one line."""
        rows = [
            [(cell, self.cell(cell)) for cell in row.xpath("./th | ./td")]
            for row in element.iter("tr")
        ]
        rows = [row for row in rows if row]
        width = max((len(row) for row in rows), default=0)
        if not rows or not width:
            return ""
        if rows[0][0][0].tag == "td" and element.find(".//thead") is None:
            rows.insert(0, [(rows[0][0][0], "")] * width)
        rule = [_ALIGNMENTS.get(_alignment(cell), "---") for cell, _ in rows[0]]
        lines = [[words for _, words in row] for row in rows]
        lines.insert(1, rule)
        padded = (line + [""] * (width - len(line)) for line in lines)
        caption = element.findtext("caption", "").strip()
        table = "\n".join(f"| {' | '.join(line)} |" for line in padded)
        return f"{escaped(caption)}\n\n{table}" if caption else table

    def cell(self, cell: Element) -> str:
        """Return a cell within one line; a bar would end it."""
        text = "<br>".join(self.blocks(cell)).replace(self.line_break, "<br>").replace("\n", "<br>")
        return re.sub(r"(?<!\\)\|", r"\\|", text) if "|" in text else text

    def definitions(self, element: Element) -> Iterator[str]:
        """Yield terms in bold and what they mean as paragraphs: CommonMark has no such list."""
        for child in element:
            if child.tag == "dt":
                yield f"**{self.inline(child).strip()}**"
            elif child.tag == "dd":
                yield from self.blocks(child)


def _with_tails(element: Element) -> Iterator[Element | str]:
    for child in element:
        if isinstance(child.tag, str) and not _is_left_out(child):
            yield child
        yield child.tail or ""


def _holds_blocks(element: Element) -> bool:
    return len(element) > 0 and any(child.tag in _BLOCKS for child in element.iterdescendants())


def escaped(text: str) -> str:
    """Return words in which nothing is taken for Markdown."""
    return _SPECIAL.sub(_backslashed, text) if text else ""


def _backslashed(match: re.Match[str]) -> str:
    return f"\\{match[0]}"  # a function, as a text would be looked through at each call


def _without_start(line: str) -> str:
    """Escape the start of a line where it needs it; `sub` alone would try at every sign."""
    return _LINE_START.sub(_literal, line) if _LINE_START.match(line) else line


def _literal(match: re.Match[str]) -> str:
    """Escape what would begin a heading, a list or a quotation at the start of a line."""
    return f"{match[3]}\\{match[4]}" if match[3] else f"\\{match[0]}"


def _address(target: str) -> str:
    """Return an address for the brackets of a link; spaces and brackets would end it."""
    return _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", target)


def _longest(sign: str, text: str) -> int:
    return max(map(len, re.findall(f"{sign}+", text))) if sign in text else 0


def _code(text: str) -> str:
    """Return code within a line, in more backticks than stand in it."""
    text = _SPACES.sub(" ", text)
    ticks = "`" * (_longest("`", text) + 1)
    space = " " * (text.startswith("`") or text.endswith("`"))
    return f"{ticks}{space}{text}{space}{ticks}" if text.strip() else text


def _fenced(pre: Element) -> str:
    code, language, title = code_of(pre)
    fence = "`" * max(3, _longest("`", code) + 1)
    name = f' title="{title}"' if title else ""
    return f"{fence}{language or ('text' if name else '')}{name}\n{code}\n{fence}"


def _alignment(cell: Element) -> str:
    style = re.search(r"text-align:\s*(\w+)", cell.get("style", ""))
    return cell.get("align") or (style[1] if style else "")


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    following = [(rest + line).rstrip() for line in lines[1:]]
    return "\n".join([(first + lines[0]).rstrip(), *following])
