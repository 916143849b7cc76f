"""Each page carries complete front matter, and what is wrong with it is said with its line."""

from __future__ import annotations

import datetime

import pytest

from tests.site import ROOT
from workshop_notes.content import front_matter, settings, yaml_text
from workshop_notes.content.pages import read_page
from workshop_notes.content.project import Project

PAGES = Project(ROOT).pages()


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_page_keeps_the_schema(path):
    _, problems = read_page(Project(ROOT), path)
    assert not problems, "\n".join(map(str, problems))


GOOD = """\
---
description: One sentence that answers the question, and is long enough to be of use.
status: current
reviewed: 2026-11-23
tags: [Training]
aliases: [word]
---
# A question?
"""


def day(later: int) -> str:
    """A day so many days from today, where the clock is that of Greenwich."""
    return str(datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=later))


def problems_of(tmp_path, text: str, *, question: bool = True) -> list[str]:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    statuses = {"current": "Still true", "closed": "Closed"} if question else None
    _, found = front_matter.read(path, path.relative_to(tmp_path), statuses)
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("2026-11-23", day(1)),  # where the sun rises earlier
        ("[word]", f"[C, {'x' * 60}]"),
        (
            "[word]",
            "[word]\nchanges: {2026-11-23: It was new.}\nfollows: x\nasked: [https://x.org]",
        ),
    ],
)
def test_good_front_matter_has_no_problem(tmp_path, old, new):
    assert problems_of(tmp_path, GOOD.replace(old, new, 1)) == []


def test_front_matter_knows_where_its_page_begins(tmp_path):
    path = tmp_path / "page.md"
    for text, body, line in (
        (GOOD, "# A question?\n", 8),
        ("# A\n", "# A\n", 1),
        ("---\na: b\n", "---\na: b\n", 1),
        ("---\n[\n---\n\n# A\n", "\n# A\n", 4),
    ):
        path.write_text(text, encoding="utf-8")
        found, _ = front_matter.read(path, path, None)
        assert (found.body, found.body_line) == (body, line)
    path.write_bytes(b"---\na: \xff\n")
    assert front_matter.read(path, path, None)[1][0].line == 2


def page_of(tmp_path, text: str, name: str = "day-1/page.md"):
    path = tmp_path / "docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_page(Project(tmp_path), path)


def test_a_page_tells_what_its_front_matter_says(tmp_path):
    more = "[word, 1]\nchanges: {2026-11-24: It was new., 2026-11-22: It was old.}\nfollows: x.md"
    found, _ = page_of(tmp_path, GOOD.replace("[word]", more))
    assert (found.name, found.group, found.title) == ("day-1/page.md", "day-1", "A question?")
    assert (found.title_line, found.is_question, found.is_draft) == (10, True, False)
    assert [when for when, _ in found.changes] == ["2026-11-24", "2026-11-22"]
    assert (found.modified, found.follows, found.asked) == ("2026-11-24", "x.md", [])
    assert found.words("aliases") == ["word", "1"] and found.words("status") == []
    found, _ = page_of(tmp_path, GOOD.replace("[word]", "[word]\nfollows: [x]"), "index.md")
    assert (found.group, found.is_question, found.follows) == ("", False, "")
    assert found.modified == "2026-11-23"


@pytest.mark.parametrize(
    ("heading", "line", "what", "title"),
    [
        ("## A", 8, "no first-level heading", "page"),
        ("# A\n\n# B\n\n# C", 10, "3 first-level headings", "A"),
    ],
)
def test_a_page_has_one_title(tmp_path, heading, line, what, title):
    found, (problem,) = page_of(tmp_path, GOOD.replace("# A question?", heading))
    assert (problem.line, problem.what, problem.path.as_posix()) == (
        line,
        what,
        "docs/day-1/page.md",
    )
    assert (found.title, found.title_line) == (title, 8)


def test_a_project_knows_its_pages_in_the_order_of_its_menu(tmp_path):
    assert Project(tmp_path).slug == "notes"
    for name in ("index.md", "z/b.md", "z/a.md", "z/index.md", "z/y/deep.md", "x/c.md"):
        page_of(tmp_path, GOOD, name)
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Über & Co\nnav:\n  - index.md\n  - Z:\n      - z/index.md\n"
        "      - In b: z/b.md\n"
        "plugins:\n  workshop-notes: {appendix: x}\n",
        encoding="utf-8",
    )
    project = Project(tmp_path)
    assert project.nav == {"index.md": 3, "z/index.md": 5, "z/b.md": 6}
    names = [path.relative_to(project.docs).as_posix() for path in project.pages()]
    assert names == ["index.md", "z/index.md", "z/b.md", "x/c.md", "z/a.md", "z/y/deep.md"]
    asked = [project.docs / name for name in names if project.is_question(project.docs / name)]
    assert asked == [project.docs / "z/b.md", project.docs / "z/a.md"]
    assert (project.slug, project.wrong_settings) == ("uber-co", [])
    outside = tmp_path.parent / "x"
    assert (project.relative(outside), project.search_words) == (outside, {})
    (tmp_path / "search.yml").write_text("faint: a\nfoul: b\n", encoding="utf-8")
    (problem,) = Project(tmp_path).wrong_settings
    assert str(problem).startswith("search.yml:2: unknown key 'foul'")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", []),
        ("plugins: [search, workshop-notes]\n", []),
        ("plugins:\n  workshop-notes:\n", []),
        ("plugins:\n  - search\n  - workshop-notes: {slug: ''}\n", [(3, "'slug' is not valid")]),
        ("plugins:\n  workshop-notes:\n    slog: x\n", [(3, "unknown key 'slog'")]),
        ("plugins:\n  workshop-notes: x\n", [(2, "'the whole' is not valid: 'x' is not")]),
        ("plugins:\n  workshop-notes:\n    code_titles: [a, a]\n", [(3, "'code_titles' is not")]),
        ("plugins:\n  workshop-notes: {statuses: {draft: x}}\n", [(2, "'statuses' is not valid")]),
        ("plugins: [\n", [(2, "not YAML")]),
        ("- x\n", []),
    ],
)
def test_settings_are_found_wherever_a_plugin_may_stand(text, wrong):
    found, problems = settings.read(text)
    assert [
        (line, what[: len(told)])
        for (line, what, _), (_, told) in zip(problems, wrong, strict=True)
    ] == wrong
    assert found == settings.Settings()


def test_yaml_is_read_as_it_was_written():
    document = yaml_text.load(
        "on: no\nday: 2026-02-30\nyes: true\nx: !ENV [A, {b: 1}]\n"
        "y: !!python/name:a.b\nz: !A {c: [1]}\n"
    )
    assert document.value == {
        "on": "no", "day": "2026-02-30", "yes": True,
        "x": ["A", {"b": 1}], "y": "", "z": {"c": [1]},
    }  # fmt: skip
    assert document.places["x", 1, "b"] == (4, 13) and document.places["z", "c"] == (6, 7)
    assert [document.line(*path) for path in ((), ("day",), ("x", 7), ("gone", 1))] == [1, 2, 4, 1]
    assert (yaml_text.load("").value, yaml_text.load("a").value) == (None, "a")
    for text, line in (("a: 1\nb: 2\na: 3\n", 3), ("a:\n\tb\n", 2), ("a\n\x07", 2)):
        with pytest.raises(yaml_text.YamlError) as caught:
            yaml_text.load(text)
        assert caught.value.line == line and str(caught.value).startswith(f"line {line}: ")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("---\ndescription", "description", "page.md:1: no front matter; begin the file"),
        ("---\n#", "#", "page.md:1: the front matter is never closed; close it"),
        ("current", "fine", "page.md:3: front matter key 'status' is not valid"),
        ("2026-11-23", "yesterday", "page.md:4: front matter key 'reviewed' is not valid"),
        ("2026-11-23", "2026-02-30", "page.md:4: front matter key 'reviewed' is not valid"),
        ("[Training]", "[]", "page.md:5: front matter key 'tags' is not valid"),
        ("[Training]", "[A, A]", "page.md:5: front matter key 'tags' is not valid"),
        ("[Training]", "Training", "page.md:5: front matter key 'tags' is not valid"),
        ("aliases: [word]\n", "", "page.md:1: front matter key 'aliases' is missing; add a line"),
        (
            "status",
            "state",
            "page.md:3: unknown front matter key 'state'; did you mean 'status'? remove it",
        ),
        ("of use.", "of use", "page.md:2: front matter key 'description' is not valid"),
        (", and is long enough to be of use", "", "it has 39 characters, at least 50 are needed"),
        ("[word]", "[word", "the front matter is not YAML"),
        ("[Training]", "[Training]]", "page.md:5: the front matter is not YAML"),
        ("[Training]", "[Ü, \x07]", "page.md:5: the front matter is not YAML"),
        ("[word]", "[word]\nasked: [x]", "'asked' is not valid: 'x' does not match"),
        ("status: current", "status: current\nstatus: closed", "the front matter is not YAML"),
        (
            "status: current",
            "status: [x]",
            "page.md:3: front matter key 'status' is not valid: ['x']",
        ),
        (GOOD[4:-18], "- a\n", "page.md:2: the front matter holds no keys; write lines"),
        (GOOD, "", "page.md:1: no front matter"),
        ("[word]", "[word]\n1: x", "page.md:7: unknown front matter key '1'"),
        (
            "[word]",
            "['']",
            "page.md:6: front matter key 'aliases' is not valid: it has 0 characters",
        ),
        (
            "[word]",
            f"[{'x' * 61}]",
            "it has 61 characters, at most 60 are needed; write it like 'a",
        ),
        (
            "[word]",
            "[word]\nfollows: ''",
            "'follows' is not valid: it has 0 characters, at least 1",
        ),
        ("[word]", "[word]\nchanges: {}", "page.md:7: front matter key 'changes' is not valid"),
        ("[word]", "[word]\nchanges: {soon: It may be raised.}", "'soon' is not a 'date'; write"),
        (
            "[word]",
            "[word]\nchanges: {2026-11-23: As it was}",
            "it does not end in a full stop; wr",
        ),
        ("[word]", "[word]\nchanges: {2026-11-23: It rose.}", "it has 8 characters, at least 10 "),
        (
            "[word]",
            "[word]\nchanges: {2999-01-01: It may rise.}",
            "page.md:7: changes on 2999-01-01",
        ),
        (
            "2026-11-23",
            day(2),
            f"page.md:4: reviewed on {day(2)}, which is still to come; write the",
        ),
    ],
)
def test_a_defect_is_named_with_line_and_remedy(tmp_path, old, new, expected):
    assert old in GOOD
    found = problems_of(tmp_path, GOOD.replace(old, new, 1))
    assert any(expected in problem for problem in found), found
    assert all(";" in problem for problem in found), "each message names a remedy"


@pytest.mark.parametrize(("length", "fits"), [(49, False), (50, True), (170, True), (171, False)])
def test_a_description_has_50_to_170_characters(tmp_path, length, fits):
    words = "One sentence that answers the question, and is long enough to be of use."
    found = problems_of(tmp_path, GOOD.replace(words, f"{'x' * (length - 1)}."))
    assert (found == []) == fits, found


def test_words_for_the_search_are_read_as_they_stand():
    read = settings.read_search_words
    assert read("faint: a b\nneighbours: c\n") == ({"faint": ["a", "b"], "neighbours": ["c"]}, [])
    assert read("") == ({}, [])
    words, ((line, what, _),) = read("faint: a b\nneighbour: c\n")
    assert (words, line, what) == ({}, 2, "unknown key 'neighbour'")


def test_a_site_has_one_status_or_more():
    text = "plugins:\n  - workshop-notes:\n      statuses: {holds: As it was said}\n"
    read, wrong = settings.read(text)
    assert (read.statuses, wrong) == ({"holds": "As it was said"}, [])
    _, ((line, what, _),) = settings.read(text.replace("holds: As it was said", ""))
    assert (line, what) == (3, "'statuses' is not valid: {} should be non-empty")


def test_a_page_that_is_no_question_needs_only_a_description(tmp_path):
    text = (
        "---\ndescription: A sentence on what this page is for, of at least fifty letters.\n---\n"
    )
    assert problems_of(tmp_path, text, question=False) == []
    assert problems_of(
        tmp_path, text.replace("\n---\n", "\nstatus: current\n---\n", 1), question=False
    )
