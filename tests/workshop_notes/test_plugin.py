"""The site is a MkDocs project like any other: every command of MkDocs gives the whole of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import markdown.blockprocessors
import mkdocs.utils
import pytest
from mkdocs.config import load_config

from tests import attributes
from tests.site import ROOT, BuildError, build, environment, run
from workshop_notes.content.pages import read_pages
from workshop_notes.plugin import WorkshopNotes

PAGE = "docs/dough/how-warm.md"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_mkdocs_finds_the_plugin_by_its_name(project):
    plugin = load_config(str(project.config)).plugins["workshop-notes"]
    assert type(plugin) is WorkshopNotes


def test_a_setting_that_is_not_known_is_refused(small_site):
    text = small_site.config.read_text(encoding="utf-8")
    line = text[: text.index("      origin:")].count("\n") + 1
    small_site.config.write_text(text.replace("      origin:", "      orign:"), encoding="utf-8")
    with pytest.raises(BuildError) as refusal:
        build(small_site)
    assert f"mkdocs.yml:{line}: unknown key 'orign'; did you mean 'origin'? remove it" in str(
        refusal.value
    )


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "plain"])
def test_a_mistake_in_the_content_stops_the_build_and_the_site_of_before_stays(small_site, strict):
    small_site.site.mkdir()
    (small_site.site / "index.html").write_text("of before", encoding="utf-8")
    page = small_site.root / PAGE
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("status: holds", "status: fine"), encoding="utf-8")
    with pytest.raises(BuildError) as refusal:
        build(small_site, strict=strict)
    assert f"ERROR   -  {PAGE}:3: front matter key 'status' is not valid" in str(refusal.value)
    assert "1 problem in the content." in str(refusal.value)
    assert "Traceback" not in str(refusal.value)
    assert tree(small_site.site) == {"index.html": b"of before"}


# Nothing is replaced


def test_no_library_is_changed_by_a_build(project, expanded, tmp_path):
    out = tmp_path / "out"
    given = (str(expanded / "mkdocs.yml"), str(project.config), str(out))
    path = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    done = run(project, "tests.attributes", *given, PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
    assert (out / "search" / "index.js").is_file()


def test_what_is_replaced_would_be_seen(monkeypatch):
    before = attributes.attributes()
    assert len(before) > 3000
    monkeypatch.setattr(mkdocs.utils, "get_relative_url", lambda *given: "")
    monkeypatch.setattr(markdown.blockprocessors.ParagraphProcessor, "run", print)
    monkeypatch.setattr(jinja2.Environment.get_template, "__code__", (lambda self: 0).__code__)
    assert attributes.changed(before, attributes.attributes()) == [
        "jinja2.environment.Environment.get_template.__code__",
        "markdown.blockprocessors.ParagraphProcessor.run",
        "mkdocs.utils.get_relative_url",
        "mkdocs.utils.get_relative_url.__code__",
    ]


# As a host builds it


ONLY = """
import importlib.metadata, importlib.machinery, re, runpy, sys

allowed = {re.sub("[-_.]+", "-", name).lower() for name in sys.argv.pop(1).split()}
owners = importlib.metadata.packages_distributions()

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        owned = owners.get(name.partition(".")[0])
        if owned and not {re.sub("[-_.]+", "-", each).lower() for each in owned} & allowed:
            raise ModuleNotFoundError(f"No module named {name!r}: not in the group", name=name)

sys.meta_path.insert(0, NotInstalled())
runpy.run_module("mkdocs", run_name="__main__")
"""
"""Runs MkDocs as if only some distributions were installed."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """What a host gets: the files of the last commit, and nothing else."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout of the repository")
    folder = tmp_path_factory.mktemp("checkout")
    archive = folder / "head.zip"
    subprocess.run(["git", "archive", "-o", str(archive), "HEAD"], cwd=ROOT, check=True)
    shutil.unpack_archive(archive, folder / "notes")
    return folder / "notes"


def test_a_clean_checkout_builds_with_the_packages_of_the_group_alone(checkout, tmp_path):
    """As Read the Docs, Netlify or Cloudflare Pages do it, started from anywhere."""
    lock = (checkout / "requirements" / "site.txt").read_text(encoding="utf-8")
    allowed = re.findall(r"^([\w.-]+)==", lock, re.M)
    assert "mkdocs-material" in allowed and "pytest" not in allowed
    command = [sys.executable, "-c", ONLY, " ".join([*allowed, "sagemaker-workshop-notes"])]
    done = subprocess.run(
        [*command, "build", "--config-file", str(checkout / "mkdocs.yml")],
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": str(checkout / "src")},  # the code of the commit
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    names = tree(checkout / "site")
    assert {"404.html", "_headers", "llms.txt", "llms-full.txt", "search/index.js"} <= set(names)
    pages = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "HEAD:docs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for page in (name for name in pages if name.endswith(".md")):
        place = re.sub(r"(^|/)index$", r"\1", page.removesuffix(".md"))
        assert f"{place}/index.html".lstrip("/").replace("//", "/") in names
        assert page in names


def test_gh_deploy_publishes_the_whole_site(copy, site, tmp_path):
    remote = tmp_path / "remote.git"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (
        ["init", "-q", "--bare", str(remote)],
        ["init", "-q", str(copy.root)],
        ["-C", str(copy.root), "add", "mkdocs.yml"],
        ["-C", str(copy.root), "commit", "-q", "-m", "begin"],
        ["-C", str(copy.root), "remote", "add", "origin", str(remote)],
    ):
        subprocess.run([*git, *command], check=True)
    names = {
        f"GIT_{who}_{what}": "a@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    address = "https://example.org/notes/"
    done = run(copy, "mkdocs", "gh-deploy", "--strict", SITE_URL=address, **names)
    assert done.returncode == 0, done.stderr
    published = tmp_path / "published"
    subprocess.run(
        ["git", "clone", "-q", "-b", "gh-pages", str(remote), str(published)], check=True
    )
    found = {name: data for name, data in tree(published).items() if not name.startswith(".git/")}
    assert found.pop(".nojekyll") == b""
    assert found == tree(copy.site)
    assert found.keys() == tree(site).keys()
    assert all(page.name in found for page in read_pages(copy))
