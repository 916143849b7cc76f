"""The zip: the whole site, from the disk, the same bytes twice."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pypdfium2
import pytest
from lxml import html

from tests.site import environment, html_pages
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project
from workshop_notes.html import archive


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


def test_it_claims_no_address_of_its_own(unpacked, address):
    for path in html_pages(unpacked):
        assert html.parse(str(path)).find(".//link[@rel='canonical']") is None
    assert address not in (unpacked / "llms.txt").read_text(encoding="utf-8")


def test_the_same_files_make_the_same_bytes_in_any_order(tmp_path):
    for name, order in (("a", (1, 2, 3)), ("b", (3, 1, 2))):
        for number in order:
            path = tmp_path / name / f"{number} ä ö.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"page {number}")
            os.utime(path, (number * 1e8, number * 1e8 + len(name)))
            path.chmod(0o600 if name == "a" else 0o644)
    first, second = (archive.packed(archive.files_of(tmp_path / name), "x") for name in "ab")
    assert first == second
    assert zipfile.ZipFile(io.BytesIO(first)).namelist() == [
        f"x/{number} ä ö.txt" for number in (1, 2, 3)
    ]
    (tmp_path / "b" / "1 ä ö.txt").write_text("another")
    assert archive.packed(archive.files_of(tmp_path / "b"), "x") != first


def test_names_with_spaces_and_umlauts_come_out_whole():
    data = archive.packed({"Größe & Maß 日本.html": b"x"}, "notes")
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.namelist() == ["notes/Größe & Maß 日本.html"]


def test_a_link_out_of_the_site_is_refused(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "secret").write_text("not published")
    (tmp_path / "site" / "page.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match=r"page\.txt is a link to .*secret, outside the site"):
        archive.files_of(tmp_path / "site")


def offline(project: Project, *before: str, pdf: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command in a project, after statements that take something away."""
    code = "\n".join((*before, "import sys", "from workshop_notes.cli import main"))
    arguments = ["offline", *["--without-pdf"] * (not pdf)]
    return subprocess.run(
        [sys.executable, "-c", f"{code}\nsys.exit(main(sys.argv[1:]))", *arguments],
        cwd=project.root, env=environment(), text=True, capture_output=True, check=False,
    )  # fmt: skip


def test_a_dist_that_cannot_be_written_is_named(small_site):
    small_site.dist.write_text("a file where the folder belongs")
    done = offline(small_site, pdf=False)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "dist" in line and "run again" in line


def test_what_is_wrong_with_the_content_is_said_as_ever(small_site):
    (small_site.docs / "dough" / "how-warm.md").write_text("no front matter\n")
    done = offline(small_site, pdf=False)
    assert done.returncode == 1
    assert "docs/dough/how-warm.md:1: no front matter" in done.stderr
    assert not small_site.dist.exists()


def test_without_the_engine_one_line_says_what_to_install_and_the_rest_is_built(small_site):
    small_site.dist.mkdir()
    (small_site.root / "outside.pdf").write_text("of another day")
    for name in ("earlier.pdf", "mine.pdf", "changed.pdf"):
        (small_site.dist / name).write_text("of another day")
    sha256 = hashlib.sha256(b"of another day").hexdigest()
    names = ("earlier.pdf", "changed.pdf", "../outside.pdf")
    listed = "".join(f"{sha256}  {name}\n" for name in (*names, "gone.pdf"))
    (small_site.dist / "SHA256SUMS").write_text(listed)
    (small_site.dist / "changed.pdf").write_text("by the reader")
    done = offline(small_site, "import sys", "sys.modules['typst'] = None")
    assert done.returncode == 1
    reason, left_out = done.stderr.strip().splitlines()
    assert "'typst'" in reason and "make offline" in reason
    assert left_out == "The PDFs are left out; the rest is built."
    left = {path.name for path in small_site.dist.iterdir()}
    assert left == {
        f"{small_site.slug}.zip",
        f"{small_site.slug}.epub",
        "SHA256SUMS",
        "mine.pdf",
        "changed.pdf",
    }
    assert (small_site.root / "outside.pdf").exists(), "the list names what is not in dist"
    page = (small_site.root / "site" / "dough" / "how-warm" / "index.html").read_text(
        encoding="utf-8"
    )
    assert f"{small_site.slug}.zip" in page and ".pdf" not in page


def test_everything_is_written_published_and_listed(editions):
    dist = {path.relative_to(editions.dist).as_posix() for path in editions.dist.rglob("*.*")}
    questions = {page.name for page in read_pages(editions) if page.is_question}
    assert dist == {f"{editions.slug}{end}" for end in (".pdf", "-letter.pdf", ".zip", ".epub")} | {
        name.replace(".md", ".pdf") for name in questions
    }
    said = (editions.root / "said.txt").read_text(encoding="utf-8")
    for name in dist:
        assert (editions.site / name).read_bytes() == (editions.dist / name).read_bytes()
        assert f"dist/{name}: " in said
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(check, cwd=editions.dist, check=True)
    packed = zipfile.ZipFile(editions.dist / f"{editions.slug}.zip").namelist()
    assert not [name for name in packed if name.endswith(".pdf")]


def test_content_that_cannot_be_printed_costs_the_pdf_and_nothing_else(small_site):
    page = small_site.docs / "dough" / "how-warm.md"
    with page.open("a", encoding="utf-8") as stream:
        stream.write("\nA sign that no font has: \U0001f9ff.\n")
    done = offline(small_site)
    assert done.returncode == 1
    assert "docs/dough/how-warm.md:" in done.stderr and "U+1F9FF" in done.stderr
    assert (small_site.dist / f"{small_site.slug}.zip").is_file()


def test_a_missing_picture_is_named(copy):
    (copy.docs / "img" / "step-train-run.svg").unlink()
    done = offline(copy)
    assert done.returncode == 1
    assert "docs/asked-since/retry-with-a-new-name.md:" in done.stderr
    assert "step-train-run.svg" in done.stderr


def test_a_page_of_200_screens_goes_into_every_form(small_site):
    page = small_site.docs / "dough" / "how-warm.md"
    with page.open("a", encoding="utf-8") as stream:
        stream.writelines(f"\nParagraph {number}, {'a word ' * 60}.\n" for number in range(1500))
    done = offline(small_site)
    assert done.returncode == 0, done.stderr
    assert "Paragraph 1499," in (small_site.site / "dough" / "how-warm.md").read_text(
        encoding="utf-8"
    )
    assert len(pypdfium2.PdfDocument(small_site.dist / "dough" / "how-warm.pdf")) > 100


def test_the_disk_is_full_or_the_folder_is_read_only(small_site):
    small_site.dist.mkdir()
    done = offline(
        small_site,
        "import errno, pathlib, tempfile, workshop_notes.content.files as files",
        "real = files.tempfile.mkstemp",
        "def full(**named):",
        "    if 'dist' in str(named['dir']):",
        "        raise OSError(errno.ENOSPC, 'No space left on device', str(named['dir']))",
        "    return real(**named)",
        "files.tempfile.mkstemp = full",
        pdf=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.endswith("dist: No space left on device; mend that and run again.")
