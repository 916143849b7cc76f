"""A small project of one question, built by hand, so that a test can put anything on its page."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from tests.pdf import A4, inside_margins, said, tag_tree
from tests.workshop_notes.export.test_content import letters
from workshop_notes.content.problems import ContentError
from workshop_notes.content.project import Project
from workshop_notes.export import edition, pdf, reader
from workshop_notes.html import article


class Small:
    """A project of one question, built by hand, and its PDF."""

    def __init__(self, root: Path) -> None:
        self.project = Project(root)
        self.site = root / "site"
        self.pdf = root / "x.pdf"
        self.site.mkdir()
        self.articles: dict[Path, article.Article] = {}
        (root / "mkdocs.yml").write_text(
            "site_name: Notes\nnav: [index.md, day-1/index.md, day-1/x.md]\n", encoding="utf-8"
        )
        self.page("index", "", "")
        self.page("day-1/index", "day-1/", "")

    def page(self, name: str, address: str, body: str, title: str = "T") -> None:
        source = self.project.docs / f"{name}.md"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(body, encoding="utf-8")
        markup = f"<h1 id=t>{html.escape(title)}</h1>{body}"
        self.articles[source] = article.parse(f"{name}.md", address, markup)

    def write(self, body: str, title: str = "T") -> None:
        self.page("day-1/x", "day-1/x/", body, title)
        self.pdf.write_bytes(self.printer().whole())

    def documents(self) -> list[reader.Document]:
        pages = (self.articles[path] for path in self.project.pages())
        return [reader.read_document(self.project, page) for page in pages]

    def printer(self) -> pdf.Printer:
        return pdf.Printer(
            self.project, edition.read(self.project, []), self.documents(), self.site
        )

    def picture(self, name: str, data: str | bytes) -> None:
        for folder in self.site, self.project.docs:
            path = folder / "img" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)

    def refusal(self, body: str) -> str:
        with pytest.raises(ContentError) as caught:
            self.write(body)
        assert not self.pdf.exists()
        return str(caught.value)

    def check(self) -> int:
        """Compare with the site word for word, look at the margins, and count the pages."""
        (root,) = tag_tree(self.pdf).children
        place = next(n for n, node in enumerate(root.children) if node.kind == "TOC")
        printed = letters("".join(map(said, root.children[place + 1 :])))
        assert printed == "".join(letters(d.tree.text_content()) for d in self.documents())
        return inside_margins(self.pdf, A4)


@pytest.fixture
def small(tmp_path, monkeypatch) -> Small:
    """A small project in a folder of its own."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764000000")
    monkeypatch.delenv("SITE_URL", raising=False)
    return Small(tmp_path)
