"""What is kept while somebody writes is never stale: a build again is a build for the first time.

Each edit is followed by a build in a process that has built before, and by one in a process that
has not. Both name the same problems; where there are none, both write the same files.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.other_site import write
from tests.rebuilt import as_large_site, built
from tests.site import THAT_DAY
from workshop_notes.content.project import Project

Build = tuple[list[str], dict[str, bytes]]
WARM, LONG, RYE = "docs/dough/how-warm.md", "docs/dough/how-long.md", "docs/recipes/rye.md"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="20"><rect/></svg>\n'
PICTURE = "A loaf beside an oven, seen from the side, with steam above it"
MADE = {
    WARM: "\n## In summer\n\nLess water.\n",
    LONG: "\nSee [the summer](how-warm.md#in-summer) and [rye](../recipes/rye.md).\n",
    RYE: f"\n![{PICTURE}](../img/loaf.svg)\n\n<!-- notebook: loaf.ipynb -->\n",
    "docs/img/loaf.svg": DRAWING.format(30),
    "docs/img/loaf.dark.svg": DRAWING.format(30),
    "xgb-autotune-artifacts/oven.py": "HOT = 250\n",
    "notebooks/loaf.ipynb": json.dumps(
        {
            "cells": [
                {
                    "cell_type": "markdown",
                    "id": "one",
                    "metadata": {},
                    "source": [
                        "# A loaf\n",
                        "\n",
                        "By [a script](../xgb-autotune-artifacts/oven.py).",
                    ],
                }
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    ),
}
"""What the small site holds besides, so that pages depend on each other and on other files."""


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return an edit after which the file has the date of before, as Git or a copy may leave it."""

    def edit(root: Path) -> None:
        path, text = root / name, (root / name).read_text(encoding="utf-8")
        assert old in text
        date = path.stat()
        path.write_text(text.replace(old, new), encoding="utf-8")
        if path.suffix != ".md":  # by a page's date, MkDocs itself knows what to make again
            os.utime(path, ns=(date.st_atime_ns, date.st_mtime_ns))

    return edit


def remove(*names: str) -> Callable[[Path], None]:
    """Return an edit that removes files."""

    def edit(root: Path) -> None:
        for name in names:
            (root / name).unlink()

    return edit


def both(*edits: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return several edits as one."""

    def edit(root: Path) -> None:
        for each in edits:
            each(root)

    return edit


CHANGES = {
    "a page": (replace(RYE, "Flour, water", "Whole flour, water"), "recipes/rye/index.html"),
    "a title of which lists are made": (
        replace(WARM, "# How warm should", "# How hot should"),
        "dough/index.html",
    ),
    "the title of a source": (
        replace("sources.yml", "A guide to dough", "A guide to doughs"),
        "dough/how-warm/index.html",
    ),
    "included code": (
        replace("examples/how-warm/bake.py", "26", "27"),
        "dough/how-warm/index.html",
    ),
    "a badge": (
        replace("examples/how-warm/bake.badge.json", '"2.0"', '"2.1"'),
        "dough/how-warm/index.html",
    ),
    "a picture": (
        replace("docs/img/loaf.svg", DRAWING.format(30), DRAWING.format(40)),
        "recipes/rye/index.html",
    ),
    "a notebook": (replace("notebooks/loaf.ipynb", "# A loaf", "# A roll"), "recipes/loaf.ipynb"),
    "a script that goes with a notebook": (
        replace("xgb-autotune-artifacts/oven.py", "250", "260"),
        "recipes/loaf.ipynb",
    ),
    "a setting": (
        replace("mkdocs.yml", "As it was said", "As was said"),
        "dough/how-warm/index.html",
    ),
    "words of the search": (replace("search.yml", "pizza", "pasta"), "search/index.js"),
}
"""What is edited, and a file of the site that changes."""
MISTAKES = {
    "its front matter": (replace(WARM, "status: holds", "status: hold"), f"{WARM}:3: "),
    "a heading that another page links to": (
        replace(WARM, "## In summer", "## In July"),
        f"{LONG}:16: ",
    ),
    "a page that another one links to": (
        both(remove(RYE), replace("mkdocs.yml", ", recipes/rye.md", "")),
        f"{LONG}:16: ",
    ),
    "the address of a source": (
        replace("sources.yml", "example.org/guide", "example.org/other"),
        "https://example.org/guide has no entry in the ledger",
    ),
    "a picture that runs a script": (
        replace("docs/img/loaf.svg", "<rect/>", "<script/>"),
        "the SVG holds <script>",
    ),
    "a picture that is gone": (remove("docs/img/loaf.svg", "docs/img/loaf.dark.svg"), f"{RYE}:"),
    "a script that a notebook links to": (
        remove("xgb-autotune-artifacts/oven.py"),
        "a link to ../xgb-autotune-artifacts/oven.py, which is missing",
    ),
    "a setting that checks": (
        replace("mkdocs.yml", "code_titles: [Oven]", "code_titles: [Stove]"),
        "a code block that does not say what it is for",
    ),
}
"""What is edited, and words of the problem that is named."""


@pytest.fixture(scope="module")
def builds(
    request, tmp_path_factory
) -> Iterator[tuple[Project, Callable[..., Build], Build, bool]]:
    """A project; what builds it again or for the first time; and what it was before any edit."""
    folder = tmp_path_factory.mktemp("rebuild")
    project = write(folder / "project")
    for name, text in MADE.items():
        path = project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(text)
    # From a process that has only imported what it needs, each is forked in no time.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.rebuilt", "workshop_notes.plugin"])
    prepare = as_large_site if request.param == "large" else None
    with (
        pytest.MonkeyPatch.context() as patch,
        ProcessPoolExecutor(1, context, initializer=prepare) as server,
    ):
        patch.setenv("SOURCE_DATE_EPOCH", THAT_DAY)
        patch.setenv("NO_MKDOCS_2_WARNING", "1")

        def build(again: bool) -> Build:
            given = built, str(project.config)
            if again:
                return server.submit(*given, str(folder / "again"), bool(request.param)).result()
            with ProcessPoolExecutor(1, context) as fresh, TemporaryDirectory() as site:
                return fresh.submit(*given, site, request.param).result()

        before = build(again=True)
        assert before[0] == [] and "recipes/loaf.ipynb" in before[1]
        yield project, build, before, request.param


@pytest.mark.parametrize(
    ("builds", "name"),
    [
        *((False, name) for name in {**CHANGES, **MISTAKES}),
        *((True, name) for name in MISTAKES),  # MkDocs makes only the page that was edited
    ],
    indirect=["builds"],
)
def test_what_was_read_before_an_edit_is_not_told_after_it(builds, name):
    project, build, (_, site), dirty = builds
    edit, shown = {**CHANGES, **MISTAKES}[name]
    files = [path for path in project.root.rglob("*") if path.is_file()]
    texts = {path: path.read_bytes() for path in files}
    try:
        edit(project.root)
        problems, again = build(again=True)
        expected, first = build(again=False)
    finally:
        for path, data in texts.items():
            if not path.is_file() or path.read_bytes() != data:
                path.write_bytes(data)
    if name in CHANGES:
        assert problems == expected == []
        assert again == first
        assert again[shown] != site[shown]
        return
    assert any(shown in each for each in problems)
    if dirty:  # of a page that was not made again, the address stands as MkDocs wrote it
        problems, expected = (
            {each.split(": ")[0] for each in found} for found in (problems, expected)
        )
    assert problems == expected


@pytest.mark.parametrize("builds", ["large"], indirect=True)
def test_on_a_large_site_too_the_links_of_the_edited_page_are_checked(builds):
    project, build, *_ = builds
    both(
        replace(LONG, "#in-summer", "#in-july"),
        replace(LONG, "recipes/rye.md", "recipes/oat.md"),
    )(project.root)
    problems, site = build(again=True)
    assert [each.partition(";")[0] for each in problems] == [
        f"{LONG}:16: link to #in-july, which docs/dough/how-warm.md has no heading for",
        f"{LONG}:16: link to ../recipes/oat.md, which is missing",
    ]
    assert b"in-july" in site["dough/how-long/index.html"]
