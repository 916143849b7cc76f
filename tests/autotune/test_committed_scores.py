"""The scores in notebooks/scores are of these tables, these scripts and these searches."""

import copy
import hashlib
import json
import math
from functools import partial
from statistics import mean, stdev

import pytest
from scipy.stats import t as student

from autotune import regenerate
from autotune.candidates import choose
from autotune.evaluate import Split, imported
from autotune.profile import profile
from autotune.scripts import write_artifacts
from autotune.table import read_table
from tests.autotune.made import ROOT

NOTEBOOKS = ROOT / "notebooks"
close = partial(pytest.approx, abs=2e-4)  # of values that were rounded to four digits
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
    for split in scores["splits"]:
        assert [(entry["name"], entry["title"]) for entry in split["candidates"]] == [
            (candidate.name, candidate.title) for candidate in candidates
        ]


def test_the_folds_are_those_that_the_project_draws(scores, tmp_path):
    """Their number, sizes and groups; a change without a new measurement shows here."""
    table, _ = generated(scores, tmp_path / "artifacts")
    ways = regenerate.splits(scores["data"]["file"])
    found = [Split(each["name"], tuple(each["by"]), each["repeats"]) for each in scores["splits"]]
    assert found == ways
    with imported(tmp_path / "artifacts", "common", "search", "dpp0") as (common, search, script):
        features, y = common.split(table.frame, script.build_label_transform(), scores["target"])
        for split in scores["splits"]:
            groups = search.grouped(features, split["by"])
            sizes = []
            for repeat in range(split["repeats"]):
                forward = split["name"] == "forward"
                parts = search.folds(
                    script.PROBLEM, y, scores["outer"], scores["seed"] + repeat, groups, forward
                )
                for train, test in parts:
                    sizes.append([len(train), len(test)])
                    assert not set(train) & set(test)
                    if groups is not None:
                        assert not set(groups[train]) & set(groups[test])
                    if forward:
                        assert groups[train].max() < groups[test].min()
            assert sizes == split["rows"]


def test_each_fold_picked_one_of_the_trials_that_its_search_draws(scores, tmp_path):
    """A change of ranges, seed or number of trials without a new measurement shows here."""
    generated(scores, tmp_path / "artifacts")
    with imported(tmp_path / "artifacts", "search") as (search,):
        for algorithm, trials in scores["trials"].items():
            drawn = [search.draw(algorithm, scores["seed"], at) for at in range(len(trials))]
            assert trials == drawn
    for split in scores["splits"]:
        for entry in split["candidates"]:
            trials = range(len(scores["trials"][entry["algorithm"]]))
            assert len(entry["folds"]["trial"]) == len(split["rows"])
            assert all(trial in trials for trial in entry["folds"]["trial"])


def test_every_other_number_follows_from_the_folds(scores):
    """A number that somebody changed by hand contradicts the folds beside it."""
    first = scores["measures"][0]
    for split in scores["splits"]:
        number = len(split["rows"])
        named = {entry["name"]: entry for entry in split["candidates"]}
        (control,) = [entry for entry in named.values() if entry["control"]]
        inner = {name: entry["folds"]["inner"] for name, entry in named.items()}
        picks = [min(inner, key=lambda name: inner[name][at]) for at in range(number)]
        for at, pick in enumerate(split["chosen"]["picks"]):
            # Two that are the same to four digits may have been told apart by the fifth.
            assert inner[pick][at] == inner[picks[at]][at]
        assert split["chosen"]["folds"][first] == [
            named[pick]["folds"][first][at] for at, pick in enumerate(split["chosen"]["picks"])
        ]
        tested = mean(test / train for train, test in split["rows"])
        assert split["tested"] == close(tested)
        assert split["critical"] == close(student.ppf(1 - 0.05 / 2 / (len(named) + 1), number - 1))
        for entry in (*named.values(), split["rival"], split["chosen"]):
            for name, found in entry["mean"].items():
                assert found == close(mean(entry["folds"][name])), name
                assert entry["spread"][name] == close(stdev(entry["folds"][name])), name
            if entry is control:
                assert "gain" not in entry
                continue
            pairs = zip(control["folds"][first], entry["folds"][first], strict=True)
            gains = [theirs - ours for theirs, ours in pairs]
            error = math.sqrt(1 / number + tested) * stdev(gains)
            assert entry["gain"]["mean"] == close(mean(gains))
            assert entry["gain"]["error"] == close(error)
            assert entry["gain"]["won"] == sum(gain > 0 for gain in gains)
            if abs(abs(mean(gains)) - split["critical"] * error) > 1e-3:
                beyond = abs(mean(gains)) > split["critical"] * error
                assert entry["gain"]["beyond"] is beyond


def test_a_number_changed_by_hand_is_found(scores):
    """The test above sees each of them."""
    for change in (
        lambda split: split["candidates"][0]["mean"].update(logloss=0.1),
        lambda split: split["candidates"][0]["spread"].update(accuracy=0.1),
        lambda split: split["candidates"][0]["gain"].update(error=0.1),
        lambda split: split["rival"]["gain"].update(won=99),
        lambda split: split["chosen"]["folds"]["logloss"].reverse(),
        lambda split: split.update(critical=1.0),
    ):
        changed = copy.deepcopy(scores)
        change(changed["splits"][-1])
        with pytest.raises(AssertionError):
            test_every_other_number_follows_from_the_folds(changed)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["dpp2", "dpp4", "dpp5"])
def test_a_fold_measured_anew_is_as_committed(scores, tmp_path, name):
    table, _ = generated(scores, tmp_path / "artifacts")
    folder = tmp_path / "artifacts"
    split = scores["splits"][0]
    with imported(folder, "common", "search", "algorithms", name) as loaded:
        common, search, algorithms, script = loaded
        features, y = common.split(table.frame, script.build_label_transform(), scores["target"])
        train, test = search.folds(script.PROBLEM, y, scores["outer"], scores["seed"])[0]
        (entry,) = [each for each in split["candidates"] if each["name"] == name]
        chosen = scores["trials"][entry["algorithm"]][entry["folds"]["trial"][0]]
        transform, model = search.fitted(
            script, features.iloc[train], y[train], chosen, scores["seed"]
        )
        predicted = model.predict(transform.transform(features.iloc[test]))
        found = algorithms.measures(script.PROBLEM, len(script.CLASSES), y[test], predicted)
    # All that is rounded away, on any processor: it came out the same with the kernels of OpenBLAS
    # for Nehalem and NumPy's for x86-64-v2. Terms that tie were what differed (`Texts` in the kit).
    assert found == close({name: entry["folds"][name][0] for name in found})
