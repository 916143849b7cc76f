"""Begin a new question: its page, its line in the menu, entries for its sources, an example."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from workshop_notes.authoring import ledger_entries
from workshop_notes.authoring.names import slug_of
from workshop_notes.content import ledger as ledgers
from workshop_notes.content.files import write_together
from workshop_notes.content.problems import UNWRITTEN, ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.export.markdown import escaped


def new(
    project: Project,
    title: str,
    folder: str,
    *,
    slug: str = "",
    sources: Sequence[str] = (),
    example: bool = False,
    follows: str = "",
) -> list[Path]:
    """Write what a new question begins with, all of it or nothing.

    What is left to write stands in lines that begin with `TODO: `, which the checks name.

    Args:
        project: the project.
        title: the question.
        folder: the folder of `docs` that it belongs to.
        slug: the name of its page; made of the question's words where it is not given.
        sources: addresses that the answer will rest on.
        example: whether code is going to be shown.
        follows: the page of the question that it follows up, in the folder of such questions.

    Returns:
        The files that were written.

    Raises:
        ContentError: with what is wrong with what was asked for; nothing is written then.
        OSError: a file could not be written; the others are as they were.
    """
    title = " ".join(title.split())
    taken = {path.stem for path in (project.docs / folder).glob("*.md")}
    slug = slug or slug_of(title, taken | {"index"})
    page = f"{folder}/{slug}.md"
    _refuse(project, title, folder, slug, taken, follows)
    cited, entries = _entries(project, sources)
    files = {
        project.docs / page: _page(project, title, folder, slug, cited, example, follows),
        project.config: _menu(project, folder, page),
    }
    if entries:
        text = project.ledger.read_text(encoding="utf-8")
        empty = re.sub(r"^sources: *\[\] *$", "sources:", text.rstrip("\n"), flags=re.M)
        files[project.ledger] = f"{empty}\n\n{ledger_entries.text_of(entries)}"
    if example:
        files |= _example(project, slug)
    write_together(files)
    return list(files)


def _refuse(
    project: Project, title: str, folder: str, slug: str, taken: set[str], follows: str
) -> None:
    """Say what is wrong with what was asked for."""
    groups = sorted({name.partition("/")[0] for name in project.nav if name.endswith("/index.md")})
    shown = project.relative(project.docs / folder / f"{slug}.md")
    found = []
    if not title:
        found.append(("a question without words", "write it in quotation marks"))
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        found.append((f"'{slug}' is no address", "use small letters, digits and hyphens"))
    if folder not in groups or folder == project.settings.appendix:
        known = ", ".join(name for name in groups if name != project.settings.appendix)
        found.append((f"there is no folder of questions '{folder}'", f"use one of: {known}"))
    if slug in taken:
        found.append(("the page is there already", "edit it, or choose another --slug"))
    follows_up = folder == project.settings.follow_ups
    if follows_up and not (project.docs / follows).is_file():
        found.append(("it follows no page", "name the question that it follows up with --follows"))
    if found:
        raise ContentError(Problem(shown, 1, *each) for each in found)


def _entries(project: Project, sources: Sequence[str]) -> tuple[list[str], list[dict[str, object]]]:
    """Return the addresses as the page cites them, and entries for those that nobody knows."""
    ledger = ledgers.read(project.ledger, project.relative(project.ledger))
    keys = {source.key for source in ledger.sources}
    cited: list[str] = []
    entries: list[dict[str, object]] = []
    for address in sources:
        known = ledger_entries.spelt(address)
        if not known:
            what = f"'{address}' is no address of the web"
            raise ContentError(
                [Problem(project.relative(project.ledger), 1, what, "write https://")]
            )
        if known in cited:
            continue
        cited.append(known)
        if known not in ledger.by_address:
            words = f"{UNWRITTEN}write the title that {known} gives itself"
            entries.append(ledger_entries.entry(known, words, keys))
            keys.add(str(entries[-1]["key"]))
    return cited, entries


def _page(
    project: Project,
    title: str,
    folder: str,
    slug: str,
    cited: Sequence[str],
    example: bool,
    follows: str,
) -> str:
    head = [f'description: "{UNWRITTEN}say the answer in one sentence of 50 to 170 characters."']
    head.append("status: draft")
    if folder == project.settings.follow_ups:
        asked = ", ".join(cited[:1]) or "https://example.org/where-it-was-asked"
        head += [f"follows: {follows}", f"asked: [{asked}]"]
    parts = [
        "\n".join(["---", *head, "---", f"# {escaped(title)}"]),
        f"{UNWRITTEN}write the answer: its first words in bold, then two or three sentences",
        "## What to do",
        f"{UNWRITTEN}write what the reader does, with the reasons and a link for each source",
    ]
    if example:
        title_of_code = ["Example", *project.settings.code_titles][-1]
        parts += [
            f"<!-- badge: {slug}/example -->",
            f'```python title="{title_of_code}"\n--8<-- "{slug}/example.py"\n```',
        ]
    parts += [
        f"{UNWRITTEN}say what [{urlsplit(address).hostname}]({address}) says, where it is told"
        for address in cited
    ]
    return "\n\n".join(parts) + "\n"


def _menu(project: Project, folder: str, page: str) -> str:
    """Return the configuration with the page's line below those of its folder."""
    lines = project.config.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(line for name, line in project.nav.items() if name.startswith(f"{folder}/"))
    before = lines[last - 1]
    match = re.match(r"( *- ).*\.md\s*$", before)
    if not match:
        shown = project.relative(project.config)
        remedy = f"add '{page}' there by hand, or give each page of the menu its own line"
        raise ContentError([Problem(shown, last, "this line holds several pages", remedy)])
    lines[last - 1] = before.rstrip("\n") + "\n"
    lines.insert(last, f"{match[1]}{page}\n")
    return "".join(lines)


def _example(project: Project, slug: str) -> dict[Path, str]:
    folder = project.root / "examples" / slug
    if folder.exists():
        shown = project.relative(folder)
        raise ContentError(
            [Problem(shown, 1, "the folder is there already", "leave out --example")]
        )
    runs = "runs:\n  - name: example\n    badge: executed\n    versions: [boto3]\n"
    return {folder / "example.yml": runs, folder / "example.py": 'print("What it prints")\n'}
