"""Write a whole new site of drafts from somebody's notes."""

from __future__ import annotations

import json
import posixpath
import re
import tempfile
import textwrap
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import yaml
from jinja2 import Environment
from lxml import html
from lxml.html import HtmlElement
from markdown.extensions.toc import slugify

from workshop_notes.authoring import ledger_entries
from workshop_notes.authoring.names import free, slug_of
from workshop_notes.authoring.notes import ImportedNotes, Question, Topic, read
from workshop_notes.checks.rendered import IMAGE_TYPES, LARGEST_FILE
from workshop_notes.content import pictures
from workshop_notes.content.files import write_if_changed
from workshop_notes.content.project import Project
from workshop_notes.directives import readme
from workshop_notes.export.markdown import escaped, text_of, to_markdown

TEMPLATE = Path(__file__).parent / "template"
"""What every new site begins with, for Jinja."""
_LANGUAGES = {
    "": "text",
    "console": "bash",
    "py": "python",
    "sh": "bash",
    "shell": "bash",
    "zsh": "bash",
}
_BARE = re.compile(
    r"(https?://(?:[^\s<>()\[\]\"]|\([^\s<>()]*\))*(?:[^\s<>()\[\]\".,;:!?'*]|\([^\s<>()]*\)))"
)
_ENGINES_OWN = str.maketrans("{<&", "\ue000\ue001\ue002")
_WRITTEN = str.maketrans({"\ue000": "\\{", "\ue001": "&lt;", "\ue002": "&amp;"})
_PROMPT = re.compile(r"^ *(?:\$|>>>|%) (?=\S)", re.M)


@dataclass(frozen=True)
class Remark:
    """Something that somebody should look at: the line in the notes, and what was done there."""

    line: int
    what: str


@dataclass
class Written:
    """What was written.

    Attributes:
        groups: how many groups.
        questions: the page of each question, with its title.
        sources: how many addresses.
        pictures: how many pictures.
        marked_by: what marked the questions.
        notes: what somebody should look at.
    """

    groups: int = 0
    questions: dict[str, str] = field(default_factory=dict)
    sources: int = 0
    pictures: int = 0
    marked_by: str = ""
    notes: list[Remark] = field(default_factory=list)


def write(
    notes: Path,
    folder: Path,
    *,
    name: str = "",
    base: str = "",
    kept: Mapping[str, str] | None = None,
) -> Written:
    """Write a site.

    Args:
        notes: a Markdown file.
        folder: where to, which must be new or empty.
        name: the name of the site; the first heading of the notes where it is not given.
        base: the address of the notes on the web, for what they link to beside themselves.
        kept: pages that are published already, by their questions.

    Returns:
        What was written.

    Raises:
        OSError: the notes cannot be read, or the folder is not empty or cannot be written.
        UnicodeDecodeError: the notes are not UTF-8.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(0, "it is not empty: name a new folder", str(folder))
    found = read(notes.read_bytes().decode("utf-8"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        made = Path(place) / "site"
        writer = _Writer(notes, made, name, base, kept or {})
        writer.write(found)
        made.replace(folder)
    return writer.done


class _Writer:
    def __init__(
        self, notes: Path, root: Path, name: str, base: str, kept: Mapping[str, str]
    ) -> None:
        self.notes, self.root, self.name, self.base, self.kept = notes, root, name, base, kept
        self.done = Written()
        self.entries = ledger_entries.Entries()
        self.pages: list[tuple[str, Topic, Question]] = []
        self.anchors: dict[str, str] = {}
        self.copied: dict[Path, str] = {}
        self.page, self.line = "", 1

    def write(self, notes: ImportedNotes) -> None:
        if not notes.groups:
            title = notes.title or self.notes.stem
            notes.groups.append(Topic("", questions=[Question(title, 1, notes.opening)]))
            notes.opening = []
            self.say(1, "no question was found: the whole text is one page")
        name = self.name or notes.title or "Questions and answers"
        self.done.marked_by = notes.marked_by
        folders = self._places(notes)
        for page, _, question in self.pages:
            self._page(page, question)
        for group, folder in zip(notes.groups, folders, strict=True):
            self._index(group, folder)
        self._home(notes, name)
        self._rest(name, notes, folders)

    def say(self, line: int, what: str) -> None:
        self.done.notes.append(Remark(line, what))

    # Addresses

    def _places(self, notes: ImportedNotes) -> list[str]:
        """Give each group a folder, each question a page, and each anchor the page it is on."""
        folders: list[str] = []
        titles: Counter[str] = Counter()
        for group in notes.groups:
            kept = (self.kept.get(question.title, "") for question in group.questions)
            known = next((page.partition("/")[0] for page in kept if page), "")
            folder = free(known, folders) if known else self._folder(group, folders)
            folders.append(folder)
            for anchor in group.anchors:
                self.anchors.setdefault(anchor.lower(), f"{folder}/index.md")
            for question in group.questions:
                titles[question.title] += 1
                if titles[question.title] == 2:
                    self.say(question.line, f"the question stands twice: {question.title}")
                page = self.kept.get(question.title, "") if titles[question.title] == 1 else ""
                if not page:
                    inside = {
                        p.rpartition("/")[2].removesuffix(".md")
                        for p, _, _ in self.pages
                        if p.startswith(f"{folder}/")
                    }
                    slug = self._slug(question, {"index", *inside})
                    page = f"{folder}/{slug}.md"
                self.pages.append((page, group, question))
                self.done.questions[page] = question.title
                for anchor in question.anchors:
                    self.anchors.setdefault(anchor.lower(), page)
                self._inner_anchors(page, question)
        self.done.groups = len(folders)
        return folders

    def _folder(self, group: Topic, taken: list[str]) -> str:
        reserved = {*taken, "assets", "img", "search"}
        return slug_of(group.title or "Questions", reserved, fallback="questions")

    def _slug(self, question: Question, taken: set[str]) -> str:
        """Return a question's name: what leads to it in the notes, where that was given by hand."""
        given = [
            anchor for anchor in question.anchors[:-1] if re.fullmatch(r"[a-z][a-z-]{3,40}", anchor)
        ]
        return free(given[0], taken) if given else slug_of(question.title, taken)

    def _inner_anchors(self, page: str, question: Question) -> None:
        """Name the headings of an answer, each once, and note where its anchors lead."""
        seen: Counter[str] = Counter()
        levels = [int(e.tag[1]) for e in question.answer if re.fullmatch("h[1-6]", str(e.tag))]
        above, before = min(levels, default=2), 1
        for element in question.answer:
            if re.fullmatch("h[1-6]", str(element.tag)):
                level = min(int(element.tag[1]) - above + 2, before + 1, 6)
                element.tag, before = f"h{level}", level
                words = text_of(element).strip()
                seen[words.casefold()] += 1
                if seen[words.casefold()] > 1:
                    element.append(_text_element(f" ({seen[words.casefold()]})"))
                anchor = slugify(text_of(element), "-")
                given = element.get("data-anchor", "")
                self.anchors.setdefault(given, f"{page}#{anchor}" if anchor else page)
            for value in element.xpath(".//@id | .//@name | self::*/@id"):
                self.anchors.setdefault(value.lower(), page)

    # Pages

    def _page(self, page: str, question: Question) -> None:
        self.page, self.line = page, question.line
        words = (text_of(e) for e in question.answer if e.tag != "pre" and not e.xpath(".//pre"))
        description = _description(question.title, " ".join(words))
        body = self._markdown(question.answer)
        if not body.strip():
            body = "The notes give no answer.\n"
            self.say(question.line, f"a question without an answer: {question.title}")
        self._put(page, question.title, {"description": description, "status": "draft"}, body)

    def _index(self, group: Topic, folder: str) -> None:
        self.page, self.line = f"{folder}/index.md", group.line
        count = len(group.questions)
        title = group.title or "Questions"
        words = f"{count} question{'s' * (count != 1)} on: {title}"
        matter = {"description": _described(words)}
        body = self._markdown([e for e in group.opening if not self._is_contents(e)])
        self._put(self.page, title, matter, f"{body}\n<!-- questions -->\n")

    def _home(self, notes: ImportedNotes, name: str) -> None:
        self.page, self.line = "index.md", 1
        count = len(self.pages)
        described = f"{name}: {count} question{'s' * (count != 1)}, each with its answer"
        matter = {
            "description": _described(described),
            "template": "home.html",
            "hide": ["navigation", "toc"],
        }
        body = self._markdown([e for e in notes.opening if not self._is_contents(e)])
        end = "<!-- search -->\n\n## Every question\n\n<!-- questions -->\n"
        self._put("index.md", name, matter, f"{body}\n{end}")

    def _put(self, page: str, title: str, matter: Mapping[str, object], body: str) -> None:
        head = yaml.safe_dump(dict(matter), allow_unicode=True, sort_keys=False, width=10**6)
        text = f"---\n{head}---\n# {_kept_plain(escaped(_marked(title)))}\n\n{body.strip()}\n"
        write_if_changed(self.root / "docs" / page, text)

    def _is_contents(self, element: HtmlElement) -> bool:
        """Whether a list only leads to what stands below it: the menu does that."""
        links = element.findall(".//a")
        return (
            element.tag in {"ul", "ol", "p"}
            and bool(links)
            and all((link.get("href") or "").startswith("#") for link in links)
            and len(text_of(element)) <= 1.2 * sum(len(text_of(a)) for a in links) + 10
        )

    # What stands on a page

    def _markdown(self, blocks: list[HtmlElement]) -> str:
        root = html.Element("article")
        root.extend(blocks)
        _link_bare(root)
        for element in list(root.iter()):
            if isinstance(element.tag, str):
                self._element(element)
        for element in root.iter():
            if not _is_code(element):
                element.text = _marked(element.text or "")
            parent = element.getparent()
            if parent is not None and not _is_code(parent):
                element.tail = _marked(element.tail or "")
        return _kept_plain(to_markdown(root, indent=4))

    def _element(self, element: HtmlElement) -> None:
        if number := element.get("data-line"):
            self.line = int(number)
        if element.tag == "pre":
            self._code(element)
        elif element.tag == "summary":
            element.tag = "p"
        elif element.tag == "a" and element.get("href") is not None:
            self._link(element)
        elif element.tag == "img" and element.getparent() is not None:  # not taken out since
            self._picture(element)
        elif element.tag in {"iframe", "video", "audio", "embed"} and element.get("src"):
            element.tag = "a"
            element.set("href", element.get("src"))
            element.text = element.text or "To be played there"
            self._link(element)

    def _code(self, pre: HtmlElement) -> None:
        """Give code a language, and say that nobody has run it."""
        code = pre.find("code")
        classes = (code.get("class") if code is not None else "") or ""
        given = classes.removeprefix("language-").split(" ")[0].strip("{}.").lower()
        given = re.split(r"[,:{]", given)[0]
        language = _LANGUAGES.get(given, given)
        if not re.fullmatch(r"[a-z][\w+#-]*", language):
            language = "text"
        text = pre.text_content().expandtabs(4).rstrip("\n")
        if language in {"bash", "python", "text"} and _PROMPT.search(text):
            text = _PROMPT.sub("", text)
            self.say(
                self.line, "prompts were taken out of the code: what it prints stands among it"
            )
        text = re.sub(r"^(\s*)(-+8<-+)", r"\1;\2", text, flags=re.M)
        frame = html.Element("div", {"class": f"highlight language-{language}"})
        if language in {"bash", "python"}:
            title = html.Element("span", {"class": "filename"})
            title.text = "not run yet"
            frame.append(title)
        inner = html.Element("pre")
        inner.text = text or " "
        frame.append(inner)
        frame.tail = pre.tail
        pre.getparent().replace(pre, frame)

    def _link(self, link: HtmlElement) -> None:
        if _is_code(link):  # Markdown has no link within code
            self._plain(link)
            return
        address = (link.get("href") or "").strip()
        shown = [" ".join((each.get("alt") or "").split()) for each in link.iter("img")]
        words = " ".join(text_of(link).split()) or " ".join(filter(None, shown)) or address
        if not text_of(link).strip():  # a picture alone, or nothing, leads there
            for each in list(link):
                link.remove(each)
            link.text = "" if address.startswith("#") else words
        parts = urlsplit_or_none(address)
        own = not parts or (
            not parts.path or unquote(parts.path) in {self.notes.name, f"./{self.notes.name}"}
        )
        if parts and not parts.scheme and not parts.netloc and own and parts.fragment:
            target = self.anchors.get(unquote(parts.fragment).lower())
            if target:
                link.set("href", self._from_here(target))
            else:
                self._plain(link)
                self.say(
                    self.line, f"a link to #{parts.fragment}, which leads nowhere: its words stay"
                )
            return
        if parts and parts.scheme in {"mailto", "tel"}:
            return
        if parts and not parts.scheme and not parts.netloc and self.base and address:
            address = urljoin(self.base, address)
        try:
            known = self.entries.add(address, words)
        except ValueError as error:
            self._plain(link)
            if address and address != words and len(address) < 200:
                _append(link, address)
            named = address[:200] or "nothing"
            self.say(self.line, f"a link to {named}, which no page can lead to: {error}")
            return
        link.set("href", known)
        if known != address and address.startswith("http://"):
            self.say(self.line, f"{address} was written as {known}")

    def _plain(self, link: HtmlElement) -> None:
        link.tag = "span"
        link.attrib.clear()

    def _from_here(self, target: str) -> str:
        path, mark, fragment = target.partition("#")
        if path == self.page:
            return f"#{fragment}" if fragment else posixpath.basename(path)
        return posixpath.relpath(path, posixpath.dirname(self.page) or ".") + mark + fragment

    def _picture(self, image: HtmlElement) -> None:
        source, alt = (image.get("src") or "").strip(), " ".join((image.get("alt") or "").split())
        parts = urlsplit_or_none(source)
        inside = any(each.tag == "a" for each in image.iterancestors())
        told = known = ""
        if parts and not parts.scheme and not parts.netloc and parts.path:
            path = (self.notes.parent / unquote(parts.path)).resolve()
            if name := self._copied(path):
                image.set("src", self._from_here(f"img/{name}"))
                image.set("alt", alt or path.stem.replace("-", " ").replace("_", " "))
                return
            told = "which is not there or cannot be shown"
        try:
            if not inside:
                address = urljoin(self.base, source) if parts else source
                known = self.entries.add(address, alt or "A picture")
        except ValueError as error:
            told = told or f"which no page can lead to: {error}"
        if told:
            self.say(self.line, f"a picture {source[:200] or 'of nothing'}, {told}")
        image.tag = "a" if known else "span"
        image.attrib.clear()
        image.text = alt or ("A picture" if known else "")
        if known:
            image.set("href", known)
            self.say(self.line, f"a picture from elsewhere became a link: {known}")

    def _copied(self, path: Path) -> str:
        """Copy a picture once; return its name, or nothing where it cannot be shown."""
        if path in self.copied:
            return self.copied[path]
        suffix = path.suffix.lower()
        if suffix not in IMAGE_TYPES or not path.is_file() or path.stat().st_size > LARGEST_FILE:
            return ""
        data = path.read_bytes()
        try:
            pictures.read(data, suffix)
        except pictures.BadPicture:
            return ""
        stem = slugify(path.stem, "-") or "picture"
        name = free(
            stem.replace("_", "-"), {each.rpartition(".")[0] for each in self.copied.values()}
        )
        self.copied[path] = f"{name}{suffix}"
        write_if_changed(self.root / "docs" / "img" / f"{name}{suffix}", data)
        self.done.pictures += 1
        return self.copied[path]

    # What stands around the pages

    def _rest(self, name: str, notes: ImportedNotes, folders: list[str]) -> None:
        """Write what every new site begins with, and what the checker and its own test read."""
        entries = list(self.entries.found.values())
        groups = [
            (group.title or "Questions", folder, [p for p, each, _ in self.pages if each is group])
            for group, folder in zip(notes.groups, folders, strict=True)
        ]
        engine = Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
        engine.filters["json"] = partial(json.dumps, ensure_ascii=False)
        for path in TEMPLATE.rglob("*"):
            if path.is_dir() or path.suffix == ".pyc":  # what an installer compiles
                continue
            text = engine.from_string(path.read_text(encoding="utf-8")).render(
                name=name,
                groups=groups,
                entries=ledger_entries.text_of(entries),
                questions=self.done.questions,
            )
            write_if_changed(self.root / path.relative_to(TEMPLATE), text)
        self.done.sources = len(entries)
        write_if_changed(self.root / "README.md", readme.with_questions(Project(self.root)))


def urlsplit_or_none(address: str):
    """Return the parts of an address, or None where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _text_element(text: str) -> HtmlElement:
    element = html.Element("span")
    element.text = text
    return element


def _is_code(element: HtmlElement) -> bool:
    around = [element, *element.iterancestors()]
    return any(each.tag in {"pre", "code"} or not isinstance(each.tag, str) for each in around)


def _link_bare(root: HtmlElement) -> None:
    """Make links of the addresses that stand in the text, as GitHub shows them."""
    for element in list(root.iter()):
        parent = element.getparent()
        inside = element.tag == "a" or any(each.tag == "a" for each in element.iterancestors())
        if not inside and not _is_code(element):
            words, *rest = _BARE.split(element.text or "")
            element.text = words
            for place, (address, after) in enumerate(zip(rest[::2], rest[1::2], strict=True)):
                element.insert(place, _link_to(address, after))
        if parent is not None and not _is_code(parent) and parent.tag != "a":
            words, *rest = _BARE.split(element.tail or "")
            element.tail = words
            for address, after in zip(rest[::2], rest[1::2], strict=True):
                link = _link_to(address, after)
                parent.insert(parent.index(element) + 1, link)  # behind the words
                element = link


def _link_to(address: str, tail: str) -> HtmlElement:
    link = html.Element("a", {"href": address})
    link.text, link.tail = address, tail
    return link


def _append(element: HtmlElement, address: str) -> None:
    """Write an address in brackets behind the words of an element."""
    code = html.Element("code")
    code.text, code.tail = address, ")"
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''} ("
    else:
        element.text = f"{element.text or ''} ("
    element.append(code)


def _marked(text: str) -> str:
    """Put signs of nobody in the place of those that the engine reads otherwise than CommonMark."""
    return text.translate(_ENGINES_OWN)


def _kept_plain(text: str) -> str:
    return text.translate(_WRITTEN)


def _described(words: str) -> str:
    """Return words as a description: 50 to 170 characters that end in a full stop."""
    words = " ".join(words.split()).rstrip(".:;, ")
    if len(words) < 49:
        words = f"{words}. A draft from somebody's notes, not checked yet"
    return words + "." if len(words) < 170 else textwrap.shorten(words, 166, placeholder=" ...")


def _description(title: str, answer: str) -> str:
    """Return the first sentences of an answer, as many as a description may hold."""
    answer = " ".join(answer.split())
    found = ""
    for sentence in re.findall(r".+?[.!?](?=\s|$)|.+$", answer):
        longer = f"{found} {sentence}".strip()
        if found and (len(found) >= 50 or len(longer) > 165):
            break
        found = longer
    return _described(found if len(found) >= 49 else f"{title} {found}")
