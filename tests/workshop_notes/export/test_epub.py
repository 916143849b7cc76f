"""The e-book: what a reading system needs, and EpubCheck finds nothing wrong with it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from workshop_notes.content.pages import read_pages
from workshop_notes.export import edition, epub
from workshop_notes.html import article

OPF = {"o": "http://www.idpf.org/2007/opf", "x": "http://www.w3.org/1999/xhtml"}


def epubcheck(book: Path) -> subprocess.CompletedProcess[str]:
    """What the program says of a book, or a skip that says how to get it."""
    found = shutil.which("epubcheck")
    if not found:
        pytest.skip('no EpubCheck: Debian, Ubuntu: "sudo apt-get install epubcheck"')
    # Debian's is a jar, which only some kernels start by themselves.
    jar = ["java", "-jar"] if zipfile.is_zipfile(found) else []
    return subprocess.run([*jar, found, str(book)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def book(editions):
    """The e-book that `make offline` made."""
    with zipfile.ZipFile(editions.dist / f"{editions.slug}.epub") as opened:
        yield opened


@pytest.mark.heavy
def test_epubcheck_finds_nothing(editions):
    done = epubcheck(editions.dist / f"{editions.slug}.epub")
    assert done.returncode == 0 and "ERROR" not in done.stdout + done.stderr, (
        done.stdout + done.stderr
    )


@pytest.mark.heavy
def test_epubcheck_finds_a_link_that_leads_nowhere(editions, tmp_path):
    broken = tmp_path / "broken.epub"
    with (
        zipfile.ZipFile(editions.dist / f"{editions.slug}.epub") as old,
        zipfile.ZipFile(broken, "w") as new,
    ):
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "notes/index.xhtml":
                data = data.replace(b'href="day-1/', b'href="day-9/', 1)
            new.writestr(entry, data)
    done = epubcheck(broken)
    assert "RSC-007" in done.stdout + done.stderr


def test_programs_know_it_by_its_first_file(book):
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.read(first) == b"application/epub+zip"


def test_every_page_is_there_in_the_order_of_the_menu(book, project):
    package = etree.fromstring(book.read("notes/package.opf"))
    files = {item.get("id"): item.get("href") for item in package.iterfind(".//o:item", OPF)}
    order = [files[item.get("idref")] for item in package.iterfind(".//o:itemref", OPF)]
    pages = [page.name.replace(".md", ".xhtml") for page in read_pages(project)]
    assert order == ["nav.xhtml", *pages]
    held = {name for name in book.namelist() if name.startswith("notes/")}
    assert {f"notes/{name}" for name in files.values()} == held - {"notes/package.opf"}
    assert b'epub:type="toc"' in book.read("notes/nav.xhtml")
    listed = etree.fromstring(book.read("notes/nav.xhtml")).xpath("//x:nav//x:a", namespaces=OPF)
    assert [link.get("href") for link in listed] == pages
    assert [link.text for link in listed] == [page.title for page in read_pages(project)]


def test_a_picture_that_no_e_book_shows_becomes_its_words(project):
    """AVIF is for browsers alone: EPUB 3.3 does not name it among its core media types."""
    page = read_pages(project)[0]
    content = article.parse(
        page.name, "", '<h1>Pots</h1><p>Look: <img src="a.avif" alt="A pot"></p>'
    )
    writer = epub.EpubWriter(edition.read(project, [page]), [page], {page.name: content}, {})
    with zipfile.ZipFile(io.BytesIO(writer.packed())) as opened:
        read = etree.fromstring(opened.read("notes/index.xhtml"))
        assert [str(each.xpath("string()")) for each in read.iter("{*}p")] == ["Look: A pot"]
        assert read.find(".//{*}img") is None
        assert not [name for name in opened.namelist() if name.endswith("avif")]


def test_code_wraps_and_pictures_fit_a_small_screen(browser, book, tmp_path):
    """At the width of a 6-inch reader (1,072 points at 300 an inch, so 343 CSS pixels)."""
    book.extractall(tmp_path)
    context = browser.new_context(viewport={"width": 343, "height": 458})
    page = context.new_page()
    for name in ("day-1/schedule-jobs", "experiment/scripts", "experiment/data-exploration"):
        page.goto((tmp_path / "notes" / f"{name}.xhtml").as_uri())
        wide = page.evaluate(
            """[...document.querySelectorAll("pre, pre *, img")]
            .filter(e => e.getBoundingClientRect().right > innerWidth)
            .map(e => e.outerHTML.slice(0, 100))"""
        )
        assert wide == []
        assert page.locator("pre").count() > 5
        sizes = page.locator("pre code").evaluate_all(
            "blocks => blocks.map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert min(sizes) >= 11
    context.close()


def test_nothing_stands_in_it_that_a_reading_system_cannot_use(book):
    for name in book.namelist():
        if name.endswith(".xhtml"):
            text = book.read(name).decode()
            assert not re.findall(r"<(?:script|form|button|style)\b|#only-|headerlink", text), name
            assert not re.findall(r"</?\w+:\w+", text), f"{name}: names with a prefix"
