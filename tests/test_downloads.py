"""What can be taken away is linked on every page, with its size, where it is really published."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html

from workshop_notes.export.twins import page_files
from workshop_notes.html.downloads import WHOLE, publish, show, size_words


def offered(site: Path, file: str) -> dict[str, str]:
    """The links in a page's place for downloads: file below the site, and its size in words."""
    (place,) = html.parse(str(site / file)).xpath("//nav[@class='take']")
    found = {}
    for link in place.iter("a"):
        path = (site / file).parent / unquote(link.get("href"))
        assert path.is_file(), f"{file} offers {link.get('href')}, which is not there"
        assert link.tail == f", {size_words(path.stat().st_size)}"
        found[path.resolve().relative_to(site.resolve()).as_posix()] = link.text
    return found


def test_a_plain_site_offers_its_texts_and_no_dead_link(site, project):
    for name, file in page_files(project, site).items():
        assert offered(site, file) == {
            name: "This page as Markdown",
            "llms-full.txt": "All pages as plain text",
        }


def test_what_was_published_is_offered_on_every_page(site, project, tmp_path):
    published = tmp_path / "site"
    shutil.copytree(site, published)
    dist = tmp_path / "dist"
    files = [dist / name for name in WHOLE if name != "llms-full.txt"]
    files.append(dist / "day-1" / "schedule-jobs.pdf")
    for size, path in enumerate(files, 1):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 600_000 * size)

    class Elsewhere(type(project)):
        dist = property(lambda self: tmp_path / "dist")

    publish(Elsewhere(project.root), published, files)
    for name, file in page_files(project, published).items():
        found = offered(published, file)
        assert set(found) - {name, "day-1/schedule-jobs.pdf"} == set(WHOLE)
        assert ("day-1/schedule-jobs.pdf" in found) == (name == "day-1/schedule-jobs.md")
    for path in files:
        (published / path.relative_to(dist)).unlink()
    show(project, published)
    for name, file in page_files(project, published).items():
        assert set(offered(published, file)) == {name, "llms-full.txt"}


def test_a_page_without_the_place_is_named(copy, site):
    shutil.copytree(site, copy.root / "site")
    page = copy.root / "site" / "day-3" / "spark" / "index.html"
    page.write_text(page.read_text().replace('class="take"', 'class="taken"'))
    shutil.copytree(copy.docs, copy.staged)
    with pytest.raises(ValueError, match=r'spark/index\.html: 0 places <nav class="take">'):
        show(copy, copy.root / "site")


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 kB"), (82_400, "82 kB"), (949_000, "949 kB"), (1_240_000, "1.2 MB")]
)
def test_sizes_are_written_for_readers(count, words):
    assert size_words(count) == words
