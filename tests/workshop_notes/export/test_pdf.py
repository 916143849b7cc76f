"""The PDF holds what the site holds; its links land; a screen reader finds its way in it."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from lxml.html import HtmlElement

from tests.pdf import (
    A4,
    LETTER,
    Node,
    bookmarks,
    inside_margins,
    laid_out,
    printer,
    said,
    tag_tree,
    target,
    texts,
    unmarked,
)
from tests.pdf import documents as read_documents
from tests.workshop_notes.export.test_content import letters
from workshop_notes.content import ledger
from workshop_notes.content.pages import read_pages
from workshop_notes.export import edition
from workshop_notes.export.addresses import external, is_external, web_address
from workshop_notes.export.reader import HEADINGS, Document, classes

ADDRESS = "https://notes.example.org/workshop/"


@pytest.fixture(scope="session")
def book(project, site, shared) -> Path:
    """The whole site as a PDF."""

    def make(path: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SITE_URL", ADDRESS)
            path.write_bytes(printer(project, site).whole())

    return shared.once("book.pdf", make)


@pytest.fixture(scope="session")
def reader(book) -> pypdf.PdfReader:
    """The book, open."""
    return pypdf.PdfReader(book)


@pytest.fixture(scope="session")
def tags(book) -> Node:
    """The tags of the book."""
    return tag_tree(book)


@pytest.fixture(scope="session")
def documents(project, site) -> list[Document]:
    """The pages of the site in the order of the book."""
    found = read_documents(project, site)
    last = project.settings.appendix
    return sorted(found, key=lambda document: document.place.split("/")[0] == last)


@pytest.fixture(scope="session")
def pages(book) -> list[str]:
    """The letters of each page as a program extracts them."""
    return [letters(text) for text in texts(book)]


@pytest.fixture(scope="session")
def starts(book, documents) -> list[int]:
    """The page on which each page of the site begins, from 0, then the number of pages."""
    marks = bookmarks(book)
    found, place = [], 0
    for document in documents:
        found.append(marks[place][2])
        place += len(_headings(document))
    return [*found, len(pypdf.PdfReader(book).pages)]


def _headings(document: Document) -> list[HtmlElement]:
    return list(document.tree.iter(*HEADINGS))


def _body(tags: Node) -> list[Node]:
    """What follows the table of contents."""
    (document,) = tags.children
    place = next(n for n, node in enumerate(document.children) if node.kind == "TOC")
    return document.children[place + 1 :]


def test_the_cover_says_what_it_is(project, reader, pages):
    it = edition.read(project, read_pages(project))
    for part in (it.name, it.description, f"Version {it.version}", it.commit, ADDRESS):
        assert letters(part) in pages[0]
    assert letters(f"{it.date.day} {it.date:%B %Y}") in pages[0]
    assert reader.metadata.title == it.name
    assert reader.metadata.creation_date.date() == it.date


def test_a_page_of_the_site_begins_on_a_new_page_and_stands_above_each_of_its_pages(
    documents, starts, pages
):
    assert all(before < after for before, after in pairwise(starts))
    for document, (first, end) in zip(documents, pairwise(starts), strict=True):
        for number in range(first, end):
            assert pages[number].startswith(letters(document.title)), (document.place, number)
            assert f"Page{number + 1}of{len(pages)}" in pages[number]


def test_bookmarks_are_the_headings_of_the_site(book, documents):
    marks = bookmarks(book)
    shown = [h.text_content() for document in documents for h in _headings(document)]
    assert [title for _, title, _ in marks] == shown
    depths = iter(depth for depth, _, _ in marks)
    for document in documents:
        top = "/" in document.place
        found = [next(depths) for _ in _headings(document)]
        assert found == [top + int(heading.tag[1]) - 1 for heading in _headings(document)]


def test_the_contents_name_the_page_of_each_question(tags, documents, starts):
    rows = [node for node in tags.walk() if node.kind == "TOCI"]
    found = [letters("".join(said(part) for part in row.children)) for row in rows]
    wanted = [letters(d.title) for d in documents]
    numbers = [re.search(r"(\d+)\D*$", row)[1] for row in found]
    assert [int(number) - 1 for number in numbers] == starts[:-1]
    assert all(row.startswith(title) for row, title in zip(found, wanted, strict=True))


def test_it_says_word_for_word_what_the_site_says(tags, documents):
    printed = letters("".join(said(node) for node in _body(tags)))
    shown = "".join(letters(document.tree.text_content()) for document in documents)
    assert printed == shown


def test_each_link_leads_where_it_leads_on_the_site(book, reader, tags, documents, starts):
    place = iter(bookmarks(book))
    page_of: dict[str, int] = {}
    for document, start in zip(documents, starts, strict=False):
        page_of[document.place] = start
        for heading in _headings(document):
            page_of[f"{document.place}#{heading.get('id')}"] = next(place)[2]
    tagged = [node for part in _body(tags) for node in part.walk() if node.kind == "Link"]
    links = [link for document in documents for link in document.tree.findall(".//a[@href]")]
    assert [letters(said(node)) for node in tagged] == [
        letters(link.text_content()) for link in links
    ]
    for node, link in zip(tagged, links, strict=True):
        assert node.annotations
        for annotation in node.annotations:
            found = target(reader, annotation)
            wanted = link.get("href")
            if is_external(wanted):
                assert found == wanted
            elif wanted in page_of:
                assert found[0] == page_of[wanted], wanted
            else:
                assert found == ADDRESS + web_address(wanted)


def test_each_external_link_stands_in_the_ledger_and_its_address_on_paper(
    project, reader, documents, starts, pages
):
    known = ledger.read(project.ledger, project.ledger)
    found = set()
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            if isinstance(where := target(reader, annotation.get_object()), str):
                found.add(where)
    own = {address for address in found if address.startswith(ADDRESS)}
    assert found - own <= known.by_address.keys() | known.copies
    assert len(found - own) > 100
    for document, (first, end) in zip(documents, pairwise(starts), strict=True):
        printed = "".join(pages[first:end])
        for link in external(document.tree):
            assert letters(link.get("href")) in printed, (document.place, link.get("href"))


def test_nothing_of_the_machine_is_in_it(book, reader, pages, project, site):
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            where = target(reader, annotation.get_object())
            assert not isinstance(where, str) or where.startswith("https://")
    data = book.read_bytes()
    for folder in (project.root, site):
        assert str(folder).encode() not in data
        assert letters(str(folder)) not in "".join(pages)


def test_a_screen_reader_finds_language_title_and_tags(book, reader, tags):
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    levels = [int(n.kind[1]) for n in tags.walk() if re.fullmatch("H[1-6]", n.kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for page in reader.pages:
        assert page["/Tabs"] == "/S"
        for annotation in page.get("/Annots", []):
            assert annotation.get_object()["/Contents"]
    assert unmarked(book) == []
    kinds = {node.kind for node in tags.walk()}
    assert {"L", "LI", "Table", "TH", "TD", "Figure", "Code", "Link", "TOC", "Strong"} <= kinds


def test_every_picture_is_there_with_its_words_and_as_lines(book, tags, documents):
    pictures = [image for document in documents for image in document.tree.iter("img")]
    figures = [node for node in tags.walk() if node.kind == "Figure"]
    assert [node.alt for node in figures] == [image.get("alt") for image in pictures]
    drawn = [i for i in pictures if i.get("src").endswith(".svg")]
    assert drawn
    image = (pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)
    pixels = sum(len([*page.get_objects(image)]) for page in pypdfium2.PdfDocument(book))
    assert pixels <= len(pictures) - len(drawn)


def test_every_font_is_inside(reader):
    names = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & inner["/FontDescriptor"].keys()
            names.add(inner["/BaseFont"].partition("+")[2])
    assert {"SourceSansPro-Regular", "SourceSansPro-Bold", "DejaVuSansMono"} <= names
    assert all(name.startswith(("SourceSansPro-", "DejaVuSansMono")) for name in names)


@pytest.mark.parametrize(("paper", "size"), [("", A4), ("-letter", LETTER)], ids=["a4", "letter"])
def test_nothing_runs_off_the_paper(editions, paper, size):
    assert inside_margins(editions.dist / f"{editions.slug}{paper}.pdf", size) > 30


def test_no_page_is_half_empty_and_no_line_of_code_stands_alone(book, starts):
    """But where a page of the site ends, or a wide table has a page on its side."""
    divided = 0
    for number, (this, after) in enumerate(pairwise(laid_out(book)), 1):
        if number in starts or this.lies or after.lies:
            continue
        assert this.end > this.height / 2, f"page {number}"
        if this.code and after.code and this.code[-1][1] > this.end - 2 and after.code[0][0] < 2:
            divided += 1
            for begin, end in (this.code[-1], after.code[0]):
                assert end - begin > 2 * 8 + 2 * 11.1, f"page {number}"  # insets and lines
    assert divided > 10


def test_no_title_stands_alone_at_the_foot_of_a_page(tags):
    inside = [node for part in _body(tags) for node in part.walk() if node.kind != "Figure"]
    found = 0
    for place, node in enumerate(inside):
        if re.fullmatch("H[1-6]", node.kind):
            after = inside[place + len([*node.walk()]) :]
            following = next((each.page for each in after if each.page >= 0), node.page)
            assert following == node.page, node.text
            found += 1
    assert found > 100


def test_what_introduces_code_does_not_stand_on_the_page_before_it(tags):
    body = [node for node in _body(tags) if node.kind != "Figure"]
    pairs = [(a, b) for a, b in pairwise(body) if a.kind in {"P", "H3"} and b.kind == "Code"]
    assert len(pairs) > 100
    for intro, code in pairs:
        assert intro.page == code.page, intro.text


def test_the_same_commit_gives_the_same_bytes(project, site, book, monkeypatch):
    monkeypatch.setenv("SITE_URL", ADDRESS)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert printer(project, site).whole() == book.read_bytes()


def test_each_question_alone(project, site, documents, tmp_path, monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    written = dict(printer(project, site).questions())
    questions = [d for d in documents if project.is_question(project.docs / f"{d.place}.md")]
    assert list(written) == [document.place for document in questions]
    path = tmp_path / "question.pdf"
    downloads = 0
    for document in questions:
        path.write_bytes(written[document.place])
        (root,) = tag_tree(path).children
        printed = letters("".join(said(node) for node in root.children))
        held = [b for b in document.tree if "download" not in classes(b)]  # no address
        assert printed == "".join(letters(block.text_content()) for block in held)
        downloads += len(document.tree) - len(held)
        assert pypdf.PdfReader(path).metadata.title == document.title
        assert bookmarks(path)[0] == (0, document.title, 0)
        assert path.stat().st_size < 400_000
    assert downloads > 10


def test_the_experiment_is_an_appendix_wherever_the_menu_has_it(small):
    nav = "[index.md, experiment/index.md, experiment/one.md, day-1/index.md, day-1/x.md]"
    plugin = "plugins:\n  - workshop-notes: {appendix: experiment}\n"
    path = small.project.root / "mkdocs.yml"
    path.write_text(f"site_name: N\nnav: {nav}\n{plugin}", encoding="utf-8")
    small.page("experiment/index", "experiment/", "<p>all</p>", "The experiment")
    small.page("experiment/one", "experiment/one/", "<p>a notebook</p>", "One")
    small.write('<p><a href="../../experiment/one/">see</a></p>', "Question")
    assert bookmarks(small.pdf)[2:] == [
        (1, "Question", 4),
        (0, "The experiment", 5),
        (1, "One", 6),
    ]
    reader = pypdf.PdfReader(small.pdf)
    assert "Appendix" in reader.pages[5].extract_text()
    assert target(reader, reader.pages[4]["/Annots"][0].get_object())[0] == 6


def test_a_source_has_its_address_below_it_and_other_addresses_stand_at_the_end(small):
    small.write(
        '<p><a href="https://a.example/">a</a> <a href="https://b.example/">b</a>'
        ' <a href="https://c.example/">c</a></p>'
        '<h2 id=sources>Sources</h2><ol><li><p><a href="https://b.example/">B</a></p><p>Read.</p>'
        '<p>Its <a href="https://c.example/">text</a>.</p></li></ol>'
    )
    lines = pypdf.PdfReader(small.pdf).pages[-1].extract_text().splitlines()
    text = [line.strip() for line in lines if line.strip()][1:-1]
    joined = " ".join(" ".join(text).split())
    assert "a2 b1 c1" in joined
    assert "B https://b.example/ Read. Its text. https://c.example/" in joined
    assert joined.endswith("Addresses 2 https://a.example/")


def test_a_link_that_a_question_alone_does_not_hold_leads_to_the_site(small, monkeypatch):
    small.page("day-1/x", "day-1/x/", '<p><a href="../#t">day</a> <a href="#t">here</a></p>')
    ((_, data),) = small.printer().questions()
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages[0]["/Annots"]) == 1
    monkeypatch.setenv("SITE_URL", "https://notes.example.org")
    ((_, data),) = small.printer().questions()
    reader = pypdf.PdfReader(io.BytesIO(data))
    found = [target(reader, link.get_object()) for link in reader.pages[0]["/Annots"]]
    assert found[0] == "https://notes.example.org/day-1/#t"
    assert found[1][0] == 0
