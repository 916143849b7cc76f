"""What is hard to print is printed whole, or refused with file, line and remedy."""

from __future__ import annotations

import html
import random
import string
import sys
from itertools import groupby

import pypdf
import pypdfium2
import pytest

from tests.pdf import A4, inside_margins, printer, said, tag_tree, texts
from tests.site import build
from tests.workshop_notes.export.test_content import letters
from workshop_notes.export import pdf, reader

HOSTILE = (
    "#panic() $x^2$ @ref \\ \\n *b* _i_ `c` ```raw``` <label> \"q\" 'q' [a](b) // no /* no */ ~ -- "
    '--- ... =h -l +e /t: #{ } ] ) ; #import "x" \\u{41} \\" #" & %d {z} https://x.example'
)


def test_nothing_in_a_text_is_markup(small):
    text = html.escape(HOSTILE)
    small.write(
        f"<h2 id=a>{text}</h2><p>{text} <em>{text}</em> <a href='#a'>{text}</a></p>"
        f"<pre>{text}</pre><p><code>{text}</code></p><ul><li>{text}</li></ul><table><tr><th>{text}</th></tr>"
        f"<tr><td>{text}</td></tr></table><blockquote><p>{text}</p></blockquote>"
        f'<div class="highlight"><span class="filename">{text}</span><pre>{text}</pre></div>'
        f'<p><a href="https://example.org/{html.escape(string.punctuation)}">x</a></p>',
        title=HOSTILE,
    )
    small.check()


@pytest.mark.parametrize("seed", range(3))
def test_any_characters_are_printed_as_they_are(small, seed):
    chance = random.Random(seed)
    others = "é\u00a0ßœ\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2192\u2713\u2264\u00d7\u0416"
    alphabet = string.punctuation * 3 + string.ascii_letters + "  \t\n" + others
    body = ""
    for _ in range(40):
        text = "".join(chance.choices(alphabet, k=chance.randrange(1, 120)))
        tag = chance.choice(["p", "pre", "li", "h3"])
        inner = f"<{tag}>{html.escape(text)}</{tag}>"
        body += f"<ul>{inner}</ul>" if tag == "li" else inner
    small.write(body)
    small.check()


@pytest.mark.parametrize("line", ["x" * 400, "a_b " * 100, f"{'  ' * 20}f({'1, ' * 120})"])
def test_a_line_of_400_characters_is_folded_and_not_cut(small, line):
    small.write(f"<pre>{line}</pre><p><code>{line.strip()}</code></p><p>{line}</p>")
    small.check()
    (code, *_) = [node for node in tag_tree(small.pdf).walk() if node.kind == "Code"]
    assert code.text.rstrip() == line.rstrip()


@pytest.mark.parametrize(("length", "rows"), [(92, 1), (100, 1), (101, 2)])
def test_code_of_100_columns_is_printed_smaller_rather_than_folded(small, length, rows):
    small.write(f"<pre>{'wide ' * (length // 5)}{'!' * (length % 5)}</pre>")
    inside_margins(small.pdf, A4)
    lines = pypdf.PdfReader(small.pdf).pages[-1].extract_text().splitlines()
    assert len([line for line in lines if "wide" in line]) == rows


@pytest.mark.parametrize("columns", [5, 9, 14, 40])
def test_a_table_too_wide_for_the_paper_keeps_every_cell(small, columns):
    cells = [f"cell_{number}_of_a_row.with_long-names" for number in range(columns)]
    head = "".join(f"<th>Heading {number}</th>" for number in range(columns))
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    small.write(
        f"<table><thead><tr>{head}</tr></thead><tbody>{f'<tr>{row}</tr>' * 3}</tbody></table>"
    )
    inside_margins(small.pdf, A4)
    printed = letters("".join(said(node) for node in tag_tree(small.pdf).children))
    for cell in cells:
        assert printed.count(letters(cell)) == 3


def test_a_table_that_fits_paper_on_its_side_lies_there(small):
    rows = "".join(
        f"<tr>{''.join(f'<td>{number * 1000 + column}</td>' for column in range(24))}</tr>"
        for number in range(60)
    )
    head = "".join(f"<th>{name}</th>" for name in "abcdefghijklmnopqrstuvwx")
    small.write(f"<p>before</p><table><thead><tr>{head}</tr></thead>{rows}</table><p>after</p>")
    small.check()
    shapes = [page.mediabox.width > 600 for page in pypdf.PdfReader(small.pdf).pages]
    assert [shape for shape, _ in groupby(shapes)] == [False, True, False]
    assert shapes.count(True) > 1


def test_a_table_with_cells_that_span(small):
    small.write(
        "<table><thead><tr><th colspan=2>a</th><th rowspan=2>b</th></tr><tr><th>c</th><th></th>"
        "</tr></thead><tr><td rowspan=2>d</td><td>e</td><td>f</td></tr><tr><td colspan=2>g"
        "</td></tr></table>"
    )
    small.check()


def test_arabic_and_hebrew_are_printed(small):
    small.write("<p>Hello is مرحبا in Arabic.</p><p>שלום is Hebrew.</p><pre>x = 'مرحبا'</pre>")
    assert inside_margins(small.pdf, A4)
    document = pypdfium2.PdfDocument(small.pdf)
    page = document[len(document) - 1]
    printed = page.get_textpage().get_text_range()  # turns round what is read from the right
    assert "Hello is مرحبا in Arabic." in printed
    assert ".is Hebrew שלום" in printed, "a paragraph whose first word is read from the right"
    assert "x = 'مرحبا'" in printed


@pytest.mark.parametrize(("word", "far"), [("Hello", False), ("שלום", True)])
def test_an_answer_and_a_box_have_their_rule_where_their_lines_begin(small, word, far):
    small.write(
        f'<p class="facts">{word}</p><p>{word}</p><div class="admonition"><p>{word}</p>'
        '<div class="highlight"><pre>f(x): 1.</pre></div></div>'
    )
    document = pypdfium2.PdfDocument(small.pdf)
    page = document[len(document) - 1]
    picture = page.render(scale=1).to_pil()
    teal = {
        (x > picture.width / 2, y)
        for x in range(picture.width) for y in range(picture.height)
        if picture.getpixel((x, y)) == (15, 90, 102)
    }  # fmt: skip
    assert {side for side, _ in teal} == {far}
    assert len({y for _, y in teal if (far, y - 1) not in teal}) == 2, "answer and box"
    text = page.get_textpage()
    start = text.get_text_range().index("f(x): 1.")
    lefts = [text.get_charbox(start + n)[0] for n in range(8) if n != 5]
    assert lefts == sorted(lefts), "code is read from the left in any box"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("日", "'日' (U+65E5)"),
        ("한", "'한' (U+D55C)"),
        ("\U0001f680", "'\U0001f680' (U+1F680)"),
        ("ไ", "'ไ' (U+0E44)"),
    ],
)
def test_a_letter_that_no_font_has_is_refused_by_name(small, text, named):
    assert small.refusal(f"<p>fine</p>\n<p>é {text}</p>\n") == (
        f"docs/day-1/x.md:2: no font of the PDF has {named}; "
        "say it in words, or show it as a picture"
    )


def test_such_letters_of_a_page_are_named_at_once_in_one_message(small):
    found = small.refusal("<p>日</p>\n<pre>本</pre>\n<ul><li>日</li></ul>")
    assert found == (
        "docs/day-1/x.md:1: no font of the PDF has '日' (U+65E5), '本' (U+672C); "
        "say it in words, or show it as a picture"
    )
    many = "".join(chr(0x65E5 + n) for n in range(40))
    assert "'日' (U+65E5)" in (found := small.refusal(f"<p>{many}</p>"))
    assert " and 28 others; say it in words" in found and len(found.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("index.md", ""),
        ("day-1/index.html", "day-1"),
        ("day-1/", "day-1"),
        ("experiment/model-index.md", "experiment/model-index"),
        ("experiment/model-index/index.html", "experiment/model-index"),
        ("reindex.html", "reindex"),
        ("img/index.svg", "img/index.svg"),
    ],
)
def test_only_a_page_called_index_is_its_folders(name, place):
    assert reader.place_of(name) == place


def test_such_a_letter_in_a_drawing_is_refused_by_name(small):
    small.picture("a.svg", SVG.format("<text y='20'>\u65e5 x</text>"))
    assert small.refusal('<p><img src="../../img/a.svg" alt="a drawing"></p>') == (
        "docs/img/a.svg:2: no font of the PDF has '\u65e5' (U+65E5); draw it as a path"
    )


def test_a_formula_is_printed_as_it_was_written(small):
    small.write(r"<p>$e^{i\pi} + 1 = 0$ and \(\alpha\)</p>")
    small.check()


def test_a_missing_picture(small):
    assert small.refusal('<p>x</p>\n<p><img src="../../img/gone.svg" alt="a drawing"></p>') == (
        "docs/day-1/x.md:2: image img/gone.svg is missing; add the file, or correct the path"
    )


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60">\n{}</svg>'


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<script>alert(1)</script>", "2: the SVG holds <script>"),
        ("<g onload='x()'/>", "2: the SVG runs a script in 'onload'"),
        ("<foreignObject/>", "2: the SVG holds <foreignObject>"),
        ("<image href='https://example.org/x.png'/>", "2: the SVG fetches https://example.org/x"),
        ("<style>@import url(x.css)</style>", "2: the SVG fetches a file in <style>"),
        ("<rect fill='url(file:///etc/passwd)'/>", "2: the SVG fetches a file in 'fill'"),
        ("<rect>", "the SVG is not well-formed"),
    ],
)
def test_a_drawing_that_does_more_than_draw_is_refused(small, inside, what):
    small.picture("a.svg", SVG.format(inside))
    found = small.refusal('<p><img src="../../img/a.svg" alt="a drawing"></p>')
    assert found.startswith("docs/img/a.svg:")
    assert what in found


def test_a_drawing_that_declares_entities_is_refused(small):
    small.picture("a.svg", '<!DOCTYPE svg [<!ENTITY a "aaa">]>' + SVG.format("&a;"))
    found = small.refusal('<p><img src="../../img/a.svg" alt="a drawing"></p>')
    assert found.startswith("docs/img/a.svg:1: the SVG declares entities; ")


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"not a picture at all, but text"])
def test_a_picture_that_cannot_be_read(small, data):
    small.picture("a.png", data)
    assert small.refusal('<p><img src="../../img/a.png" alt="a picture"></p>') == (
        "docs/img/a.png:1: the picture cannot be read; save it anew"
    )


def test_a_picture_of_a_kind_that_is_not_printed(small):
    small.picture("a.avif", b"x")
    found = small.refusal('<p><img src="../../img/a.avif" alt="a picture"></p>')
    assert "of a kind that cannot be printed; use .gif, .jpeg, .jpg, .png, .svg, .webp" in found


def test_a_picture_without_words(small):
    small.picture("a.svg", SVG.format(""))
    found = small.refusal('<p><img src="../../img/a.svg" alt=""></p>')
    assert "docs/day-1/x.md:1: image img/a.svg without alternative text" in found


@pytest.mark.parametrize("size", [(80, 9000), (9000, 80), (9000, 9000)])
def test_a_drawing_larger_than_the_paper_is_printed_smaller(small, size):
    width, height = size
    box = f'<rect width="{width}" height="{height}" fill="black"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{box}</svg>'
    small.picture("a.svg", svg)
    image = '<img src="../../img/a.svg" alt="a black area">'
    small.write(f"<p>{image}</p><ul><li><p>{image}</p></li><li>x {image} y</li></ul>")
    small.check()
    assert len([n for n in tag_tree(small.pdf).walk() if n.kind == "Figure"]) == 3


def test_headings_that_leave_out_levels(small):
    small.write("<h4 id=a>four</h4><p>x</p><h2 id=b>two</h2><h6 id=c>six</h6>")
    small.check()
    kinds = [n.kind for n in tag_tree(small.pdf).walk() if n.text in {"four", "two", "six"}]
    assert [kind for kind in kinds if kind.startswith("H")] == ["H3", "H3", "H4"]


def test_boxes_lists_and_quotations_in_each_other(small):
    small.write(
        '<div class="admonition note"><p class="admonition-title">Note</p><p>a</p><ul><li>b<ol>'
        "<li><p>c</p><pre>d</pre></li></ol></li></ul></div><blockquote><p>e</p><blockquote><p>f</p>"
        "</blockquote></blockquote><dl><dt>g</dt><dd>h</dd></dl><hr><p>i<br>j<sub>k</sub></p>"
        "<details><summary>l</summary><p>m</p></details>n"
    )
    small.check()


def test_a_page_of_200_screens(small):
    words_ = "The quick brown fox jumps over the lazy dog and writes `it` down. " * 8
    rows = "".join(f"<tr><td>{n}</td><td>{words_}</td></tr>" for n in range(300))
    lines = "\n".join(f"line_{n} = {n} * [{n}]  # again" for n in range(4000))
    body = "".join(f"<h2 id=s{n}>Section {n}</h2><p>{words_}</p>" for n in range(400))
    small.write(f"{body}<pre>{lines}</pre><table><tr><th>n</th><th>w</th></tr>{rows}</table>")
    assert small.check() > 150


def test_bad_things_on_a_page_of_the_site(copy, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764000000")
    page = copy.docs / "day-3" / "spark.md"
    code = f'```text title="A long line"\n{"0123456789" * 40}\n```'
    table = "| " + " | ".join(f"column_{n}" for n in range(16)) + " |\n" + "| --- " * 16 + "|\n"
    table += "| " + " | ".join(f"value.of.{n}" for n in range(16)) + " |"
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace(
            "## More packages", f"{code}\n\n{table}\n\n$x$ \\# @a #b סלאם\n\n## More packages"
        ),
        encoding="utf-8",
    )
    build(copy)
    path = copy.root / "x.pdf"
    path.write_bytes(printer(copy, copy.site).whole())
    inside_margins(path, A4)
    printed = letters("".join(texts(path)))
    for part in ("0123456789" * 8, "column_15", "value.of.15", "$x$#@a#b"):
        assert part in printed


@pytest.mark.parametrize("name", ["typst", "font_source_sans_pro"])
def test_without_the_engine_one_line_says_what_to_do(small, monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(pdf.MissingEngine) as caught:
        small.write("<p>x</p>")
    assert str(caught.value).count("\n") == 0
    assert name in str(caught.value)
    assert '"make offline"' in str(caught.value)
    assert not small.pdf.exists()
