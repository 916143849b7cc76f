"""Every link of the published site lands: pages, fragments, images, styles, raw HTML."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
import yaml
from lxml import html

from tests import PATIENCE
from tests.server import served
from tests.site import ROOT, address_of, html_pages
from workshop_notes.checks import rendered
from workshop_notes.content import ledger as ledgers
from workshop_notes.content import markdown
from workshop_notes.content.pages import read_pages
from workshop_notes.content.problems import Problem
from workshop_notes.content.project import Project
from workshop_notes.html import article

LINKCHECKER = """
import importlib, sys
module = importlib.import_module("linkcheck.command.linkchecker")
# Started by root it changes to another user, who may not be able to read .venv: then its check of
# fragments is off, and it says nothing. The only host it asks here is our own.
module.drop_privileges = lambda: None
sys.exit(module.linkchecker())
"""


def linkcheck(address: str, tmp_path: Path) -> list[dict[str, str]]:
    """Crawl a served site with LinkChecker and return its findings, warnings included."""
    config = tmp_path / "linkcheckerrc"
    config.write_text(
        "[checking]\nthreads=4\nmaxrequestspersecond=500\n[filtering]\ncheckextern=0\n"
        "[output]\nwarnings=1\nstatus=0\n[csv]\nseparator=;\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-c", LINKCHECKER, "--config", str(config), "--no-robots"]
    run = subprocess.run(
        [*command, "--output", "csv", address],
        text=True,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert run.returncode in (0, 1), run.stderr
    lines = [line for line in run.stdout.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"))


def test_what_a_page_points_to_has_the_line_that_it_stands_on():
    text = "One\n[a](a.md)\ntwo [b](b.md)  \nand\\\n![c](c.png)\n\n- x\n  [d](d.md)\n\n"
    text += '<p>\n<img src="e.png">\n<video src="f"></video> <a href="g.md">g</a>\n</p>\n'
    found = [(each.target, each.line) for each in markdown.read(text, 5).references]
    assert found == [
        ("a.md", 6),
        ("b.md", 7),
        ("c.png", 9),
        ("d.md", 12),
        ("e.png", 15),
        ("g.md", 16),
    ]


def test_code_headings_and_directives_have_the_lines_that_they_stand_on():
    text = (
        '# A *b*\n\n```python title="x y"\n<!-- badge: a/b -->\n```\n\n    four\n\nText\n----\n'
        '!!! note "Box"\n\n    ~~~\n    in\n    ~~~\n\n    ### In\n\n'
        "<!-- badge: c/d -->  \n<!-- search -->\n<!-- Badge: e -->\n\n"
        "> ```sh\n> q\n> ```\n\n```text\nopen"
    )
    found = markdown.read(text, 3)
    assert markdown.read(text, 3) is found and markdown.parser() is markdown.parser(), "made once"
    assert [(each.level, each.text, each.line) for each in found.headings] == [
        (1, "A *b*", 3),
        (2, "Text", 11),
        (3, "In", 19),
    ]
    assert [
        (each.language, each.title, each.lines, each.line, each.last, each.fenced, each.closed)
        for each in found.code
    ] == [
        ("python", 'title="x y"', ("<!-- badge: a/b -->",), 5, 7, True, True),
        ("", "", ("four",), 9, 9, False, True),
        ("", "", ("in",), 15, 17, True, True),
        ("sh", "", ("q",), 25, 27, True, True),
        ("text", "", ("open",), 29, 30, True, False),
    ]
    assert [(each.name, each.value, each.line) for each in found.directives] == [
        ("badge", "c/d", 21),
        ("search", "", 22),
    ]
    assert [number for number, _ in found.outside_code] == [
        *(3, 4, 8, 10, 11, 12, 13, 14, 18, 19, 20, 21, 22, 23, 24, 28)
    ]


def test_what_a_page_points_to_has_its_words():
    text = "[a *b*\nc](x.md) d ![e](f.png) <img alt=g>\n\n[![h](i.png) ](//j.org)\n"
    found = [(each.kind, each.target, each.text) for each in markdown.read(text, 1).references]
    assert found == [
        ("link", "x.md", "a b c"),
        ("image", "f.png", "e"),
        ("image", "", "g"),
        ("image", "i.png", "h"),
        ("link", "//j.org", ""),
    ]
    assert [each.is_external for each in markdown.read(text, 1).references][-2:] == [False, True]


RENDERED = yaml.safe_load((ROOT / "tests" / "data" / "rendered.yml").read_text(encoding="utf-8"))


def found_in(project: Project, inside: str, files: set[str]) -> list[Problem]:
    """What is told of a small site where the engine made this of the recipe of a rye loaf."""
    pages, site = read_pages(project), []
    described = {page.matter.values["description"] for page in pages}
    for page in pages:
        content = inside if page.path.stem == "rye" else '<h1 id="x">t</h1>'
        made = article.parse(page.name, address_of(page.name), content)
        site.append(rendered.read(project, page, made, described))
    ledger = ledgers.read(project.ledger, project.ledger)
    return rendered.check(project, pages, ledger, site, files)


@pytest.mark.parametrize("case", RENDERED)
def test_all_that_is_said_of_what_the_engine_made(case, small_site):
    found = found_in(small_site, case["html"], {"img/x.png"})
    assert [f"{each.what}; {each.remedy}" for each in found] == case["told"]
    assert {(each.path.as_posix(), each.line) for each in found} <= {("docs/recipes/rye.md", 4)}


def test_pictures_that_no_page_shows_or_that_are_large(small_site):
    names = ("shown.png", "shown.dark.png", "stray.SVG", "stray.webp", "logo.svg", "large.gif")
    (small_site.docs / "img").mkdir()
    for name in names:
        size = {"shown.png": 1_000_000, "large.gif": 1_000_001}.get(name, 1)
        (small_site.docs / "img" / name).write_bytes(bytes(size))
    with small_site.config.open("a", encoding="utf-8") as file:
        file.write("# img/logo.svg\n")
    shown = "".join(
        f'<img src="../../img/{name}" alt="A loaf of rye bread on a table of old wood">'
        for name in ("shown.png", "large.gif")
    )
    found = found_in(small_site, shown, {f"img/{name}" for name in names})
    assert [str(each) for each in found] == [
        "docs/img/large.gif:1: a picture of 1.0 MB; bring it below 1 MB",
        "docs/img/stray.webp:1: no page uses this image; show it on a page, or delete it",
    ]


def test_linkchecker_finds_nothing(address, tmp_path):
    assert linkcheck(address, tmp_path) == []


def test_linkchecker_would_find_each_kind_of_defect(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(
        '<!doctype html><title>t</title><link rel="stylesheet" href="gone.css">'
        '<a href="gone/">a</a><img src="gone.png" alt="x">',
        encoding="utf-8",
    )
    with served(folder) as address:
        found = {row["urlname"] for row in linkcheck(address, tmp_path)}
    assert found == {"gone.css", "gone/", "gone.png"}


def fragments(site: Path, address: str) -> tuple[int, list[str]]:
    """How many links of a site lead into a page of it, and which of them lead to no id there.

    LinkChecker's own check fetches and reads a page anew for each of its fragments, and does not
    see links within a page.
    """
    ids: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    for path in html_pages(site):
        here = address + path.relative_to(site).as_posix().removesuffix("index.html")
        tree = html.parse(str(path)).getroot()
        ids[here] = {element.get("id") for element in tree.iter() if element.get("id")}
        links += [(here, urljoin(here, link.get("href"))) for link in tree.findall(".//*[@href]")]
    known = [(here, *urldefrag(target)) for here, target in links]
    known = [each for each in known if each[2] and each[1] in ids]
    lost = [
        f"{here} links to {page}#{fragment}"
        for here, page, fragment in known
        if unquote(fragment) not in ids[page]
    ]
    return len(known), lost


def test_every_fragment_is_an_id(site, address):
    checked, lost = fragments(site, address)
    assert lost == []
    assert checked > 100


def test_a_fragment_that_is_no_id_would_be_found(tmp_path):
    (tmp_path / "day").mkdir()
    (tmp_path / "index.html").write_text(
        '<meta charset="utf-8"><h1 id="é">t</h1>'
        '<a href="#%C3%A9">a</a><a href="#gone">b</a><a href="day/#gone">c</a>'
        '<map><area href="day/#there"></map><a href="https://example.org/#gone">d</a>',
        encoding="utf-8",
    )
    (tmp_path / "day" / "index.html").write_text('<h1 id="there">t</h1>', encoding="utf-8")
    here = "http://127.0.0.1/notes/"
    lost = [f"{here} links to {here}{page}#gone" for page in ("", "day/")]
    assert fragments(tmp_path, here) == (4, lost)


def test_no_id_stands_twice_on_a_page(site):
    for path in html_pages(site):
        found = [element.get("id") for element in html.parse(str(path)).iter() if element.get("id")]
        twice = {name for name in found if found.count(name) > 1}
        assert not twice, f"{path.relative_to(site)}: {twice}"


def test_no_markup_was_left_unread(site):
    """Markdown that the engine did not understand shows as literal brackets or stars."""
    for path in html_pages(site):
        content = html.parse(str(path)).find(".//article")
        if content is None:
            continue
        for code in content.xpath(".//pre | .//code | .//samp"):
            code.clear(keep_tail=True)
        for text in content.itertext():
            assert "](" not in text and "][" not in text, f"{path}: {text!r}"
            assert not text.lstrip().startswith(("* ", "!!! ", "<!--", "{ #")), f"{path}: {text!r}"
            assert not re.search(r"(^|[.;]\s)(1\. |- )$|\n(1\.|[-*]) ", text), f"{path}: {text!r}"
