"""What the page on processing jobs says."""

import re

import pytest

from tests.claims import claim
from tests.claims.proofs import (
    body,
    bounds,
    defined,
    example,
    field,
    model,
    parameters,
    says,
    v2,
    v3,
)
from tests.site import ROOT

PAGE = "day-3/processing.md"
CORE = v3("sagemaker/core/processing.py")
SHAPES = v3("sagemaker/core/shapes/shapes.py")
QUOTAS = "gr-sagemaker-quotas"


def page() -> str:
    return (ROOT / "docs" / PAGE).read_text(encoding="utf-8")


def fields(shape: str) -> set[str]:
    """The fields of a pydantic class of SDK v3."""
    text = SHAPES.read_text(encoding="utf-8").split(f"\nclass {shape}(Base):")[1]
    return set(re.findall(r"^    (\w+): ", text.split("\nclass ")[0], re.M))


@claim(
    PAGE,
    "SDK v3 replaced SKLearnProcessor by ScriptProcessor",
    "SKLearnProcessor is gone from SDK v3, and ScriptProcessor with a scikit-learn image takes",
    by="SDK",
)
def classes():
    assert "ScriptProcessor" in defined(CORE)
    for path in v3("sagemaker").rglob("*processing.py"):
        assert "SKLearnProcessor" not in defined(path), path
    assert "ScriptProcessor(" in example("processing/start_job.py")
    assert 'retrieve("sklearn"' in example("processing/start_job.py")


@claim(PAGE, "Two neighbours are often the better answer", "Four traps", by="page")
def counts():
    paragraph = page().split("Two neighbours")[1].split("\n")[0]
    assert "inference pipeline" in paragraph and "filters of batch transform" in paragraph
    assert page().split("## Four traps")[1].split("\n## ")[0].count("\n- ") == 4


@claim(PAGE, "copies the files below /opt/ml/processing from and to S3", by="run")
def folders():
    words = model("sagemaker").shape_for("ProcessingS3Input").members["LocalPath"].documentation
    assert "/opt/ml/processing" in words
    assert "/opt/ml/processing/{folder}" in example("processing/start_job.py")
    assert "train/train.csv: 80 rows" in example("processing/start_job.out")


@claim(
    PAGE,
    'each gets every file, or its share by s3_data_distribution_type="ShardedByS3Key"',
    by="API model",
)
def shares():
    values = field("sagemaker", "ProcessingS3Input.S3DataDistributionType").enum
    assert values == ["FullyReplicated", "ShardedByS3Key"]
    assert "s3_data_distribution_type" in fields("ProcessingS3Input")


@claim(
    PAGE,
    "FrameworkProcessor sends a folder instead of one file, and installs what the folder's "
    "requirements.txt lists before your script begins. requirements= names another file",
    by="SDK",
)
def packages():
    known = parameters(CORE, "FrameworkProcessor.run")
    assert {"source_dir", "requirements"} <= known.keys()
    named = body(CORE, "FrameworkProcessor._requirements_file_in_container")
    assert "if not requirements:\n        return 'requirements.txt'" in named


@claim(PAGE, "at AWS it is PyPI unless PIP_INDEX_URL names another", by="run")
def index_of_pip():
    assert '"PIP_INDEX_URL": team_index.serve()' in example("processing/add_packages.py")
    assert "departure,carrier,hour,weekend" in example("processing/add_packages.out")


@claim(
    PAGE,
    "SDK v2 (sagemaker<3)",
    "SKLearnProcessor(framework_version=…) | ScriptProcessor(image_uri=…)",
    "FrameworkProcessor(estimator_cls=SKLearn) | FrameworkProcessor(image_uri=…)",
    "sagemaker.spark.processing | sagemaker.core.spark.processing",
    "ProcessingInput(source, destination) | ProcessingInput(input_name, s3_input)",
    "ProcessingOutput(source, destination) | ProcessingOutput(output_name, s3_output)",
    by="SDK",
)
def both_versions():
    old = v2("sagemaker/processing.py")
    sklearn = v2("sagemaker/sklearn/processing.py")
    assert "framework_version" in parameters(sklearn, "SKLearnProcessor.__init__")
    assert "estimator_cls" in parameters(old, "FrameworkProcessor.__init__")
    for name in ("ProcessingInput", "ProcessingOutput"):
        assert {"source", "destination"} <= parameters(old, f"{name}.__init__").keys()
    assert "PySparkProcessor" in defined(v2("sagemaker/spark/processing.py"))
    for name in ("ScriptProcessor", "FrameworkProcessor"):
        assert "image_uri" in parameters(CORE, f"{name}.__init__")
    assert "estimator_cls" not in parameters(CORE, "FrameworkProcessor.__init__")
    assert "PySparkProcessor" in defined(v3("sagemaker/core/spark/processing.py"))
    assert {"input_name", "s3_input"} <= fields("ProcessingInput")
    assert {"output_name", "s3_output"} <= fields("ProcessingOutput")


@claim(
    PAGE,
    "Version 2 gets no features since July 2026 and ends on 6 July 2027",
    'pip install "sagemaker<3" keeps old notebooks alive',
    by="source",
)
def life_of_version_2():
    assert says("sdk-lifecycle", "will not receive new features", "2026-07-06", "2027-07-06")
    assert says("sdk-lifecycle", 'pip install "sagemaker<3"')


@claim(
    PAGE,
    "says that ScriptProcessor was removed and shows a DataProcessor that neither the published "
    "packages nor the code hold",
    by="SDK",
)
def migration_guide():
    assert says("sdk-migration", "`ScriptProcessor(...)` |", "import DataProcessor")
    assert not v3("sagemaker/mlops/processing.py").exists()
    found = [
        path
        for path in v3("sagemaker").rglob("*.py")
        if "class DataProcessor" in path.read_text(encoding="utf-8")
    ]
    assert not found


@claim(
    PAGE,
    "SDK v3 raises an AttributeError about UnexpectedStatusException, as above",
    "Ask describe_processing_job for the reason",
    by="run",
)
def failure():
    printed = example("processing/add_packages.out")
    assert "AttributeError: module 'botocore.exceptions' has no attribute" in printed
    assert "'UnexpectedStatusException'" in printed
    assert "describe_processing_job" in example("processing/add_packages.py")


@claim(
    PAGE,
    'The error "sagemaker.sklearn was removed in the SageMaker Python SDK v3" points to '
    "ModelTrainer",
    "for processing take ScriptProcessor",
    by="SDK",
)
def misleading_error():
    with pytest.raises(ModuleNotFoundError) as caught:
        import sagemaker.sklearn  # noqa: F401
    assert "`sagemaker.sklearn` was removed in the SageMaker Python SDK v3" in str(caught.value)
    assert "ModelTrainer" in str(caught.value)


@claim(PAGE, "shows a third form, ProcessingJob.create", by="source")
def third_form():
    assert says("sm-processing-sklearn", "ProcessingJob.create")
    assert "create" in {n.partition(".")[2] for n in defined(v3("sagemaker/core/resources.py"))}


@claim(
    PAGE,
    "a job may use 20 machines, all jobs of an account together 4, and each type has a quota of "
    "its own besides; all can be raised",
    by="source",
)
def quotas():
    assert says(QUOTAS, "instances per processing job Each supported Region: 20 Yes")
    assert says(QUOTAS, "across all processing jobs Each supported Region: 4 Yes")
    assert says(QUOTAS, "ml.m5.xlarge for processing job usage Each supported Region: 0 Yes")


@claim(PAGE, "A job is stopped after 24 hours unless you set max_runtime_in_seconds", by="SDK")
def longest_run():
    text = CORE.read_text(encoding="utf-8")
    for name in ("Processor", "ScriptProcessor", "FrameworkProcessor"):
        assert "max_runtime_in_seconds" in parameters(CORE, f"{name}.__init__")
    assert re.search(r"`max_runtime_in_seconds` is not\s+specified, the default value is 24", text)
    assert bounds("sagemaker", "ProcessingStoppingCondition.MaxRuntimeInSeconds")[0] == 1


@claim(PAGE, "The example notebook ran scikit-learn 0.20", by="source")
def old_notebook():
    assert says("examples-sklearn-processing", "0.20.0")
