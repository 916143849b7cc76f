"""What is read from the built pages is what they show, in the same order."""

from __future__ import annotations

import re

import pytest
from lxml import html

from tests import pdf
from workshop_notes.content.problems import ContentError
from workshop_notes.content.project import Project
from workshop_notes.export import markdown, reader, typst_write
from workshop_notes.export.addresses import external, is_external
from workshop_notes.export.typst_inlines import PAPERS, Book
from workshop_notes.html import article


def letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_each_page_is_read_whole(project, site):
    documents = pdf.documents(project, site)
    assert len(documents) == len(project.pages())
    for document in documents:
        path = site / document.place / "index.html"
        tree = html.parse(path, html.HTMLParser(encoding="utf-8")).find(".//article")
        shown = [*tree.find_class("headerlink"), *tree.iter("form")]
        for element in shown:
            element.drop_tree()
        assert letters(document.tree.text_content()) == letters(tree.text_content()), document.place
        pictures = [e for e in tree.iter("img") if not e.get("src").endswith("#only-dark")]
        assert len(list(document.tree.iter("img"))) == len(pictures)
        assert [link.get("href") for link in external(document.tree)] == [
            e.get("href") for e in tree.iter("a") if "://" in e.get("href")
        ]


def test_each_internal_link_names_a_page_a_heading_or_a_file(project, site):
    documents = pdf.documents(project, site)
    places = {document.place for document in documents} | {
        f"{document.place}#{heading.get('id')}"
        for document in documents
        for heading in document.tree.iter(*reader.HEADINGS)
    }
    targets = [target for doc in documents for target in doc.tree.xpath(".//a/@href")]
    inside = [target for target in targets if not is_external(target)]
    assert len(inside) > 40
    assert [t for t in inside if t not in places and not (site / t).is_file()] == []


@pytest.fixture
def page(tmp_path):
    """Read the content of one page of a site made for it."""

    def read(body: str, place: str = "day-1/x") -> reader.Document:
        for name, text in {f"docs/{place}.md": body, "mkdocs.yml": "nav: []"}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        content = article.parse(f"{place}.md", f"{place}/", f"<h1 id=t>T</h1>{body}")
        return reader.read_document(Project(tmp_path), content)

    return read


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("../y/", "day-1/y"),
        ("../y/index.html#a%20b", "day-1/y#a b"),
        ("#here", "day-1/x#here"),
        ("../../", ""),
        ("../../img/a.svg", "img/a.svg"),
        ("https://example.org/#x", "https://example.org/#x"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_addresses_become_places(page, href, target):
    (found,) = page(f'<p><a href="{href}">x</a></p>').tree.xpath(".//a/@href")
    assert found == target
    assert is_external(found) == (":" in target)


def test_a_file_address_leads_to_the_same_place(page):
    (found,) = page('<p><a href="../y.html">x</a></p>').tree.xpath(".//a/@href")
    assert found == "day-1/y"


def test_what_only_the_screen_has_use_for_is_left_out(page):
    document = page(
        "<form><input></form><p data-web-only>Download</p><p>kept"
        '<a class="headerlink" href="#x">#</a></p><p><img src="a.svg#only-dark" alt="a"></p>'
        "<!-- comment --><script>x()</script>"
    )
    assert [block.text_content() for block in document.tree] == ["T", "kept"]


def test_a_power_in_code_stays_one(page):
    """Whatever reads code as a text alone makes 105 of it."""
    document = page("<p><code>10<sup>5</sup> B</code></p>")
    call = typst_write.write(document, Book(PAPERS["a4"], {}, {}, ""), level=1)
    assert 'c("10");super({c("5")});c(" B")' in call
    tree = article.parse(
        "x.md", "x/", "<p>At <code>10<sup>5</sup> B</code>, <code>a</code></p>"
    ).tree
    assert markdown.to_markdown(tree) == "At <code>10<sup>5</sup> B</code>, `a`\n"


def test_a_folded_box_is_open(page):
    _, box = page("<details><summary>More</summary><p>inside</p></details>").tree
    assert box.tag == "div"
    assert box.text_content() == "Moreinside"


def test_what_has_no_form_on_paper_is_refused_by_name(page):
    with pytest.raises(ContentError) as caught:
        page("<p>fine</p>\n<video src=x></video>\n<p><math></math></p>")
    assert str(caught.value).splitlines() == [
        "docs/day-1/x.md:2: <video> has no form on paper; "
        "show it as a picture with alternative text, or say it in words",
        "docs/day-1/x.md:3: <math> has no form on paper; "
        "show it as a picture with alternative text, or say it in words",
    ]
