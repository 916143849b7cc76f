"""The cells of 06b as text; «NAMES» are filled in by `definition`."""

AWS = "aws"
MEASURED = "measured"  # only where the candidates were measured by nested cross-validation

CELLS = (
    (
        "markdown",
        """
# Candidate definition: `«TARGET»` in `«FILE»`

«BANNER»

«NEEDS»

«COUNT» candidates prepare the columns each in its own way. Here each of them gets the same number of trials, one is picked by what the search itself scored, and only then rows that no trial has seen say how good it is. The search below is real and ran in this notebook. The last section says the same to SageMaker; its cells need AWS and **were not run**.

Autopilot's notebook of 2020 left the trials to SageMaker's tuner, several at a time and up to 250, and kept preparation and model in three containers. Today Autopilot combines models (*ensembling*) for tables below 100 MB and writes no such scripts.

«TABLE»
""",
    ),
    ("markdown", "## Set up"),
    (
        "code",
        """
import importlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

ARTIFACTS = Path("«ARTIFACTS»")
sys.dont_write_bytecode = True  # leaves the folder of the scripts as it is
sys.path.insert(0, str(ARTIFACTS))

import algorithms
import common
import search
from explore import figures, search_figures

TRIALS, FOLDS, SEED = «TRIALS», «FOLDS», «SEED»
""",
    ),
    (
        "markdown",
        """
## The rows

A fifth is held back before anything is fitted. Neither trials nor preparation nor the pick see it.«GROUPED»
""",
    ),
    (
        "code",
        """
first = importlib.import_module("dpp0")
PROBLEM, CLASSES = first.PROBLEM, first.CLASSES
labels = first.build_label_transform()
table = common.read_folder("«DATA»", first.HEADER, first.TARGET)
table = table[np.isfinite(labels.transform(table[first.TARGET]))].reset_index(drop=True)
features, y = common.split(table, labels, first.TARGET)
groups = search.grouped(features, «BY»)
kept, held = search.folds(PROBLEM, y, 5, SEED, groups«FORWARD»)[«AT»]
within = None if groups is None else groups[kept]
print(f"{len(kept)} rows to search with, {len(held)} held back")
""",
    ),
    (
        "markdown",
        """
## Candidates and their search

Each candidate gets «TRIALS» trials, judged by cross-validation over «FOLDS» parts, in which the preparation is fitted anew. The first trial takes the algorithm's defaults; the others draw at random. Candidates with the same algorithm try the same hyperparameters.
""",
    ),
    (
        "code",
        """
def tune(name):
    script = importlib.import_module(name)
    history = search.search(
        script, features.iloc[kept], y[kept], trials=TRIALS, parts=FOLDS, seed=SEED, groups=within«FORWARD»
    )
    best = search.best(history)
    print(f"{name}: {best['score']:.3f} ± {best['spread']:.3f} in trial {history.index(best) + 1}")
    for hyperparameter, value in best["hyperparameters"].items():
        print(f"  {hyperparameter} {value:.3g}")
    return history


found = {}
""",
    ),
    ("candidates", ""),
    (
        "markdown",
        """
## How the search went

Each dot is a trial with its spread over the parts, the line is the best score so far. The dashed line is what one answer for all rows scores: who is above it has learnt nothing. Trials far above it stand as triangles at the edge.
""",
    ),
    (
        "code",
        """
if PROBLEM == "regression":
    measure, no_skill = "rmse", y[kept].std()
else:
    shares = np.bincount(y[kept].astype(int), minlength=len(CLASSES)) / len(kept)
    shares = shares[shares > 0]
    measure, no_skill = "logloss", -(shares * np.log(shares)).sum()
figures.show(*search_figures.tuning_history(found, measure, no_skill))
""",
    ),
    (
        "markdown",
        """
## Picked by the search, then judged

The candidate with the best score *in search* is picked. Preparation and model are then fitted on all rows of the search, with each candidate's best hyperparameters, and judged on those held back. These scores are reported and choose nothing: a score by which one chose is too good. Their standard error comes from 200 samples of the rows held back, drawn with replacement.
""",
    ),
    (
        "code",
        """
board, errors = [], {}
for name, history in found.items():
    script = importlib.import_module(name)
    best = search.best(history)
    transform, model = search.fitted(
        script, features.iloc[kept], y[kept], best["hyperparameters"], SEED
    )
    predicted = model.predict(transform.transform(features.iloc[held]))
    scores = algorithms.measures(PROBLEM, len(CLASSES), y[held], predicted)
    random = np.random.default_rng(SEED)
    samples = []
    for _ in range(200):
        rows = random.integers(0, len(held), len(held))
        sample = algorithms.measures(PROBLEM, len(CLASSES), y[held][rows], predicted[rows])
        samples.append(sample[measure])
    errors[name] = scores[measure], float(np.std(samples, ddof=1))
    entry = {"candidate": name, "in search": best["score"], "spread": best["spread"]}
    board.append(entry | scores | {"error": errors[name][1]})
board = pd.DataFrame(board).sort_values(["in search", "candidate"]).set_index("candidate")
board.round(3)
""",
    ),
    (
        "code",
        """
picked = board.index[0]
print(f"picked: {picked}, {board[measure].iloc[0]:.3f} on the rows held back")
near = board.index[board["in search"] - board["in search"].iloc[0] <= board["spread"].iloc[0]]
if len(near) > 1:
    print(f"no farther off in search than its spread there: {', '.join(near[1:])}")
""",
    ),
    (
        "markdown measured",
        """
## What a choice may be worth

One fifth of the rows is one draw of the lot. The project therefore measured the same scripts by nested cross-validation: «OUTER» outer folds, each with a search of its own («NESTED» trials, «INNER» inner folds) that does not see it, and this in several ways to part the rows. In the figure the folds are *«SPLIT»*: round dots are means over them with their standard deviation, small strokes the folds, diamonds the rows held back here.
""",
    ),
    (
        "code measured",
        """
nested = json.loads(Path("«SCORES»").read_text(encoding="utf-8"))
(folds,) = [split for split in nested["splits"] if split["name"] == "«SPLIT»"]
figures.show(*search_figures.comparison(folds, measure, errors))
""",
    ),
    (
        "code measured",
        """
rows = {}
for split in nested["splits"]:
    others = {"rival": split["rival"], "picked in search": split["chosen"]}
    for name, entry in {**{c["name"]: c for c in split["candidates"]}, **others}.items():
        row, gain = rows.setdefault(name, {}), entry.get("gain")
        row[f"{split['name']}: {measure}"] = f"{entry['mean'][measure]:.3f}"
        row["gain " + split["name"]] = f"{gain['mean']:+.3f} ± {gain['error']:.3f}" if gain else ""
pd.DataFrame.from_dict(rows, orient="index")
""",
    ),
    (
        "markdown measured",
        """
*Gain* is the control's score less the candidate's in the same fold: above 0 the preparation paid. ± is its standard error, corrected for folds that share rows to train on (Nadeau and Bengio, Machine Learning 52, 2003). The *rival* is gradient boosting as scikit-learn sets it, not tuned. *Picked in search* takes in each fold the candidate that the search there scored best, as above.
""",
    ),
    (
        "markdown",
        """
## Train the pick, and ask it

`trainer.py` and `serve.py` are what SageMaker would call; here they run in this process, and train on the rows of the search alone.
""",
    ),
    (
        "code",
        """
import serve
import trainer

words = []
for name, value in search.best(found[picked])["hyperparameters"].items():
    words += [f"--{name}", str(value)]
with tempfile.TemporaryDirectory() as folder:
    for channel, rows in (("train", kept), ("validation", held)):
        table.iloc[rows].to_csv(Path(folder) / f"{channel}.csv", index=False)
        words += [f"--{channel}", f"{folder}/{channel}.csv"]
    trainer.main(["--candidate", picked, "--model-dir", folder, *words])
    predictor = serve.model_fn(folder)
three = features.iloc[held[:3]].to_csv(index=False)
answers = serve.predict_fn(serve.input_fn(three, "text/csv"), predictor)
answers.assign(truth=table[first.TARGET].iloc[held[:3]].to_numpy()).round(3)
""",
    ),
    (
        "markdown",
        """
## The same search on SageMaker

**The cells below need AWS and were not run here.** A test of this project runs them against its local stand-in for SageMaker. They need the packages `boto3` and `sagemaker-core`, a bucket and a role in the variables `BUCKET` and `ROLE`, and cost money: «TRIALS» short training jobs. The tuner sees rows of the search alone, a fifth of them to judge by; those held back never leave this notebook.

The image for scikit-learn is used for every candidate, because it is the one that has the version of scikit-learn that the scripts need. XGBoost is in `requirements.txt`, which AWS's toolkit for training installs before the script starts. That an image of AWS's lets it do so was not tried.
""",
    ),
    (
        AWS,
        """
# Needs AWS: not run here.
import io
import os
import tarfile
import time

bucket, role = os.environ.get("BUCKET"), os.environ.get("ROLE")
if not (bucket and role):
    raise SystemExit("Needs AWS: set the variables BUCKET, a bucket's name, and ROLE, a role's ARN.")

import boto3
from sagemaker.core import image_uris

s3, sagemaker = boto3.client("s3"), boto3.client("sagemaker")

packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w:gz") as archive:
    for path in sorted(ARTIFACTS.iterdir()):
        if path.is_file():
            archive.add(path, path.name)
s3.put_object(Bucket=bucket, Key="autotune/code.tar.gz", Body=packed.getvalue())
parts = search.folds(PROBLEM, y[kept], 5, SEED, within«FORWARD»)[«AT»]
for channel, part in zip(("train", "validation"), parts, strict=True):
    text = table.iloc[kept[part]].to_csv(index=False)
    s3.put_object(Bucket=bucket, Key=f"autotune/{channel}/rows.csv", Body=text)
""",
    ),
    (
        AWS,
        """
# Needs AWS: not run here.
ranges = {"IntegerParameterRanges": [], "ContinuousParameterRanges": []}
script = importlib.import_module(picked)
for name, (lowest, highest, scale) in algorithms.RANGES[script.ALGORITHM].items():
    kind = "Integer" if "integer" in scale else "Continuous"
    ranges[f"{kind}ParameterRanges"].append(
        {
            "Name": name,
            "MinValue": str(lowest),
            "MaxValue": str(highest),
            "ScalingType": "Logarithmic" if "log" in scale else "Linear",
        }
    )
channels = [
    {
        "ChannelName": channel,
        "ContentType": "text/csv",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": f"s3://{bucket}/autotune/{channel}/",
            }
        },
    }
    for channel in ("train", "validation")
]
created = sagemaker.create_hyper_parameter_tuning_job(
    HyperParameterTuningJobName=f"autotune-{picked}",
    HyperParameterTuningJobConfig={
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": measure},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": TRIALS, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": ranges,
    },
    TrainingJobDefinition={
        "StaticHyperParameters": {
            "sagemaker_program": "trainer.py",
            "sagemaker_submit_directory": f"s3://{bucket}/autotune/code.tar.gz",
            "candidate": picked,
        },
        "AlgorithmSpecification": {
            "TrainingImage": image_uris.retrieve("sklearn", sagemaker.meta.region_name, "1.9-0"),
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": measure, "Regex": f"validation:{measure}=([0-9.]+);"}],
        },
        "RoleArn": role,
        "InputDataConfig": channels,
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/autotune/models/"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 1800},
    },
)
""",
    ),
    (
        AWS,
        """
# Needs AWS: not run here.
while True:
    job = sagemaker.describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=f"autotune-{picked}"
    )
    if job["HyperParameterTuningJobStatus"] not in {"InProgress", "Stopping"}:
        break
    time.sleep(10)
best = job["BestTrainingJob"]
print(job["HyperParameterTuningJobStatus"], best["TunedHyperParameters"])
print(best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])
""",
    ),
)
