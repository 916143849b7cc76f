"""Tuning jobs run real trials, and know the best of them by its log."""

import json

import pytest
from botocore.exceptions import ClientError

from local_sagemaker.sampling import Range, Sampler, ranges
from tests.local_sagemaker import api

SCRIPT = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("-x", type=float)
parser.add_argument("--kind")
words = parser.parse_args()
if words.kind == "broken":
    raise SystemExit("broken")
print("loss=99;")
print(f"loss={(words.x - 0.3) ** 2 + 0.001};")
"""


def request(aws, name, number=6, parallel=2, strategy="Random", goal="Minimize", **changes):
    api.put(aws, f"code/{name}.tar.gz", api.pack({"train.py": SCRIPT}))
    definition = api.training_request("unused", api.SKLEARN)
    del definition["TrainingJobName"]
    definition["AlgorithmSpecification"]["MetricDefinitions"] = [
        {"Name": "loss", "Regex": "loss=(.*?);"}
    ]
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": strategy,
            "HyperParameterTuningJobObjective": {"Type": goal, "MetricName": "loss"},
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": number,
                "MaxParallelTrainingJobs": parallel,
            },
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]
            },
        },
        "TrainingJobDefinition": {
            **definition,
            "StaticHyperParameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": f"s3://{api.BUCKET}/code/{name}.tar.gz",
            },
        },
        **changes,
    }


def tune(aws, given):
    aws.client("sagemaker").create_hyper_parameter_tuning_job(**given)
    return aws.wait(given["HyperParameterTuningJobName"])


def trials(aws, name, **words):
    return aws.client("sagemaker").list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, **words
    )["TrainingJobSummaries"]


@pytest.mark.parametrize("goal", ["Minimize", "Maximize"])
def test_best_is_the_best_of_what_the_scripts_printed(aws, goal):
    name = goal.lower()
    job = tune(aws, request(aws, name, goal=goal))
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    losses = {
        trial["TrainingJobName"]: (float(trial["TunedHyperParameters"]["x"]) - 0.3) ** 2
        for trial in trials(aws, name)
    }
    wanted = (min if goal == "Minimize" else max)(losses, key=losses.get)
    best = job["BestTrainingJob"]
    assert best["TrainingJobName"] == wanted
    metric = best["FinalHyperParameterTuningJobObjectiveMetric"]
    # Of several values the last one counts.
    assert metric["Value"] == pytest.approx(losses[wanted] + 0.001)


def test_never_more_than_the_allowed_trials_run_at_once(aws):
    tune(aws, request(aws, "parallel", number=5, parallel=2))
    spans = [(t["TrainingStartTime"], t["TrainingEndTime"]) for t in trials(aws, "parallel")]
    assert len(spans) == 5
    assert max(sum(a <= start < b for a, b in spans) for start, _ in spans) <= 2


def test_failed_trials_are_counted(aws):
    given = request(aws, "some-fail", number=8, parallel=1)
    given["HyperParameterTuningJobConfig"]["ParameterRanges"]["CategoricalParameterRanges"] = [
        {"Name": "kind", "Values": ["good", "broken"]}
    ]
    job = tune(aws, given)
    kinds = [trial["TunedHyperParameters"]["kind"] for trial in trials(aws, "some-fail")]
    assert 0 < kinds.count("broken") < 8
    counters = job["TrainingJobStatusCounters"]
    assert counters["NonRetryableError"] == kinds.count("broken")
    assert counters["Completed"] == kinds.count("good")
    assert job["ObjectiveStatusCounters"]["Failed"] == kinds.count("broken")
    assert job["BestTrainingJob"]["TunedHyperParameters"]["kind"] == "good"


def test_job_without_a_good_trial_fails(aws):
    given = request(aws, "all-fail", number=2)
    given["TrainingJobDefinition"]["StaticHyperParameters"]["kind"] = "broken"
    job = tune(aws, given)
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("All training jobs failed.")
    assert "BestTrainingJob" not in job


def test_stopping_stops_the_trials(aws):
    given = request(aws, "stop-tuning", number=50, parallel=1)
    client = aws.client("sagemaker")
    client.create_hyper_parameter_tuning_job(**given)
    client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="stop-tuning")
    job = aws.wait("stop-tuning")
    assert job["HyperParameterTuningJobStatus"] == "Stopped"
    assert len(trials(aws, "stop-tuning")) < 50
    assert {t["TrainingJobStatus"] for t in trials(aws, "stop-tuning")} <= {
        "Completed",
        "Stopped",
    }


def no_metric(given):
    del given["TrainingJobDefinition"]["AlgorithmSpecification"]["MetricDefinitions"]


def both(given):
    given["TrainingJobDefinition"]["StaticHyperParameters"]["x"] = "1"


def upside_down(given):
    config = given["HyperParameterTuningJobConfig"]["ParameterRanges"]
    config["ContinuousParameterRanges"][0]["MinValue"] = "2"


def hyperband(given):
    given["HyperParameterTuningJobConfig"]["Strategy"] = "Hyperband"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_metric, "is in no MetricDefinitions"),
        (both, "both static and tuned: x"),
        (upside_down, "MinValue below MaxValue"),
        (hyperband, "not with strategy Hyperband"),
    ],
)
def test_request_that_cannot_work_is_refused(aws, change, words):
    given = request(aws, "refused")
    change(given)
    with pytest.raises(ClientError, match=words):
        tune(aws, given)


def test_bayesian_draws_nearer_to_the_best_than_chance_does():
    def mean_of_last(bayesian):
        found = []
        for seed in range(8):
            sampler, tried = Sampler(2, bayesian, seed), []
            for _ in range(16):
                place = sampler.next(tried)
                tried.append((place, (place[0] - 0.2) ** 2 + (place[1] - 0.7) ** 2))
            found += [value for _, value in tried[-6:]]
        return sum(found) / len(found)

    assert mean_of_last(True) < mean_of_last(False) / 3


def test_sampler_is_settled_by_its_seed():
    tried = [((0.1, 0.2), 3.0), ((0.5, 0.5), 1.0), ((0.9, 0.1), None)]
    first, again, other = (Sampler(2, True, seed).next(tried) for seed in (1, 1, 2))
    assert first == again != other


def test_ranges_cover_their_limits():
    assert {Range("n", 0, 2, whole=True).value(x / 10) for x in range(10)} == {"0", "1", "2"}
    assert Range("n", 0, 2, whole=True).value(1.0) == "2"
    wide = ranges(
        {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.001", "MaxValue": "1"}]}
    )[0]
    assert float(wide.value(0.5)) == pytest.approx(0.0316, rel=1e-2)
    assert json.loads(wide.value(0)) == 0.001
