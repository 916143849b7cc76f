"""What the page on Autopilot and features says."""

import pkgutil

import boto3
import sagemaker.core
import sagemaker.train

from tests.claims import claim
from tests.claims.pages import experiment
from tests.claims.proofs import defined, field, model, says, v2
from tests.site import ROOT
from workshop_notes.content.project import Project
from workshop_notes.directives import score_tables

PAGE = "day-2/autopilot-feature-engineering.md"
MODES = "sm-autopilot-training-modes"


@claim(
    PAGE,
    "detects the problem type, fills gaps, encodes, scales and selects features",
    by="source",
)
def what_autopilot_does():
    assert says("sm-autopilot", "handles missing values, normalizes your data, selects features")


@claim(PAGE, "Three names that get mixed up", by="page")
def three_names():
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    table = text.split("## Three names that get mixed up")[1].split("##")[0]
    assert len([line for line in table.splitlines() if line.startswith("|")]) == 2 + 3


@claim(
    PAGE,
    "a setting of CreateHyperParameterTuningJob that lets that search choose its own ranges, "
    "strategy, number of jobs, retries and early stopping | no",
    by="API model",
)
def what_autotune_sets():
    request = model("sagemaker").operation_model("CreateHyperParameterTuningJob").input_shape
    words = request.members["Autotune"].documentation
    for name in ("ParameterRanges", "Strategy", "ResourceLimits", "RetryStrategy", "EarlyStopping"):
        assert name in words, name


@claim(
    PAGE,
    "chosen by AUTO | below 100 MB | above, or when the size cannot be read",
    "trials | 10 | up to 100 by default",
    "AutoGluon: stacks of trees, linear and neural models",
    by="source",
)
def modes():
    assert says(MODES, "larger than 100 MB, Autopilot chooses HPO")
    assert says(MODES, "unable to read your dataset size, it defaults to choosing HPO")
    assert says(MODES, "runs 10 trials", "up to 100 trials (default)", "AutoGluon library")
    assert "AUTO" in field("sagemaker", "TabularJobConfig.Mode").enum
    words = model("sagemaker").shape_for("AutoMLAlgorithmConfig").members["AutoMLAlgorithms"]
    stacked, tuned = words.documentation.split("<code>HYPERPARAMETER_TUNING</code> mode:")
    assert all(name in stacked for name in ("lightgbm", "linear-learner", "nn-torch", "fastai"))
    assert all(name in tuned for name in ("linear-learner", "mlp", "xgboost"))


@claim(
    PAGE,
    "columns | numbers, categories, text, dates | these, and sequences",
    "FeatureSpecificationS3Uri restricts columns and forces their types",
    by="API model",
)
def types_of_columns():
    words = model("sagemaker").shape_for("TabularJobConfig").members["FeatureSpecificationS3Uri"]
    assert "FeatureAttributeNames" in words.documentation
    assert "FeatureDataTypes" in words.documentation
    stacked, tuned = words.documentation.split("In ensembling mode")[1].split("In HPO mode")
    assert "sequence" not in stacked and "sequence" in tuned
    assert all(f"<code>{name}</code>" in stacked for name in ("numeric", "categorical", "text"))


@claim(
    PAGE,
    "no class for it beyond sagemaker.core.resources.AutoMLJobV2",
    by="SDK",
)
def class_of_version_3():
    assert pkgutil.resolve_name("sagemaker.core.resources.AutoMLJobV2.create")
    for package in (sagemaker.core, sagemaker.train):
        names = [module.name for module in pkgutil.iter_modules(package.__path__)]
        assert not [name for name in names if "automl" in name.lower()]


@claim(PAGE, "in v2 it is sagemaker.automl.automlv2.AutoMLV2", by="SDK")
def class_of_version_2():
    assert "AutoMLV2" in defined(v2("sagemaker/automl/automlv2.py"))


@claim(
    PAGE,
    "The same request takes time series forecasting, images and text, in another configuration "
    "than TabularJobConfig",
    by="API model",
)
def other_problems():
    kinds = set(field("sagemaker", "CreateAutoMLJobV2.AutoMLProblemTypeConfig").members)
    assert kinds > {
        "TabularJobConfig",
        "TimeSeriesForecastingJobConfig",
        "ImageClassificationJobConfig",
        "TextClassificationJobConfig",
    }


@claim(PAGE, "The leaderboard as data is list_candidates_for_auto_ml_job", by="API model")
def candidates():
    assert boto3.client("sagemaker", region_name="us-east-1").list_candidates_for_auto_ml_job


@claim(PAGE, "the Autopilot quotas say 4, 2 or 1 by Region", by="source")
def quotas():
    assert says("sm-autopilot-quotas", "4 Hundreds", "2 Hundreds", "All other Regions 1 Tens")
    assert says("gr-sagemaker-quotas", "concurrent AutoML Jobs Each supported Region: 1 Yes")


@claim(PAGE, "a real search for each candidate, on two small tables", by="page")
def two_tables():
    assert len(score_tables.names(Project(ROOT))) == 2


@claim(
    PAGE,
    "Where a text tells the answer (vehicles), every candidate beats a control that prepares "
    "almost nothing; on flights no gain is beyond chance",
    by="run",
)
def what_it_is_worth():
    gains = experiment.gains("vehicles")
    assert all(min(gains[title]) > 0 for title in experiment.prepared("vehicles"))
    for way in experiment.WAYS:
        assert max(experiment.beyond("flights", way).values()) == 0, way
