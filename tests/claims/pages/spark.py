"""What the page on Spark says."""

import pytest
from sagemaker.core import image_uris

from tests.claims import claim
from tests.claims.proofs import bounds, defined, example, image_table, parameters, says, v2, v3
from tests.site import ROOT

PAGE = "day-3/spark.md"
SPARK = v3("sagemaker/core/spark/processing.py")
TAGS = "spark-container-tags"


@claim(
    PAGE,
    "Run Spark scripts with PySparkProcessor",
    "with PySparkProcessor on the container that AWS builds",
    "PySparkProcessor, or SparkJarProcessor for a jar of Java or Scala",
    "In SDK v2 the import is from sagemaker.spark.processing import PySparkProcessor",
    by="SDK",
)
def classes():
    assert {"PySparkProcessor", "SparkJarProcessor"} <= defined(SPARK)
    assert "PySparkProcessor" in defined(v2("sagemaker/spark/processing.py"))
    # What the page once said, that all the rest is the same, is what this would have caught.
    assert not {"ProcessingS3Input", "ProcessingS3Output"} & defined(v2("sagemaker/processing.py"))
    assert "ProcessingS3Output" in example("spark/start_job.py")


@claim(PAGE, "EMRServerlessStep of SDK v3", by="SDK")
def serverless():
    assert "EMRServerlessStep" in defined(v3("sagemaker/mlops/workflow/emr_serverless_step.py"))


@claim(PAGE, "AWS's container hands it to spark-submit", by="SDK")
def submitted():
    assert '"smspark-submit"' in SPARK.read_text(encoding="utf-8")
    assert says("spark-container-job", "if self._is_primary_host:")


@claim(PAGE, "Here Spark itself was real, and ran in one process on our machine", by="run")
def ran():
    assert "Spark's own log: " in example("spark/start_job.out")


@claim(PAGE, "start_history_server shows the log in the Spark UI", by="SDK")
def history():
    assert "_SparkProcessorBase.start_history_server" in defined(SPARK)


@claim(PAGE, "instead of copying to /opt/ml/processing", "s3:// addresses as arguments", by="run")
def folders():
    assert "/opt/ml/processing/input" in example("spark/start_job.py")
    assert "given.input" in example("spark/features.py")


@claim(
    PAGE,
    "its page says 5 days, the API takes up to 777,600 seconds, which are nine",
    by="API model",
)
def longest_run():
    longest = bounds("sagemaker", "ProcessingStoppingCondition.MaxRuntimeInSeconds")[1]
    assert longest == 777_600 == 9 * 24 * 3600
    assert says("sm-processing-spark", "maximum runtime limit of 5 days")
    assert says("api-processing-stopping-condition", "777600")


@claim(
    PAGE,
    "The SDK knows Spark 2.4, 3.0 to 3.3 and 3.5",
    "Builds of 3.4 exist, but the SDK does not offer them",
    by="images",
)
def versions():
    known = image_table("spark")["processing"]["versions"]
    assert list(known) == ["2.4", "3.0", "3.1", "3.2", "3.3", "3.5"]
    with pytest.raises(ValueError, match="Unsupported spark version"):
        image_uris.retrieve("spark", region="us-east-1", version="3.4")
    assert says(TAGS, "3.4-cpu-py39-v1.1")


@claim(PAGE, 'still shows framework_version="2.4"', by="source")
def old_version():
    assert says("sm-processing-spark", 'framework_version="2.4"')


@claim(
    PAGE,
    'framework_version="3.5" becomes the tag 3.5-cpu, which names no build. There have been five:',
    by="images",
)
def floating_tag():
    address = image_uris.retrieve("spark", region="us-east-1", version="3.5")
    assert address.endswith(":3.5-cpu")
    builds = [f"3.5-cpu-py312-v1.{n}" for n in range(4)]
    assert says(TAGS, "3.5-cpu-py39-v1.0", *builds)


@claim(
    PAGE,
    "3.5-cpu-py39-v1.0 | 3.9 | 1.8 | March 2024",
    "3.5-cpu-py312-v1.0 | 3.12 | 1.8 | June 2025",
    "3.5-cpu-py312-v1.1, v1.2, v1.3 | 3.12 | 17 | December 2025 to April 2026",
    by="source",
)
def builds():
    for key in ("spark-container-dockerfile-py39", "spark-container-dockerfile-py312"):
        assert says(key, "java-1.8.0-amazon-corretto-devel")
    assert says("spark-container-dockerfile", "java-17-amazon-corretto-devel", "python3.12-devel")
    # The days of the commits that the tags name.
    text = (ROOT / "sources.yml").read_text(encoding="utf-8")
    for commit, day in (("bf509cfd", "2024-03-20"), ("d0c10da9", "2025-06-23")):
        assert any(commit in line and f"of {day}" in line for line in text.splitlines()), commit
    assert "7d90eeb1461f614340475dc4644313a629c3750b of 2026-04-22" in text
    assert "commit 6360b202 of 2025-12-04" in text


@claim(
    PAGE,
    'pass py_version="py312" and container_version="1.3" too',
    by="SDK",
)
def pinned():
    names = parameters(SPARK, "PySparkProcessor.__init__")
    assert {"py_version", "container_version", "image_uri"} <= names.keys()
    made = example("spark-memory-and-packages/start_job.out")
    assert "sagemaker-spark-processing:3.5-cpu-py312-v1.3" in made


@claim(PAGE, "do not copy its example tag, for which there is no build file", by="source")
def example_tag():
    assert says("spark-container-images", "3.5-cpu-py310-v1.0")
    assert not says(TAGS, "3.5-cpu-py310-v1.0")


@claim(PAGE, "Python files travel with submit_py_files, jars with submit_jars", by="SDK")
def what_travels():
    run = parameters(SPARK, "PySparkProcessor.run")
    assert {"submit_py_files", "submit_jars", "submit_files"} <= run.keys()


@claim(
    PAGE,
    "saved with MLeap, for Spark 2.2, 2.4 and 3.3",
    'take the image from image_uris.retrieve("sparkml-serving", region=…, version="3.3")',
    by="images",
)
def serving():
    assert list(image_table("sparkml-serving")["versions"]) == ["2.2", "2.4", "3.3"]
    address = image_uris.retrieve("sparkml-serving", region="us-east-1", version="3.3")
    assert address.endswith("/sagemaker-sparkml-serving:3.3")
    assert says("sparkml-serving-readme", "MLeap 0.20.0")


@claim(PAGE, "has not changed since August 2023", by="source")
def last_change():
    text = (ROOT / "sources.yml").read_text(encoding="utf-8")
    assert "79619706c8c75c5a6cdfaa7b76abd69977d8bd4d of 2023-08-23" in text
    assert says("sparkml-serving-readme", "SAGEMAKER_SPARKML_SCHEMA")


@claim(PAGE, "the sparkml module was removed", "sagemaker.sparkml.SparkMLModel", by="SDK")
def serving_class():
    with pytest.raises(ModuleNotFoundError):
        import sagemaker.sparkml  # noqa: F401
    assert "SparkMLModel" in defined(v2("sagemaker/sparkml/model.py"))


@claim(
    PAGE,
    "All three links of 2020 are dead, and the two things they mixed have parted",
    "The module's page moved in May 2020",
    "AWS deleted the example and its Dockerfile in July 2023",
    by="source",
)
def old_links():
    text = (ROOT / "sources.yml").read_text(encoding="utf-8")
    assert "moved into the folder frameworks/sparkml on 26 May 2020" in text
    assert text.count("17 July 2023 (commit f61ae2ed1)") >= 2


@claim(PAGE, "which builds Spark 2.4 on Hadoop 3.0", by="source")
def old_image():
    assert says("examples-spark-dockerfile", "HADOOP_VERSION 3.0.0", "SPARK_VERSION 2.4")
