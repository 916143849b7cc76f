"""Each defect in the content stops the build with file, line and remedy; nothing is written."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from tests.site import ROOT, environment
from workshop_notes.checks import examine, read_checked
from workshop_notes.content.project import Project

SPARK = "docs/day-3/spark.md"


@pytest.fixture
def copy(copy: Project) -> Project:
    """A copy without the long code of the experiment, since each test makes all the pages."""
    for path in (copy.root / "xgb-autotune-artifacts").rglob("*.py"):
        path.write_text("# left out\n", encoding="utf-8")
    for path in (copy.root / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        words = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
        path.write_text(json.dumps(notebook | {"cells": words}), encoding="utf-8")
    return copy


def edit(copy, name: str, old: str, new: str) -> int:
    """Replace a text that stands once or more in a file; return the line of its first place."""
    path = copy.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def messages(copy) -> list[str]:
    """What `mkdocs build` says of the content."""
    config = load_config(str(copy.config), site_dir=str(copy.root / "built"))
    plugin = config.plugins["workshop-notes"]
    with pytest.raises(Abort):
        build(config)
    return [str(problem) for problem in plugin.problems]


def test_the_project_itself_has_no_problem(project):
    pages, ledger = read_checked(project)
    assert len(pages) >= 13
    assert len(ledger.sources) >= 30


def test_a_page_without_front_matter(copy):
    text = (copy.root / SPARK).read_text(encoding="utf-8").split("---\n", 2)[2]
    (copy.root / SPARK).write_text(text, encoding="utf-8")
    assert messages(copy) == [
        f"{SPARK}:1: no front matter; begin the file with a block between two lines of ---, "
        "as CONTRIBUTING.md shows"
    ]


def test_counts_that_nobody_can_read(copy):
    (copy.root / "claims.json").write_text("{", encoding="utf-8")
    (message,) = messages(copy)
    assert message.startswith("claims.json:1: the counts cannot be read (Expecting ")
    assert message.endswith("run 'make format' to write them anew")


def test_a_draft_may_rest_on_what_nobody_looked_at(copy):
    with copy.ledger.open("a", encoding="utf-8") as stream:
        stream.write(
            "\n  - key: unseen\n    url: https://example.org/\n    title: T\n    expects: [t]\n"
            "    evidence: {kind: none}\n"
        )
    edit(copy, SPARK, "## More packages", "[t](https://example.org/)\n\n## More packages")
    told = "nobody has looked at source 'unseen'"
    assert [problem.what for problem in examine(copy)[2]] == [told]
    edit(copy, SPARK, "status: changed", "status: draft")
    assert examine(copy)[2] == []
    strict = [problem.what for problem in examine(copy, strict=True)[2]]
    assert strict == ["a draft, which is not published here", told]


def test_a_dead_internal_link(copy):
    line = edit(copy, SPARK, "../day-1/inference-pipelines.md", "../day-1/inference-pipeline.md")
    assert messages(copy) == [
        f"{SPARK}:{line}: link to ../day-1/inference-pipeline.md, which is missing; "
        "there is no docs/day-1/inference-pipeline.md: correct the path or add the file"
    ]


def test_a_link_to_a_file_in_other_letters(copy):
    line = edit(copy, SPARK, "../day-1/inference-pipelines.md", "../day-1/Inference-Pipelines.md")
    assert messages(copy)[0].startswith(f"{SPARK}:{line}: link to ../day-1/Inference-Pipelines.md")


@pytest.mark.parametrize("place", ["", "processing.md"])
def test_a_missing_fragment(copy, place):
    line = edit(copy, SPARK, "## More packages", f"[see]({place}#nowhere)\n\n## More packages")
    (message,) = messages(copy)
    target = place or "spark.md"
    assert message.startswith(
        f"{SPARK}:{line}: link to #nowhere, which docs/day-3/{target} has no heading for; use one"
    )


def test_a_missing_image_in_markdown_and_in_html(copy):
    alt = "A drawing that shows something worth showing"
    line = edit(
        copy,
        SPARK,
        "## More packages",
        f'![{alt}](../img/gone.png)\n\n<p>\n<img src="../img/gone2.png" alt="{alt}">\n</p>\n\n## M',
    )
    found = messages(copy)
    assert found[0].startswith(f"{SPARK}:{line}: image to ../img/gone.png, which is missing; ")
    assert found[1].startswith(f"{SPARK}:{line + 3}: image to ../img/gone2.png, which is missing; ")


@pytest.mark.parametrize(
    ("alt", "what"),
    [
        ("", "an image without alternative text"),
        ("Too short", "an alternative text of 9 characters"),
        ("x" * 151, "an alternative text of 151 characters"),
        ("Image of something that is worth showing here", "that begins with 'image'"),
    ],
)
def test_an_alternative_text_that_says_nothing(copy, alt, what):
    page = "docs/day-1/schedule-jobs.md"
    text = (copy.root / page).read_text(encoding="utf-8")
    old = text[text.index("![") + 2 : text.index("](../img/step-train.svg)")]
    line = edit(copy, page, old, alt)
    (message,) = messages(copy)
    assert message.startswith(f"{page}:{line}: ")
    assert what in message


def test_an_image_that_no_page_shows(copy):
    (copy.docs / "img" / "stray.png").write_bytes(b"\x89PNG\r\n")
    assert messages(copy) == [
        "docs/img/stray.png:1: no page uses this image; show it on a page, or delete it"
    ]


def test_an_unknown_directive(copy):
    line = edit(copy, SPARK, "## More packages", "<!-- question -->\n\n## More packages")
    (message,) = messages(copy)
    assert message.startswith(f"{SPARK}:{line}: unknown directive 'question'; ")


def test_a_definition_that_cannot_be_drawn(copy):
    name = "examples/schedule-jobs/train.asl.json"
    edit(copy, name, '"Next": "Save Model"', '"Next": "Save the model"')
    lines = messages(copy)
    assert lines[0].startswith(f"{name}:")
    assert any(
        "state 'Train model (XGBoost)'" in line and "Save the model" in line for line in lines
    )


def test_all_defects_are_told_at_once(copy):
    edit(copy, SPARK, "## More packages", "[x](gone.md) and [y](gone-too.md)\n\n## More packages")
    edit(copy, "docs/day-3/processing.md", "## Four traps", "[z](gone.md)\n\n## Four traps")
    assert len(messages(copy)) == 3


def test_wrong_front_matter_hides_no_wrong_text(copy):
    edit(copy, SPARK, "status: changed", "staus: changed")
    edit(copy, SPARK, "## More packages", "a\ttab\n\n    x = 1\n\n## More packages")
    found = "\n".join(messages(copy))
    for told in ("did you mean 'status'?", "'status' is missing", ": a tab", "without a fence"):
        assert told in found


def test_all_layers_of_one_page_are_told_at_once(copy):
    """Front matter, form, ledger, directive, include, and what only the engine sees."""
    edit(copy, SPARK, "status: changed", "staus: changed")
    text = (
        "[x](gone.md) and [y](https://example.org/new)\n\n![z](../img/gone.png)\n\n"
        '<!-- question -->\n\n```python title="SDK v3"\n--8<-- "spark/gone.py"\n```\n\n'
        "<div markdown>\n[q](#nowhere)\n</div>\n\n## More packages"
    )
    edit(copy, SPARK, "## More packages", text)
    found = messages(copy)
    for told in (
        "did you mean 'status'?",
        "'status' is missing",
        "link to gone.md, which is missing",
        "https://example.org/new has no entry in the ledger",
        "image to ../img/gone.png, which is missing",
        "an alternative text of 1 characters",
        "unknown directive 'question'",
        "include of spark/gone.py, which is missing",
        "link to #nowhere",
    ):
        assert any(told in each for each in found), f"{told}\n" + "\n".join(found)
    assert all(each.startswith((SPARK, "examples/spark/")) for each in found), found


def test_the_command_says_it_and_writes_nothing(copy):
    edit(copy, SPARK, "status: changed", "status: fine")
    run = subprocess.run(
        [sys.executable, "-m", "workshop_notes", "check"],
        cwd=copy.root,
        env=environment(),
        text=True,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert f"{SPARK}:3: front matter key 'status' is not valid" in run.stderr
    assert "Traceback" not in run.stderr
    assert not copy.site.exists()


def test_a_symbolic_link_out_of_the_pages(small_site):
    (small_site.root / "secret.txt").write_text("not to be published")
    (small_site.docs / "notes.txt").symlink_to("../secret.txt")
    (small_site.docs / "inside.txt").symlink_to("index.md")
    assert [str(problem) for problem in examine(small_site)[2]] == [
        "docs/notes.txt:1: a symbolic link to ../secret.txt, outside docs; put a copy in its place"
    ]


@pytest.mark.parametrize(
    ("new", "below", "what"),
    [
        ("<!-- bagde: spark/start_job -->", 0, "unknown directive 'bagde: spark/start_job'"),
        ('<a href="processing.md">x</a>', 0, "link to processing.md in HTML"),
        (
            "<div markdown>\n[x](processing.md)\n[x](not%20there.md)\n</div>",
            2,
            "link to not%20there.md, which is missing",
        ),
    ],
)
def test_what_slips_through_a_reader_of_lines_is_caught(copy, new, below, what):
    line = edit(copy, SPARK, "## More packages", f"## More packages\n\n{new}\n\n## Next")
    found = [message for message in messages(copy) if what in message]
    assert len(found) == 1, messages(copy)
    assert int(found[0].split(":")[1]) == line + 2 + below


RIGHT = [
    "<!-- todo -->",
    "<!-- todo: this -->",
    "```text\n<!-- badge: nowhere -->\n[x](gone.md)\n```",
    "`<!-- questions -->` and `[x](gone.md)`",
    "[x](processing.md#sources)",
    "[x](#top)",
    "[x](tel:+4912345)",
    "[x](processing.md?query#sources)",
    '<a href="../processing/">x</a>',
    '!!! note "Box"\n\n    ### In a box\n\n    [x](#in-a-box)',
    "### Maß { #größe }\n\n[x](#gr%C3%B6%C3%9Fe)",
]


def test_what_is_right_raises_no_alarm(copy):
    new = "\n\n".join(["## More packages", *RIGHT, "## Next"])
    edit(copy, SPARK, "## More packages", new)
    build(load_config(str(copy.config), site_dir=str(copy.root / "built")))


def test_a_byte_that_is_no_text(small_site):
    path = small_site.docs / "recipes" / "rye.md"
    path.write_bytes(path.read_bytes().replace(b"Flour", b"Fl\xf6ur", 1))
    told = "docs/recipes/rye.md:6: a byte that is not UTF-8; save the file as UTF-8"
    assert told in [str(problem) for problem in examine(small_site)[2]]


def test_a_picture_that_is_too_large(copy):
    large = copy.docs / "img" / "step-train.png"
    large.write_bytes(large.read_bytes() + bytes(2_000_000))
    (message,) = messages(copy)
    assert message.startswith("docs/img/step-train.png:1: a picture of 2.")


MISTAKES = yaml.safe_load((ROOT / "tests" / "data" / "mistakes.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_all_that_is_said_of_a_mistake(mistake, small_site):
    for name, *change in mistake["edits"]:
        path = small_site.root / name
        if not change:
            path.unlink()
            continue
        old, new = (each.encode() for each in change)
        before = path.read_bytes() if path.exists() else b""
        assert old in before
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(before.replace(old, new, 1))
    assert sorted(map(str, examine(small_site)[2])) == mistake["told"]
