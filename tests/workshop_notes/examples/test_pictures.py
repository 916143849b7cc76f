"""The committed pictures are those that the definitions, histories and measurements give."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from state_machines.history import HistoryError
from tests.site import ROOT
from workshop_notes.examples import pictures

EXAMPLES = ROOT / "examples" / "schedule-jobs"
SCHEMES = ("", ".dark")
NAMES = {
    *(f"step-{name}{scheme}{end}" for name in pictures.FIGURES for scheme in SCHEMES
      for end in (".svg", ".png")),
    *(f"step-{name}{scheme}.svg" for name in pictures.EXECUTIONS for scheme in SCHEMES),
    *(f"retry-modes{scheme}.svg" for scheme in SCHEMES),
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return {path.name: data for path, data in pictures.pictures(ROOT).items()}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_committed_pictures_show_their_definitions(drawn, name):
    committed = (ROOT / "docs" / "img" / name).read_bytes()
    if drawn[name] == committed:
        return
    assert name.endswith(".png"), "run `make format`"
    # Another processor may round a colour differently; nobody sees that.
    one, two = (Image.open(io.BytesIO(data)).convert("RGBA") for data in (drawn[name], committed))
    assert one.size == two.size
    assert max(high for _, high in ImageChops.difference(one, two).getextrema()) <= 2


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    place = tmp_path / "examples" / "schedule-jobs"
    place.mkdir(parents=True)
    for path in [*EXAMPLES.glob("*.asl.json"), *EXAMPLES.glob("*.history.json")]:
        (place / path.name).write_bytes(path.read_bytes())
    measured = tmp_path / pictures.MEASURED
    measured.parent.mkdir()
    measured.write_bytes((ROOT / pictures.MEASURED).read_bytes())
    return tmp_path


def test_pictures_are_written_only_when_they_differ(tree):
    first = pictures.write_all(tree)
    assert {path.name for path in first} == NAMES
    assert sorted(tree.glob("docs/img/*")) + list(tree.glob("docs/img/.*")) == sorted(first)
    times = {path: path.stat().st_mtime_ns for path in first}
    assert pictures.write_all(tree) == []
    assert times == {path: path.stat().st_mtime_ns for path in first}
    first[0].write_bytes(b"")
    assert pictures.write_all(tree) == [first[0]]


def test_a_history_of_an_older_definition_stops_all(tree):
    path = tree / "examples" / "schedule-jobs" / "train.asl.json"
    path.write_text(path.read_text().replace("Save Model", "Keep Model"))
    with pytest.raises(HistoryError, match="the definition has no state 'Save Model'"):
        pictures.write_all(tree)
    assert not (tree / "docs").exists()
