"""Programs get the same pages as plain text: a Markdown twin of each, llms.txt, llms-full.txt."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from markdown_it import MarkdownIt

from tests.agreement import of_page, of_twin, of_whole, whole_parts
from workshop_notes.content.pages import read_pages
from workshop_notes.export.markdown import to_markdown


def page_file(site: Path, name: str) -> Path:
    stem = name.removesuffix("index.md").removesuffix(".md")
    return site / stem / "index.html"


def names(project) -> list[str]:
    return [page.name for page in read_pages(project)]


def test_each_page_has_a_twin_and_names_it(site, project):
    for name in names(project):
        file = page_file(site, name)
        (link,) = html.parse(str(file)).findall(".//link[@type='text/markdown']")
        assert link.get("rel") == "alternate"
        target = posixpath.normpath(
            posixpath.join(file.parent.relative_to(site).as_posix(), link.get("href"))
        )
        assert target == name
        assert (site / name).is_file()


def test_a_twin_says_what_its_page_says(site, address, project):
    compared = 0
    for name in names(project):
        file = page_file(site, name)
        page = of_page(file, site, address)
        assert of_twin(name, site, address) == page, name
        compared += len(page.paragraphs) + len(page.code) + len(page.links)
        description = html.parse(str(file)).find(".//meta[@name='description']").get("content")
        quotation = (site / name).read_text(encoding="utf-8").split("\n\n")[1]
        assert quotation.replace("\\", "") == f"> {description}"
    assert compared > 800


def test_a_twin_is_markdown_and_nothing_else(site, project):
    reader = MarkdownIt("commonmark").enable("table")
    for name in names(project):
        text = (site / name).read_text(encoding="utf-8")
        assert text.startswith("# ") and text.endswith("\n") and not text.endswith("\n\n")
        for token in reader.parse(text):
            assert token.type != "html_block", f"{name}: {token.content}"
            for part in token.children or []:
                assert part.type != "html_inline", f"{name}: {part.content}"
        assert "--8<--" not in text and "{ #" not in text and "data-search" not in text


def test_every_link_of_a_twin_lands(site, address, project):
    """On a twin, a picture or a file; a fragment on a heading, as GitHub names them."""
    anchors = {}
    for name in names(project):
        headings = re.findall(r"^#+ (.+)$", (site / name).read_text(encoding="utf-8"), re.M)
        anchors[name] = {
            re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading)).lower().replace(" ", "-")
            for heading in headings
        }
    checked = 0
    for name in names(project):
        text = (site / name).read_text(encoding="utf-8")
        tree = html.fromstring(MarkdownIt("commonmark").enable("table").render(text))
        for target in tree.xpath("//a/@href | //img/@src"):
            parts = urlsplit(target)
            if parts.scheme:
                assert parts.scheme == "https", target
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
            path = path if parts.path else name
            assert (site / path).is_file(), f"{name} links to {target}"
            if parts.fragment and path in anchors:
                assert parts.fragment in anchors[path], f"{name} links to {target}"
            checked += 1
    assert checked > 50


def test_llms_txt_has_the_proposed_form_and_lists_every_page(site, address, project):
    text = (site / "llms.txt").read_text(encoding="utf-8")
    title, quotation, opening, *sections = text.split("\n\n")
    assert title == "# SageMaker Workshop Notes"
    assert quotation.startswith("> ") and opening
    listed = {}
    for head, body in zip(sections[::2], sections[1::2], strict=True):
        assert head.startswith("## ")
        for line in body.strip().splitlines():
            entry = re.fullmatch(r"- \[(.+)\]\((\S+)\): (.+)", line)
            assert entry, line
            listed[entry[2]] = (entry[1], entry[3])
    assert sections[-2] == "## Optional"
    for page in read_pages(project):
        if not page.name.endswith("index.md"):
            assert listed.pop(address + page.name) == (
                page.title,
                page.matter.values["description"],
            )
    assert set(listed) == {f"{address}llms-full.txt"}


def test_llms_full_txt_holds_every_twin(site, address, project):
    parts = whole_parts((site / "llms-full.txt").read_text(encoding="utf-8"))
    single = [name for name in names(project) if not name.endswith("index.md")]
    assert list(parts) == [f"{address}{name.removesuffix('.md')}/" for name in single]
    for name in single:
        assert of_whole(name, site, address) == of_twin(name, site, address), name


def test_without_an_address_links_are_relative(plain):
    site = plain.site
    for name in ("llms.txt", "llms-full.txt"):
        text = (site / name).read_text(encoding="utf-8")
        targets = re.findall(r"(?<!\\)\]\((?!https:)([^)#\s]+)", text)
        assert targets, name
        assert [target for target in targets if not (site / target).is_file()] == []


@pytest.mark.parametrize(
    "body",
    [
        "<p>2024. was a year, and * is a star; a_b and _c_, [x](y) &amp;lt; &lt;b&gt; `` ` ``</p>",
        "<p># no heading</p><p>- no list</p><p>+ x</p><p>&gt; y</p><p>1) z</p>",
        "<p>~~~ f</p><p>=== s</p>",
        "<p><code>a`b</code> <code>``</code> <code> x </code> <strong> bold </strong>end</p>",
        "<pre><code>```\nnested\n```\n  indented</code></pre>",
        "<ul><li>one<ul><li>two<pre><code>x = 1\n\ny</code></pre></li></ul></li>"
        "<li><p>p</p><p>q</p></li></ul>",
        '<ol start="9"><li>nine</li><li>ten<ul><li>below</li></ul></li></ol>',
        "<table><thead><tr><th>a|b</th><th>c</th></tr></thead><tbody><tr><td><code>x|y</code></td>"
        "<td>two<br>lines</td></tr></tbody></table>",
        "<table><tr><td>no head</td><td>1</td></tr><tr><td>short</td></tr></table>",
        '<p><a href="a b(c).html">spaces &amp; [brackets]</a>'
        ' <img src="ü x.png" alt="Umlaut ü"></p>',
        "<blockquote><p>said</p><ul><li>and listed</li></ul></blockquote><hr><p>after</p>",
        "<dl><dt>term</dt><dd>meaning</dd></dl>",
        "<p>日本語 العربية 🙂 café e=mc<sup>2</sup></p>",
        "<div>words beside<p>a paragraph</p>and after</div>",
        "<details><summary>Folded</summary><p>inside</p></details>",
        '<h2>A <code>code</code> heading <a class="headerlink" href="#x">#</a></h2>',
    ],
)
def test_odd_content_survives(body):
    """What the twin renders as holds the same words, code and links."""
    article = html.fromstring(f"<article>{body}</article>")
    text = to_markdown(article)
    rendered = MarkdownIt("commonmark").enable("table").render(text)
    back = html.fromstring(f"<article>{rendered}</article>")

    def shape(tree):
        for mark in tree.xpath("//a[@class='headerlink']"):
            mark.drop_tree()
        return (
            "".join(tree.text_content().split()),
            [code.text_content().strip() for code in tree.iter("code")],
            [unquote(link) for link in tree.xpath("//a/@href | //img/@src")],
        )

    assert shape(back) == shape(article)
