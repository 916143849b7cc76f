"""The zip: the whole site, from the disk, the same bytes twice."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from lxml import html

from tests.site import html_pages
from workshop_notes.offline import archive
from workshop_notes.offline.__main__ import main
from workshop_notes.questions import read_pages


@pytest.fixture(scope="session")
def unpacked(project, tmp_path_factory) -> Path:
    """The folder that the zip unpacks into; its path holds what addresses must escape."""
    folder = tmp_path_factory.mktemp("zip") / "lose Blätter #1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", "https://example.org/notes/")
        target = archive.write_zip(project, folder / "notes.zip")
    with zipfile.ZipFile(target) as opened:
        assert opened.testzip() is None
        opened.extractall(folder)
    return folder / archive.NAME


def test_it_holds_each_page_and_each_file_of_the_site(site, project, unpacked):
    def tree(folder: Path) -> set[str]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix() for path in files}

    names = tree(site) - archive.FOR_SERVERS
    for page in read_pages(project):
        stem = page.name.removesuffix(".md")
        if not page.name.endswith("index.md"):
            names.remove(f"{stem}/index.html")
        names.add(f"{stem}.html")
    assert tree(unpacked) == names


def test_each_link_leads_to_a_file_and_a_heading(unpacked):
    """From the disk a link to a folder shows a listing, or nothing."""
    ids = {}
    for path in html_pages(unpacked):
        ids[path.as_uri()] = set(html.parse(str(path)).xpath("//@id"))
    checked = 0
    for path in html_pages(unpacked):
        for target in html.parse(str(path)).xpath("//@href | //@src | //form/@action"):
            full, fragment = urldefrag(urljoin(path.as_uri(), target))
            if target.startswith(("https://", "data:")):
                continue
            assert full.startswith(unpacked.as_uri()), f"{path} leads to {target}"
            assert Path(unquote(full.removeprefix("file://"))).is_file(), f"{path}: {target}"
            if fragment and full in ids and fragment not in ("only-light", "only-dark"):
                assert unquote(fragment) in ids[full], f"{path}: {target}"
            checked += 1
    assert checked > 500


def test_it_claims_no_address_of_its_own(unpacked):
    for path in html_pages(unpacked):
        assert html.parse(str(path)).find(".//link[@rel='canonical']") is None
    assert "example.org" not in (unpacked / "llms.txt").read_text(encoding="utf-8")


def test_the_same_files_make_the_same_bytes_in_any_order(tmp_path):
    for name, order in (("a", (1, 2, 3)), ("b", (3, 1, 2))):
        for number in order:
            path = tmp_path / name / f"{number} ä ö.html"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"page {number}")
            os.utime(path, (number * 1e8, number * 1e8 + len(name)))
            path.chmod(0o600 if name == "a" else 0o644)
    first, second = (archive.packed(tmp_path / name) for name in "ab")
    assert first == second
    (tmp_path / "b" / "1 ä ö.html").write_text("another")
    assert archive.packed(tmp_path / "b") != first


def test_names_with_spaces_and_umlauts_come_out_whole(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "Größe & Maß 日本.html").write_text("x")
    target = tmp_path / "x.zip"
    target.write_bytes(archive.packed(tmp_path / "site"))
    with zipfile.ZipFile(target) as opened:
        assert opened.namelist() == [f"{archive.NAME}/Größe & Maß 日本.html"]


def test_a_link_out_of_the_site_is_refused(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "secret").write_text("not published")
    (tmp_path / "site" / "page.html").symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match=r"page\.html is a link to .*secret, outside the site"):
        archive.packed(tmp_path / "site")


def test_a_dist_that_cannot_be_written_is_named(copy, monkeypatch, capsys):
    (copy.root / "dist").write_text("a file where the folder belongs")
    monkeypatch.chdir(copy.root)
    assert main([]) == 1
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "dist" in line and "run again" in line


def test_what_is_wrong_with_the_content_is_said_as_ever(copy, monkeypatch, capsys):
    (copy.docs / "day-3" / "spark.md").write_text("no front matter\n")
    monkeypatch.chdir(copy.root)
    assert main([]) == 1
    assert "docs/day-3/spark.md:1: no front matter" in capsys.readouterr().err
    assert not (copy.root / "dist").exists()
