"""Every form of a question says the same: page, PDF, zip, plain text. None lacks what another has.

Each comparison is then shown a form that lacks something, made by the same code from a page that
lacks it, and has to see it.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import etree, html

from tests import agreement, agreement_pdf
from tests.agreement_pdf import Pdf, article_of
from tests.pdf import printer
from tests.site import articles
from workshop_notes.content import ledger
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project
from workshop_notes.export import disk, edition, epub, twins


@dataclass(frozen=True)
class Forms:
    """Every form of one build.

    Attributes:
        site: the folder of the built site.
        unpacked: the folder that its zip unpacks into.
        book: the folder of the pages in the unpacked e-book.
        papers: the whole PDF, by the name of its paper.
        single: the PDF of each question, by its place.
    """

    site: Path
    unpacked: Path
    book: Path
    papers: dict[str, Pdf]
    single: dict[str, Pdf]


@pytest.fixture(scope="module")
def forms(editions, unpacked, tmp_path_factory) -> Forms:
    """Every form of the notes as they are, as `make offline` made them."""
    book = unpack(editions.dist / f"{editions.slug}.epub", tmp_path_factory.mktemp("book"))
    papers = {
        "a4": Pdf(editions.dist / f"{editions.slug}.pdf"),
        "us-letter": Pdf(editions.dist / f"{editions.slug}-letter.pdf"),
    }
    single = {
        name.removesuffix(".md"): Pdf(editions.dist / name.replace(".md", ".pdf"))
        for name in questions(editions)
    }
    return Forms(editions.site, unpacked, book, papers, single)


def unpack(book: Path | io.BytesIO, folder: Path) -> Path:
    with zipfile.ZipFile(book) as opened:
        opened.extractall(folder)
    return folder / "notes"


def page_file(site: Path, name: str) -> Path:
    stem = name.removesuffix(".md")
    file = site / f"{stem}.html"
    return file if file.is_file() else site / stem / "index.html"


def compare_text(read: Callable, name: str, forms: Forms, site: Path, address: str) -> None:
    page = agreement.of_page(page_file(site, name), site, address)
    assert read(name, forms.site, address) == page


def compare_zip(name: str, forms: Forms, site: Path, address: str) -> None:
    page = agreement.of_page(page_file(site, name), site, address)
    file = page_file(forms.unpacked, name)
    assert agreement.of_page(file, forms.unpacked) == page


def compare_book(name: str, forms: Forms, site: Path, address: str) -> None:
    page = agreement.of_page(page_file(site, name), site, address)
    file = forms.book / name.replace(".md", ".xhtml")
    root = etree.parse(str(file)).getroot()
    html.xhtml_to_html(root)
    places = agreement.places(file, forms.book, address)
    assert agreement.from_html(root.find(".//article"), places) == page


def compare_pdf(printed: Pdf, pages: range, name: str, site: Path, address: str) -> None:
    """Words and code, letter by letter; then where the links lead."""
    file = page_file(site, name)
    article = article_of(file)
    agreement_pdf.compare(article, file.parent, printed.letters(pages))
    outside, inside = printed.links(pages)
    wanted, starts, own = set(), set(), False
    for target in agreement.without_controls(article).xpath(".//a/@href"):
        full = urljoin(address + file.relative_to(site).as_posix(), target)
        title = title_at(site, full.removeprefix(address)) if full.startswith(address) else None
        if target.startswith("#"):
            own = True
        elif title in printed.starts:
            starts.add(printed.starts[title])
        else:
            wanted.add(full)
    assert outside == wanted
    # A link to a heading lands on the page of the paper that the heading is on.
    begins = [max(s for s in printed.starts.values() if s <= number) for number in inside]
    assert set(begins) - set(pages) == starts - set(pages)
    assert own <= bool(inside & set(pages))


def title_at(site: Path, place: str) -> str | None:
    """The title of the page at an address below the site's, or nothing for a file."""
    file = site / place.partition("#")[0] / "index.html"
    return agreement.words(article_of(file).find(".//h1").text) if file.is_file() else None


def compare_whole(paper: str, name: str, forms: Forms, site: Path, address: str) -> None:
    printed = forms.papers[paper]
    title = agreement.words(article_of(page_file(site, name)).find(".//h1").text)
    compare_pdf(printed, printed.pages(title), name, site, address)


def compare_single(name: str, forms: Forms, site: Path, address: str) -> None:
    printed = forms.single[name.removesuffix(".md")]
    compare_pdf(printed, range(len(printed.document)), name, site, address)


COMPARISONS = {
    "twin": lambda *given: compare_text(agreement.of_twin, *given),
    "llms-full.txt": lambda *given: compare_text(agreement.of_whole, *given),
    "zip": compare_zip,
    "book": compare_book,
    "a4": lambda *given: compare_whole("a4", *given),
    "us-letter": lambda *given: compare_whole("us-letter", *given),
    "single": compare_single,
}


def questions(project: Project) -> list[str]:
    return [page.name for page in read_pages(project) if page.is_question]


@pytest.mark.parametrize("form", COMPARISONS)
def test_a_form_says_what_the_pages_say(form, forms, site, project, address):
    for name in questions(project):
        COMPARISONS[form](name, forms, site, address)


def drop_paragraph(article) -> None:
    article.xpath("./p[not(@class)]")[1].drop_tree()


def drop_line_of_code(article) -> None:
    code = article.find(".//pre/code")
    lines = code.text_content().splitlines()
    for child in list(code):
        code.remove(child)
    code.text = "\n".join(line for line in lines if line != max(lines, key=len))


def indent_a_line_of_code(article) -> None:
    code = article.find(".//pre/code")
    lines = code.text_content().splitlines()
    for child in list(code):
        code.remove(child)
    code.text = "\n".join([*lines[:-1], f"    {lines[-1]}"])


def drop_link(article) -> None:
    """The words stay, the address goes, from everywhere on the page."""
    first = article.xpath(".//a[starts-with(@href, 'https://')]")[0].get("href")
    for link in article.xpath(".//a[@href]"):
        if link.get("href") == first:
            link.drop_tag()


def drop_heading(article) -> None:
    article.findall(".//h2")[1].drop_tree()


def drop_cell(article) -> None:
    article.xpath(".//td")[-1].text = ""


def add_sentence(article) -> None:
    paragraph = article.xpath("./p[not(@class)]")[1]
    paragraph.text = f"{paragraph.text or ''} It says more. "


MUTATIONS = {
    "day-1/schedule-jobs.md": drop_line_of_code,
    "day-1/custom-debugger-rules.md": drop_heading,
    "day-1/inference-pipelines.md": indent_a_line_of_code,
    "day-2/batch-transform-limits.md": drop_cell,
    "day-2/autopilot-feature-engineering.md": add_sentence,
    "day-3/github-repositories.md": drop_link,
    "day-3/spark.md": drop_paragraph,
}


@pytest.fixture(scope="module")
def broken(site, project, address, tmp_path_factory) -> Forms:
    """Every form of a site of which seven questions lack something, or say more."""
    folder = tmp_path_factory.mktemp("broken")
    shutil.copytree(site, folder / "site")
    for name, mutate in MUTATIONS.items():
        file = page_file(folder / "site", name)
        tree = html.parse(str(file), html.HTMLParser(encoding="utf-8"))
        mutate(tree.find(".//article"))
        file.write_text(html.tostring(tree, encoding="unicode", doctype="<!doctype html>"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", address)
        return make(project, folder / "site", folder, address)


def make(project: Project, site: Path, folder: Path, address: str) -> Forms:
    """Make every form from a built site, by what the plugin makes them with."""
    pages = articles(project, site)
    names = {page.url: page.name for page in pages}
    texts = twins.Texts(names)
    for page in pages:
        texts.add(page, "A description.")
        served = (site / page.url / "index.html").read_text(encoding="utf-8")
        file = folder / "unpacked" / disk.file_of(page.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(disk.from_disk(served, page.name, page.url, names, set(), {}), "utf-8")
    for name, text in (texts.twins | texts.lists(list(names.values()), address)).items():
        (site / name).write_text(text, encoding="utf-8")
    pictures = {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*.svg")}
    written, contents = read_pages(project), {page.name: page for page in pages}
    book = epub.EpubWriter(edition.read(project, written), written, contents, pictures).packed()
    of = printer(project, site)
    printed = {"a4": of.whole("a4")} | dict(of.questions())
    opened = {}
    for name, data in printed.items():
        path = folder / f"{name.replace('/', ' ')}.pdf"
        path.write_bytes(data)
        opened[name] = Pdf(path)
    unpacked = unpack(io.BytesIO(book), folder / "book")
    return Forms(site, folder / "unpacked", unpacked, opened, opened)


# The other paper is compared by the same code.
@pytest.mark.parametrize("form", sorted(COMPARISONS.keys() - {"us-letter"}))
def test_a_form_that_lacks_something_is_seen(form, broken, site, project, address):
    seen = set()
    for name in questions(project):
        try:
            COMPARISONS[form](name, broken, site, address)
        except AssertionError:
            seen.add(name)
    assert seen == set(MUTATIONS)


def test_each_external_link_of_the_pdf_stands_in_the_ledger_or_is_our_own(forms, project, address):
    known = ledger.read(project.ledger, project.ledger)
    addresses = {url for each in known.sources for url in (each.address, each.url, each.moving)}
    printed = forms.papers["a4"]
    outside, _ = printed.links(range(len(printed.document)))
    assert len(outside) > 90
    ours = {url for url in outside if url.startswith(address)}
    for url in ours:
        assert (forms.site / url.removeprefix(address)).is_file(), url
    assert outside - ours - addresses - known.copies == set()
