"""The scores in notebooks/scores are of these tables, these scripts and these searches."""

import hashlib
import json

import pytest

from autotune.candidates import choose
from autotune.evaluate import imported
from autotune.profile import profile
from autotune.scripts import write_artifacts
from autotune.table import read_table
from tests.autotune.made import ROOT

NOTEBOOKS = ROOT / "notebooks"
FILES = sorted((NOTEBOOKS / "scores").glob("*.json"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def scores(request):
    return json.loads(request.param.read_text("utf-8"))


def generated(scores, folder):
    """Generate the scripts anew from the table that the scores name."""
    table = read_table(NOTEBOOKS / "data" / scores["data"]["file"], scores["target"])
    profiled = profile(table)
    candidates = choose(profiled)
    write_artifacts(table, profiled, candidates, folder)
    return table, candidates


def test_the_flights_have_scores():
    """Without a file the tests below would ask nothing."""
    assert "flights" in [path.stem for path in FILES]


def test_they_are_of_the_table_and_the_candidates_of_today(scores, tmp_path):
    data = (NOTEBOOKS / "data" / scores["data"]["file"]).read_bytes()
    assert scores["data"]["sha256"] == hashlib.sha256(data).hexdigest()
    _, candidates = generated(scores, tmp_path / "artifacts")
    assert [(entry["name"], entry["title"]) for entry in scores["candidates"]] == [
        (candidate.name, candidate.title) for candidate in candidates
    ]


def test_each_fold_picked_one_of_the_trials_that_its_search_draws(scores, tmp_path):
    """A change of ranges, seed or number of trials without a new measurement shows here."""
    generated(scores, tmp_path / "artifacts")
    with imported(tmp_path / "artifacts", "search") as (search,):
        for entry in scores["candidates"]:
            drawn = [
                search.draw(entry["algorithm"], scores["seed"], trial)
                for trial in range(scores["trials"])
            ]
            assert len(entry["folds"]) == scores["outer"]
            for fold in entry["folds"]:
                assert fold["hyperparameters"] in drawn, entry["name"]


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["dpp2", "dpp4", "dpp5"])
def test_a_fold_measured_anew_is_as_committed(scores, tmp_path, name):
    table, _ = generated(scores, tmp_path / "artifacts")
    folder = tmp_path / "artifacts"
    with imported(folder, "common", "search", "algorithms", name) as loaded:
        common, search, algorithms, script = loaded
        features, y = common.split(table.frame, script.build_label_transform(), scores["target"])
        train, test = search.folds(script.PROBLEM, y, scores["outer"], scores["seed"])[0]
        fold = next(entry for entry in scores["candidates"] if entry["name"] == name)["folds"][0]
        transform, model = search.fitted(
            script, features.iloc[train], y[train], fold["hyperparameters"], scores["seed"]
        )
        predicted = model.predict(transform.transform(features.iloc[test]))
        found = algorithms.measures(script.PROBLEM, len(script.CLASSES), y[test], predicted)
    # Other processors round other last digits.
    assert found == pytest.approx({measure: fold[measure] for measure in found}, abs=2e-3)
