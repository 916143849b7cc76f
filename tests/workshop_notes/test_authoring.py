"""A file of notes becomes a site that builds, and a new question begins with one command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.site import ROOT, copy_project, run
from workshop_notes.authoring import notes as reading
from workshop_notes.authoring import site
from workshop_notes.authoring.ledger_entries import spelt
from workshop_notes.authoring.names import slug_of, without_number
from workshop_notes.authoring.new import new
from workshop_notes.checks import examine
from workshop_notes.content.pages import read_pages
from workshop_notes.content.problems import ContentError
from workshop_notes.content.project import Project
from workshop_notes.export.markdown import text_of

# What marks a question

ARABIC, JAPANESE = ("زجاج", "هل يذوب\u061f"), "なぜ流れる\uff1f"

FORMS = {
    "headings in groups": (
        "# Kiln\n\n## Glaze\n\n#### Why matt?\n\nLess heat.\n\n#### Why runny?\n\nToo thick.\n\n"
        "## Clay\n\n#### How dry?\n\nLeather hard.\n",
        "h4",
        {"Glaze": ["Why matt?", "Why runny?"], "Clay": ["How dry?"]},
    ),
    "headings alone": (
        "# Kiln\n\n## Why matt?\n\nLess heat.\n\n## Why runny?\n\n### A case\n\nToo thick.\n",
        "h2",
        {"": ["Why matt?", "Why runny?"]},
    ),
    "bold": (
        "# Kiln\n\n## Glaze\n\n**Why matt? 👶**\n\nLess heat.\n\n**Why runny?** Too thick.\n",
        "bold",
        {"Glaze": ["Why matt? 👶", "Why runny?"]},
    ),
    "Q and A": (
        "Q: Why matt?\nA: Less heat.\n\n**Q2:** Why runny?\n\n**A:** Too thick.\n",
        "Q",
        {"": ["Why matt?", "Why runny?"]},
    ),
    "bold Q": (
        "**Q: Why matt?**\n\nA: Less heat.\n\n**Q: Why runny?**\n\nA: Too thick.\n",
        "bold",
        {"": ["Why matt?", "Why runny?"]},
    ),
    "bold in a list": (
        "## Glaze\n\n- **Q: Why matt?**\n  Less `heat`.\n  - And\n- **Q: Why runny?** Too thick.\n",
        "item",
        {"Glaze": ["Why matt?", "Why runny?"]},
    ),
    "bold above A": (
        "**Q: Why matt?**\nA: Less heat.\n\n**Q: Why runny?**\n**A:** Too thick.\n",
        "bold",
        {"": ["Why matt?", "Why runny?"]},
    ),
    "quoted": (
        "# Kiln\n\n> **Q: Why matt?**\n> A: Less heat.\n\n> **Q: Why runny?**\n> A: Too thick.\n",
        "bold",
        {"": ["Why matt?", "Why runny?"]},
    ),
    "numbered": (
        "## Glaze\n\n1. Why matt?\n\n   Less heat.\n\n2. Why runny?\n\n   Too thick.\n",
        "item",
        {"Glaze": ["Why matt?", "Why runny?"]},
    ),
    "headings in a list": (
        "## Glaze\n\n1. ### Why matt?\n\n   Less heat.\n\n2. ### Why runny?\n\n   Too thick.\n",
        "h3",
        {"Glaze": ["Why matt?", "Why runny?"]},
    ),
    "numbered headings": (
        "### Q1. Why matt?\nLess heat.\n\n### 2) Why runny?\nToo thick.\n",
        "h3",
        {"": ["Why matt?", "Why runny?"]},
    ),
    "folded": (
        "## Glaze\n\n<details>\n<summary><b>Why matt?</b></summary>\n\n#### Note\n\nLess heat.\n\n"
        "</details>\n\n<details><summary>Why runny?</summary>Too thick.</details>\n",
        "summary",
        {"Glaze": ["Why matt?", "Why runny?"]},
    ),
    "no mark of a question": (
        "# Kiln\n\n## Matt glaze\n\nLess heat.\n\n## Runny glaze\n\nToo thick.\n",
        "h2",
        {"": ["Matt glaze", "Runny glaze"]},
    ),
    "another script": (
        f"## {ARABIC[0]}\n\n### {ARABIC[1]}\n\nx\n\n### {JAPANESE}\n\ny\n",
        "h3",
        {ARABIC[0]: [ARABIC[1], JAPANESE]},
    ),
    "carriage returns": (
        "\ufeff# Kiln\r\n\r\n## Why matt?\r\n\r\nLess heat.\r\n\r\n## Why runny?\r\nToo thick.\r\n",
        "h2",
        {"": ["Why matt?", "Why runny?"]},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_question_is_found_with_its_answer(form):
    text, mark, expected = FORMS[form]
    found = reading.read(text)
    assert found.marked_by == mark
    assert {g.title: [q.title for q in g.questions] for g in found.groups} == expected
    answers = ["".join(e.text_content() for e in q.answer) for q in found.questions]
    if "script" not in form:
        words = ["Less heat.", "Too thick."]
        assert all(word in answer for word, answer in zip(words, answers, strict=False)), answers
        assert not any("A:" in answer for answer in answers)


def test_what_could_have_been_a_question_loses_no_words():
    answers = (
        "- **Note** use `x` and *y*\n  - deep\n- **Why?** No `z`",
        "**Really?** Yes, `w` indeed.",
    )
    text = "".join(f"## Why {number}?\n\n{answer}\n\n" for number, answer in enumerate(answers))
    found = reading.read(text)
    assert found.marked_by == "h2"
    said = [" ".join(e.text_content() for e in each.answer) for each in found.questions]
    assert [" ".join(words.split()) for words in said] == [
        "Note use x and y deep Why? No z",
        "Really? Yes, w indeed.",
    ]


@pytest.mark.parametrize(
    ("answer", "paragraphs"),
    [
        ("<div>Is H<sub>2</sub>O <mark>wet</mark>?</div>", ["Is H2O wet?"]),
        (
            "<div>Press <kbd>C</kbd>, <del>or</del> <small>wait</small>.</div>",
            ["Press C, or wait."],
        ),
        ("<div>one <!-- c --> two <p>three</p> four</div>", ["one two", "three", "four"]),
        ("<center><b>one</b><div>two</div>three</center>", ["one", "two", "three"]),
    ],
)
def test_words_in_a_box_stay_in_their_order_and_in_one_paragraph(answer, paragraphs):
    (question,) = reading.read(f"## Why?\n\n{answer}\n").questions
    assert [text_of(each) for each in question.answer] == paragraphs


def test_notes_without_a_question_are_one_page(tmp_path):
    done = write(tmp_path, "Only words.\n\nAnd more.\n")
    assert done.questions == {"questions/notes.md": "notes"}
    assert [str(note.what) for note in done.notes] == [
        "no question was found: the whole text is one page"
    ]
    assert examine(Project(tmp_path / "site"))[2] == []


# What is written


def write(folder: Path, text: str, **options) -> site.Written:
    notes = folder / "notes.md"
    notes.write_bytes(text.encode())
    return site.write(notes, folder / "site", **options)


NOTES = """\
---
layout: faq
---
# Kiln questions

Asked at a [pottery](http://example.org/pottery). See [matt](#why-matt) first.

* [Why matt?](#why-matt)
* [Why runny?](#running)

## Day 1

Words on the day.

### Why matt?

Less heat: `{a}` <b>and</b> a < b, {c}, AT&amp;T. See https://example.org/heat_of_(kilns)?a=1&b=2.

* one
  * two

    deep
* [runny](notes.md#running), [the heading](#same-1), [gone](#gone), [file](other.md),
  [mail](mailto:a@b.org)

```py
>>> fire(1200)
\tx
```

    $ plain

#### Same

![](img/pot.png) ![Badge](https://example.org/badge.svg)
[![alone](https://example.org/b.svg)](https://example.org/ci)

#### Same

| a | b |
|---|:-:|
| 1<br>2 | ~~three~~ |

Line one\\
line two

<iframe src="https://example.org/film"></iframe>

<a name="running"></a>
### Why runny?

### Why matt?

Asked again by `kiln[1]()[2][3]`; [a host](http://localhost:8080/x), [an address](https://[bad),
<script>alert(1)</script>

## License

Free.
"""

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x08\x02\0\0\0{@\xe8\xdd"
    b"\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)


def test_a_whole_site_is_written_and_builds_unchanged(tmp_path):
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "pot.png").write_bytes(PNG)
    done = write(tmp_path, NOTES)
    root = tmp_path / "site"
    built = run(Project(root), "workshop_notes", "check")
    assert built.returncode == 0, built.stderr
    assert list(done.questions) == [
        "day-1/matt.md", "day-1/running.md", "day-1/matt-2.md", "license/license.md",
    ]  # fmt: skip
    assert (done.groups, done.pictures, done.marked_by) == (2, 1, "h3")
    page = (root / "docs" / "day-1" / "matt.md").read_text(encoding="utf-8")
    for part in (
        "Less heat: `{a}` **and** a &lt; b, \\{c}, AT&amp;T.",
        "(https://example.org/heat_of_%28kilns%29?a=1&b=2).\n",
        "- one\n    - two\n\n        deep\n\n- [runny]",
        "[runny](running.md), [the heading](#same-2), gone, file (`other.md`), [mail](mailto:",
        '```python title="not run yet"\nfire(1200)\n    x\n```',
        "```text\nplain\n```",
        "## Same\n",
        "## Same (2)\n",
        "![pot](../img/pot.png) [Badge](https://example.org/badge.svg) [alone](https://example.org/ci)",
        "| 1<br>2 | ~~three~~ |",
        "Line one<br>\nline two",
        "(https://example.org/film)",
    ):
        assert part in page, f"{part}\n---\n{page}"
    home = (root / "docs" / "index.md").read_text(encoding="utf-8")
    assert "[pottery](https://example.org/pottery)" in home and "[matt](day-1/matt.md)" in home
    assert "- [Why runny?]" not in home, "a table of contents, which the menu is"
    assert "The notes give no answer." in (root / "docs/day-1/running.md").read_text("utf-8")
    again = (root / "docs/day-1/matt-2.md").read_text(encoding="utf-8")
    assert "a host (`http://localhost:8080/x`), an address (`https://%5Bbad`)" in again
    assert "alert" not in again
    told = {note.what.partition(":")[0] for note in done.notes}
    assert "the question stands twice" in told and "a question without an answer" in told
    lines = [note.line for note in done.notes if "leads nowhere" in note.what]
    assert lines == [NOTES.split("\n").index(NOTES[NOTES.index("* [runny]") :].split("\n")[0]) + 1]
    ledger = yaml.safe_load((root / "sources.yml").read_text(encoding="utf-8"))
    assert {each["evidence"]["kind"] for each in ledger["sources"]} == {"none"}
    own = [p.name for p in (root / "tests").iterdir()]
    assert sorted(own) == ["addresses.txt", "test_site.py"]


def test_its_own_test_holds_the_addresses(tmp_path):
    write(tmp_path, FORMS["headings in groups"][0])
    root = tmp_path / "site"
    command = ("pytest", "-q", "-p", "no:cacheprovider", "-k", "address", "tests")
    assert run(Project(root), *command).returncode == 0
    (root / "docs" / "glaze" / "matt.md").rename(root / "docs" / "glaze" / "dull.md")
    assert run(Project(root), *command).returncode == 1


def test_published_addresses_are_kept(tmp_path):
    kept = {"Why runny?": "day-7/old-one.md"}
    done = write(tmp_path, FORMS["headings in groups"][0], kept=kept)
    assert list(done.questions) == ["day-7/matt.md", "day-7/old-one.md", "clay/dry.md"]


def test_links_beside_the_notes_lead_to_where_they_stand(tmp_path):
    base = "https://github.com/o/r/blob/main/docs/FAQ.md"
    write(tmp_path, "## Why?\n\nSee [it](../a.md#b) and ![p](x.png).\n", base=base)
    page = (tmp_path / "site" / "docs" / "questions" / "why.md").read_text(encoding="utf-8")
    assert "[it](https://github.com/o/r/blob/main/a.md#b)" in page
    assert "[p](https://github.com/o/r/blob/main/docs/x.png)" in page


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("[x](https://github.com/o/r/blob/main/a.ipynb)", "cite the notebook at a commit (40 hex"),
        ("[x](http://localhost:8080/x)", "cite what every reader can reach"),
        ("[x](https://example.org/?token=abc)", "cite the page without it"),
        ("[x](ftp://example.org/x)", "write one that begins with https://"),
        ("[x](https://me:secret@example.org/x)", "write one that begins with https://"),
        ("[x](other.md)", "say with --base where they stand on the web"),
        ("[x]()", "write where it leads"),
        ('<img src="http://[bad" alt="x">', "cite what every reader can reach"),
        ("![x](http://localhost/x.png)", "cite what every reader can reach"),
        ("![x](data:image/png;base64,AAAA)", "write one that begins with https://"),
        ("![x](gone.png)", "which is not there or cannot be shown"),
    ],
)
def test_what_cannot_be_linked_is_told_with_its_reason_and_what_to_do(tmp_path, written, reason):
    done = write(tmp_path, f"## Why?\n\nSee {written}.\n")
    assert [note.line for note in done.notes] == [3]
    assert reason in done.notes[0].what


def test_five_hundred_questions_each_get_an_address(tmp_path):
    text = "".join(f"## How do I fire pot {n}?\n\nHot.\n\n" for n in range(500))
    done = write(tmp_path, text)
    assert len(done.questions) == 500
    assert examine(Project(tmp_path / "site"))[2] == []


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"## Why\xff?\n", "not UTF-8"), (None, "No such file")],
    ids=["not UTF-8", "missing"],
)
def test_notes_that_cannot_be_read_are_named_and_nothing_is_written(tmp_path, data, told):
    notes = tmp_path / "n.md"
    if data is not None:
        notes.write_bytes(data)
    done = run(Project(tmp_path), "workshop_notes", "import", str(notes), "--into", "new")
    assert done.returncode == 1 and told in done.stderr
    assert done.stderr.count("\n") == 1 and not (tmp_path / "new").exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.txt").write_text("mine")
    with pytest.raises(OSError, match="not empty"):
        write(tmp_path, "## Why?\n\nSo.\n")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["mine.txt"]


def test_names_and_addresses():
    assert slug_of("How do I schedule SageMaker jobs?", ()) == "schedule-sagemaker-jobs"
    assert slug_of(JAPANESE, {"question"}) == "question-2"
    assert without_number("Q12: Why?") == without_number("3.1) Why?") == "Why?"
    assert without_number("2 pots?") == "2 pots?"
    assert spelt("HTTP://Example.org/a b#c") == "https://example.org/a%20b#c"
    assert spelt("ftp://example.org/") == spelt("https://a@example.org/") == ""


# A new question


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> tuple[Project, list[Path]]:
    """A copy of the project with a question that was begun."""
    project = copy_project(tmp_path_factory.mktemp("begun"))
    known = "https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html"
    sources = [known, "http://example.org/new?x=1", "http://example.org/new?x=1"]
    files = new(project, "How do I warm a <pool>?", "day-3", sources=sources)
    return Project(project.root), files


def test_a_question_begins_in_three_files(begun):
    project, files = begun
    assert [project.relative(path).as_posix() for path in files] == [
        "docs/day-3/warm-pool.md", "mkdocs.yml", "sources.yml",
    ]  # fmt: skip
    menu = project.config.read_text(encoding="utf-8")
    assert "      - day-3/spark.md\n      - day-3/warm-pool.md\n  - Asked" in menu
    entry = yaml.safe_load(project.ledger.read_text(encoding="utf-8"))["sources"][-1]
    assert (entry["key"], entry["url"]) == ("example-new", "https://example.org/new?x=1")
    assert project.ledger.read_text(encoding="utf-8").count("example.org/new") == 2


def test_the_checks_list_what_is_left_to_write(begun):
    project, _ = begun
    found = [str(each) for each in examine(project)[2]]
    assert sorted(each.partition(": ")[2].partition(";")[0] for each in found) == [
        "'description' is still to write",
        "source 'example-new' is still to write",
        *["still to write"] * 4,
    ]
    page = project.docs / "day-3" / "warm-pool.md"
    text = page.read_text(encoding="utf-8").replace("TODO: ", "")
    page.write_text(text, encoding="utf-8")
    ledger = project.ledger.read_text(encoding="utf-8")
    project.ledger.write_text(ledger.replace("TODO: ", ""), encoding="utf-8")
    assert examine(project)[2] == []
    titles = {each.name: each.title for each in read_pages(Project(project.root))}
    assert titles["day-3/warm-pool.md"].endswith("pool>?")


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"folder": "day-9"}, "there is no folder of questions 'day-9'; use one of: asked-"),
        ({"folder": "experiment"}, "there is no folder of questions 'experiment'"),
        ({"slug": "Spark!"}, "'Spark!' is no address"),
        ({"slug": "spark"}, "the page is there already"),
        ({"title": "  "}, "a question without words"),
        ({"folder": "asked-since"}, "it follows no page"),
        ({"sources": ["ftp://example.org"]}, "'ftp://example.org' is no address of the web"),
    ],
)  # fmt: skip
def test_what_cannot_be_begun_is_named_and_nothing_is_written(tmp_path, named, told):
    for name in ("mkdocs.yml", "sources.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    project = Project(tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    arguments = {"title": "Why?", "folder": "day-3"} | named
    with pytest.raises(ContentError) as caught:
        new(project, arguments.pop("title"), arguments.pop("folder"), **arguments)
    assert told in str(caught.value)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_an_example_is_begun_with_its_question(tmp_path):
    project = copy_project(tmp_path)
    files = new(project, "How cold?", "day-1", example=True, slug="cold")
    assert [path.name for path in files] == ["cold.md", "mkdocs.yml", "example.yml", "example.py"]
    found = [str(each) for each in examine(Project(tmp_path))[2]]
    assert any("'cold/example' was never run; run 'make format'" in each for each in found)
