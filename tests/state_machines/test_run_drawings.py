"""A drawing of a run says of each state what happened there, in words, and can still be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from state_machines import all_states, history, load
from state_machines.__main__ import main
from state_machines.drawing.colours import SCHEMES
from state_machines.history import Execution, Passage
from tests.state_machines import test_drawings as plain
from tests.state_machines.test_drawings import (
    EXAMPLES,
    SHAPES,
    SVG,
    Box,
    Drawing,
    rect_box,
    segments,
)

LONG = "SageMaker.AmazonSageMakerException"
RUNS = {
    "train-run": (EXAMPLES / "train.asl.json", EXAMPLES / "run_train.history.json"),
    "train-failed": (EXAMPLES / "train.asl.json", EXAMPLES / "run_failures.history.json"),
}


def made_up(path: Path, error: str) -> Execution:
    """Return a run that passed every state and every transition, with or without an error."""
    machine = load(path)
    names = [state.name for state in all_states(machine)]
    moves = {(one, two) for one in [*names, ""] for two in [*names, ""]}
    return Execution({name: Passage(5940.0, 12, error) for name in names}, moves)


def committed(name: str) -> Drawing:
    path, record = RUNS[name]
    return Drawing(path, execution=history.load(record, load(path)))


def words(drawing: Drawing, state: str) -> str:
    return " ".join(text.text for text in drawing.groups[state].iter(f"{SVG}text"))


def border(drawing: Drawing, state: str) -> tuple[str, float]:
    rect = drawing.groups[state][0]
    return rect.get("stroke"), float(rect.get("stroke-width"))


def trails(drawing: Drawing) -> list:
    return [group for group in drawing.root.iter(f"{SVG}g") if group.get("data-trail") is not None]


@pytest.mark.parametrize("error", ["", LONG], ids=["ran", "failed"])
@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_nothing_overlaps_or_overflows(path, error):
    drawing = Drawing(path, execution=made_up(path, error))
    plain.test_every_state_has_one_card_inside_the_drawing(drawing)
    plain.test_cards_do_not_overlap(drawing)
    plain.test_lines_do_not_cross_cards(drawing)
    plain.test_text_fits_its_card(drawing)
    plain.test_labels_stand_clear(drawing)
    plain.test_nothing_runs_leaks_or_is_fetched(drawing)


@pytest.mark.parametrize("scheme", list(SCHEMES))
@pytest.mark.parametrize("error", ["", LONG], ids=["ran", "failed"])
def test_words_have_contrast(scheme, error):
    for path in plain.OWN:
        drawing = Drawing(path, scheme, made_up(path, error))
        for group in drawing.groups.values():
            ground = group[0].get("fill")
            for text in group.iter(f"{SVG}text"):
                assert plain.contrast(text.get("fill"), ground) >= 4.5, text.text
    skipped = Drawing(plain.OWN[0], scheme, Execution())
    for group in skipped.groups.values():
        for text in group.iter(f"{SVG}text"):
            assert plain.contrast(text.get("fill"), group[0].get("fill")) >= 4.5


def test_a_run_that_succeeded_tells_the_seconds_of_each_state():
    drawing = committed("train-run")
    run = history.load(RUNS["train-run"][1])
    for state in all_states(drawing.machine):
        said = words(drawing, state.name)
        if state.type == "Fail":
            assert "not reached" in said
        else:
            assert run.passages[state.name].words in said
            assert run.passages[state.name].words.startswith("ran ")
            assert border(drawing, state.name) == (SCHEMES["light"].teal, 2)
    assert len(trails(drawing)) == len(drawing.machine.states)  # with those of Start and End


def test_a_run_that_failed_is_told_by_word_sign_and_colour():
    drawing = committed("train-failed")
    rust = SCHEMES["light"].rust
    failed, after, end = "Train model (XGBoost)", "Save Model", "Report failure"
    assert "failed after" in words(drawing, failed)
    assert words(drawing, failed).endswith("States.TaskFailed")
    assert "ended the run" in words(drawing, end)
    assert "not reached" in words(drawing, after)
    assert border(drawing, failed) == border(drawing, end) == (rust, 2.8)
    cross = drawing.groups[failed].findall(f"{SVG}path")[-1]
    dash = drawing.groups[after].findall(f"{SVG}path")[-1]
    assert cross.get("stroke") == rust
    assert cross.get("d") != dash.get("d")
    way = trails(drawing)
    assert len(way) == 3
    pieces = segments(way[-1])
    box = drawing.cards[end]
    near = Box(box.left - 8, box.top - 8, box.right + 8, box.bottom + 8)
    assert near.meets(pieces[-1]), "the way of the error does not reach its end"
    source = rect_box(drawing.groups[failed][0])
    assert Box(source.left - 2, source.top, source.right + 2, source.bottom).meets(pieces[0])


def test_the_description_says_it_too():
    drawing = committed("train-failed")
    description = drawing.root.find(f"{SVG}desc").text
    assert "Train model (XGBoost) failed after" in description
    assert description.endswith("Report failure ended the run.")
    assert "Save Model not reached" in description


def test_a_fail_state_tells_its_own_error():
    path = plain.DATA / "all-types.json"
    fail = next(state for state in all_states(load(path)) if state.type == "Fail")
    run = Execution({fail.name: Passage(0, 1, "Too.Bad")})
    assert "Too.Bad" in words(Drawing(path, execution=run), fail.name)


def test_any_history_can_be_drawn_from_the_command_line(tmp_path, capsys):
    path, record = RUNS["train-run"]
    out = tmp_path / "run.svg"
    assert main(["draw", str(path), "-o", str(out), "--history", str(record)]) == 0
    assert "ran " in out.read_text(encoding="utf-8")
    tune = str(EXAMPLES / "tune.asl.json")
    assert main(["draw", tune, "-o", str(out), "--history", str(record)]) == 1
    assert "the definition has no state 'Generate dataset', 'Save M" in capsys.readouterr().err
