"""What the page on large and many files says."""

import inspect
import pkgutil
import re

from tests.claims import claim
from tests.claims.proofs import example, field, model, says

PAGE = "asked-since/large-files-in-batch-transform.md"
REQUEST = model("sagemaker").shape_for("CreateTransformJobRequest").members


def documented(shape: str, name: str) -> str:
    """Return what AWS's API model says of a field, without markup and line breaks."""
    words = model("sagemaker").shape_for(shape).members[name].documentation
    return " ".join(re.sub(r"<[^>]+>", "", words).split())


@claim(
    PAGE,
    "Set SplitType to Line and BatchStrategy to MultiRecord",
    "Say SplitType: Line and BatchStrategy: MultiRecord; then each request carries as many lines "
    "as fit into MaxPayloadInMB",
    "Without SplitType a whole file is one request",
    "SplitType | None: the whole file is one request | Line needs one record a line",
    "MultiRecord sends as many records as fit, SingleRecord one",
    by="API model",
)
def splitting():
    words = documented("TransformInput", "SplitType")
    assert "The default value for SplitType is None" in words
    assert "request payloads contain the entire contents of an input object" in words
    assert "sends the maximum number of records in each request, up to the MaxPayloadInMB" in words
    assert "SingleRecord, Amazon SageMaker sends individual records" in words
    assert field("sagemaker", "CreateTransformJob.BatchStrategy").enum == [
        "MultiRecord",
        "SingleRecord",
    ]
    printed = example("large-files-in-batch-transform/split.out")
    sizes = [int(size) for size in re.findall(r"\d+,(\d+)", printed)]
    assert len(sizes) == 3 and max(sizes) <= 1 << 20
    assert "SingleRecord: requests of 1 row" in printed


@claim(PAGE, "a 413 then comes from the server", "A 413 in spite of it comes from", by="source")
def where_413_is_from():
    assert says("sdk-issue-413", "MaxPayloadInMB=100", "ClientError: 413", "TS_MAX_RESPONSE_SIZE")


@claim(
    PAGE,
    "arguments of sagemaker.core.transformer.Transformer and its transform: strategy, max_payload, "
    "assemble_with, split_type",
    by="SDK",
)
def arguments():
    made = pkgutil.resolve_name("sagemaker.core.transformer.Transformer")
    assert {"strategy", "max_payload", "assemble_with"} <= inspect.signature(made).parameters.keys()
    assert "split_type" in inspect.signature(made.transform).parameters


@claim(
    PAGE,
    "MaxPayloadInMB | 6 | at least the size of a record, at most 100",
    "BatchStrategy | not confirmed",
    "413, although MaxPayloadInMB is 100",
    "MaxPayloadInMB says what SageMaker sends",
    by="API model",
)
def payload():
    words = documented("CreateTransformJobRequest", "MaxPayloadInMB")
    assert "greater than, or equal to, the size of a single record" in words
    assert "The default value is 6 MB" in words and "cannot be greater than 100 MB" in words
    assert "default" not in documented("CreateTransformJobRequest", "BatchStrategy")


@claim(
    PAGE,
    "MaxConcurrentTransforms | what the container says, else 1 | times MaxPayloadInMB at most "
    "100 MB",
    by="API model",
)
def parallel():
    words = documented("CreateTransformJobRequest", "MaxConcurrentTransforms")
    assert "checks the optional execution-parameters" in words
    assert "the default value is 1" in words
    assert "also cannot exceed 100 MB" in documented("CreateTransformJobRequest", "MaxPayloadInMB")


@claim(
    PAGE,
    "AssembleWith | answers are joined as they are | Line puts a line break between them",
    by="API model",
)
def assembling():
    words = documented("TransformOutput", "AssembleWith")
    assert "None" in words and "Line" in words
    assert field("sagemaker", "CreateTransformJob.TransformOutput.AssembleWith").enum == [
        "None",
        "Line",
    ]


@claim(
    PAGE,
    "Your input_fn then gets many lines at once",
    "met one answer for all: take SingleRecord",
    by="run",
)
def many_lines():
    assert "body.splitlines()" in example("large-files-in-batch-transform/count_rows.py")
    assert says("examples-issue-split-line", "outputs 1 probability")


@claim(
    PAGE,
    "by default takes and sends 6,553,500 bytes. Set TS_MAX_REQUEST_SIZE and TS_MAX_RESPONSE_SIZE",
    by="source",
)
def torchserve():
    assert says("torchserve-configuration", "accepts, in bytes. Default: 6553500")
    assert says("torchserve-configuration", "sends, in bytes. Default: 6553500")
    assert says("torchserve-configuration", "TS_<PROPERTY_NAME>")


@claim(
    PAGE,
    "Raise its client_max_body_size; 5 MB was the limit that somebody met",
    "a smaller MaxPayloadInMB with SplitType: Line needs no change",
    by="source",
)
def nginx():
    assert says("examples-issue-5-mb", "greater than or equal to 5 MB", "client_max_body_size")


@claim(
    PAGE,
    "never puts two files into one request: 100,000 files are at least 100,000 requests",
    "of one file, one instance does all",
    "SageMaker never puts two files into one request",
    by="source",
)
def files():
    assert says("sm-batch-transform", "doesn't combine mini-batches from different input files")
    assert says("sm-batch-transform", "only one instance processes the input file")
    assert says("examples-issue-small-files", "100,000 small 48 rows CSV stored on S3")


@claim(PAGE, "pass a list of them as ManifestFile", by="API model")
def manifest():
    kinds = field("sagemaker", "TransformS3DataSource.S3DataType").enum
    assert "ManifestFile" in kinds
