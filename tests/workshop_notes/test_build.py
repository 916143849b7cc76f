"""The build is strict, small, the same twice, and not bound to one engine."""

from __future__ import annotations

import filecmp
import os
import shutil
from pathlib import Path

import pytest
from lxml import html

from tests.site import BuildError, build, html_pages, run
from workshop_notes.html import THEME


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_warning_of_the_engine_fails_the_build(small_site):
    # Our own check does not read Markdown inside HTML; the engine does, and only warns.
    page = small_site.docs / "dough" / "how-warm.md"
    with page.open("a", encoding="utf-8") as stream:
        stream.write("\n<div markdown>\n[x](gone.md)\n</div>\n")
    with pytest.raises(BuildError, match=r"gone\.md"):
        build(small_site)


def test_another_user_makes_the_same_bytes_in_another_place_and_zone(editions, copy, address):
    for number, path in enumerate(copy.docs.rglob("*")):
        os.utime(path, (number, number))
    before = os.umask(0o077)
    try:
        done = run(
            copy, "workshop_notes", "offline",
            # Not LC_ALL: Python 3.11 itself would then read no path with an umlaut.
            SITE_URL=address, TZ="Pacific/Kiritimati", LANG="C", LC_ALL="", USER="another",
            COLUMNS="40",
        )  # fmt: skip
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    for ours, theirs in ((editions.site, copy.site), (editions.dist, copy.dist)):
        names = tree(ours)
        assert names == tree(theirs)
        assert filecmp.cmpfiles(ours, theirs, names, shallow=False)[1:] == ([], [])


def test_the_menu_shows_the_days_and_only_the_open_days_questions(site):
    for path in html_pages(site):
        menu = html.parse(str(path)).find(".//nav[@class='menu']")
        name = path.relative_to(site).as_posix()
        listed = {
            link.get("href").rstrip("/").rpartition("/")[2]
            for link in menu.xpath(".//a[not(starts-with(@href, '#'))]")
        }
        days = {"day-1", "day-2", "day-3"} - {name.split("/")[0]}
        others = {
            page.parent.name
            for page in html_pages(site)
            for day in days
            if page.is_relative_to(site / day) and page.parent.name != day
        }
        assert not listed & others, f"{name} lists questions of another day"


def test_the_configuration_and_the_stylesheet_stay_small(project):
    assert len(project.config.read_text(encoding="utf-8").splitlines()) < 120
    assert (THEME / "assets" / "site.css").stat().st_size < 12_000


def test_the_site_holds_nothing_but_what_it_needs(site):
    names = tree(site)
    assert not {name for name in names if name.endswith((".py", ".yml"))}
    assert {"index.html", "404.html", "sitemap.xml", "search/index.js"} <= names


def test_every_page_describes_itself(site):
    descriptions = []
    for path in html_pages(site):
        if path.name == "404.html":
            continue
        page = html.parse(str(path))
        descriptions.append(page.find(".//meta[@name='description']").get("content"))
    assert len(set(descriptions)) == len(descriptions)


def test_addresses_of_repository_and_editor_are_shown_only_where_known(plain, copy, monkeypatch):
    without = (plain.site / "day-3/spark/index.html").read_text(encoding="utf-8")
    assert "Edit this page" not in without and "Source of these notes" not in without
    assert "canonical" not in without
    monkeypatch.setenv("SITE_URL", "https://example.org/notes/")
    monkeypatch.setenv("REPO_URL", "https://example.org/team/notes")
    monkeypatch.setenv("EDIT_URI", "https://example.org/team/notes/edit/main/docs/")
    known = (build(copy) / "day-3/spark/index.html").read_text(encoding="utf-8")
    assert 'href="https://example.org/team/notes/edit/main/docs/day-3/spark.md"' in known
    assert 'href="https://example.org/team/notes"' in known
    assert 'rel="canonical" href="https://example.org/notes/day-3/spark/"' in known


def test_a_folder_that_no_build_has_made_is_not_emptied(small_site, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(BuildError, match="mine holds no built site, and is left as it is"):
        build(small_site, mine)
    (tmp_path / "linked").symlink_to(mine)
    with pytest.raises(BuildError, match=f"linked is a link to {mine}, and is left as it is"):
        build(small_site, tmp_path / "linked")
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]


def test_a_mistake_leaves_the_site_of_before(plain, small_site, tmp_path):
    site = shutil.copytree(plain.site, tmp_path / "site")
    names = tree(site)
    page = small_site.docs / "dough" / "how-warm.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("status: holds", "status: fine"), encoding="utf-8")
    message = r"docs/dough/how-warm\.md:3: front matter key 'status' is not valid"
    with pytest.raises(BuildError, match=message):
        build(small_site, site, strict=False)
    assert tree(site) == names
