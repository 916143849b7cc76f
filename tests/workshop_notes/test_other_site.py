"""A site of another subject: what is ours alone is configuration, in every form of a site."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from lxml import html
from playwright.sync_api import expect

from tests.other_site import write
from tests.server import served
from tests.shared import Shared
from tests.site import run
from workshop_notes.checks import examine
from workshop_notes.content.project import Project

OURS = re.compile(r"sagemaker|\baws\b|boto3|\bsdk\b|workshop(?!-notes)|autopilot|\bday-?\d", re.I)


@pytest.fixture(scope="module")
def bread(shared: Shared) -> Project:
    """The site, in every form."""

    def make(folder: Path) -> None:
        folder.mkdir()
        done = run(write(folder), "workshop_notes", "offline")
        assert done.returncode == 0, done.stderr

    return Project(shared.once("bread", make))


def words(bread: Project, page: str) -> str:
    """The words of a page's content."""
    article = html.parse(str(bread.site / page / "index.html")).find(".//article")
    return " ".join(article.text_content().split())


def test_nothing_of_ours_is_in_any_file(bread):
    for path in bread.site.rglob("*"):
        if (
            path.suffix in {".html", ".js", ".txt", ".md", ".xml"}
            and "javascripts" not in path.parts
        ):
            text = path.read_text(encoding="utf-8")
            assert not (found := OURS.search(text)), f"{path}: {text[found.start() - 60 :][:150]}"


def test_its_files_are_named_after_it(bread):
    names = {path.relative_to(bread.dist).as_posix() for path in bread.dist.rglob("*.*")}
    assert names == {
        *("bread.pdf", "bread-letter.pdf", "bread.epub", "bread.zip"),
        *("dough/how-warm.pdf", "dough/how-long.pdf", "dough/lukewarm.pdf", "later/freezing.pdf"),
    }
    packed = zipfile.ZipFile(bread.dist / "bread.zip").namelist()
    assert "bread/dough/how-warm.html" in packed
    offered = html.parse(str(bread.site / "dough/how-warm/index.html")).xpath(
        "//nav[@class='take']//a"
    )
    assert "../../bread.zip" in [link.get("href") for link in offered]


def test_its_pdf_ends_with_its_appendix(bread):
    pages = [page.extract_text() for page in pypdf.PdfReader(bread.dist / "bread.pdf").pages]
    assert "Bread questions" in pages[0]
    assert "A rye loaf" in pages[-1]
    text = "".join("".join(pages).split())
    assert "Saidotherwiseatthecourse" in text and "Draft:nobodyhaschecked" in text


def test_its_words_stand_on_its_pages(bread):
    facts = "Dough As it was said Reviewed with its sources on 23 November 2026"
    assert facts in words(bread, "dough/how-warm")
    assert "In the course's notes: http://example.org/first" in words(bread, "dough/how-warm")
    assert "Asked" not in words(bread, "dough/how-warm")
    assert "Checked against the API model, with oven 2.0: accepted" in words(
        bread, "dough/how-warm"
    )
    assert "Later Can a loaf be frozen?" in words(bread, "dough/how-long").replace("#", "")
    draft = words(bread, "later/freezing")
    assert "Dough, later Draft: nobody has checked this answer yet" in draft
    assert "Reviewed" not in draft and "Nobody has read it for this answer yet." in draft
    told = words(bread, "status")
    assert "1 of 4 answers are drafts" in told and "Rye, which some of them want" in told
    assert "http://example.org/first It was taken down." in told
    home = html.parse(str(bread.site / "index.html"))
    assert home.xpath("//input[@type='search']/@placeholder") == ["Yeast, rye …"]
    missing = html.parse(str(bread.site / "404.html"))
    assert [each.text for each in missing.findall(".//h2")] == ["By step"]


def test_a_question_from_right_to_left(bread, browser):
    """On the page, in the e-book and on paper its words begin at the right, its code does not."""
    with zipfile.ZipFile(bread.dist / "bread.epub") as book:
        chapter = book.read("notes/dough/lukewarm.xhtml").decode()
    assert 'ul dir="rtl">' in chapter and 'code dir="ltr">' in chapter
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    with served(bread.site) as address:
        page.goto(f"{address}dough/lukewarm/")
        ways = page.locator("article").evaluate(
            """article => ["h1", ".facts + p", "p > code", "ul", "pre code", ".highlight ~ p"]
              .map(each => getComputedStyle(article.querySelector(each)).direction)"""
        )
        cut = page.locator("article ul").evaluate("e => e.scrollWidth - e.clientWidth")
        item = page.locator("article li").first.bounding_box()
        assert page.locator(".menu [aria-current]").evaluate("e => e.matches(':dir(rtl)')")
    context.close()
    assert ways == ["rtl", "rtl", "ltr", "rtl", "ltr", "ltr"]
    assert cut <= 0 and item["x"] + item["width"] < 360 - 20  # room for the bullets
    (paper,) = pypdfium2.PdfDocument(bread.dist / "dough/lukewarm.pdf")
    words = paper.get_textpage()
    right = max(words.get_rect(n)[2] for n in range(words.count_rects()))
    assert right > 595 - 70  # points: the paper's width less its margin
    assert "هل" in words.get_text_range()


def test_its_search_knows_its_neighbours(bread, browser):
    context = browser.new_context()
    page = context.new_page()
    with served(bread.site) as address:
        page.goto(f"{address}?q=temperature")
        first = page.locator("dialog .search__results a, dialog [role=option]").first
        expect(first).to_contain_text("How warm should the dough be?")
        told = page.evaluate("[notesSearch.isFaint('bread'), [...notesSearch.NEIGHBOURS]]")
    context.close()
    assert told == [True, ["pizza", "cake"]]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("mkdocs.yml", "appendix:", "apendix:", "unknown key 'apendix'; did you mean 'appendix'?"),
        ("mkdocs.yml", "slug: bread", "slug: Bread!", "'slug' is not valid"),
        ("search.yml", "faint:", "fant:", "unknown key 'fant'; did you mean 'faint'?"),
        ("search.yml", "faint: bread", "faint: [bread", "not YAML"),
        ("sources.yml", "why: it", "whi: it", "dead form: unknown key 'whi'; did you mean 'why'?"),
        ("sources.yml", '"^https://old', '"(^https://old', "dead form: pattern: "),
        ("docs/dough/how-long.md", "## What was said", "## Earlier", "no heading 'What was said'"),
        ("docs/dough/how-long.md", "status: wrong", "status: wrang", "use one of: holds (As"),
        ("docs/dough/how-warm.md", 'title="Oven', 'title="Gas', 'title="…" with one of: Oven'),
        ("docs/dough/how-warm.md", "Bakers", "[x](https://old.example.org/) B", "it closed;"),
        ("docs/later/freezing.md", "dough/how-long", "dough/how-lon", "no question of the course"),
        ("docs/recipes/rye.md", "Flour", "In cellar 7: flour", "private here: cellar 7; write no"),
        ("mkdocs.yml", "'cellar [", "'cellar ([", "'private' is not valid: 'cellar (["),
        ("docs/recipes/rye.md", "---\n# A", "status: x\n---\n# A", "unknown front matter key"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_is_its_own_is_named(tmp_path, file, old, new, told):
    project = write(tmp_path)
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    _, _, found = examine(project)
    (message,) = [str(each) for each in found if told in str(each)]
    assert message.startswith(f"{file}:")


def test_a_draft_is_refused_where_evidence_is_strict(tmp_path):
    project = write(tmp_path)
    assert examine(project)[2] == []
    found = [str(each) for each in examine(project, strict=True)[2]]
    assert len(found) == 2
    assert (
        "docs/later/freezing.md:3: a draft, which is not published here; read the answer"
        in found[0]
    )
    assert "nobody has looked at source 'thread'" in found[1]
    page = tmp_path / "docs/later/freezing.md"
    page.write_text(page.read_text("utf-8").replace("status: draft", "status: holds"), "utf-8")
    told = "\n".join(map(str, examine(project)[2]))
    for what in (
        "'reviewed' is missing",
        "'tags' is missing",
        "nobody has looked at source 'thread'",
    ):
        assert what in told
