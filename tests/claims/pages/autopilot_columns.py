"""What the page on Autopilot's columns says."""

from tests.claims import claim
from tests.claims.proofs import example, field, says

PAGE = "asked-since/autopilot-columns.md"
TABULAR = "CreateAutoMLJobV2.AutoMLProblemTypeConfig.TabularJobConfig"


@claim(
    PAGE,
    "the features of the training table, in their order, and nothing else",
    "two columns that change places change the prediction without any error",
    by="run",
)
def rows():
    printed = example("autopilot-columns/rows.out").splitlines()
    assert printed[:3] == [
        "columns of the training table: 4",
        "pandas' own way: {5}",
        "as the model wants it: {3}",
    ]
    assert printed[-1] == "the model was trained on columns that are not here: ['note']"


@claim(
    PAGE,
    "AWS shows three containers, told apart by AUTOML_TRANSFORM_MODE. The first has "
    "feature-transform, the second is the algorithm, the third has inverse-label-transform",
    "the first one turns your columns into the numbers that the second one was trained on",
    by="source",
)
def containers():
    key = "sm-autopilot-realtime"
    assert says(key, '"AUTOML_TRANSFORM_MODE": "feature-transform"')
    assert says(
        key, '"AUTOML_TRANSFORM_MODE": "inverse-label-transform"', "sagemaker-xgboost:1.3-1"
    )


@claim(PAGE, "InferenceContainers holds everything", by="API model")
def candidate():
    assert field("sagemaker", "AutoMLCandidate.InferenceContainers").type_name == "list"
    printed = example("autopilot-columns/predict.out")
    for operation in ("DescribeAutoMLJobV2", "CreateModel", "CreateTransformJob"):
        assert f"{operation}: accepted" in printed


@claim(
    PAGE,
    "one column too few: AWS asked back whether the training table had an index column",
    "rule out the two causes that AWS names",
    by="source",
)
def asked_back():
    key = "examples-issue-number-of-columns"
    assert says(key, "you saved your training data in pandas with the index column")
    assert says(key, "which model you are using")


@claim(PAGE, "somebody who sent one column too few got predictions", by="source")
def no_complaint():
    assert says("xgboost-issue-one-column", "It runs through without problems")


@claim(
    PAGE,
    "FeatureSpecificationS3Uri names a JSON file with FeatureAttributeNames, the columns to use, "
    "and FeatureDataTypes. In ensembling mode a type is numeric, categorical, text or datetime; in "
    "hyperparameter mode also sequence",
    "The target is TargetAttributeName; it may not be in either list",
    by="API model",
)
def types():
    words = " ".join(
        field("sagemaker", f"{TABULAR}.FeatureSpecificationS3Uri").documentation.split()
    )
    for each in ("FeatureAttributeNames", "FeatureDataTypes", "may not include the target column"):
        assert each in words
    ensembling, tuning = words.split("In ensembling mode")[1].split("In HPO mode")
    for kind in ("numeric", "categorical", "text", "datetime"):
        assert kind in ensembling and kind in tuning
    assert "sequence" in tuning and "sequence" not in ensembling
    assert field("sagemaker", f"{TABULAR}.TargetAttributeName")


@claim(
    PAGE,
    "stand in the column that SampleWeightAttributeName names, in ensembling mode only. That "
    "column is no feature",
    by="API model",
)
def weights():
    words = field("sagemaker", f"{TABULAR}.SampleWeightAttributeName").documentation
    assert "not considered as a predictive feature" in words
    assert "<i>Ensembling</i> mode only" in words.replace("</i>  ", "</i> ") or "mode only" in words


@claim(PAGE, "the content type is text/csv;header=present unless you say Parquet", by="API model")
def header():
    words = field("sagemaker", "AutoMLJobChannel.ContentType").documentation
    assert "The default value is <code>text/csv;header=present</code>" in words
    assert "parquet" in words
