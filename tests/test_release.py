"""A tag makes a release: of its own version, with checksums, of files that name their licences."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path

import material
import pypdf
import pytest
from lxml import html

from tests import licences
from tests.github import github
from tests.site import ROOT, html_pages

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
NAME = "sagemaker-workshop-notes"
FILES = [f"{NAME}{end}" for end in (".pdf", "-letter.pdf", ".epub", ".zip")]


def test_the_changelog_begins_with_the_version():
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    named = re.fullmatch(r"(\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)", headings[0])
    assert named and named[1] == VERSION, (
        f"CHANGELOG.md begins with '{headings[0]}': write a section '## {VERSION} (YYYY-MM-DD)' "
        "above it, or correct version in pyproject.toml"
    )


def test_the_version_stands_in_one_place():
    said = re.compile(rf"""version\w*["']?\s*[:=]\s*["']?{re.escape(VERSION)}\b""", re.I)
    paths = [*ROOT.glob("*.toml"), *ROOT.glob("*.yml"), *(ROOT / "src").rglob("*.py")]
    found = [path.name for path in paths if said.search(path.read_text(encoding="utf-8"))]
    assert found == ["pyproject.toml"]


@pytest.fixture
def tagged(tmp_path):
    """A folder as it is after `make offline` at a tag, and what runs a script of the release."""
    for name in ("dist", "site/day-1", ".github"):
        (tmp_path / name).mkdir(parents=True)
    for name in FILES:
        (tmp_path / "dist" / name).write_text(f"of {name}")
    (tmp_path / "site" / "index.html").write_text("home")
    (tmp_path / "site" / "day-1" / "x.html").write_text("a question")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changes\n\n## 1.2.3 (2026-11-30)\n\n- Of this.\n\n## 1.2.2 (2026-11-01)\n\n- Of that.\n"
    )

    def run(script, **environ):
        return subprocess.run(
            [ROOT / ".github" / script], cwd=tmp_path, text=True, capture_output=True, check=False,
            env={**os.environ, "TAG": "v1.2.3", **environ},
        )  # fmt: skip

    return run


def test_a_tag_publishes_the_site_what_is_made_of_it_and_checksums(tagged, tmp_path):
    done = tagged("pack-release")
    assert done.returncode == 0, done.stderr
    release = tmp_path / "release"
    assert (release / "notes.md").read_text().strip() == "- Of this."
    sums = dict(
        line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text().splitlines()
    )
    assert set(sums) == {*FILES, f"{NAME}-site.tar.gz"}
    for name, digest in sums.items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == digest
    with tarfile.open(release / f"{NAME}-site.tar.gz") as packed:
        assert {m.name for m in packed if m.isfile()} == {"./index.html", "./day-1/x.html"}


def test_the_same_site_is_packed_into_the_same_bytes(tagged, tmp_path):
    packed = tmp_path / "release" / f"{NAME}-site.tar.gz"
    tagged("pack-release")
    first = packed.read_bytes()
    for number, path in enumerate((tmp_path / "site").rglob("*")):
        os.utime(path, (number, number))
        path.chmod(0o700 if path.is_dir() else 0o600)
    tagged("pack-release")
    assert packed.read_bytes() == first


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_published_when_a_file_is_missing_or_empty(tagged, tmp_path, name):
    (tmp_path / "dist" / name).write_text("")
    done = tagged("pack-release")
    assert done.returncode == 1
    assert f"dist/{name} is missing or empty" in done.stderr
    assert not (tmp_path / "release").exists()


def test_a_tag_of_another_version_is_refused(tagged, tmp_path):
    done = tagged("pack-release", TAG="v1.2.4")
    assert done.returncode == 1
    assert done.stderr == (
        "The tag is v1.2.4, and pyproject.toml says 1.2.3: correct one of them.\n"
    )


def test_a_version_without_a_section_is_refused(tagged, tmp_path):
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.2 (2026-11-01)\n\n- Of that.\n")
    done = tagged("pack-release")
    assert done.returncode == 1
    assert done.stderr.startswith("CHANGELOG.md says nothing of 1.2.3: write a section")


@pytest.fixture
def attach(tagged, tmp_path):
    """Attach what was packed, to a release of a local GitHub."""
    assert tagged("pack-release").returncode == 0
    with github(tmp_path) as service:
        yield lambda: tagged("attach-to-release", **service.environment()), service


def test_a_tag_gets_a_release_with_the_files_and_the_words_of_the_changelog(attach, tmp_path):
    run, service = attach
    done = run()
    assert done.returncode == 0, done.stderr
    assert service.notes == {"v1.2.3": "\n- Of this.\n\n"}
    files = service.releases["v1.2.3"]
    assert set(files) == {*FILES, f"{NAME}-site.tar.gz", "SHA256SUMS"}
    assert all(files[name] == (tmp_path / "release" / name).read_bytes() for name in files)


def test_a_release_that_is_there_gets_them_in_the_place_of_its_own(attach):
    run, service = attach
    service.releases["v1.2.3"] = {FILES[0]: b"of another day", "mine.txt": b"by hand"}
    done = run()
    assert done.returncode == 0, done.stderr
    files = service.releases["v1.2.3"]
    assert files[FILES[0]] == f"of {FILES[0]}".encode()
    assert set(files) == {*FILES, f"{NAME}-site.tar.gz", "SHA256SUMS", "mine.txt"}
    assert "POST /api/repos/team/notes/releases" not in service.asked


def test_what_was_changed_on_the_way_is_not_attached(attach, tmp_path):
    run, service = attach
    (tmp_path / "release" / FILES[0]).write_text("another")
    done = run()
    assert done.returncode == 1
    assert f"{FILES[0]}: FAILED" in done.stdout
    assert service.asked == []


PARTS = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", licences.LIST.read_text("utf-8"), re.M)


def test_the_python_packages_and_their_licences_are_listed():
    listed = {name: (version, spdx) for name, version, spdx in PARTS}
    other = [name for name, found in licences.packages().items() if listed.get(name) != found]
    assert not other, f"THIRD-PARTY.md lacks {', '.join(other)} as installed: run 'make format'"


def test_what_the_themes_script_and_rules_are_made_of_is_listed():
    assets = Path(material.__file__).parent / "templates" / "assets"
    maps = [*assets.glob("javascripts/bundle*.map"), *assets.glob("stylesheets/*.map")]
    sources = " ".join(s for path in maps for s in json.loads(path.read_text("utf-8"))["sources"])
    found = set(re.findall(r"node_modules/((?:@[^/ ]+/)?[^/ ]+)", sources))
    listed = {name for part, name, _ in PARTS if part.startswith("inside ")}
    assert listed == found, "look up the licence of what is new, and correct THIRD-PARTY.md"


def test_each_icon_is_of_the_set_that_is_listed(site):
    shapes = set()
    for path in html_pages(site):
        icons = html.parse(str(path)).xpath("//*[local-name()='svg' and @viewbox='0 0 24 24']")
        shapes |= {shape for icon in icons for shape in icon.xpath(".//*/@d")}
    folder = Path(material.__file__).parent / "templates" / ".icons" / "material"
    known = " ".join(path.read_text(encoding="utf-8") for path in folder.glob("*.svg"))
    assert shapes
    assert not {shape for shape in shapes if f'd="{shape}"' not in known}


def test_no_font_is_shipped_but_the_letters_in_the_pdf(editions):
    kinds = (".woff", ".woff2", ".ttf", ".otf", ".eot")
    names = [path.name for path in editions.site.rglob("*")]
    for end in ("zip", "epub"):
        names += zipfile.ZipFile(editions.dist / f"{editions.slug}.{end}").namelist()
    assert not [name for name in names if name.endswith(kinds)]
    assert "@font-face" not in (editions.site / "assets" / "site.css").read_text(encoding="utf-8")
    fonts = set()
    for page in pypdf.PdfReader(editions.dist / f"{editions.slug}.pdf").pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts.add(re.sub(r"^/[A-Z]{6}\+|-.*$", "", font.get_object()["/BaseFont"]))
    listed = {name.replace(" ", "") for part, name, _ in PARTS if part.startswith("font ")}
    assert fonts == listed
