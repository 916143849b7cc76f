"""Read somebody's notes: which parts of a Markdown file are groups, questions and answers.

Whatever marks the questions, the file is read as one tree: by its headings, by bold paragraphs, by
`Q:`, by numbered or listed questions, or by folded boxes, whichever marks the most of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import html
from lxml.html import HtmlElement, defs

from workshop_notes.authoring.names import without_number
from workshop_notes.content.markdown import parser
from workshop_notes.export.markdown import text_of

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SHOWN = " | ".join(
    f"descendant-or-self::{tag}"
    for tag in ("audio", "embed", "hr", "iframe", "img", "pre", "video")
)
"""What a reader sees, though it has no words."""
_BELOW = {"p", "ul", "ol", "pre", "table", "blockquote", "div"}
_WRAPPERS = {"div", "section", "article", "main", "center", "body", "details"}
_INLINE = (
    defs.phrase_tags
    | defs.font_style_tags
    | frozenset(
        ("a", "bdi", "bdo", "br", "font", "img", "mark", "q", "span", "sub", "sup", "time", "wbr")
    )
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_ASKED = re.compile(r"[?\uff1f\u061f]\W*$|^\s*q(uestion)?\s*\d*\s*[:.)]\s*\S", re.I)
_Q = re.compile(r"^\s*q(?:uestion)?\s*\d*\s*[:.)]\s*", re.I)
_A = re.compile(r"^\s*a(?:nswer)?\s*\d*\s*[:.)]\s*", re.I)
_MATTER = re.compile(r"\A---\n(.*?\n)?---\n", re.S)


@dataclass
class Question:
    """A question with its answer.

    Attributes:
        title: its words.
        line: its line in the notes, counted from 1.
        answer: the blocks below it.
        anchors: what leads to it: ids, and the slug that GitHub gives its heading.
    """

    title: str
    line: int
    answer: list[HtmlElement] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)


@dataclass
class Topic:
    """Questions that stand together, below one heading.

    Attributes:
        title: its words, or nothing for questions without a heading above them.
        line: its line in the notes, counted from 1.
        opening: the blocks between the heading and the first question.
        questions: in their order.
        anchors: what leads to it.
    """

    title: str
    line: int = 1
    opening: list[HtmlElement] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)


@dataclass
class ImportedNotes:
    """What a file of notes holds.

    Attributes:
        title: its first heading, or nothing.
        opening: the blocks above the first group.
        groups: in their order.
        marked_by: what marks a question: `h3`, `bold`, `item`, `summary`; nothing where none is.
    """

    title: str
    opening: list[HtmlElement]
    groups: list[Topic]
    marked_by: str

    @property
    def questions(self) -> list[Question]:
        """All questions in their order."""
        return [question for group in self.groups for question in group.questions]


@dataclass
class _Block:
    """A block of the file, and what it could be.

    Attributes:
        element: the block.
        mark: what would mark it as a question, such as `h3` or `bold`.
        title: the words of that question.
        rest: what of the answer stands in the same block.
        heading: the level of a heading, or 0.
        anchors: ids in and right above it.
        folded: whether it stands in a folded box, where a heading is part of an answer.
    """

    element: HtmlElement
    mark: str = ""
    title: str = ""
    rest: list[HtmlElement] = field(default_factory=list)
    heading: int = 0
    anchors: list[str] = field(default_factory=list)
    folded: bool = False

    @property
    def line(self) -> int:
        """The line in the notes, counted from 1."""
        around = [self.element, *self.element.iterdescendants(), *self.element.iterancestors()]
        return next((int(each.get("data-line")) for each in around if each.get("data-line")), 1)

    @property
    def asks(self) -> bool:
        """Whether it reads as a question."""
        return bool(_ASKED.search(self.title))


def read(text: str) -> ImportedNotes:
    """Read notes.

    Args:
        text: a Markdown file, with whatever ends its lines.
    """
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))
    text = _MATTER.sub(lambda found: "\n" * found[0].count("\n"), text)  # lines keep numbers
    blocks = list(_blocks(_tree(text)))
    _name(blocks)
    level = _marked_by(blocks)
    headings = [block for block in blocks if block.heading]
    title = ""
    firsts = [block for block in headings if block.heading == 1]
    if len(firsts) == 1 and level != "h1" and not firsts[0].asks:
        title = firsts[0].title
    return _grouped(blocks, level, title)


def _tree(text: str) -> HtmlElement:
    tokens = parser().parse(text)
    for token in tokens:
        if token.map and token.nesting >= 0 and token.type != "inline":
            token.attrSet("data-line", str(token.map[0] + 1))
    markup = parser().renderer.render(tokens, parser().options, {})
    tree = html.fragment_fromstring(markup, create_parent="div")
    for element in tree.xpath(".//script | .//style | .//template"):
        element.drop_tree()
    return tree


def _blocks(parent: HtmlElement) -> Iterator[_Block]:
    """Yield the blocks of the file, as if nothing were wrapped in anything."""
    waiting: list[str] = []
    for child in _flat(parent):
        anchors = [value for name in ("id", "name") for value in child.xpath(f".//@{name}")]
        anchors += [value for name in ("id", "name") if (value := child.get(name))]
        if not text_of(child).strip() and not child.xpath(_SHOWN):
            waiting += anchors
            continue
        for block in _marked(child):
            block.folded = child.get("data-folded") is not None
            block.anchors = waiting + anchors
            waiting = []
            yield block


def _flat(parent: HtmlElement) -> Iterator[HtmlElement]:
    run = _paragraph(parent.text or "")
    parent.text = None
    for child in list(parent):
        if child.tag in _INLINE or not isinstance(child.tag, str):
            run.append(child)
            continue
        tail, child.tail = child.tail or "", None
        if len(run) or (run.text or "").strip():
            yield run
        run = _paragraph(tail)
        if child.tag in _WRAPPERS:
            for inner in _flat(child):
                if child.tag == "details" and inner.tag != "summary":
                    inner.set("data-folded", "")
                yield inner
        elif child.tag == "blockquote" and _Q.match(text_of(child).lstrip()):
            yield from _flat(child)
        elif child.tag in {"ol", "ul"} and _headed(child):
            for item in child.findall("./li"):
                yield from _flat(item)
        else:
            yield child
    if len(run) or (run.text or "").strip():
        yield run


def _headed(element: HtmlElement) -> bool:
    """Whether each entry of a list begins with a heading, as `1. ### Why?` does."""
    items = element.findall("./li")
    return bool(items) and all(len(item) and item[0].tag in _HEADINGS for item in items)


def _paragraph(text: str) -> HtmlElement:
    paragraph = html.Element("p")
    paragraph.text = text
    return paragraph


def _marked(element: HtmlElement) -> Iterator[_Block]:
    """Yield what an element could be; a list of questions is one block for each."""
    tag = element.tag
    title = " ".join(element.text_content().split())
    if tag in _HEADINGS:
        yield _Block(element, tag, title, heading=_HEADINGS[tag])
    elif tag == "summary":
        yield _Block(element, "summary", title)
    elif tag in {"ol", "ul"}:
        yield from _listed(element)
    elif tag == "p" and (found := _asked_in(element)):
        yield _Block(element, found[0], found[1], found[2])
    else:
        yield _Block(element)


def _listed(element: HtmlElement) -> Iterator[_Block]:
    """Take a list apart whose entries are questions with their answers below them."""
    found = []
    for item in element.findall("./li"):
        first, rest = _first_of(item)
        if not rest or not _ASKED.search(first):
            yield _Block(element)
            return
        found.append(_Block(item, "item", first, rest))
    yield from found


def _first_of(item: HtmlElement) -> tuple[str, list[HtmlElement]]:
    """Return the words that an entry begins with, and the blocks below them."""
    if not (item.text or "").strip() and len(item) and item[0].tag in {"strong", "b"}:
        rest = _rest_of(item, item[0])
        blocks = [child for child in rest if child.tag in _BELOW]
        for block in blocks:
            rest.remove(block)
        return text_of(item[0]), [rest, *blocks] if text_of(rest) else blocks
    blocks = [child for child in item if child.tag in _BELOW]
    if not blocks:
        return "", []
    if blocks[0].tag == "p" and not (item.text or "").strip():
        return " ".join(blocks[0].text_content().split()), blocks[1:]
    words = item.text or ""
    for child in item:
        if child is blocks[0]:
            break
        words += child.text_content() + (child.tail or "")
    return " ".join(words.split()), blocks


def _asked_in(element: HtmlElement) -> tuple[str, str, list[HtmlElement]] | None:
    """Return mark, question and start of the answer of a paragraph that asks, or None."""
    first = element[0] if len(element) and not (element.text or "").strip() else None
    if first is not None and first.tag in {"strong", "b"}:
        words = " ".join(first.text_content().split())
        after = first.tail or ""
        if _Q.fullmatch(f"{words} ") or words.rstrip(":.").casefold() in {"q", "question"}:
            return _split(element, after=first)
        if len(element) == 1 and not after.strip():
            return ("bold", words, [])
        if _ASKED.search(words):
            return ("bold", words, [_rest_of(element, first)])
        return None
    if _Q.match(element.text or ""):
        return _split(element, after=None)
    return None


def _split(element: HtmlElement, after: HtmlElement | None) -> tuple[str, str, list[HtmlElement]]:
    """Take `Q: Why?` and `A: Because.` of one paragraph apart, at the line break between them."""
    words = " ".join(element.text_content().split())
    lines = element.text_content().strip().split("\n")
    answers = [number for number, line in enumerate(lines) if number and _A.match(line)]
    if not answers:
        return "Q", words, []
    question = " ".join(" ".join(lines[: answers[0]]).split())
    whole = html.tostring(element, encoding="unicode", with_tail=False)
    parts = re.split(
        r"\n\s*(?:<(?:strong|b)>)?\s*a(?:nswer)?\s*\d*\s*[:.)]", whole, maxsplit=1, flags=re.I
    )
    if len(parts) == 2:
        return "Q", question, [html.fragment_fromstring(f"<p>{parts[1]}")]
    return "Q", question, [_paragraph("\n".join(lines[answers[0] :]))]


def _rest_of(element: HtmlElement, first: HtmlElement) -> HtmlElement:
    """Return a copy of what follows the first element, without `A:`.

    The element stays whole: it is shown as it is where something else marks the questions.
    """
    rest = _paragraph((first.tail or "").lstrip(" \n:\u2013\u2014-"))
    rest.extend(deepcopy(list(element)[1:]))
    _without_a(rest)
    return rest


def _name(blocks: list[_Block]) -> None:
    """Give each heading the anchor that GitHub gives it."""
    seen: Counter[str] = Counter()
    for block in blocks:
        if block.heading:
            slug = re.sub(r"[^\w\- ]", "", block.title.lower()).strip().replace(" ", "-")
            block.anchors.append(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            block.element.set("data-anchor", block.anchors[-1])
            seen[slug] += 1


def _marked_by(blocks: list[_Block]) -> str:
    """Return what marks the questions: what reads as a question most often, headings first."""
    asked = Counter(block.mark for block in blocks if block.mark and block.asks)
    if not asked:
        asked = Counter(block.mark for block in blocks if block.heading > 1)
        asked = asked or Counter(block.mark for block in blocks if block.mark)
    order = [*_HEADINGS, "summary", "Q", "bold", "item"]
    return max(asked, key=lambda mark: (asked[mark], -order.index(mark)), default="")


def _grouped(blocks: list[_Block], mark: str, title: str) -> ImportedNotes:
    opening: list[HtmlElement] = []
    groups = [Topic("")]
    asked_at = _HEADINGS.get(mark, 7)
    for block in blocks:
        group = groups[-1]
        place = group.questions[-1].answer if group.questions else group.opening
        if block.heading and block.title == title and block.heading == 1:
            continue
        above = block.heading and block.heading < asked_at and not block.folded
        if (mark and block.mark == mark) or (above and block.asks):
            words = without_number(block.title) or "?"
            group.questions.append(Question(words, block.line, block.rest, block.anchors))
        elif above:
            groups.append(Topic(block.title, block.line, anchors=block.anchors))
        else:
            if block.element.tag in {"p", "li"} and group.questions:
                _without_a(block.element)
            place.append(block.element)
    if not groups[0].questions:
        opening = groups.pop(0).opening
    for group in groups:
        if not group.questions and any(text_of(each).strip() for each in group.opening):
            group.questions.append(Question(group.title, group.line, group.opening, group.anchors))
            group.opening = []
    return ImportedNotes(title, opening, [group for group in groups if group.questions], mark)


def _without_a(element: HtmlElement) -> None:
    """Take `A:` away from the start of an answer."""
    if _A.match(element.text or ""):
        element.text = _A.sub("", element.text or "", count=1)
    elif len(element) and not (element.text or "").strip() and element[0].tag in {"strong", "b"}:
        first = element[0]
        if re.fullmatch(r"\s*a(nswer)?\s*\d*\s*[:.)]?\s*", first.text_content(), re.I):
            element.text = (first.tail or "").lstrip(" :")
            element.remove(first)
