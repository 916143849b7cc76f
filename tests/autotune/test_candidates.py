"""The candidate scripts: each one fits, serves whatever rows come, and says what it is."""

import ast
import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from autotune.candidates import NoCandidates, choose
from autotune.evaluate import Split, evaluate, imported, write_scores
from autotune.profile import profile
from autotune.scripts import artifacts, write_artifacts
from autotune.table import read_table
from tests import PATIENCE
from tests.autotune.made import ROOT, ROWS, TARGETS, as_csv, made, names, rows


@pytest.fixture(scope="module", params=TARGETS)
def generated(request, tmp_path_factory):
    return made(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def binary(tmp_path_factory):
    return made(tmp_path_factory.mktemp("alone"), "binary")


@pytest.fixture(scope="module")
def trained(generated, tmp_path_factory):
    """A model of each candidate, by the trainer in its process: {name: folder of the model}."""
    folder = tmp_path_factory.mktemp("models")
    found = {}
    with imported(generated.folder, "trainer") as (trainer,):
        for candidate in generated.candidates:
            found[candidate.name] = folder / candidate.name
            words = f"--candidate {candidate.name} --train {generated.path} --model-dir"
            trainer.main([*words.split(), str(folder / candidate.name)])
    return found


@pytest.fixture(scope="module")
def servers(generated, trained):
    """Each candidate's server, from what the trainer wrote: {name: (module, model)}."""
    found = {}
    for name, folder in trained.items():
        with imported(folder / "code", "serve") as (server,):
            found[name] = server, server.model_fn(str(folder))
    return found


@pytest.fixture
def serve(servers):
    """Call the server of a candidate: `serve(name, body) -> answers`, as CSV rows of text."""

    def call(name, body, content_type="text/csv", accept="text/csv"):
        server, model = servers[name]
        answers = server.predict_fn(server.input_fn(body, content_type), model)
        text, _ = server.output_fn(answers, accept)
        return list(csv.reader(io.StringIO(text))) if accept == "text/csv" else json.loads(text)

    return call


def run(folder, *words, **variables):
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"} | variables
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip


# --- what is chosen ----------------------------------------------------------------------------


def test_candidates_differ_and_the_last_one_is_the_control(generated):
    assert names(generated) == ["dpp0", "dpp1", "dpp2", "dpp3", "dpp4", "dpp5", "dpp6"]
    assert [c.control for c in generated.candidates] == [False] * 6 + [True]
    assert len({(c.algorithm, *c.steps.items()) for c in generated.candidates}) == 7
    for candidate in generated.candidates:
        used = {name for columns in candidate.columns.values() for name in columns}
        assert generated.target not in used
        # The control gives no codes to notes that no other row has.
        note = set() if candidate.control else {"note"}
        assert used == {"carrier", 'seats, "all"', "wind__speed", "départ"} | note


def test_a_text_that_rows_share_is_coded_by_the_one_control(tmp_path):
    table = rows()[["carrier", "note", "late"]]
    table["note"] = [f"note {n % 60}" for n in range(len(table))]
    table.to_csv(tmp_path / "shared.csv", index=False)
    *others, control = choose(profile(read_table(tmp_path / "shared.csv", "late")))
    assert control.columns == {"categorical": ("carrier",), "text": ("note",)}
    assert not [c for c in others if c.title.startswith("control")]
    alone = table[["late"]].assign(note=[f"note {n}" for n in range(len(table))])
    alone.to_csv(tmp_path / "alone.csv", index=False)
    *_, control = choose(profile(read_table(tmp_path / "alone.csv", "late")))
    assert control.columns == {"text": ("note",)}  # nothing else is there to learn from


def test_a_table_of_numbers_gets_no_candidate_that_repeats_another(tmp_path):
    table = rows()[["wind__speed", "late"]]
    table.to_csv(tmp_path / "n.csv", index=False)
    candidates = choose(profile(read_table(tmp_path / "n.csv", "late")))
    assert [c.algorithm for c in candidates] == ["xgboost", "linear", "xgboost"]
    assert candidates[-1].control and candidates[-1].steps == {"numeric": "gaps", "merged": ""}


def test_columns_without_information_are_named(binary):
    flat = [column for column in binary.profile.columns if column.name == "flat"]
    profiled = SimpleNamespace(target=binary.profile.target, columns=flat)
    with pytest.raises(NoCandidates, match=r"learn 'late' from \(columns: 'flat'\)"):
        choose(profiled)


# --- the files ---------------------------------------------------------------------------------


def files(folder):
    return {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}


def test_the_same_table_gives_the_same_files(generated):
    again = artifacts(generated.table, generated.profile, generated.candidates)
    assert {n: path.read_text("utf-8") for n, path in files(generated.folder).items()} == again


def test_every_file_says_where_it_comes_from_and_nothing_of_this_machine(generated):
    for path in files(generated.folder).values():
        text = path.read_text("utf-8")
        assert generated.table.sha256 in text, path.name
        assert generated.table.name in text, path.name
        assert "ot Autopilot output" in text, path.name
        assert not re.search(r"arn:aws|(?<!\w)\d{12}(?!\w)|/home/|/tmp/|/root|/Users", text)
        assert str(generated.folder) not in text


def test_the_scripts_are_formatted_as_the_project_is(generated):
    ruff = Path(sys.executable).with_name("ruff")
    settings = ["--config", str(ROOT / "pyproject.toml")]
    for words in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [ruff, *words, "--no-cache", *settings, generated.folder],
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_candidates_json_says_what_the_scripts_do(generated):
    content = json.loads((generated.folder / "candidates.json").read_text("utf-8"))
    assert [entry["script"] for entry in content["candidates"]] == [
        f"{name}.py" for name in names(generated)
    ]
    for entry in content["candidates"]:
        tree = ast.parse((generated.folder / entry["script"]).read_text("utf-8"))
        constants = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
        }
        assert constants["ALGORITHM"] == entry["algorithm"]
        assert constants["PROBLEM"] == content["problem"] == generated.profile.problem
        assert constants["TARGET"] == content["target"] == generated.target
        assert constants["CLASSES"] == content["classes"]
        assert constants["HEADER"] == list(generated.text.columns)
        for kind, columns in entry["columns"].items():
            assert constants[kind.upper()] == columns


def test_the_requirements_are_those_it_was_made_with(generated):
    lines = (generated.folder / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin.partition("==")[0] for pin in pins] == [
        "numpy", "pandas", "scikit-learn", "xgboost-cpu",
    ]  # fmt: skip
    assert f"pandas=={pd.__version__}" in pins


def test_a_folder_that_holds_something_is_left_as_it_is(binary):
    before = {name: path.read_bytes() for name, path in files(binary.folder).items()}
    with pytest.raises(FileExistsError, match="is not empty: name a new folder"):
        write_artifacts(binary.table, binary.profile, binary.candidates, binary.folder)
    assert {name: path.read_bytes() for name, path in files(binary.folder).items()} == before


# --- a script alone ----------------------------------------------------------------------------


def test_a_script_explains_itself(binary):
    done = run(binary.folder, "dpp3.py", "--help")
    assert done.returncode == 0
    assert "dpp3: few-valued numbers as categories too" in done.stdout
    assert "CSV to fit on, with the target 'late'" in done.stdout


def test_a_script_fits_and_transforms_alone(binary, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(as_csv(binary.text.drop(columns="late").head(7), header=True), "utf-8")
    out = tmp_path / "features.csv"
    done = run(binary.folder, "dpp0.py", binary.path, other, "--out", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = pd.read_csv(out)
    assert len(found) == 7
    wind = pd.to_numeric(binary.text["wind__speed"].head(7))
    assert np.allclose(found["numeric__wind__speed"], wind, equal_nan=True)


def test_a_wrong_file_is_one_line(binary, tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("1,2,3\n", encoding="utf-8")
    done = run(binary.folder, "dpp0.py", path)
    assert done.returncode == 2 and done.stdout == ""
    assert re.fullmatch(r"dpp0\.py: wide\.csv: row 1 has 3 cells .*\n", done.stderr)


# --- trainer and server --------------------------------------------------------------------------


def test_the_trainer_runs_as_sagemaker_starts_it(binary, tmp_path):
    channel = tmp_path / "train"
    channel.mkdir()
    half = ROWS // 2  # two files without names, as a job's channel holds them
    (channel / "part-0.csv").write_text(as_csv(binary.text[:half]), "utf-8")
    (channel / "part-1.csv").write_text(as_csv(binary.text[half:]), "utf-8")
    model = tmp_path / "model"
    done = run(
        tmp_path, binary.folder / "trainer.py", "--candidate", "dpp4", "--num_round", 20,
        "--eta", "0.3", SM_CHANNEL_TRAIN=str(channel), SM_MODEL_DIR=str(model),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    scores = dict(re.findall(r"^validation:(\w+)=([\d.]+);$", done.stdout, re.M))
    assert list(scores) == ["logloss", "auc", "accuracy"]
    assert 0 < float(scores["logloss"]) < 0.69 < float(scores["auc"]) <= 1
    assert {path.name for path in (model / "code").iterdir()} == {
        "serve.py", "common.py", "algorithms.py", "dpp4.py",
    }  # fmt: skip


def test_the_trainer_refuses_in_one_line(binary, tmp_path):
    given = ["--train", binary.path, "--model-dir", tmp_path / "model"]
    done = run(tmp_path, binary.folder / "trainer.py", *given, "--candidate", "dpp2", "--eta", 0.1)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == "trainer.py: dpp2 is trained by linear, which has no eta\n"
    assert not (tmp_path / "model").exists()


def test_the_trainer_refuses_what_is_not_there(binary, tmp_path, capsys):
    given = ["--model-dir", str(tmp_path / "model"), "--train"]
    with imported(binary.folder, "trainer") as (trainer,):
        with pytest.raises(ValueError, match=r"no rows in nowhere\.csv: give CSV files with"):
            trainer.main([*given, "nowhere.csv"])
        for value in ("0", "nan", "inf", "-1"):
            with pytest.raises(ValueError, match=f"^l2 is {value}: give a number above 0$"):
                trainer.main([*given, str(binary.path), "--candidate", "dpp2", "--l2", value])
        with pytest.raises(SystemExit):
            trainer.main([*given, str(binary.path), "--candidate", "dpp9"])
    assert "invalid choice: 'dpp9'" in capsys.readouterr().err
    assert not (tmp_path / "model").exists()


def test_each_candidate_answers_sensibly(generated, serve):
    features = generated.text.drop(columns=generated.target).head(50)
    for name in names(generated):
        answers = serve(name, as_csv(features))
        assert len(answers) == 50
        if generated.profile.problem == "regression":
            assert all(len(row) == 1 and np.isfinite(float(row[0])) for row in answers)
            continue
        classes = sorted(set(generated.text[generated.target]))
        for predicted, *probabilities in answers:
            values = [float(value) for value in probabilities]
            assert sum(values) == pytest.approx(1, abs=1e-4)
            assert predicted == classes[int(np.argmax(values))]


HOSTILE = {
    "all empty": dict.fromkeys(["carrier", 'seats, "all"', "wind__speed", "départ", "note"], ""),
    "never seen": {"carrier": "Zürich ✈", "note": "zyzzyva", 'seats, "all"': "900"},
    "wrong type": {"wind__speed": "strong", "départ": "yesterday-ish", 'seats, "all"': "two"},
    "not finite": {"wind__speed": "NaN", 'seats, "all"': "inf"},
    "minus infinite": {"wind__speed": "-inf", 'seats, "all"': "1e999"},
    "huge text": {"note": "rusty, " * 30_000},
    "several lines": {"note": 'one\ntwo, "three"\r\nfour'},
    "far dates": {"départ": "9999-12-31"},
    "no date": {"départ": "31/31/31"},
}


@pytest.mark.parametrize("row", HOSTILE)
def test_hostile_rows_are_answered(generated, serve, row):
    """An odd row gets a finite answer, and changes nothing for its neighbours."""
    calm = generated.text.drop(columns=generated.target).head(3)
    odd = calm.head(1).assign(**HOSTILE[row])
    for name in names(generated):
        answers = serve(name, as_csv(pd.concat([odd, calm])))
        numbers = answers[0] if generated.profile.problem == "regression" else answers[0][1:]
        assert all(np.isfinite(float(number)) for number in numbers), name
        assert answers[1:] == serve(name, as_csv(calm)), name
        assert answers[:1] == serve(name, as_csv(odd)), name


def test_a_row_alone_is_the_row_among_others(generated, serve):
    features = generated.text.drop(columns=generated.target).head(12)
    for name in names(generated):
        together = serve(name, as_csv(features))
        alone = [serve(name, as_csv(features[at : at + 1]))[0] for at in range(len(features))]
        assert alone == together, name


def test_columns_may_come_shuffled_below_their_names(generated, serve):
    features = generated.text.drop(columns=generated.target).head(5)
    shuffled = features[list(reversed(features.columns))]
    whole = generated.text.head(5)
    for name in names(generated):
        expected = serve(name, as_csv(features))
        for table, header in ((shuffled, True), (features, True), (whole, False), (whole, True)):
            assert serve(name, as_csv(table, header)) == expected


def test_no_rows_no_answers(generated, serve):
    features = generated.text.drop(columns=generated.target)
    for name in names(generated):
        assert serve(name, "") == []
        assert serve(name, as_csv(features.head(0), header=True)) == []
        assert serve(name, b"", accept="application/json") == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("1,2\n", r"row 1 has 2 cells and is no header: give the 6 columns carrier, .*all 7"),
        ("A,2,3,,x,x\nA,2,3,,x\n", r"row 2 of the data has 5 cells instead of 6"),
        ("A,2,3,,x,x\nA,2,3,,x,x,no,1\n", r"row 2 of the data has 8 cells instead of 6"),
        ('carrier,"seats, ""all""",wind,départ,note,flat\n', r"no column wind__speed in the first"),
        ('carrier,"seats, ""all""",wind__speed,départ,note\n', r"no column flat in the first row"),
        (
            'carrier,carrier,"seats, ""all""",wind__speed,départ,note,flat\n',
            r"'carrier' stands twice in the first row: rename one",
        ),
        (b"A,2,3,,\xff,x\n", r"byte 7 is not UTF-8"),
    ],
)
def test_rows_that_do_not_fit_are_refused_by_name(generated, serve, body, says):
    with pytest.raises(ValueError, match=says):
        serve("dpp0", body)


def test_what_is_no_csv_is_refused(generated, serve):
    with pytest.raises(ValueError, match=r"image/png cannot be read: send text/csv"):
        serve("dpp0", b"", content_type="image/png")
    with pytest.raises(ValueError, match=r"text/html cannot be written: ask for text/csv or"):
        serve("dpp0", "", accept="text/html")


def test_answers_as_json(generated, serve):
    features = generated.text.drop(columns=generated.target).head(2)
    answers = serve("dpp0", as_csv(features).encode(), "text/csv; charset=utf-8", "*/*;q=1")
    assert len(answers) == 2 and "predicted" in answers[0]


# --- the leaderboard ---------------------------------------------------------------------------


SMALL = {"outer": 2, "inner": 2, "trials": 1, "progress": False}
BOARDS = [
    "binary",
    *(pytest.param(each, marks=pytest.mark.heavy) for each in ("multiclass", "regression")),
]
on_each_board = pytest.mark.parametrize("generated", BOARDS, indirect=True, scope="module")


@pytest.fixture(scope="module")
def scored(generated):
    """The leaderboard of a problem, which takes seconds; `make test` has one of the three."""
    return evaluate(generated.table, generated.candidates, generated.folder, **SMALL)


@on_each_board
def test_the_leaderboard_is_the_same_twice(generated, scored, tmp_path):
    again = evaluate(generated.table, generated.candidates, generated.folder, **SMALL)
    assert again == scored
    write_scores(scored, tmp_path / "scores.json")
    (split,) = json.loads((tmp_path / "scores.json").read_text("utf-8"))["splits"]
    assert [entry["name"] for entry in split["candidates"]] == names(generated)
    assert not list(generated.folder.rglob("*.pyc"))


@on_each_board
def test_the_summaries_follow_from_the_folds(scored):
    """Mean, spread, and the error that Nadeau and Bengio correct for rows that folds share."""
    first = scored["measures"][0]
    (split,) = scored["splits"]
    control = next(entry for entry in split["candidates"] if entry["control"])
    tested = np.mean([test / train for train, test in split["rows"]])
    for entry in (*split["candidates"], split["rival"], split["chosen"]):
        values = np.array(entry["folds"][first])
        assert entry["mean"][first] == pytest.approx(values.mean())
        assert entry["spread"][first] == pytest.approx(values.std(ddof=1))
        if entry is not control:
            gains = np.array(control["folds"][first]) - values
            error = np.sqrt(1 / 2 + tested) * gains.std(ddof=1)
            assert entry["gain"]["mean"] == pytest.approx(gains.mean())
            assert entry["gain"]["error"] == pytest.approx(error)
            assert entry["gain"]["won"] == (gains > 0).sum()


@on_each_board
def test_preparing_text_pays_where_the_target_is_in_the_text(scored):
    """The rows were made so that a word decides: who reads words must beat who does not."""
    gains = {e["name"]: e["gain"]["mean"] for e in scored["splits"][0]["candidates"][:-1]}
    assert gains["dpp0"] > 0


def test_no_group_is_on_both_sides_and_the_later_is_judged_by_the_earlier(binary):
    days = pd.DataFrame({"month": ["1", "10", "2"] * 40, "day": [str(n % 7) for n in range(120)]})
    with imported(binary.folder, "search") as (search,):
        groups = search.grouped(days, ["month", "day"])
        assert search.grouped(days, []) is None
        # As numbers, not by the alphabet: the tenth month comes after the second.
        order = days.astype(int).assign(group=groups).sort_values(["month", "day"])["group"]
        assert order.is_monotonic_increasing and order.nunique() == 21
        y = np.arange(120) % 2
        held = []
        for train, test in search.folds("binary", y, 5, 0, groups):
            assert not set(groups[train]) & set(groups[test])
            held += list(test)
        assert sorted(held) == list(range(120))
        for train, test in search.folds("binary", y, 3, 0, groups, forward=True):
            assert groups[train].max() < groups[test].min()


def test_a_measured_forward_fold_has_a_rival_and_a_choice(binary):
    by = ("carrier", 'seats, "all"')
    few = (binary.candidates[0], binary.candidates[-1])
    splits = [Split("grouped", by), Split("forward", by)]
    found = evaluate(binary.table, few, binary.folder, splits=splits, **SMALL)
    grouped, forward = found["splits"]
    assert (grouped["name"], forward["name"]) == ("grouped", "forward")
    # What forward folds train on grows, and they judge on parts of one size.
    (first, _), (second, _) = forward["rows"]
    assert first < second
    for split in found["splits"]:
        assert set(split["chosen"]["picks"]) <= {few[0].name, few[1].name}
        assert 0 < split["rival"]["mean"]["logloss"] < 2


def test_a_date_that_the_rival_never_saw_lies_between_its_neighbours(tmp_path):
    """As a code it would be a gap, and every day that is held out whole would look alike."""
    days = pd.Timestamp("2013-01-01") + pd.to_timedelta(np.arange(360) // 4, unit="D")
    late = np.where(np.arange(360) // 120 == 1, "yes", "no")  # in the second of three months
    table = pd.DataFrame({"day": days.astype(str), "size": np.arange(360) % 7, "late": late})
    table.to_csv(tmp_path / "days.csv", index=False)
    read = read_table(tmp_path / "days.csv", "late")
    candidates = choose(profile(read))
    write_artifacts(read, profile(read), candidates, tmp_path / "artifacts")
    splits = [Split("grouped", ("day",))]
    found = evaluate(read, candidates[-1:], tmp_path / "artifacts", splits=splits, **SMALL)
    assert found["splits"][0]["rival"]["mean"]["accuracy"] > 0.95


def test_equal_terms_are_taken_by_the_alphabet(binary):
    """Whatever the order of the rows, and whatever the processor sorts by."""
    with imported(binary.folder, "common") as (common,):
        texts = np.array(["often zeta", "often beta", "often alpha", "often gamma"], dtype=object)
        for rows in (texts, texts[::-1]):
            terms = common.Texts(most=3).fit(rows).get_feature_names_out()
            assert list(terms) == ["alpha", "beta", "often"]
        letters = common.Texts("char_wb", (2, 2), most=2).fit(texts).get_feature_names_out()
        assert len(letters) == 2


def test_no_row_is_judged_by_a_model_that_saw_it(binary):
    """The targets are drawn by lot: a preparation that peeked would score below chance's loss."""
    random = np.random.default_rng(0)
    with imported(binary.folder, "dpp4", "search", "common") as (script, search, common):
        features, y = common.split(binary.table.frame, script.build_label_transform(), "late")
        features = features.assign(carrier=[f"id{n // 3}" for n in range(len(y))])
        lots = random.integers(0, 2, len(y)).astype(float)
        history = search.search(script, features, lots, trials=3, parts=2)
    assert search.best(history)["score"] > 0.68  # ln 2 is 0.693
