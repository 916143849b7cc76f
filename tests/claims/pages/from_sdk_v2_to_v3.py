"""What the page on moving from SDK v2 to v3 says."""

import re

from sagemaker.core.training import configs

from tests.claims import claim
from tests.claims.proofs import example, parameters, resolves, says, v2, v3
from tests.site import ROOT

PAGE = "asked-since/from-sdk-v2-to-v3.md"
TEXT = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(sagemaker\.[\w.]+)` \| `(sagemaker\.[\w.]+)` \|$", TEXT, re.M)
FIELDS = re.findall(r"^\| `(\w+)` \| `(\w+)\.(\w+)` \|$", TEXT, re.M)
ESTIMATOR = v2("sagemaker/estimator.py")


@claim(
    PAGE,
    *(f"{old} | {new}" for old, new in ROWS),
    "Estimators of all frameworks became ModelTrainer, models and predictors ModelBuilder and "
    "Endpoint",
    "Estimators become ModelTrainer, most other classes only move below sagemaker.core",
    by="SDK",
)
def names():
    assert len(ROWS) == 23
    for old, new in ROWS:
        assert resolves(old, v2("")), old
        assert not resolves(old, v3("")), old
        assert resolves(new, v3("")), new
    places = [new for _, new in ROWS]
    assert sum(new.startswith("sagemaker.core.") for new in places) > len(places) / 2


@claim(
    PAGE,
    "Class and field in sagemaker.core.training.configs",
    *(f"{old} | {shape}.{new}" for old, shape, new in FIELDS),
    by="SDK",
)
def fields():
    assert len(FIELDS) == 8
    known = parameters(ESTIMATOR, "EstimatorBase.__init__")
    for old, shape, new in FIELDS:
        assert old in known, old
        assert new in getattr(configs, shape).model_fields, new


@claim(PAGE, "Your scripts stay as they are: the job runs the same containers", by="run")
def same_script():
    assert example("from-sdk-v2-to-v3/train_v3.out").startswith("Completed 0.5\n")


@claim(
    PAGE,
    "For tuner, processing and transformer it names the bare resource, although the class of old "
    "is still there",
    by="run",
)
def advice():
    printed = example("from-sdk-v2-to-v3/advice.out")
    for name, resource in (
        ("tuner", "HyperParameterTuningJob"),
        ("processing", "ProcessingJob"),
        ("transformer", "TransformJob"),
    ):
        line = f"sagemaker.{name}: from sagemaker.core.resources import {resource}\n"
        assert line in printed
    assert "from sagemaker.train.configs import InputData" in printed


@claim(PAGE, "sagemaker.train.configs works, and warns that it has moved", by="SDK")
def moved():
    text = v3("sagemaker/train/configs.py").read_text(encoding="utf-8")
    assert "has been moved to sagemaker.core.training.configs" in text


@claim(PAGE, "calls ScriptProcessor removed", by="source")
def migration_guide():
    assert says("sdk-migration", "`ScriptProcessor(...)` |")


@claim(
    PAGE,
    "dependencies of an estimator: SourceCode has no such field",
    "Copy the folders into source_dir",
    "git_config: clone first",
    "Framework classes with a framework_version: ask image_uris.retrieve for the image yourself",
    by="SDK",
)
def without_heir():
    assert "dependencies" in parameters(ESTIMATOR, "EstimatorBase.__init__")
    assert "git_config" in parameters(ESTIMATOR, "EstimatorBase.__init__")
    assert "framework_version" in parameters(
        v2("sagemaker/sklearn/estimator.py"), "SKLearn.__init__"
    )
    for name in ("dependencies", "git_config"):
        assert name not in configs.SourceCode.model_fields


@claim(PAGE, "version 2 ends on 2027-07-06", 'pip install "sagemaker<3"', by="source")
def end_of_version_2():
    assert says("sdk-lifecycle", "2027-07-06", 'pip install "sagemaker<3"')
    assert not resolves("sagemaker.estimator", v3(""))
