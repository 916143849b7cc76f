"""Write the PDF: the whole site in one file, and each question in a file of its own.

Typst sets the type (its wheel needs no system package), with its own fonts and one that a
package brings, never the machine's: the same commit gives the same bytes everywhere. It holds
the file to PDF/UA-1 and refuses what would break it.
"""

from __future__ import annotations

import contextlib
import importlib.resources
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from workshop_notes.content.pictures import Picture
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.directives.components import long_date
from workshop_notes.export import images, missing_glyphs, typst_write
from workshop_notes.export.edition import Edition
from workshop_notes.export.reader import Document
from workshop_notes.export.typst_inlines import PAPERS, Book, Paper
from workshop_notes.export.typst_text import literal

STANDARD = "ua-1"
RUNNING = 160
"""Characters of a title that fit into the two lines above each page."""
_FACES = ("Regular", "It", "Bold", "BoldIt", "Semibold", "SemiboldIt")
_UNSHOWN = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.S)


class MissingEngine(Exception):
    """Typst or the font is not installed; the text says in one line what to do."""


class PdfError(Exception):
    """Typst refused the file; its own words are in the message."""


@dataclass(frozen=True)
class Printer:
    """Sets pages as PDF.

    Attributes:
        project: the project.
        edition: the edition that is printed.
        pages: the content of the pages, in the order of the menu.
        root: the folder that holds the pictures, at their places in the site.
    """

    project: Project
    edition: Edition
    pages: list[Document]
    root: Path

    def whole(self, paper: str = "a4") -> bytes:
        """Return all pages as one PDF.

        Args:
            paper: `a4` or `us-letter`.

        Raises:
            ContentError: for content that cannot be printed, with file, line and remedy.
            PdfError: when Typst refuses the file.
            MissingEngine: when Typst is not there.
        """
        with typesetter() as engine:
            return self.compile(engine, self.book(PAPERS[paper]))

    def questions(self, paper: str = "a4") -> Iterator[tuple[str, bytes]]:
        """Yield (place, PDF) of each question.

        Args:
            paper: `a4` or `us-letter`.

        Raises:
            ContentError, PdfError, MissingEngine: as `whole`.
        """
        with typesetter() as engine:
            for document in self.documents:
                if self.project.is_question(self.project.docs / f"{document.place}.md"):
                    source = self.single(document, PAPERS[paper])
                    yield document.place, self.compile(engine, source)

    @cached_property
    def documents(self) -> list[Document]:
        """The pages in the order of the menu, the appendix last."""
        last = self.project.settings.appendix
        return sorted(self.pages, key=lambda document: bool(last) and _folder(document) == last)

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """The size of every picture."""
        found: dict[str, Picture] = {}
        problems: list[Problem] = []
        for document in self.documents:
            for image in document.tree.iter("img"):
                if image.get("src") in found and image.get("alt", "").strip():
                    continue
                read = images.read(self.project, self.root, document.place, image)
                if isinstance(read, Picture):
                    found[image.get("src")] = read
                else:
                    problems.append(read)
        if problems:
            raise ContentError(problems)
        return found

    def book(self, paper: Paper) -> str:
        """Return the Typst source of the whole site."""
        parts = {d.place for d in self.documents}
        labels = {p: f"p:{p}" for d in self.documents for p in typst_write.places(d)}
        book = Book(paper, labels, self.pictures, self.edition.address)
        appendix = self.project.settings.appendix
        groups = {_folder(d): d.title for d in self.documents if d.place == _folder(d)}
        lines = [self._setup(self.edition.name, self.edition.description, paper), self._cover()]
        lines.append("#contents()")
        for document in self.documents:
            folder = _folder(document)
            inside = folder in parts and document.place != folder
            level = 2 if inside and document.place else 1
            # Of the title of a day what stands before the colon.
            group = groups.get(folder, "").partition(":")[0] if inside else ""
            first = bool(appendix) and document.place == folder == appendix
            kicker = "Appendix" if first else ""
            body = typst_write.write(document, book, level=level)
            lines.append(_page(document.title, group, body, kicker, part=level == 1))
        return "\n".join(lines)

    def single(self, document: Document, paper: Paper) -> str:
        """Return the Typst source of one question."""
        labels = {place: f"p:{place}" for place in typst_write.places(document)}
        book = Book(paper, labels, self.pictures, self.edition.address)
        body = typst_write.write(document, book, level=1, outlined=False)
        setup = self._setup(document.title, self.edition.name, paper)
        return setup + "\n" + _page(document.title, "", body, part=True)

    def _setup(self, title: str, description: str, paper: Paper) -> str:
        date = self.edition.date
        foot = self.edition.line + (f" · {self.edition.address}" if self.edition.address else "")
        return (
            f"{_template()}\n#show: setup.with({literal(title)},{literal(description)},"
            f"{literal(paper.name)},datetime(year:{date.year},month:{date.month},day:{date.day}),"
            f"{literal(foot)})"
        )

    def _cover(self) -> str:
        it = self.edition
        facts = [f"Version {it.version}" if it.version else "", long_date(it.date.isoformat())]
        facts.append(f"commit {it.commit}" if it.commit else "")
        lines = [" · ".join(filter(None, facts)), it.address, it.copyright]
        rest = ",".join(literal(line) for line in lines if line)
        return f"#cover({literal(it.name)},{literal(it.description)},{rest})"

    def compile(self, engine: Any, source: str) -> bytes:
        """Compile a source to the bytes of a PDF."""
        import typst

        try:
            return engine.compile(
                source.encode(),
                format="pdf",
                pdf_standards=[STANDARD],
                root=str(self.root.resolve()),
                timestamp=self.edition.seconds,
            )
        except typst.TypstError as error:
            match = _UNSHOWN.search(error.message)
            found = missing_glyphs.Search(self.project, self.root, partial(_shown, engine))
            if match and (problems := found.problems(self.documents, match[1])):
                raise ContentError(problems) from error
            raise PdfError(f"Typst refuses the PDF: {error.diagnostic or error.message}") from error


def _shown(engine: Any, character: str) -> bool:
    """Try whether the fonts have a character."""
    import typst

    setup = '#show: setup.with("x","x","a4",datetime(year:2026,month:1,day:1),"x")'
    try:
        source = f"{_template()}\n{setup}\n#par({literal(character)})"
        engine.compile(source.encode(), format="pdf", pdf_standards=[STANDARD])
    except typst.TypstError:
        return False
    return True


def _folder(document: Document) -> str:
    """Return the part that a page belongs to: the first folder of its place."""
    return document.place.split("/")[0]


def _page(title: str, group: str, body: str, kicker: str = "", *, part: bool = False) -> str:
    more = f",kicker:{literal(kicker)}" if kicker else ""
    more += ",part:true" if part else ""
    running = title if len(title) <= RUNNING else f"{title[:RUNNING]}…"
    return f"#document-page({literal(running)},{literal(group)}{more},{{\n{body}\n}})"


def _template() -> str:
    return (Path(__file__).parent / "book.typ").read_text(encoding="utf-8")


@contextlib.contextmanager
def typesetter() -> Iterator[Any]:
    """Give a Typst compiler that sees its own fonts and ours, and none of the machine's."""
    try:
        import typst

        faces = importlib.resources.files("font_source_sans_pro") / "files"
    except ImportError as error:
        raise MissingEngine(
            f"The PDF needs the Python package '{error.name}', which is not installed: run "
            '"make offline", which installs it.'
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        for face in _FACES:
            name = f"SourceSansPro-{face}.otf"
            (Path(folder) / name).write_bytes((faces / name).read_bytes())
        yield typst.Compiler(font_paths=[folder], ignore_system_fonts=True)
