"""What the page on the limits of batch transform says."""

import pkgutil

import boto3
import botocore
from botocore.config import Config
from botocore.retries import standard
from packaging.version import Version

from tests.claims import claim
from tests.claims.proofs import bounds, example, model, says

PAGE = "day-2/batch-transform-limits.md"
QUOTAS = "gr-sagemaker-quotas"


def retries(**given) -> dict:
    """What a client of boto3 makes of the settings."""
    config = Config(retries=given) if given else None
    return boto3.client("sagemaker", region_name="us-east-1", config=config).meta.config.retries


def rows() -> dict[str, list[int]]:
    """What the experiment with retry modes printed, by mode: started, requests, seconds."""
    lines = example("batch-transform-limits/retry_modes.out").splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: [int(figure) for figure in figures] for name, *figures in cells}


@claim(
    PAGE,
    "one CreateTransformJob request per second in each account and Region, and AWS does not raise",
    "rate of CreateTransformJob requests | 1 per second | no",
    "One CreateTransformJob call per second, not adjustable",
    by="source",
)
def one_job_a_second():
    assert says(QUOTAS, "Rate of CreateTransformJob requests Each supported Region: 1 No")
    assert says(QUOTAS, "per second, in this account in the current region")


@claim(
    PAGE,
    "rate of DescribeTransformJob requests | 5 per second | no",
    "rate of ListTransformJobs requests | 2 per second | no",
    by="source",
)
def other_rates():
    assert says(QUOTAS, "Rate of DescribeTransformJob requests Each supported Region: 5 No")
    assert says(QUOTAS, "Rate of ListTransformJobs requests Each supported Region: 2 No")


@claim(
    PAGE,
    "counts the instances in use, four by default, and that one can be raised",
    "instances across all transform jobs | 4 | yes",
    by="source",
)
def instances():
    assert says(
        QUOTAS, "Number of instances across all transform jobs Each supported Region: 4 Yes"
    )


@claim(PAGE, "volume of a transform instance | 1,024 GB | no", by="source")
def volume():
    assert says(QUOTAS, "volume for a transform job instance Each supported Region: 1,024 No")


@claim(PAGE, "That of ml.m5.xlarge for transform job usage is 0 in the table", by="source")
def by_instance_type():
    assert says(QUOTAS, "ml.m5.xlarge for transform job usage Each supported Region: 0 Yes")


@claim(
    PAGE,
    "ThrottlingException: Rate exceeded",
    "ResourceLimitExceeded",
    "boto3 retries a request that was throttled, and never one that met ResourceLimitExceeded",
    by="SDK",
)
def what_is_repeated():
    codes = {
        *standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
        *standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES,
    }
    assert "ThrottlingException" in codes
    declared = {
        each.name for each in model("sagemaker").operation_model("CreateTransformJob").error_shapes
    }
    assert "ResourceLimitExceeded" in declared - codes


@claim(PAGE, "One team met the error in May 2021", by="source")
def met_in_practice():
    assert says("dynabench-throttled", "(ThrottlingException) when calling the CreateTransformJob")


@claim(
    PAGE,
    "Say total_max_attempts, which counts attempts",
    "The older max_attempts of the same dictionary counts only the repeats",
    "ten of them are eleven attempts",
    by="SDK",
)
def attempts_and_repeats():
    assert retries(max_attempts=10)["total_max_attempts"] == 11
    assert retries(total_max_attempts=10)["total_max_attempts"] == 10


@claim(
    PAGE,
    "gives up after three attempts in the mode standard, the default since botocore 1.44.0",
    "after five in legacy, the default before",
    by="SDK",
)
def default_of_boto3():
    assert Version(botocore.__version__) >= Version("1.44.0")
    assert retries()["mode"] == "standard"
    assert standard.DEFAULT_MAX_ATTEMPTS == 3
    legacy = botocore.session.get_session().get_component("data_loader").load_data("_retry")
    assert legacy["retry"]["__default__"]["max_attempts"] == 5
    assert says("botocore-default-standard", "'standard', None)")
    assert says("botocore-default-legacy", "else 'legacy'")


@claim(
    PAGE,
    "We started 40 jobs from eight threads",
    by="run",
)
def size_of_the_experiment():
    script = example("batch-transform-limits/retry_modes.py")
    assert "JOBS, THREADS, SECONDS_PER_REQUEST = 40, 8, 1.0" in script


@claim(
    PAGE,
    "the jobs that started, of 40",
    "The default gave up on most. Ten attempts still left some behind",
    "in the adaptive mode they started all of them",
    "with half the requests",
    by="run",
)
def what_was_measured():
    found = rows()
    assert found["standard (3), the default"][0] < 20
    assert 20 < found["standard (10)"][0] < 40
    assert found["adaptive (10)"][0] == 40
    assert 0.4 < found["adaptive (10)"][1] / found["standard (10)"][1] < 0.6


@claim(
    PAGE,
    "sagemaker.core.transformer.Transformer in SDK v3",
    "sagemaker.transformer.Transformer in v2",
    by="SDK",
)
def classes():
    assert pkgutil.resolve_name("sagemaker.core.transformer.Transformer").transform
    assert says("sdk-v2-transformer", "class Transformer(object)")


@claim(PAGE, "make the client with region_name= for another", by="SDK")
def one_region():
    client = boto3.client("service-quotas", region_name="eu-west-1")
    assert client.meta.region_name == "eu-west-1"


@claim(
    PAGE,
    "A request of CreateTransformJob carries at most 100 MB, 6 by default",
    "may not exceed 100 MB",
    by="API model",
)
def payload():
    documented = model("sagemaker").shape_for("CreateTransformJobRequest").members
    words = documented["MaxPayloadInMB"].documentation
    assert "The default value is <code>6</code> MB" in words
    assert "cannot be greater than 100 MB" in words
    assert "(MaxConcurrentTransforms * MaxPayloadInMB)</code> also cannot exceed 100 MB" in words


@claim(PAGE, "3,600 seconds, 600 by default, and is retried up to three times", by="API model")
def time_of_a_request():
    assert bounds("sagemaker", "ModelClientConfig.InvocationsTimeoutInSeconds")[1] == 3600
    assert bounds("sagemaker", "ModelClientConfig.InvocationsMaxRetries")[1] == 3
    assert says("api-model-client-config", "The default value is 600", "The default value is 3")


@claim(PAGE, "It is gone: one flat table holds every quota", by="source")
def flat_table():
    assert says(QUOTAS, "Rate of CreateTransformJob requests", "across all transform jobs")
