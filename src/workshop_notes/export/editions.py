"""What readers take away, made while the site is built: PDFs, an e-book, a zip for the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workshop_notes.content.pages import Page
from workshop_notes.content.problems import ContentError
from workshop_notes.content.project import Project
from workshop_notes.export import cards, disk, edition, epub, pdf, reader
from workshop_notes.export.reader import Document
from workshop_notes.html import archive
from workshop_notes.html.article import Article


@dataclass
class Editions:
    """Collects a site's pages while they are built, and makes the files for `dist`.

    Attributes:
        project: the project.
        with_pdf: whether PDFs are made.
        files: what was made, by the path below `dist`, which is that in the site too.
        cards: the pictures that other sites show with a link, by their paths in the site.
        missing: why something was left out, a paragraph for each.
    """

    project: Project
    with_pdf: bool = True
    files: dict[str, bytes] = field(default_factory=dict)
    cards: dict[str, bytes] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    _articles: dict[str, Article] = field(default_factory=dict)
    _documents: dict[str, Document] = field(default_factory=dict)
    _pages: dict[str, bytes] = field(default_factory=dict)

    @property
    def zip(self) -> str:
        """The name of the zip."""
        return f"{self.project.slug}.zip"

    def add(self, article: Article) -> None:
        """Take in the content of a page; what cannot be printed costs the PDFs only."""
        self._articles[article.name] = article
        if self.with_pdf:
            try:
                self._documents[article.name] = reader.read_document(self.project, article)
            except ContentError as error:
                self._leave_out(error)

    def print(self, pages: list[Page], pictures: Iterable[tuple[str, bytes]]) -> None:
        """Make the e-book; then the PDFs, on both papers and of each question, and the cards.

        Args:
            pages: all pages in the order of the menu.
            pictures: the pictures of the site, each with its path.
        """
        found, about = dict(pictures), edition.read(self.project, pages)
        self.files[f"{self.project.slug}.epub"] = epub.EpubWriter(
            about, pages, self._articles, found
        ).packed()
        if not self.with_pdf or self.missing:
            return
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, data in found.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_bytes(data)
            documents = [self._documents[page.name] for page in pages]
            printer = pdf.Printer(self.project, about, documents, root)
            try:
                if about.address:
                    self.cards |= cards.draw(pages, about.name, about.description)
                self.files |= dict(_printed(printer))
            except (ContentError, pdf.PdfError, pdf.MissingEngine) as error:
                self._leave_out(error)

    def add_page(
        self,
        text: str,
        name: str,
        url: str,
        names: Mapping[str, str],
        sizes: Mapping[str, str],
    ) -> str:
        """Take in a page as it is served, and return it as it stands in the zip.

        Args:
            text: the page.
            name: its path below `docs`.
            url: its address below that of the site.
            names: the pages of the site by their addresses.
            sizes: files that have another size in the zip, in words.
        """
        return disk.from_disk(text, name, url, names, {*self.files, self.zip}, sizes)

    def keep_page(self, name: str, text: str) -> None:
        """Put a page into the zip."""
        self._pages[disk.file_of(name)] = text.encode()

    def pack(self, site: Path, others: Mapping[str, bytes]) -> None:
        """Make the zip of the pages and of the other files of a built site.

        Args:
            site: its folder.
            others: files that stand in the place of the site's, by their paths.
        """
        found = archive.files_of(site)
        for name in self.files:
            found.pop(name, None)
        self.files[self.zip] = archive.packed(found | self._pages | dict(others), self.project.slug)

    def _leave_out(self, error: Exception) -> None:
        self.missing.append(f"{error}\nThe PDFs are left out; the rest is built.")


def _printed(printer: pdf.Printer) -> Iterator[tuple[str, bytes]]:
    slug = printer.project.slug
    yield f"{slug}.pdf", printer.whole("a4")
    yield f"{slug}-letter.pdf", printer.whole("us-letter")
    for place, data in printer.questions():
        yield f"{place}.pdf", data
