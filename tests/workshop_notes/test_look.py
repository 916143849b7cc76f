"""A changed look is a decision: `make look` keeps it, and the pictures show it to a reviewer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests import look
from tests.site import ROOT

REMEDY = "look at the pictures (as it was, as it is, where they differ); `make look` keeps it"


@pytest.fixture(scope="module")
def look_site(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """The folder of the generated site, and where it is served."""
    with look.served_site(tmp_path_factory.mktemp("look")) as served:
        yield served


@pytest.fixture(scope="module")
def camera(browser) -> Iterator[Page]:
    """The page that takes the pictures."""
    with look.camera(browser) as page:
        yield page


@pytest.mark.parametrize("shot", look.SHOTS, ids=lambda shot: shot.name.removesuffix(".png"))
def test_the_look_is_the_reviewed_one(browser, camera, look_site, shot):
    now = look.take(camera, look_site[1], shot)
    with Image.open(look.FOLDER / shot.name) as kept:
        count, where = look.difference(kept, now)
        if count <= look.ALLOWED_PIXELS:
            return
        path = ROOT / "build" / "look" / shot.name
        path.parent.mkdir(parents=True, exist_ok=True)
        look.side_by_side(kept, now, where).save(path)
    made_by = json.loads(look.MADE_BY.read_text(encoding="utf-8"))["chromium"]
    if look.browser_version(browser) != made_by:
        pytest.skip(f"drawn by Chromium {made_by}, not by the one that is installed")
    pytest.fail(f"{count} pixels of {shot.name} differ: {REMEDY}: {path}", pytrace=False)


def test_every_picture_belongs_to_a_page_and_all_are_small():
    kept = {path.name: path.stat().st_size for path in look.FOLDER.glob("*.png")}
    assert kept.keys() == {shot.name for shot in look.SHOTS}
    assert sum(kept.values()) < 1_000_000


@pytest.mark.parametrize(
    ("what", "style"),
    [
        ("a colour of the badge", ".facts__status{background:#888!important}"),
        ("a heading moved by four pixels", "h1{margin-top:4px!important}"),
        ("a rounder card", ".md-typeset .table{border:3px solid red}"),
        ("a hidden menu", ".menu{visibility:hidden}"),
    ],
)
def test_a_change_of_look_would_be_seen(camera, look_site, what, style):
    folder, address = look_site
    shot = look.Shot("question", 1280, "light")
    sheet = folder / "assets" / "site.css"
    before = sheet.read_text(encoding="utf-8")
    sheet.write_text(before + style, encoding="utf-8")
    try:
        now = look.take(camera, address, shot)
    finally:
        sheet.write_text(before, encoding="utf-8")
    with Image.open(look.FOLDER / shot.name) as kept:
        assert look.difference(kept, now)[0] > look.ALLOWED_PIXELS, what
