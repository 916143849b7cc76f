"""The drawing of the retry modes says what was measured, and can be read by everybody."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from state_machines.drawing.colours import SCHEMES
from state_machines.drawing.text import width
from tests.site import ROOT
from tests.state_machines.test_drawings import contrast
from workshop_notes.examples import pictures, retry_modes
from workshop_notes.examples.retry_modes import Measured, MeasurementError

SVG = "{http://www.w3.org/2000/svg}"
MEASURED = ROOT / pictures.MEASURED
MODES = [
    Measured("none started", 0, 40, 1),
    Measured("a name as long as is sensible", 3, 12, 3.4),
    Measured("all started", 40, 1234, 4321),
]


def drawn(scheme="light", modes=MODES, jobs=40):
    text = retry_modes.draw(jobs, modes, scheme=scheme, title="t", id_prefix=f"x-{scheme}")
    return etree.fromstring(text.encode())


def test_the_table_on_the_page_and_the_drawing_come_from_one_run():
    jobs, modes = retry_modes.load(MEASURED)
    rows = [f"| {m.mode} | {m.started} | {m.requests} | {m.seconds:.0f} |" for m in modes]
    printed = MEASURED.with_suffix(".out").read_text(encoding="utf-8").splitlines()
    assert printed[0] == f"| Retry mode | Jobs started, of {jobs} | Requests | Seconds |"
    assert printed[2:] == rows


def test_a_filled_square_stands_for_each_job_that_started():
    palette = SCHEMES["light"]
    squares = [
        (float(r.get("y")), r.get("fill"))
        for r in drawn().iter(f"{SVG}rect")
        if float(r.get("width")) == float(r.get("height")) and float(r.get("y")) > retry_modes.TOP
    ]
    for place, measured in enumerate(MODES):
        top = retry_modes.TOP + retry_modes.BLOCK * place
        fills = [fill for y, fill in squares if top < y < top + retry_modes.BLOCK]
        assert fills == [palette.teal] * measured.started + ["none"] * (40 - measured.started)


def test_bars_are_as_long_as_the_requests_are_many():
    bars = [
        r
        for r in drawn().iter(f"{SVG}rect")
        if r.get("height") == "9" and float(r.get("y")) > retry_modes.TOP
    ]
    longest = max(float(r.get("width")) for r in bars)
    assert longest == pytest.approx(retry_modes.WIDTH - 2 * retry_modes.MARGIN, abs=1.5)
    unit = (longest + 1) / 1234
    wanted = [40, 12, 3, 1234, 40]
    assert [float(r.get("width")) + 1 for r in bars] == pytest.approx(
        [unit * count for count in wanted], abs=0.6
    )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_are_inside_apart_and_have_contrast(scheme):
    palette, boxes = SCHEMES[scheme], []
    for text in drawn(scheme).iter(f"{SVG}text"):
        assert contrast(text.get("fill"), palette.canvas) >= 4.5
        assert float(text.get("font-size")) >= 13
        x, y, size = (float(text.get(name)) for name in ("x", "y", "font-size"))
        wide = width(text.text, size, bold=text.get("font-weight") == "700")
        left = x - wide if text.get("text-anchor") == "end" else x
        assert left >= retry_modes.MARGIN - 0.5
        assert left + wide <= retry_modes.WIDTH - retry_modes.MARGIN + 0.5, text.text
        boxes.append((left, left + wide, y - size, y))
    for place, one in enumerate(boxes):
        for two in boxes[:place]:
            beside = one[1] <= two[0] or two[1] <= one[0]
            assert beside or one[3] <= two[2] or two[3] <= one[2]


def test_the_description_says_the_numbers():
    words = drawn().find(f"{SVG}desc").text
    assert "none started: 0 of 40 jobs started, with 40 requests in 1 s" in words
    assert "all started: 40 of 40 jobs started, with 1234 requests in 4321 s" in words


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda found: found.pop("jobs"), "KeyError: 'jobs'"),
        (lambda found: found.update(modes=[]), "no mode was measured"),
        (lambda found: found["modes"][0].update(started=41), "more jobs started than"),
        (lambda found: found["modes"][0].update(requests=1, started=2), "more jobs started than"),
        (lambda found: found["modes"][0].pop("seconds"), "TypeError"),
    ],
)
def test_numbers_that_cannot_be_are_refused(tmp_path, change, reason):
    found = json.loads(MEASURED.read_text(encoding="utf-8"))
    change(found)
    path = tmp_path / "measured.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(MeasurementError, match=reason) as caught:
        retry_modes.load(path)
    assert "make format ARGS=--heavy" in str(caught.value)
