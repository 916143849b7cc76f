"""What the examples left in S3, worked out again: no score is taken on the stand-in's word.

Each function gets the stand-in after one run, and what the run printed.
"""

from __future__ import annotations

import csv
import datetime
import importlib.util
import io
import json
import statistics
import tarfile
from collections import Counter
from collections.abc import Callable
from typing import Any

BUCKET = "my-bucket"


def get(aws: Any, key: str) -> bytes:
    """Return an object; a missing one raises."""
    return aws.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()


def keys(aws: Any, prefix: str) -> list[str]:
    """Return the keys below a prefix."""
    found = aws.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [each["Key"] for each in found.get("Contents", [])]


def numbers(aws: Any, key: str) -> list[float]:
    """Return an object's lines as numbers."""
    return [float(line) for line in get(aws, key).split()]


def member(aws: Any, key: str, name: str) -> bytes:
    """Return a file out of an archive in S3."""
    with tarfile.open(fileobj=io.BytesIO(get(aws, key))) as archive:
        return archive.extractfile(name).read()


def predictions(model: bytes, rows: list[list[float]]) -> list[float]:
    """Predict in this process, with the library alone."""
    import numpy
    import xgboost

    booster = xgboost.Booster({"nthread": 1}, model_file=bytearray(model))
    return booster.predict(xgboost.DMatrix(numpy.array(rows))).tolist()


def table(aws: Any, key: str) -> list[list[float]]:
    """Return a CSV file of numbers."""
    rows = csv.reader(io.StringIO(get(aws, key).decode()))
    return [[float(cell) for cell in row] for row in rows]


def share_right(predicted: list[float], actual: list[float]) -> float:
    """Return the share of predictions that are on the right side of one half."""
    pairs = list(zip(predicted, actual, strict=True))
    return sum((p > 0.5) == (a > 0.5) for p, a in pairs) / len(pairs)


def same(one: list[float], two: list[float]) -> bool:
    """Return whether two lists hold the same numbers, but for rounding."""
    return (
        len(one) == len(two) > 0 and max(abs(a - b) for a, b in zip(one, two, strict=True)) < 1e-5
    )


def train(aws: Any, printed: str) -> None:
    """The model in S3 makes the predictions in S3, and they are as good as was printed."""
    (archive,) = keys(aws, "models/")
    predicted = numbers(aws, "predictions/flights-2026-11-23/test.csv.out")
    model = member(aws, archive, "xgboost-model")
    assert same(predicted, predictions(model, table(aws, "csv/test.csv")))
    actual = numbers(aws, "csv/test-labels.csv")
    right = share_right(predicted, actual)
    assert f"400 predictions in S3, {right:.0%} of them right" in printed
    assert right > max(sum(actual), 400 - sum(actual)) / 400 + 0.2, "no better than guessing"


def tune(aws: Any, printed: str) -> None:
    """Each trial's model has the error that the trial reports, and the best one predicted."""
    rows = table(aws, "csv/validation.csv")
    client = aws.client("sagemaker")
    (tuning,) = client.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]
    trials = client.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=tuning["HyperParameterTuningJobName"]
    )["TrainingJobSummaries"]
    assert len(trials) == 4
    errors = {}
    for trial in trials:
        name = trial["TrainingJobName"]
        model = member(aws, f"models/{name}/output/model.tar.gz", "xgboost-model")
        misses = [
            (p - row[0]) ** 2
            for p, row in zip(predictions(model, [row[1:] for row in rows]), rows, strict=True)
        ]
        errors[name] = (sum(misses) / len(misses)) ** 0.5
        reported = trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        assert abs(errors[name] - reported) < 1e-4
        values = ", ".join(f"{k} {float(v):.4g}" for k, v in trial["TunedHyperParameters"].items())
        assert f"validation:rmse {errors[name]:.3f} with {values}" in printed
    assert len({f"{error:.4f}" for error in errors.values()}) > 1
    best = min(errors, key=errors.get)
    assert f"the best model, taken from S3: {errors[best]:.3f} on validation.csv" in printed
    predicted = numbers(aws, f"predictions/{best}/test.csv.out")
    model = member(aws, f"models/{best}/output/model.tar.gz", "xgboost-model")
    assert same(predicted, predictions(model, table(aws, "csv/test.csv")))
    right = share_right(predicted, numbers(aws, "csv/test-labels.csv"))
    assert f"400 predictions in S3, {right:.0%} of them right" in printed


def failures(aws: Any, printed: str) -> None:
    """No failure left predictions; a model is there only where training had ended."""
    assert keys(aws, "predictions/") == []
    assert keys(aws, "models/") == ["models/missing-model/output/model.tar.gz"]
    client, lines = aws.client("stepfunctions"), printed.splitlines()
    machines = client.list_state_machines()["stateMachines"]
    assert len(machines) == len(lines) == 5
    for machine in machines:
        (each,) = client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
        assert each["status"] == "FAILED"
    reported = [line for line in lines if line.endswith("then **Report failure**")]
    assert len(reported) == 4
    assert "`States.Runtime`" in (set(lines) - set(reported)).pop()
    jobs = {
        job["TrainingJobName"]: job["TrainingJobStatus"]
        for job in aws.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
    }
    # What SageMaker or Step Functions refused never became a job.
    assert jobs == {
        "unreadable-data": "Failed",
        "missing-model": "Completed",
        "time-out": "Stopped",
    }


def chained(aws: Any, model_name: str) -> tuple[list[float], float]:
    """Predict here with the transformer and the model in S3, after a look at both.

    Returns:
        The predictions for the test rows and then for a carrier that training never saw, and the
        share of the former that is right.
    """
    import joblib
    import pandas

    names = ["carrier", "hour", "wind"]
    raw = pandas.read_csv(io.BytesIO(get(aws, "test/raw.csv")), header=None, names=names)
    assert raw["wind"].isna().sum() > 10, "nothing for the transformer to fill in"
    raw.loc[len(raw)] = ["ZZ", 17.5, float("nan")]
    packed = member(aws, "models/fit-featurizer/output/model.tar.gz", "featurizer.joblib")
    features = joblib.load(io.BytesIO(packed)).transform(raw)
    assert not features[-1, 2:].any() and (features[:-1, 2:].sum(axis=1) == 1).all()
    rounded = [[float(f"{value:.4g}") for value in row] for row in features.tolist()]
    model = member(aws, "models/fit-model/output/model.tar.gz", "xgboost-model")
    predicted = predictions(model, rounded)
    actual = numbers(aws, "test/labels.csv")
    right = share_right(predicted[:-1], actual)
    assert right > max(sum(actual), 500 - sum(actual)) / 500 + 0.2, "no better than guessing"
    trained = table(aws, "features/raw.csv.out")
    labels = [line.split(b",")[0] for line in get(aws, "train/raw.csv").split()]
    assert [row[0] for row in trained] == [float(label) for label in labels]
    containers = aws.client("sagemaker").describe_model(ModelName=model_name)["Containers"]
    assert [each["Image"].rpartition("/")[2].partition(":")[0] for each in containers] == [
        "sagemaker-scikit-learn",
        "sagemaker-xgboost",
    ]
    return predicted, right


def served(aws: Any, printed: str) -> None:
    """The endpoint answered what both containers' files predict here, whatever the type said."""
    predicted, right = chained(aws, "flights")
    for kind in ("text/csv", "text/csv; charset=utf-8"):
        assert f"{kind}: 500 predictions, {right:.1%} of them right" in printed
    assert f"a carrier it never saw: {predicted[-1]:.2f}" in printed


def in_a_batch(aws: Any, printed: str) -> None:
    """The transform job left in S3 what both containers' files predict here."""
    predicted, right = chained(aws, "flights-v3")
    assert same(numbers(aws, "flights-v3/raw.csv.out"), predicted[:-1])
    assert f"500 predictions, {right:.1%} of them right" in printed


def content_types(aws: Any, printed: str) -> None:
    """Refused requests left nothing; the remedy predicts what the built-in algorithm does."""
    assert keys(aws, "sends-json/") == keys(aws, "exact/") == []
    assert same(numbers(aws, "built-in/raw.csv.out"), numbers(aws, "tolerant/raw.csv.out"))
    assert "Content type application/json is not supported" in aws.log("sends-json", "TransformJob")
    log = aws.log("exact", "TransformJob")
    assert "ValueError: Content type text/csv; charset=utf-8 is not supported" in log
    right = share_right(numbers(aws, "tolerant/raw.csv.out"), numbers(aws, "test/labels.csv"))
    assert printed.count(f"500 predictions, {right:.1%} of them right") == 2


def packages(aws: Any, printed: str) -> None:
    """The package was installed for its own job alone, and the other job went on without one."""
    rows = list(csv.DictReader(io.StringIO(get(aws, "features/features.csv").decode())))
    assert len(rows) == 3
    for row in rows:
        departure = datetime.datetime.fromisoformat(row["departure"])
        assert int(row["hour"]) == departure.hour
        assert row["weekend"] == str(departure.weekday() >= 5)
    assert {row["weekend"] for row in rows} == {"True", "False"}
    assert get(aws, "features/features.csv").decode().strip() in printed
    jobs = aws.client("sagemaker").list_processing_jobs()["ProcessingJobSummaries"]
    logs = [aws.log(job["ProcessingJobName"]) for job in jobs]
    assert sum("Successfully installed flight-features-1.0" in log for log in logs) == 1
    log = aws.log("no-such-file")
    assert "No module named 'flight_features'" in log
    assert "Collecting" not in log and "Requirement" not in log
    assert importlib.util.find_spec("flight_features") is None, "it outlived its job"


def cloned(aws: Any, printed: str) -> None:
    """Both ways gave the code of the tag, and not that of the newest commit."""
    assert printed.splitlines() == ["print('code of v1.0')"] * 2


def spark_features(aws: Any, printed: str) -> None:
    """Spark's rows are those that plain Python works out; the job was Spark's own."""
    with io.StringIO(get(aws, "raw/flights.csv").decode()) as text:
        raw = list(csv.DictReader(text))
    (key,) = [each for each in keys(aws, "features/") if each.endswith(".json")]
    found = [json.loads(line) for line in get(aws, key).splitlines()]
    assert len(found) == len(raw) == 200
    lines = printed.splitlines()
    assert lines[0] == "200 rows in s3://my-bucket/features/, the first:"
    assert json.loads(lines[1]) == found[0]
    known = sorted(float(row["wind"]) for row in raw if row["wind"])
    assert 5 < len(raw) - len(known) < 40, "nothing to fill in"
    counts = Counter(row["carrier"] for row in raw)
    order = sorted(counts, key=lambda carrier: (-counts[carrier], carrier))
    numbers = [
        (int(row["hour"]), float(row["wind"] or known[(len(known) - 1) // 2])) for row in raw
    ]
    means = [statistics.fmean(column) for column in zip(*numbers, strict=True)]
    spreads = [statistics.stdev(column) for column in zip(*numbers, strict=True)]
    for before, pair, after in zip(raw, numbers, found, strict=True):
        assert after["late"] == int(before["late"])
        assert after["carrier_hot"]["size"] == 3
        assert after["carrier_hot"]["indices"] == [order.index(before["carrier"])]
        scaled = [(v - m) / s for v, m, s in zip(pair, means, spreads, strict=True)]
        assert same(after["scaled"]["values"], scaled)
    (log,) = keys(aws, "spark-logs/")
    first = json.loads(get(aws, log).splitlines()[0])
    assert first["Event"] == "SparkListenerLogStart" and first["Spark Version"].startswith("3.5.")


def spark_delays(aws: Any, printed: str) -> None:
    """Spark counted what plain Python counts, with the module that travelled with the job."""
    with io.StringIO(get(aws, "hours/flights.csv").decode()) as text:
        flights = [(int(row["hour"]), int(row["late"])) for row in csv.DictReader(text)]
    wanted: Counter[str] = Counter()
    for hour, late in flights:
        wanted["night" if hour < 6 or hour > 21 else "day"] += late
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert {each["part"]: each["late"] for each in lines} == wanted
    (key,) = [each for each in keys(aws, "") if each.endswith("/input/conf/configuration.json")]
    assert get(aws, key).decode() in printed


def plain(aws: Any, printed: str) -> None:
    """The trainer of SDK v3 ran the script, and the service was asked for no Debugger."""
    (found,) = aws.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
    assert "trained" in aws.log(found["TrainingJobName"])
    assert "was sent" not in printed.replace("was not sent", "")


def asked_for_a_rule(aws: Any, printed: str) -> None:
    """The rule lies where the request says, and the request holds what was printed."""
    assert b"class GrowingError(Rule)" in get(aws, "rules/growing_error.py")
    job = aws.client("sagemaker").describe_training_job(TrainingJobName="watched")
    (rule,) = job["DebugRuleConfigurations"]
    assert rule["RuleParameters"]["source_s3_uri"] == f"s3://{BUCKET}/rules/growing_error.py"
    assert f"action_json: {rule['RuleParameters']['action_json']}" in printed.splitlines()


def retried(aws: Any, printed: str) -> None:
    """The last attempt of each execution left its model, and nothing else did."""
    for language in ("jsonpath", "jsonata"):
        name = f"nightly-{language}-2"
        (key,) = keys(aws, f"models/nightly-{language}")
        assert key == f"models/{name}/output/model.tar.gz"
        assert member(aws, key, "model.txt") == f"from {name}\n".encode()
    assert printed.count("the execution: SUCCEEDED") == 2


def queued(aws: Any, printed: str) -> None:
    """Each job of the queue ran on its own rows."""
    jobs = aws.client("sagemaker").list_transform_jobs()["TransformJobSummaries"]
    assert [job["TransformJobStatus"] for job in jobs] == ["Completed"] * 6
    for part in range(6):
        assert get(aws, f"results/{part}/rows.csv.out").split() == [str(part).encode()]


def split_up(aws: Any, printed: str) -> None:
    """No request was larger than allowed, and together they held every row and byte."""
    sent = Counter(get(aws, "many-rows/flights.csv.out").decode().split())
    requests = [tuple(map(int, answer.split(","))) for answer in sent]
    assert [rows for rows, _ in requests] == list(sent.values())
    assert sum(size for _, size in requests) == len(get(aws, "large/flights.csv"))
    assert max(size for _, size in requests) <= 2**20
    assert all(answer in printed for answer in sent)
    alone = get(aws, "one-row/flights.csv.out").decode().split()
    assert {answer.split(",")[0] for answer in alone} == {"1"}
    assert len(alone) == get(aws, "small/flights.csv").count(b"\n")


def step_by_itself(aws: Any, printed: str) -> None:
    """The step's job installed the wheel, and its columns are those that plain Python makes."""
    rows = list(csv.DictReader(io.StringIO(get(aws, "features/features.csv").decode())))
    raw = list(csv.DictReader(io.StringIO(get(aws, "flights/flights.csv").decode())))
    assert [int(row["hour"]) for row in rows] == [int(row["departure"][11:13]) for row in raw]
    assert "Successfully installed flight" in aws.log("try")
    assert get(aws, "features/features.csv").decode() in printed


def token(aws: Any, printed: str) -> None:
    """Git was refused without the token, and took it out of Secrets Manager."""
    client = aws.client("secretsmanager")
    secret = client.get_secret_value(SecretId="sagemaker-github-notes")["SecretString"]
    assert json.loads(secret) == {"username": "octocat", "password": "an-access-token"}
    assert "could not read Username" in printed and "cloned\nPush: pushed" in printed


def trained_by_v3(aws: Any, printed: str) -> None:
    """The model in S3 is the one that the library alone fits with the same penalty."""
    import joblib
    from sklearn.linear_model import Ridge

    (key,) = [key for key in keys(aws, "models/") if key.endswith("model.tar.gz")]
    model = joblib.load(io.BytesIO(member(aws, key, "model.joblib")))
    rows = list(csv.DictReader(io.StringIO(get(aws, "train/flights.csv").decode())))
    distances = [[float(row["distance"])] for row in rows]
    alone = Ridge(alpha=0.5).fit(distances, [float(row["minutes"]) for row in rows])
    assert same(model.coef_.tolist(), alone.coef_.tolist()) and model.alpha == 0.5
    assert "Completed 0.5" in printed


LOOKS: dict[str, Callable[[Any, str], None]] = {
    "custom-debugger-rules/ask_for_rule": asked_for_a_rule,
    "queue-batch-jobs/queue_jobs": queued,
    "large-files-in-batch-transform/split": split_up,
    "retry-with-a-new-name/retry_training": retried,
    "schedule-jobs/run_train": train,
    "schedule-jobs/run_tune": tune,
    "schedule-jobs/run_failures": failures,
    "inference-pipelines/run_pipeline": served,
    "inference-pipelines/run_sdk": in_a_batch,
    "inference-pipelines/content_types": content_types,
    "github-repositories/clone_for_job": cloned,
    "git-token-and-ssh/use_helper": token,
    "from-sdk-v2-to-v3/train_v3": trained_by_v3,
    "processing/add_packages": packages,
    "processing-in-a-pipeline/run_step": step_by_itself,
    "spark/start_job": spark_features,
    "spark-memory-and-packages/start_job": spark_delays,
    "switch-debugger-off/ask_v3": plain,
}
"""By run: what is looked at before the stand-in forgets."""
