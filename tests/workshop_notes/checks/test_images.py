"""Each image is used, is there, and says in words what it shows."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html

import state_machines
from tests.site import html_pages
from workshop_notes.checks.rendered import IMAGE_TYPES
from workshop_notes.content.pictures import ALT_LENGTH


@pytest.fixture(scope="module")
def shown(site) -> dict[str, list[tuple[str, str]]]:
    """Images of each built page: (path below the site, alternative text)."""
    found = {}
    for path in html_pages(site):
        here = path.relative_to(site).as_posix()
        images = html.parse(str(path)).findall(".//img")
        found[here] = [
            (unquote(urlsplit(urljoin(f"/{here}", image.get("src"))).path), image.get("alt"))
            for image in images
        ]
    return found


def test_each_drawing_is_shown_in_both_schemes(shown):
    for page, names in (
        ("day-1/schedule-jobs", ("train", "tune")),
        ("asked-since/retry-with-a-new-name", ("train-run", "train-failed")),
    ):
        images = [path for path, _ in shown[f"{page}/index.html"] if "/img/" in path]
        wanted = [f"/img/step-{name}{scheme}.svg" for name in names for scheme in ("", ".dark")]
        assert images == wanted


def test_the_steps_of_each_diagram_stand_below_it_as_a_list(site, project):
    page = html.parse(str(site / "day-1/schedule-jobs/index.html"))
    for name in ("train", "tune"):
        machine = state_machines.load(project.root / f"examples/schedule-jobs/{name}.asl.json")
        (figure,) = page.xpath(f".//article//img[contains(@src, 'step-{name}.svg')]/ancestor::p")
        steps = figure.getnext()
        assert steps.tag == "ol"
        assert [item.find(".//strong").text for item in steps] == list(machine.states)


def test_every_image_on_a_page_is_a_file(site, shown):
    for here, images in shown.items():
        for path, _ in images:
            # 404.html names absolute addresses, since it is shown at any depth.
            path = path.removeprefix("/notes")
            assert (site / path.lstrip("/")).is_file(), f"{here} shows {path}, which is missing"


def test_every_image_in_the_content_says_what_it_shows(site, shown):
    for here, images in shown.items():
        for path, text in images:
            if path.endswith("logo.svg"):
                continue  # decoration inside a link that names itself
            assert text and len(text) in ALT_LENGTH, f"{here}: {path}: {text!r}"
            assert not text.lower().startswith("image")


def test_every_image_file_is_used(site, shown):
    used = {
        path.removeprefix("/notes").lstrip("/") for images in shown.values() for path, _ in images
    }
    for path in html_pages(site):
        tree = html.parse(str(path))
        here = path.relative_to(site).as_posix()
        for link in tree.findall(".//a[@href]") + tree.findall(".//link[@href]"):
            used.add(urlsplit(urljoin(f"/{here}", link.get("href"))).path.lstrip("/"))
    for path in site.rglob("*"):
        name = path.relative_to(site).as_posix()
        if path.suffix in IMAGE_TYPES and name != "assets/images/favicon.png":  # the theme's own
            assert name in used or name.replace(".dark.", ".") in used, f"no page uses {name}"


def test_images_keep_their_place_while_loading(site):
    for path in html_pages(site):
        for image in html.parse(str(path)).findall(".//article//img"):
            assert image.get("width") and image.get("height"), f"{path}: {image.get('src')}"
