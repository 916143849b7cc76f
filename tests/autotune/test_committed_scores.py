"""The scores in notebooks/scores are of these tables, these scripts and these searches."""

import hashlib
import json
from functools import partial
from statistics import mean, stdev

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


def test_means_spreads_and_gains_follow_from_the_folds(scores):
    """A number that somebody changed by hand contradicts the folds beside it."""
    close = partial(pytest.approx, abs=2e-4)  # of values that were rounded to four digits
    first = scores["measures"][0]
    (control,) = (entry for entry in scores["candidates"] if entry["control"])
    for entry in scores["candidates"]:
        for name, found in entry["mean"].items():
            values = [fold[name] for fold in entry["folds"]]
            assert found == close(mean(values)), (entry["name"], name)
            assert entry["spread"][name] == close(stdev(values)), (entry["name"], name)
        if not entry["control"]:
            pairs = zip(control["folds"], entry["folds"], strict=True)
            gains = [theirs[first] - ours[first] for theirs, ours in pairs]
            assert entry["gain"]["folds"] == [close(gain) for gain in gains]
            assert entry["gain"]["mean"] == close(mean(gains))
            assert entry["gain"]["spread"] == close(stdev(gains))
            assert entry["gain"]["won"] == sum(gain > 0 for gain in gains)
    named = {entry["name"]: entry["folds"] for entry in scores["candidates"]}
    chosen = [named[pick][at] for at, pick in enumerate(scores["chosen"]["picks"])]
    for at, fold in enumerate(chosen):
        assert fold["inner"] == min(folds[at]["inner"] for folds in named.values())
    assert scores["chosen"]["mean"] == close(mean(fold[first] for fold in chosen))


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
