"""The drawings: nothing overlaps, nothing overflows, nothing is missing, and all can be read."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import font_source_sans_pro
import pytest
from lxml import etree
from PIL import Image, ImageChops, ImageFont

from state_machines import Machine, all_states, load, parse
from state_machines.drawing import draw, png
from state_machines.drawing.colours import SCHEMES
from state_machines.drawing.text import (
    BOLD_ADVANCES,
    BOLD_SLACK,
    REGULAR_ADVANCES,
    SLACK,
    width,
    wrap,
)
from state_machines.history import Execution
from state_machines.steps import call

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "schedule-jobs"
DATA = Path(__file__).parent / "definitions"
OWN = [EXAMPLES / f"{name}.asl.json" for name in ("train", "tune")]
SHAPES = OWN + sorted(p for p in DATA.glob("*.json") if not p.name.startswith("broken-"))
SVG = "{http://www.w3.org/2000/svg}"
FONTS = {
    cut: ImageFont.truetype(
        str(Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{cut}.ttf"), 1000
    )
    for cut in ("Regular", "Bold")
}


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def shrunk(self, by: float) -> Box:
        return Box(self.left + by, self.top + by, self.right - by, self.bottom - by)

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


class Drawing:
    """An SVG taken apart again, without a look at the layout that it came from."""

    def __init__(
        self, source: Path | Machine, scheme: str = "light", execution: Execution | None = None
    ) -> None:
        self.path = source
        self.machine = source if isinstance(source, Machine) else load(source)
        self.svg = draw(
            self.machine, scheme=scheme, title="A title", id_prefix="t", execution=execution
        )
        self.root = etree.fromstring(self.svg.encode())
        self.size = Box(0, 0, *map(float, self.root.get("viewBox").split()[2:]))
        self.groups = {
            group.get("data-state"): group
            for group in self.root.iter(f"{SVG}g")
            if group.get("data-state") is not None
        }
        self.frames = {
            rect.get("data-frame"): rect_box(rect)
            for rect in self.root.iter(f"{SVG}rect")
            if rect.get("data-frame") is not None
        }
        self.cards = {
            name: rect_box(group[0])
            for name, group in self.groups.items()
            if name not in self.frames
        }
        self.pills = [
            rect_box(group[0]) for group in self.root.iter(f"{SVG}g") if group.get("data-pill")
        ]
        self.edges = [group for group in self.root.iter(f"{SVG}g") if group.get("data-edge")]
        self.labels = [group for group in self.root.iter(f"{SVG}g") if group.get("data-label")]

    def inside(self, frame: str) -> set[str]:
        state = next(each for each in all_states(self.machine) if each.name == frame)
        return {each.name for inner in state.inner for each in all_states(inner)}


def rect_box(rect: Any) -> Box:
    x, y, w, h = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
    return Box(x, y, x + w, y + h)


def font_width(text: str, size: float, bold: bool) -> float:
    """How wide a text gets in a font that is wider than the drawing's own."""
    slack = BOLD_SLACK if bold else SLACK
    assert BOLD_SLACK >= SLACK >= 1.18
    return FONTS["Bold" if bold else "Regular"].getlength(text) * size / 1000 * slack


def text_box(text: Any) -> Box:
    """The room a text needs."""
    size = float(text.get("font-size"))
    wide = font_width(text.text, size, text.get("font-weight") == "700")
    x, y = float(text.get("x")), float(text.get("y"))
    left = x - wide * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
    return Box(left, y - 0.75 * size, left + wide, y + 0.22 * size)


def segments(group: Any) -> list[Box]:
    """The straight pieces of a line; its round corners lie between them."""
    d = next(group.iter(f"{SVG}path")).get("d")
    points = []
    for command, values in re.findall(r"([MLQ])([^MLQ]+)", d):
        numbers = [float(value) for value in values.split()]
        points.append(tuple(numbers[-2:]))
        assert command != "Q" or len(numbers) == 4
    return [
        Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for a, b in pairwise(points)
    ]


@pytest.fixture(params=SHAPES, ids=lambda path: path.stem.removesuffix(".asl"))
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return Drawing(request.param)


def test_every_state_has_one_card_inside_the_drawing(drawing: Drawing) -> None:
    names = [state.name for state in all_states(drawing.machine)]
    assert sorted(
        g.get("data-state") for g in drawing.root.iter() if g.get("data-state")
    ) == sorted(names)
    for box in [*drawing.cards.values(), *drawing.frames.values(), *drawing.pills]:
        assert drawing.size.shrunk(8).holds(box)
    shown = {
        name: " ".join(t.text for t in group.iter(f"{SVG}text"))
        for name, group in drawing.groups.items()
    }
    for name, words in shown.items():
        assert words.replace(" ", "").startswith(name.replace(" ", "")), "the name is not whole"


def test_cards_do_not_overlap(drawing: Drawing) -> None:
    for one, two in combinations([*drawing.cards.values(), *drawing.pills], 2):
        assert not Box(one.left - 6, one.top - 6, one.right + 6, one.bottom + 6).meets(two)
    for frame, box in drawing.frames.items():
        inside = drawing.inside(frame)
        others = {**drawing.cards, **{k: v for k, v in drawing.frames.items() if k != frame}}
        for name, other in others.items():
            if name in inside:
                assert box.shrunk(10).holds(other)
            elif frame not in (drawing.inside(name) if name in drawing.frames else ()):
                assert not box.meets(other), (frame, name)


def test_lines_do_not_cross_cards(drawing: Drawing) -> None:
    for edge in drawing.edges:
        ends = {edge.get("data-from"), edge.get("data-to")}
        for piece in segments(edge):
            assert drawing.size.holds(piece)
            for name, box in drawing.cards.items():
                assert not box.shrunk(1).meets(piece), (ends, name)
            for name, box in drawing.frames.items():
                own = drawing.inside(name) & ends or edge.get("data-edge") == "entry"
                assert own or not box.shrunk(1).meets(piece), (ends, name)
            for box in drawing.pills:
                assert not box.shrunk(1).meets(piece)


def test_lines_end_at_the_cards_they_join(drawing: Drawing) -> None:
    boxes = {**drawing.cards, **drawing.frames}
    for edge in drawing.edges:
        pieces = segments(edge)
        head = edge.findall(f"{SVG}path")[1:]
        for key, piece in (("data-from", pieces[0]), ("data-to", pieces[-1])):
            name = edge.get(key)
            if name in boxes and (key == "data-from" or head):
                box = boxes[name]
                assert Box(box.left - 8, box.top - 8, box.right + 8, box.bottom + 8).meets(
                    Box(piece.left - 0.1, piece.top - 0.1, piece.right + 0.1, piece.bottom + 0.1)
                ), (key, name)
        if not head:
            # It joins the line of another edge to the same target.
            end = pieces[-1]
            assert any(
                Box(end.left - 1, end.top - 1, end.right + 1, end.bottom + 1).meets(
                    Box(trunk.left - 1, trunk.top - 1, trunk.right + 1, trunk.bottom + 1)
                )
                for other in drawing.edges
                if other is not edge and other.get("data-to") == edge.get("data-to")
                for trunk in segments(other)
            )


def expected_edges(raw: dict[str, Any], top: bool) -> set[tuple[str, str, bool]]:
    """The transitions as they stand in the file: from, to, and whether for an error."""
    found = {("start", raw["StartAt"], False)} if top else set()
    for name, state in raw["States"].items():
        targets = [state.get("Next"), state.get("Default")]
        targets += [rule["Next"] for rule in state.get("Choices", [])]
        found |= {(name, target, False) for target in targets if target}
        found |= {(name, catcher["Next"], True) for catcher in state.get("Catch", [])}
        if top and (state.get("End") or state["Type"] == "Succeed"):
            found.add((name, "end", False))
        inner = state.get("Branches", [])
        inner = inner + [state[key] for key in ("ItemProcessor", "Iterator") if key in state]
        for machine in inner:
            found |= expected_edges(machine, False)
    return found


def test_every_transition_is_drawn_and_dashes_mean_errors(drawing: Drawing) -> None:
    found = set()
    for edge in drawing.edges:
        line = next(edge.iter(f"{SVG}path"))
        dashed = line.get("stroke-dasharray") is not None
        assert dashed == (edge.get("data-edge") == "error")
        assert (line.get("stroke") == SCHEMES["light"].rust) == dashed
        if edge.get("data-edge") != "entry":
            found.add((edge.get("data-from"), edge.get("data-to"), dashed))
    raw = json.loads(drawing.path.read_text(encoding="utf-8"))
    assert found == expected_edges(raw, True)
    dashes = [el for el in drawing.root.iter() if el.get("stroke-dasharray") is not None]
    assert len(dashes) == sum(dashed for _, _, dashed in found)


def test_dashes_are_not_drawn_over_each_other(drawing: Drawing) -> None:
    errors = [edge for edge in drawing.edges if edge.get("data-edge") == "error"]
    for one, two in combinations(errors, 2):
        for a in segments(one):
            for b in segments(two):
                across = min(a.right, b.right) - max(a.left, b.left)
                along = min(a.bottom, b.bottom) - max(a.top, b.top)
                assert min(across, along) < 0 or max(across, along) < 3


def test_text_fits_its_card(drawing: Drawing) -> None:
    for name, group in drawing.groups.items():
        box = drawing.cards.get(name) or drawing.frames[name]
        texts = [text_box(text) for text in group.iter(f"{SVG}text")]
        for text in texts:
            assert box.shrunk(6).holds(text), name
        for upper, lower in pairwise(texts):
            assert upper.bottom <= lower.top + 3
    for group in drawing.labels:
        texts = [text_box(text) for text in group.iter(f"{SVG}text")]
        assert texts
        for text in texts:
            assert drawing.size.shrunk(4).holds(text)
            for rect in group.iter(f"{SVG}rect"):
                assert rect_box(rect).shrunk(1).holds(text)


def test_labels_stand_clear(drawing: Drawing) -> None:
    boxes = []
    for group in drawing.labels:
        rects = [rect_box(rect) for rect in group.iter(f"{SVG}rect")]
        texts = [text_box(text) for text in group.iter(f"{SVG}text")]
        boxes.append(own := (rects or texts))
        for box in own:
            assert not any(box.meets(card) for card in drawing.cards.values())
            assert not any(box.meets(pill) for pill in drawing.pills)
        if not rects:
            for edge in drawing.edges:
                for piece in segments(edge):
                    assert not any(text.meets(piece) for text in texts), edge.attrib
    for one, two in combinations(boxes, 2):
        assert not any(a.meets(b) for a in one for b in two)


def test_kinds_differ_by_word_and_by_glyph(drawing: Drawing) -> None:
    for state in all_states(drawing.machine):
        words = " ".join(text.text for text in drawing.groups[state.name].iter(f"{SVG}text"))
        if state.type == "Task":
            service, action = call(state)
            assert service in words and action in words.replace(" ", "")
        else:
            assert f"{state.type} ·" in words
        job = re.search(r"\.(sync|waitForTaskToken)", state.raw.get("Resource", ""))
        assert ("waits for" in words) == bool(job)
        assert ("waits for the job" in words) == bool(job and job.group(1) == "sync")
        tries = sum(retrier.get("MaxAttempts", 3) for retrier in state.raw.get("Retry", []))
        wanted = "tries again once" if tries == 1 else f"tries again up to {tries} times"
        assert (wanted in words) == bool(tries)


def test_each_type_has_a_glyph_and_a_ground_of_its_own() -> None:
    glyphs = {}
    for path in SHAPES:
        found = Drawing(path)
        for state in all_states(found.machine):
            paths = found.groups[state.name].iter(f"{SVG}path")
            glyph = next(p.get("d") for p in paths if p.get("transform"))
            glyphs.setdefault(state.type if state.type != "Task" else call(state), set()).add(glyph)
    for one, two in combinations(
        ["Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"], 2
    ):
        assert not glyphs[one] & glyphs[two]
    lambdas = glyphs["Lambda", "invoke"]
    jobs, models = glyphs["SageMaker", "createTrainingJob"], glyphs["SageMaker", "createModel"]
    assert len(lambdas) == len(jobs) == len(models) == len(lambdas | jobs | models) / 3 == 1


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", list(SCHEMES))
@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_text_and_lines_have_contrast(path: Path, scheme: str) -> None:
    drawing = Drawing(path, scheme)
    grounds: list[tuple[Box, str]] = []
    for element in drawing.root.iter():
        if element.tag == f"{SVG}rect" and element.get("fill") != "none":
            box = (
                rect_box(element)
                if element.get("x")
                else Box(0, 0, float(element.get("width")), float(element.get("height")))
            )
            grounds.append((box, element.get("fill")))
        elif element.tag == f"{SVG}text":
            box = text_box(element)
            ground = [fill for each, fill in grounds if each.holds(box)][-1]
            assert contrast(element.get("fill"), ground) >= 4.5, element.text
    palette = SCHEMES[scheme]
    for ground in (palette.canvas, palette.frame, palette.card):
        assert contrast(palette.line, ground) >= 3 and contrast(palette.rust, ground) >= 4.5


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_two_drawings_do_not_clash_on_one_page(path: Path) -> None:
    machine = load(path)
    both = [
        draw(machine, scheme=scheme, title='A <b> & "c"', id_prefix=f"p-{scheme}")
        for scheme in SCHEMES
    ]
    page = etree.fromstring(f"<div>{''.join(both)}</div>".encode())
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 4
    for svg, scheme in zip(page, SCHEMES, strict=True):
        assert svg.get("role") == "img"
        title, desc = svg.get("aria-labelledby").split()
        texts = {el.get("id"): el.text for el in svg if el.get("id")}
        assert texts[title] == 'A <b> & "c"' and title.startswith(f"p-{scheme}-")
        for state in all_states(machine):
            assert state.name in texts[desc]
        assert [svg.get(key) for key in ("width", "height")] == svg.get("viewBox").split()[2:]


def test_nothing_runs_leaks_or_is_fetched(drawing: Drawing) -> None:
    tags = {element.tag for element in drawing.root.iter()}
    assert tags <= {
        SVG + tag for tag in ("svg", "title", "desc", "rect", "g", "path", "circle", "text")
    }
    for element in drawing.root.iter():
        for key, value in element.attrib.items():
            assert not key.startswith("on") and key not in ("style", "class", "href")
            assert key.startswith(("data-", "aria-")) or "url(" not in value
    assert "Source Sans Pro" in drawing.root.get("font-family")


def test_own_drawings_can_be_read_on_a_phone() -> None:
    for path in OWN:
        drawing = Drawing(path)
        assert drawing.size.right <= 400
        for group in drawing.groups.values():
            for text in group.iter(f"{SVG}text"):
                bold = text.get("font-weight") == "700"
                assert float(text.get("font-size")) >= (15 if bold else 12.5)


def test_drawing_is_deterministic() -> None:
    code = (
        "import sys; from pathlib import Path; from state_machines import load\n"
        "from state_machines.drawing import draw\n"
        "for p in sys.argv[1:]:\n"
        "    sys.stdout.write(draw(load(Path(p)), title='t'))\n"
    )
    command = [sys.executable, "-c", code, *map(str, SHAPES)]
    results = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        results.add(done.stdout)
    assert len(results) == 1


@pytest.mark.parametrize("scheme", list(SCHEMES))
@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_png_is_opaque_and_twice_the_size(path: Path, scheme: str) -> None:
    svg = draw(load(path), scheme=scheme, title="t", id_prefix="t")
    picture = Image.open(io.BytesIO(png(svg)))
    size = etree.fromstring(svg.encode()).get("viewBox").split()[2:]
    assert picture.size == tuple(round(2 * float(side)) for side in size)
    rgba = picture.convert("RGBA")
    assert rgba.getchannel("A").getextrema() == (255, 255)
    # Text was really set: without its font a renderer leaves the cards empty.
    bare = Image.open(io.BytesIO(png(re.sub(r"<text.*?</text>", "", svg))))
    changed = ImageChops.difference(rgba.convert("RGB"), bare.convert("RGB")).convert("L")
    assert sum(changed.histogram()[60:]) > 3000


def test_widths_are_those_of_the_font() -> None:
    for cut, advances in (("Regular", REGULAR_ADVANCES), ("Bold", BOLD_ADVANCES)):
        assert len(advances) == 95
        for code, advance in enumerate(advances, 32):
            # Hinting and rounding of the measuring library are within one unit.
            assert abs(FONTS[cut].getlength(chr(code)) - advance) <= 1, chr(code)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text", ["Wide WWW", "été à la mer", "Обучить модель", "createHyperParameterTuningJob", "·"]
)
def test_no_text_is_wider_than_said(text: str, bold: bool) -> None:
    assert font_width(text, 16, bold) <= width(text, 16, bold=bold) + 0.2


@pytest.mark.parametrize("limit", [30.0, 84.0, 216.0])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "HyperparameterTuning - Save Model",
        "w" * 80,
        "模型部署到端点",
        "e\u0301" * 30,
        "a  b",
    ],
)
def test_wrapping_keeps_the_text_and_the_limit(text: str, limit: float) -> None:
    lines = wrap(text, limit, 16, bold=True)
    assert all(width(line, 16, bold=True) <= limit for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert not any(line.startswith(("- ", "\u0301")) for line in lines)


def test_wrapping_prefers_whole_words() -> None:
    name = "HyperparameterTuning - Save Model"
    assert wrap(name, 227, 16, bold=True) == ["HyperparameterTuning -", "Save Model"]
    assert wrap("createHyperParameterTuningJob", 150, 13)[0] == "createHyperParameter"
    with pytest.raises(ValueError, match="wider"):
        wrap("w", 5, 16)


@pytest.mark.parametrize("scheme", ["", "Light", "sepia"])
def test_an_unknown_scheme_is_refused(scheme: str) -> None:
    with pytest.raises(ValueError, match="scheme"):
        draw(load(OWN[0]), scheme=scheme, title="t", id_prefix="t")


@pytest.mark.parametrize("prefix", ["", "1a", "a b", 'a"', "é"])
def test_a_prefix_that_is_no_id_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="id"):
        draw(load(OWN[0]), title="t", id_prefix=prefix)


def test_a_state_may_lead_to_itself() -> None:
    rule = {"Variable": "$.a", "IsNull": True, "Next": "Again"}
    again = {"Type": "Choice", "Choices": [rule], "Default": "Out"}
    states = {"Again": again, "Out": {"Type": "Succeed"}}
    svg = draw(parse(json.dumps({"StartAt": "Again", "States": states})), title="t", id_prefix="t")
    assert 'data-from="Again" data-to="Again"' in svg
