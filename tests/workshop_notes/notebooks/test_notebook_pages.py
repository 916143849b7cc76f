"""A notebook becomes a page that everybody can read, and nothing in it runs in their browser."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from lxml import html as lxml_html
from markdown import Markdown
from PIL import Image

from tests.server import served
from tests.site import build, copy_project
from tests.visits import violations
from workshop_notes.content.yaml_text import load
from workshop_notes.html import THEME
from workshop_notes.notebooks import Refused, Rendered, read, render
from workshop_notes.notebooks.outputs import plain
from workshop_notes.notebooks.schemes import exchange

ALT = "Bars: late flights by hour, lowest at five in the morning"


def markdown(*lines: str) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": "\n".join(lines)}


def code(source: str, *outputs: dict, **metadata) -> dict:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": metadata,
        "source": source,
        "outputs": list(outputs),
    }


SVG = "<svg width='1' height='1' xmlns='http://www.w3.org/2000/svg'>{}</svg>"


def stream(text: str) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)}


def display(media: str, value: str, metadata: dict | None = None) -> dict:
    return {"output_type": "display_data", "data": {media: value}, "metadata": metadata or {}}


def png(width: int = 40, height: int = 20) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def figure(media: str = "image/png", value: str = "", alt: str = ALT) -> dict:
    return display(media, value or png(), {media: {"alt": alt}})


@pytest.fixture
def shown(tmp_path):
    """Render a notebook of these cells."""

    def show(*cells: dict, **metadata) -> Rendered:
        path = tmp_path / "sample.ipynb"
        book = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}
        path.write_text(json.dumps(book, indent=1), encoding="utf-8")
        return render(path, "sample", lambda href: href)

    return show


@pytest.fixture(scope="module")
def engine(project) -> Markdown:
    """Markdown as the site's configuration sets it up."""
    names, settings = [], {}
    for each in load(project.config.read_text()).value["markdown_extensions"]:
        name = each if isinstance(each, str) else next(iter(each))
        names.append(name)
        if not isinstance(each, str):
            settings[name] = each[name]
    settings["toc"] = {}
    settings["pymdownx.snippets"] = {"base_path": [str(project.root)], "check_paths": True}
    return Markdown(extensions=names, extension_configs=settings)


def elements(engine: Markdown, result: Rendered):
    return lxml_html.fromstring(f"<div>{engine.reset().convert(result.markdown)}</div>")


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "words <b onclick=alert(1)>bold</b>",
    "<iframe src=//third-party.invalid></iframe>",
    "<details><summary>more</summary></details>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_raw_html_in_markdown_is_refused_by_name(shown, text):
    result = shown(markdown("# Title"), markdown(text))
    (problem,) = result.problems
    assert str(problem).startswith("cell 2: raw HTML in Markdown: <")
    assert "alert" not in result.markdown and "third-party" not in result.markdown


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_text_outputs_is_shown_and_not_read(shown, engine, text):
    result = shown(code(text, stream(text)), markdown(f"`{text}`", "", "```html", text, "```"))
    assert result.problems == ()
    tree = elements(engine, result)
    assert not tree.xpath("//script|//img|//iframe|//details|//b|//@onclick|//@onerror")
    assert [each.text_content().strip() for each in tree.xpath("//pre")] == [text] * 3


@pytest.mark.parametrize(
    ("media", "value", "named"),
    [
        ("application/javascript", "alert(1)", "application/javascript"),
        ("text/html", "<table></table><script>alert(1)</script>", "<script>"),
        ("text/html", "<p>x</p><form action=//a.invalid><input></form>", "<form>"),
        ("text/html", '<img src="//third-party.invalid/pixel.png">', "<img>"),
        ("text/markdown", "hello <script>alert(1)</script>", "raw HTML"),
        ("image/svg+xml", "<svg><script>alert(1)</script></svg>", "<script>"),
        ("image/svg+xml", '<svg width="1" height="1" onload="alert(1)"/>', "'onload'"),
        ("image/svg+xml", '<svg><image href="https://a.invalid/x"/></svg>', "https://a.invalid/x"),
        ("image/svg+xml", "<svg/>", "how large"),
        (
            "image/svg+xml",
            SVG.format("<h:embed xmlns:h='http://www.w3.org/1999/xhtml'/>"),
            "<embed>",
        ),
        ("image/svg+xml", SVG.format("<style>@im<!-- -->port 'x';</style>"), "in <style>"),
        ("image/svg+xml", SVG.format(r"<style>@\69mport 'x';</style>"), "in <style>"),
        ("image/svg+xml", SVG.format(r"<g style='fill: u\72l(//a.invalid)'/>"), "in 'style'"),
        ("image/svg+xml", "<?xml-stylesheet href='x'?>" + SVG.format(""), "<?xml-stylesheet?>"),
        ("application/vnd.plotly.v1+json", {"data": []}, "application/vnd.plotly.v1+json"),
        ("application/vnd.jupyter.widget-view+json", {"model_id": "1"}, "widget-view+json"),
        ("application/pdf", "JVBERi0=", "application/pdf"),
        ("image/png", "bm8gcGljdHVyZQ==", "cannot be read"),
        ("image/png", "%", "base64"),
    ],
)
def test_an_output_that_runs_or_loads_is_refused_by_name(shown, media, value, named):
    result = shown(code("1"), code("show()", figure(media, value)))
    (problem,) = result.problems
    assert problem.cell == 2 and named in problem.what and problem.remedy
    assert "alert" not in result.markdown and ".invalid" not in result.markdown
    assert result.files == {}


def test_attributes_and_styles_of_a_table_stay_behind(shown, engine):
    table = (
        '<div><style scoped>.dataframe { color: red }</style><table border="1" class="dataframe" '
        'onclick="alert(1)" style="x"><thead><tr style="text-align: right;"><th></th><th>carrier'
        "</th><th>late</th></tr></thead><tbody><tr><th>0</th><td>&lt;b&gt;U</td><td>12.5 %</td>"
        "</tr><tr><th>1</th><td><a href='javascript:alert(1)'>AA</a></td><td>nan</td></tr>"
        "</tbody></table><p>2 rows and 2 columns</p></div>"
    )
    tree = elements(engine, shown(code("frame", display("text/html", table))))
    assert {name for each in tree.iter() for name in each.attrib} <= {
        *("class", "data-search-exclude", "scope", "align")
    }
    rows = [[cell.text_content() for cell in row] for row in tree.xpath("//tr")]
    assert rows == [["", "carrier", "late"], ["0", "<b>U", "12.5 %"], ["1", "AA", "nan"]]
    assert tree.xpath("//th/@scope") == ["col", "col", "row", "row"]
    assert [cell.text for cell in tree.xpath("//tbody//td[@align='right']")] == ["12.5 %", "nan"]
    assert tree.xpath("//section/p")[0].text == "2 rows and 2 columns"


def test_headings_over_several_columns_are_kept(shown, engine):
    table = (
        "<table><thead><tr><th></th><th colspan='2'>score</th></tr><tr><th></th><th>mean</th>"
        "<th>sd</th></tr></thead><tbody><tr><th rowspan='2'>a</th><td>1</td><td>2</td></tr>"
        "<tr><td>3</td><td>4</td></tr></tbody></table>"
    )
    tree = elements(engine, shown(code("frame", display("text/html", table))))
    assert tree.xpath("//thead//th[@colspan='2']")[0].text == "score"
    assert tree.xpath("//tbody//th[@rowspan='2']")[0].text == "a"


def test_the_caption_of_a_table_and_what_stands_wrongly_in_it_lose_no_words(shown):
    """As pandas' Styler writes a caption, and as somebody forgets the slash at a table's end."""
    table = (
        "<table id='T_1'><caption>Table 2: <b>left</b></caption><tr><td>pot</td></tr><table>"
        "<p>Fired twice.</p><table><tr><td>jug</td></tr></table>"
    )
    text = shown(code("frame", display("text/html", table))).markdown
    parts = ["<p>Table 2: left</p>", "<td>pot</td>", "<p>Fired twice.</p>", "<td>jug</td>"]
    assert sorted(parts, key=text.index) == parts


def test_numbers_below_a_cell_that_reaches_down_stand_in_their_own_column(shown, engine):
    """As pandas writes an index of two levels; a number of rows that nobody means is no harm."""
    table = (
        "<table><tbody><tr><th rowspan='2'>clay</th><th>1</th><td>123</td><td>x</td></tr>"
        "<tr><th>2</th><td>345</td><td>y</td></tr>"
        f"<tr><td colspan='2'>all</td><td>468</td><td rowspan='{'9' * 5000}'>z</td></tr>"
        "</tbody></table>"
    )
    tree = elements(engine, shown(code("frame", display("text/html", table))))
    right = [cell.text for cell in tree.iter("th", "td") if cell.get("align") == "right"]
    assert right == ["1", "123", "2", "345", "468"]


def test_a_line_that_would_include_a_file_is_only_a_line(shown, engine):
    line = '--8<-- "pyproject.toml"'
    result = shown(code(f"{line}\n;{line}", stream(f"{line}\n")), markdown(line, "", "    " + line))
    tree = elements(engine, result)
    assert [each.text_content() for each in tree.xpath("//pre")] == [
        f"{line}\n;{line}\n",
        f"{line}\n",
        f"{line}\n",
    ]
    assert tree.xpath("./p")[0].text == line


def test_dialect_is_jupyters_and_not_the_engines(shown, engine):
    result = shown(
        markdown(
            "# Title { onclick=alert(1) }",
            "## Second { #id onclick=alert(1) }",
            "words",
            "- one",
            "  - nested",
            "- two {: style=x }",
            "",
            "!!! note",
            "    no box",
            "",
            "| a | b |",
            "|---|--:|",
            r"| `x\|y` | <2 |",
        )
    )
    tree = elements(engine, result)
    assert [each.text for each in tree.xpath("//h2")] == ["Second { #id onclick=alert(1) }"]
    assert not tree.xpath("//h1|//@onclick|//@style|//*[@id='id']|//div[@class]")
    assert [each.text.strip() for each in tree.xpath("./ul/li")] == ["one", "two {: style=x }"]
    assert tree.xpath("./ul/li/ul/li")[0].text == "nested"
    assert tree.xpath("//td//text()") == ["x|y", "<2"]


def test_an_address_for_mail_is_a_link(shown, engine):
    result = shown(markdown("[us](mailto:a@b.org), <mailto:a@b.org>, <a@b.org>"))
    assert elements(engine, result).xpath("//a/@href") == ["mailto:a@b.org"] * 3
    assert not result.problems


def test_outputs_in_markdown_become_markup_within_the_same_bounds(shown, engine):
    tree = elements(engine, shown(code("say()", display("text/markdown", "**high** `a` [b](c)"))))
    assert tree.xpath("//section[@class='output']/p/strong")[0].text == "high"


def test_code_that_holds_fences_does_not_end_its_block(shown, engine):
    source = 'text = """\n```python\n````\n"""'
    tree = elements(engine, shown(code(source), markdown("after")))
    assert tree.xpath("//pre")[0].text_content().strip() == source
    assert tree.xpath("./p")[0].text == "after"


def test_terminal_output_is_what_the_terminal_shows_in_the_end():
    assert plain("\x1b[31mred\x1b[0m \x1b]0;title\x07end\x00") == "red end"
    assert plain("10 %\r50 %\r100 %\r\nnext") == "100 %\nnext"


def test_a_traceback_is_read_as_text(shown, engine):
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no <target>",
        "traceback": ["\x1b[0;31mValueError\x1b[0m: no <target>", "  File <cell line: 1>"],
    }
    tree = elements(engine, shown(code("fit()", error)))
    words = tree.xpath("//section[@class='output']")[0].text_content()
    assert words.split() == ["ErrorValueError:", "no", "<target>", "File", "<cell", "line:", "1>"]


def test_empty_cells_leave_nothing(shown):
    result = shown(code(""), markdown("  "), code("", stream("\n")), markdown("<!-- note -->"))
    assert result.markdown == "" and result.problems == ()


def test_cells_that_were_not_run_say_so(shown):
    result = shown(code("upload()", tags=["skip-execution"]), code("run()"))
    first, second = result.markdown.split("</section>")[:2]
    assert "<strong>Not run</strong> This cell needs an account." in first
    assert "Not run" not in second


def test_a_figure_becomes_a_file_with_its_words_and_size(shown, engine):
    meta = {
        "image/png": {"alt": 'Two "bars" ] of <late> flights, one twice the other', "width": 20}
    }
    result = shown(code("plot()", display("image/png", png(), meta)))
    assert list(result.files) == ["img/sample-1-1.png"]
    (image,) = elements(engine, result).xpath("//img")
    assert image.get("alt") == meta["image/png"]["alt"]
    assert (image.get("width"), image.get("height")) == ("20", "10")
    assert "base64" not in result.markdown


@pytest.mark.parametrize(("media", "kind"), [("image/jpeg", "JPEG"), ("image/gif", "GIF")])
def test_photographs_and_moving_pictures_are_shown(shown, engine, media, kind):
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(buffer, kind)
    value = base64.encodebytes(buffer.getvalue()).decode()
    result = shown(code("show()", figure(media, value)))
    (name,) = result.files
    assert name == f"img/sample-1-1.{media[-3:].replace('peg', 'jpg')}"
    assert result.files[name] == buffer.getvalue()
    (image,) = elements(engine, result).xpath("//img")
    assert (image.get("src"), image.get("width"), image.get("height")) == (name, "40", "20")


FORMULAS = [
    "$a_1 * b_2 * c$",
    r"$\{x_i\}_{i=1}^n \\ \text{a|b}$",
    "$x<y>z$ and $&amp;$",
    r"$ \{Z_t\} = x^\# $, and $ \tilde{x}_\mu \, Q $",  # as Sphinx writes them into notebooks
    r"\\(\alpha_1 \_ \beta\\)",
    "$$\na = b\n- c_1\n= d * e * f\n$$",
    "\\begin{align*}\na_1 &= b \\\\\n\n+ c\n\\end{align*}",
    "> $$x_1 * y_1 * z$$",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_kept_letter_by_letter(shown, engine, text):
    """Jupyter takes them out before it reads Markdown, which would take their signs for marks."""
    result = shown(
        markdown("words " * text.startswith(("$a", "$x", "$ ")) + text, "", "after *it*")
    )
    assert result.problems == ()
    tree = elements(engine, result)
    words = " ".join(tree.text_content().split())
    assert " ".join(text.lstrip("> ").split()) in words
    assert [each.text for each in tree.xpath("//em")] == ["it"]
    assert tree.xpath("//code")


def test_money_and_code_are_no_formulas(shown, engine):
    text = ["It costs $5 or *$10*, `$a_1$` and `` $`b` ``.", "", "```sh", "echo $HOME $PATH", "```"]
    text += ["", r"\$1 and \$2", "", "    $c_1$ * $d_1$"]
    tree = elements(engine, shown(markdown(*text)))
    assert [each.text for each in tree.xpath("./p/code")] == ["$a_1$", "$`b`"]
    assert [each.text_content().strip() for each in tree.xpath("//pre")] == [
        "echo $HOME $PATH",
        "$c_1$ * $d_1$",
    ]
    assert tree.xpath("./p")[-1].text == "$1 and $2"
    assert tree.xpath("//em")[0].text == "$10"
    (there,) = elements(engine, shown(markdown("[$a$](#of-$-h-$-here)"))).xpath("//a/@href")
    assert there == "#of-$-h-$-here"


def test_latex_and_json_are_shown_as_what_they_are(shown):
    both = display("text/latex", "$x_1$")
    both["data"]["text/plain"] = "x1"
    result = shown(code("x", both), code("y", display("application/json", {"a": [1, "b"]})))
    assert '```latex title="Output"\n$x_1$\n```' in result.markdown
    assert '```json title="Output"\n{\n "a": [' in result.markdown


def test_a_long_output_is_cut_and_its_length_told(shown, engine):
    lines = [f"line {n}" for n in range(5000)]
    lines[3] = "x" * 9000
    tree = elements(engine, shown(code("run()", stream("\n".join(lines)))))
    said = tree.xpath("//pre")[-1].text_content().splitlines()
    assert len(said) == 121
    assert said[100] == "[cut: 4,880 of 5,000 lines are not shown here]"
    assert said[3].endswith("x [cut: 9,000 characters in this line]") and len(said[3]) < 2100
    assert (said[99], said[101], said[-1]) == ("line 99", "line 4980", "line 4999")
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(2000))
    tree = elements(engine, shown(code("frame", display("text/html", f"<table>{rows}</table>"))))
    assert len(tree.xpath("//tr")) == 100
    assert tree.xpath("//p")[-1].text == "100 of 2,000 rows are shown."


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"language_info": {"name": "python", "pygments_lexer": "ipython3"}}, "python"),
        ({"language_info": {"name": "R", "pygments_lexer": "r"}}, "r"),
        ({"kernelspec": {"language": "julia"}}, "julia"),
        ({"language_info": {"name": "python3"}}, "python"),
        ({"language_info": {"name": "C++ [17]"}}, "text"),
    ],
)
def test_code_is_highlighted_in_the_language_of_its_kernel(shown, metadata, language):
    assert f"```{language}\nx <- 1\n" in shown(code("x <- 1"), **metadata).markdown


def test_a_drawing_gets_a_twin_in_the_colours_of_the_dark_scheme(tmp_path, project, engine):
    css = (THEME / "assets" / "site.css").read_text(encoding="utf-8")
    colours = exchange(css)
    assert colours["#1d2433"] == "#e6eae8" and len(colours) >= 10
    drawing = '<svg width="72pt" height="36pt"><path stroke="#1D2433" fill="#123456"/></svg>'
    path = tmp_path / "x.ipynb"
    cells = [code("plot()", figure("image/svg+xml", drawing))]
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}), encoding="utf-8")
    result = render(path, "x", str, colours)
    assert result.files == {
        "img/x-1-1.svg": drawing.encode(),
        "img/x-1-1.dark.svg": drawing.replace("#1D2433", "#e6eae8").encode(),
    }
    light, dark = elements(engine, result).xpath("//img")
    assert [light.get("src"), dark.get("src")] == [
        "img/x-1-1.svg#only-light",
        "img/x-1-1.dark.svg#only-dark",
    ]
    assert light.attrib["width"] == "96" and dark.attrib["height"] == "48"


@pytest.mark.parametrize(
    ("alt", "words"), [("", "without alternative text"), ("Bars", "of 4 characters")]
)
def test_a_figure_that_says_nothing_is_refused(shown, alt, words):
    (problem,) = shown(code("plot()", figure(alt=alt))).problems
    assert words in problem.what


def test_a_table_names_its_columns(shown):
    (problem,) = shown(markdown("| | b |", "|---|---|", "| 1 | 2 |")).problems
    assert problem.what == "a column of a table without a heading"


def test_an_image_in_markdown_is_refused_by_name(shown):
    (problem,) = shown(markdown("![words](missing.png)")).problems
    assert problem.what == "the image missing.png stands in a Markdown cell"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "no notebook of format 4"),
        ('{"nbformat": 3}', "no notebook of format 4"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code"}]}', "not of the form"),
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path, text, words):
    path = tmp_path / "x.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=words):
        read(path)


# On a site


PAGE = """---
description: A notebook that shows how a page of the site carries cells and their outputs.
---
# A sample notebook

<!-- notebook: sample.ipynb -->

## The scripts

<!-- artifacts: sample-scripts -->
"""


def wide_table() -> str:
    """A table of 25 columns, as pandas writes it."""
    head = "".join(f"<th>column_{n}</th>" for n in range(25))
    row = "".join(f"<td>{n}.{n}</td>" for n in range(25))
    return f"<table class='dataframe'><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></table>"


def add_sample(copy, *cells: dict) -> Path:
    """Put a page with a notebook and scripts into a project."""
    notebooks, scripts = copy.root / "notebooks", copy.root / "sample-scripts"
    notebooks.mkdir(exist_ok=True)
    scripts.mkdir(exist_ok=True)
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
    path = notebooks / "sample.ipynb"
    path.write_text(json.dumps(book, indent=1), encoding="utf-8")
    (scripts / "dpp0.py").write_text('"""Fill gaps: <script> & more."""\n\nLIMIT = 3\n')
    (scripts / "made.json").write_text('{"zzzinscript": 1}\n')
    (copy.docs / "experiment").mkdir(exist_ok=True)
    (copy.docs / "experiment" / "page.md").write_text(PAGE, encoding="utf-8")
    config = copy.config.read_text(encoding="utf-8")
    if "experiment/page.md" not in config:
        config = config.replace("  - What was", "  - Sample: experiment/page.md\n  - What was")
    copy.config.write_text(config, encoding="utf-8")
    return path


def test_a_cell_that_cannot_be_shown_stops_the_build_with_file_and_line(copy):
    from tests.workshop_notes.checks.test_bad_input import messages

    path = add_sample(copy, markdown("# T"), markdown("<script>alert(1)</script>"), code("x"))
    text = path.read_text(encoding="utf-8")
    line = text[: text.index("<script")].count("\n") - 1
    (message,) = messages(copy)
    assert message == (
        f"notebooks/sample.ipynb:{line}: cell 2: raw HTML in Markdown: <script>alert(1)</script>; "
        "write Markdown, or put it into backticks"
    )


def test_missing_files_and_unknown_sources_are_named(copy):
    from tests.workshop_notes.checks.test_bad_input import messages

    path = add_sample(
        copy,
        markdown("[a](gone.csv)", "[b](https://example.org/new)"),
    )
    (message,) = messages(copy)
    assert "notebooks/sample.ipynb" in message and "a link to gone.csv, which is missing" in message
    add_sample(copy, markdown("[b](https://example.org/new) [c](javascript:alert(1))"))
    found = messages(copy)  # of the notebook, and of the page as the engine made it
    assert len(found) == 3
    assert "Markdown that the engine left as text: [c](javascript:alert(1))" in found[0]
    assert all("https://example.org/new has no entry in the ledger" in each for each in found[1:])
    path.unlink()
    (copy.root / "sample-scripts" / "dpp0.py").unlink()
    (copy.root / "sample-scripts" / "made.json").unlink()
    assert [re.sub(r":\d+:.*(no \S+);.*", r" \1", each) for each in messages(copy)] == [
        "docs/experiment/page.md no notebooks/sample.ipynb",
        "docs/experiment/page.md no sample-scripts/",
    ]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The project with a notebook of 25 cells of every kind, built and served."""
    copy = copy_project(tmp_path_factory.mktemp("sample"))
    cells = [markdown("# Sample", "Words that the page opens with.")]
    for number in range(6):
        cells += [
            markdown(f"## Part {number}", "", "Some *words* on part `n`:", "- one", "- two"),
            code("import pandas as pd\n\nframe = pd.read_csv('zzzincode.csv')\nframe.head()"),
            code("plot(frame)", figure(value=png(320, 200)), tags=["skip-execution"]),
            code("frame", display("text/html", wide_table()), stream("zzzinoutput " + "x" * 400)),
        ]
    path = add_sample(copy, *cells)
    site = build(copy, tmp_path_factory.mktemp("sample-site"))
    with served(site) as address:
        yield path, site, address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_for_everybody(browser, sample, scheme, width):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{sample[2]}experiment/page/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    table = page.get_by_role("group").first
    assert table.evaluate("e => e.scrollWidth > e.clientWidth && e.tabIndex === 0")
    ground = "e => getComputedStyle(e).backgroundColor"
    code, output = (page.locator(f".{kind} pre code").first for kind in ("cell", "output"))
    assert code.evaluate(ground) != output.evaluate(ground), "code and output look the same"
    context.close()


def test_the_page_is_small_and_stays_out_of_the_search(sample):
    _, site, _ = sample
    assert (site / "experiment/page/index.html").stat().st_size < 80_000
    index = (site / "search/index.js").read_text(encoding="utf-8")
    assert "Words that the page opens with" in index and "Part 3" in index
    assert "zzzin" not in index


def test_the_files_themselves_are_served(sample, page):
    path, _, address = sample
    page.goto(f"{address}experiment/page/")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download this notebook").click()
    taken, own = (json.loads(Path(each).read_bytes()) for each in (caught.value.path(), path))
    assert taken["cells"][0]["source"].startswith("".join(own["cells"][0]["source"]))
    assert taken["cells"][2:] == own["cells"][1:]  # the second one carries files
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download all 2 files").click()
    archive = zipfile.ZipFile(caught.value.path())
    assert archive.namelist() == ["sample-scripts/dpp0.py", "sample-scripts/made.json"]
    words = page.locator("#dpp0py ~ p").first.inner_text()
    assert words == "Fill gaps: <script> & more."
    page.get_by_text("Not run").first.wait_for()
