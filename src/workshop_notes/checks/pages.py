"""Each page stands in the menu, is written as agreed, and shares no search word with another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workshop_notes.content.markdown import MarkdownCode
from workshop_notes.content.pages import Page
from workshop_notes.content.problems import UNWRITTEN, Problem
from workshop_notes.content.project import Project


def check(project: Project, pages: list[Page]) -> list[Problem]:
    """Find pages outside the menu, menu lines without a page, repeated aliases, and wrong forms."""
    return [
        *_orphans(project, pages),
        *_shared_aliases(project, pages),
        *_follow_ups(project, pages),
        *(problem for page in pages for problem in _form(project, page)),
    ]


def _orphans(project: Project, pages: list[Page]) -> list[Problem]:
    config = project.relative(project.config)
    there = {page.name for page in pages}
    found = [
        Problem(
            project.relative(page.path),
            1,
            "no way leads to this page",
            f"add '{page.name}' to nav in {config}",
        )
        for page in pages
        if page.name not in project.nav
    ]
    folder = ""
    for name, line in project.nav.items():
        if name.endswith("/index.md"):
            folder = name.removesuffix("/index.md")
        elif project.is_question(project.docs / name) and name.rpartition("/")[0] != folder:
            what = f"docs/{name} stands in the menu of {folder or 'the home page'}"
            found.append(Problem(config, line, what, "move the line below its own folder"))
        if name not in there:
            remedy = "write the page, or remove the line"
            found.append(
                Problem(config, line, f"nav names docs/{name}, which is not there", remedy)
            )
    return found


def _shared_aliases(project: Project, pages: list[Page]) -> list[Problem]:
    found: list[Problem] = []
    first: dict[str, Page] = {}
    for page in pages:
        for alias in page.words("aliases"):
            owner = first.setdefault(alias.casefold(), page)
            if owner is not page:
                found.append(
                    Problem(
                        project.relative(page.path),
                        page.matter.lines["aliases"],
                        f"alias '{alias}' belongs to {project.relative(owner.path)} already",
                        "keep it on the page that a reader wants first",
                    )
                )
    return found


def _follow_ups(project: Project, pages: list[Page]) -> list[Problem]:
    """Find questions that follow up another and do not say which, and others that say so."""
    found: list[Problem] = []
    folder, origin = project.settings.follow_ups, project.settings.origin
    first = {page.name for page in pages if page.is_question and page.group != folder}
    for page in (page for page in pages if page.is_question):
        shown, values, lines = project.relative(page.path), page.matter.values, page.matter.lines
        follows_up = page.group == folder
        for key in ("follows", "asked"):
            if follows_up and key not in values:
                what = f"a question asked since {origin} without front matter key '{key}'"
                found.append(Problem(shown, 1, what, "add it, as CONTRIBUTING.md shows"))
            elif not follows_up and key in values:
                what = f"front matter key '{key}' on a question of {origin}"
                remedy = f"remove it, or move the page to docs/{folder}" if folder else "remove it"
                found.append(Problem(shown, lines[key], what, remedy))
        if follows_up and page.follows not in {"", *first}:
            what = f"it follows {page.follows}, which is no question of {origin}"
            remedy = "use one of: " + ", ".join(sorted(first))
            found.append(Problem(shown, lines["follows"], what, remedy))
    return found


_FORBIDDEN = (
    (re.compile(r"^=== \""), "content tabs vanish in print", "use headings or a table"),
    (re.compile(r"^\?\?\?"), "a folded box vanishes in print", "use '!!!', or plain text"),
    (re.compile(r"^<details", re.I), "a folded box vanishes in print", "use plain text"),
)
_HALF_QUOTED = re.compile(r'<[a-zA-Z][^<>"`]*(?:"[^<>"]*"[^<>"]*)*"[^<>"]*(?:>|$)')
_PROMPT = re.compile(r"^ *(\$|>>>|%) \S")
_CURLY = re.compile("[\u2018\u2019\u201c\u201d]")
_MERGED_LIST = re.compile(r"^([*+-]|\d+[.]) ")
_CONTINUES = re.compile(r"^( |#|([*+-]|\d+[.]) )")


def _form(project: Project, page: Page) -> list[Problem]:
    """Find what would be lost in print, prompts that would be copied, and lists that are not."""
    shown = project.relative(page.path)
    found: list[Problem] = []
    for code in page.markdown.code:
        wrong_code = _wrong_code(code, project.settings.code_titles)
        found += [Problem(shown, *wrong) for wrong in wrong_code]
    before = ""
    for number, line in page.markdown.outside_code:
        found += [
            Problem(shown, number, what, remedy)
            for pattern, what, remedy in _FORBIDDEN
            if pattern.match(line)
        ]
        if tag := _HALF_QUOTED.search(re.sub(r"`+[^`]*`+", "", line)):
            what = f"a quote that is not closed: {tag[0][:60]}"
            found.append(Problem(shown, number, what, "close it"))
        if _MERGED_LIST.match(line) and before and not _CONTINUES.match(before):
            what = "a list that follows a paragraph directly is not a list in this engine"
            found.append(Problem(shown, number, what, "put an empty line before it"))
        if line.startswith(UNWRITTEN):
            found.append(Problem(shown, number, "still to write", line.removeprefix(UNWRITTEN)))
        before = line
    for key in page.matter.values:
        for value in (page.matter.values[key], *page.words(key)):
            if isinstance(value, str) and value.startswith(UNWRITTEN):
                at, remedy = page.matter.lines[str(key)], value.removeprefix(UNWRITTEN)
                found.append(Problem(shown, at, f"'{key}' is still to write", remedy))
    status = page.matter.values.get("status")
    for title in project.settings.sections.get(str(status), ()) if page.is_question else ():
        if title not in (heading.text for heading in page.markdown.headings):
            what = f"no heading '{title}', which status '{status}' asks for"
            remedy = f"write '## {title}' and the section, or correct the status"
            found.append(Problem(shown, page.matter.lines["status"], what, remedy))
    lines = dict(page.markdown.outside_code)
    for reference in page.markdown.references:
        path = reference.target.partition("#")[0]
        written = f"]({reference.target}" in lines.get(reference.line, "")
        folder = (page.path.parent / path).is_dir() or path.startswith("/")
        if written and path.endswith("/") and not (reference.is_external or folder):
            what = f"a link to {path}, an address in place of a file"
            remedy = f"link to {path.rstrip('/')}.md"
            found.append(Problem(shown, reference.line, what, remedy))
    seen: dict[str, int] = {}
    for heading in page.markdown.headings:
        first = seen.setdefault(heading.text.casefold(), heading.line)
        if first != heading.line:
            what = f"heading '{heading.text}' stands already at line {first}"
            found.append(Problem(shown, heading.line, what, "give each a name of its own"))
    return found


def _wrong_code(code: MarkdownCode, titles: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield (line, what, remedy) for what is wrong with a block of code."""
    if not code.fenced:
        remedy = "put it between lines of ``` with its language, or take the four spaces away"
        yield code.line, "code without a fence", remedy
        return
    if not code.closed:
        yield code.line, "a fence that is never closed", "close it with a line of the same signs"
    if not code.language:
        remedy = "name one after the fence (python, bash, json, text)"
        yield code.line, "a code block without a language", remedy
    elif code.language in {"python", "bash"} and titles:
        named = "|".join(map(re.escape, titles))
        if not re.search(rf'title="[^"]*({named})\b', code.title):
            what = "a code block that does not say what it is for"
            yield code.line, what, f'add title="…" with one of: {", ".join(titles)}'
    for number, line in enumerate(code.lines, code.first):
        if _PROMPT.match(line):
            what = "a prompt in a code block, which a reader would copy"
            yield number, what, "begin the line with the command"
        if code.language in {"python", "bash", "json", "yaml"} and (curly := _CURLY.search(line)):
            yield number, f"a curly {curly[0]} in code, which no program reads", "write ' or \""
