"""Pictures of the pages, and what tells a change of look from a change of machine.

The pages are generated, so that no edit of an answer counts as a change. They are shown in a font
that comes with the tests, so that the fonts of a machine do not matter, and are compared at half
their size, at which the edges of letters weigh little.
"""

from __future__ import annotations

import base64
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import font_source_sans_pro
import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, Route, sync_playwright

from benchmarks import corpus
from tests.server import served
from tests.site import build, launch
from workshop_notes.content.project import Project

FOLDER = Path(__file__).parent / "look"
MADE_BY = FOLDER / "made-by.json"
SIZES = {390: 844, 768: 1024, 1280: 900}
"""Width and height of the windows, in CSS pixels: phone, tablet, desktop."""
SCHEMES = ("light", "dark")
PAGES = {
    "home": "",
    "question": "day-2/question-2/",
    "notebook": "sample/",
    "search": "?q=training+job",
    "missing": "404.html",
}
COLOURS = 64
"""Colours of a kept picture; with 64 a picture has 8 to 23 kB."""
NOTICED = 40
"""Difference of one of red, green and blue, of 255, from which a pixel counts as another. Fewer
colours change a pixel by less."""
ALLOWED_PIXELS = 30
"""Pixels, at half size, that may differ: less than one letter of a heading."""
_FONTS = {400: "Regular", 700: "Bold"}


@dataclass(frozen=True)
class Shot:
    """One picture: what it shows, how wide, in which scheme."""

    page: str
    width: int
    scheme: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.page}-{self.width}-{self.scheme}.png"


SHOTS = [Shot(page, width, scheme) for page in PAGES for width in SIZES for scheme in SCHEMES]


@contextlib.contextmanager
def served_site(folder: Path) -> Iterator[tuple[Path, str]]:
    """Build the generated site with a notebook below a folder, serve it, and give both places."""
    project = corpus.make(folder / "project", 9)
    (project.root / "notebooks").mkdir(exist_ok=True)
    notebook = project.root / "notebooks" / "sample.ipynb"
    notebook.write_text(json.dumps(_NOTEBOOK), encoding="utf-8")
    (project.docs / "sample.md").write_text(_NOTEBOOK_PAGE, encoding="utf-8")
    config = project.config.read_text(encoding="utf-8")
    line = "  - What was checked: status.md\n"
    project.config.write_text(config.replace(line, "  - sample.md\n" + line), encoding="utf-8")
    site = folder / "site"
    site.mkdir()
    with served(site) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", address)  # the page for what is not there has addresses from it
        for name in ("EDIT_URI", "REPO_URL"):
            patch.delenv(name, raising=False)
        yield build(Project(project.root), site), address


@contextlib.contextmanager
def camera(browser: Browser) -> Iterator[Page]:
    """Give a page that takes every picture, and remembers nothing from one to the next."""
    # Without the policy: the font is ours, not the site's.
    context = browser.new_context(reduced_motion="reduce", bypass_csp=True)
    context.add_init_script("localStorage.clear()")
    page = context.new_page()
    page.route("**/*.css", _with_font)
    yield page
    context.close()


def take(page: Page, address: str, shot: Shot) -> Image.Image:
    """Take a picture of a page as it is when nothing moves any more, at half its size."""
    page.set_viewport_size({"width": shot.width, "height": SIZES[shot.width]})
    page.emulate_media(color_scheme=shot.scheme)
    page.goto(address + PAGES[shot.page])
    if shot.page == "search":
        page.locator(".search__input").wait_for()
        page.locator("[role=option]").first.wait_for()
    page.evaluate("document.fonts.ready")
    data = page.screenshot(animations="disabled")
    with tempfile.TemporaryFile() as file:
        file.write(data)
        picture = Image.open(file).convert("RGB")
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> tuple[int, Image.Image]:
    """Return how many pixels differ noticeably, and a picture of where (black on white)."""
    if one.size != other.size:
        return max(one.width * one.height, other.width * other.height), other
    bands = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    marked = most.point(lambda value: 0 if value > NOTICED else 255)
    return marked.histogram()[0], marked


def _few_colours(picture: Image.Image) -> Image.Image:
    # Of Pillow's methods the one that loses no accent: it covers colours, not areas.
    method = Image.Quantize.MAXCOVERAGE
    return picture.quantize(COLOURS, method=method, dither=Image.Dither.NONE)


def side_by_side(*pictures: Image.Image) -> Image.Image:
    """Return pictures in a row: as it was, as it is, and where they differ."""
    row = Image.new("RGB", (sum(each.width for each in pictures), max(p.height for p in pictures)))
    left = 0
    for each in pictures:
        row.paste(each.convert("RGB"), (left, 0))
        left += each.width
    return row


def browser_version(browser: Browser) -> str:
    """Return the first part of Chromium's version, with which its drawing may change."""
    return browser.version.partition(".")[0]


def _with_font(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text() + _FONT_RULES)


def _font_rules() -> Iterator[str]:
    folder = Path(font_source_sans_pro.__file__).parent / "files"
    for weight, name in _FONTS.items():
        data = base64.b64encode((folder / f"SourceSansPro-{name}.ttf").read_bytes()).decode()
        yield (
            f'@font-face{{font-family:"look";font-weight:{weight};'
            f"src:url(data:font/ttf;base64,{data})}}"
        )
    yield '*{font-family:"look"!important}'


_FONT_RULES = "\n" + "".join(_font_rules())

_NOTEBOOK_PAGE = """\
---
description: A notebook that was made up to see how notebooks look on a page of this site.
---
# A notebook that was made up

<!-- notebook: sample.ipynb -->
"""

_TABLE = """<table border="1" class="dataframe"><thead><tr><th></th><th>name</th><th>score</th></tr>
</thead><tbody><tr><th>0</th><td>first</td><td>0.91</td></tr><tr><th>1</th><td>second</td>
<td>0.87</td></tr></tbody></table>"""

_NOTEBOOK = {
    "cells": [
        {
            "cell_type": "markdown",
            "id": "a",
            "metadata": {},
            "source": "## Read the data\n\nOne table.",
        },
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": "b",
            "metadata": {},
            "outputs": [
                {"name": "stdout", "output_type": "stream", "text": "2 rows\n"},
                {
                    "data": {"text/html": _TABLE, "text/plain": "a table"},
                    "execution_count": 1,
                    "metadata": {},
                    "output_type": "execute_result",
                },
            ],
            "source": "table = read()\nprint(len(table), 'rows')\ntable",
        },
    ],
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def main() -> None:
    """Take every picture anew, keep those that differ, and say which: `make look`."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as driver:
        browser = launch(driver)
        with served_site(Path(work)) as (_, address), camera(browser) as page:
            for shot in SHOTS:
                picture, path = take(page, address, shot), FOLDER / shot.name
                if path.exists() and "--all" not in sys.argv:
                    with Image.open(path) as kept:
                        if difference(kept, picture)[0] <= ALLOWED_PIXELS:
                            continue
                _few_colours(picture).save(path, optimize=True)
                print(f"rewrote {path.relative_to(FOLDER.parent.parent)}: look at it")
        made_by = {"chromium": browser_version(browser)}
        MADE_BY.write_text(json.dumps(made_by) + "\n", encoding="utf-8")
        browser.close()


if __name__ == "__main__":
    main()
