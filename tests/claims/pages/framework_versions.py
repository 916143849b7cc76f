"""What the page on the versions in the images says."""

import datetime
import json

import pytest
from sagemaker.core import image_uris

from tests.claims import claim
from tests.claims.proofs import example, image_table, says, v2, v3

PAGE = "day-1/framework-versions.md"
DEEP_LEARNING = "763104351884"


def account(framework: str, **more: str) -> str:
    """Return the account that the SDK gives for an image in us-east-1."""
    return image_uris.retrieve(framework, region="us-east-1", **more).partition(".")[0]


@claim(
    PAGE,
    "In November 2026 one scikit-learn image is still patched, 1.9-0, and one for XGBoost, 3.2-0.",
    by="source",
)
def still_patched():
    record = json.loads(example("framework-versions/end_of_patch.json"))
    today = datetime.date(2026, 11, 27)
    living = {
        framework: [v for v, end in ends.items() if datetime.date.fromisoformat(end) > today]
        for framework, ends in record["end_of_patch"].items()
    }
    assert living["sklearn"] == ["1.9-0"] and living["xgboost"] == ["3.2-0"]
    # Each date of the table is one that the ledger's copies hold.
    for framework in ("sklearn", "xgboost"):
        for end in record["end_of_patch"][framework].values():
            day = datetime.date.fromisoformat(end)
            assert says("sm-image-support-policy", f"{day:%m/%d/%Y}")
    for version, end in record["end_of_patch"]["pytorch-amzn2023"].items():
        assert says(f"dlc-pytorch-{version.replace('.', '-')}", f'eop: "{end}"')
    assert says("dlc-tensorflow-2-21", f'eop: "{record["end_of_patch"]["tensorflow"]["2.21.0"]}"')
    for address in record["addresses"].values():
        assert says("dlc-tensorflow-2-21", address.rpartition(":")[2])


@claim(PAGE, "the rule is 365 days", "its rule is 365 days", by="source")
def rule():
    assert says("sm-image-support-policy", "365 days after their GitHub release date")


@claim(PAGE, "image_uris.retrieve in the SDK | it builds text from a table", by="SDK")
def no_registry_is_asked():
    source = v3("sagemaker/core/image_uris.py").read_text(encoding="utf-8")
    assert "image_uri_config" in source
    assert "boto3.client" not in source and "describe_images" not in source


@claim(PAGE, "every package and its version | uv.lock, as that of", by="source")
def the_lock():
    assert says("dlc-sklearn-lock", 'name = "scikit-learn"', 'version = "1.9.0"')


@claim(PAGE, "pyproject.toml beside it names only what was asked for", by="source")
def asked_for():
    assert says("dlc-sklearn-1-9-0", "scikit-learn==1.9.0")


@claim(PAGE, "a Dockerfile may add more", by="source")
def added_later():
    assert says("dlc-xgboost-dockerfile", "pip install --no-cache-dir git+https://github.com/aws")


@claim(PAGE, "aws ecr describe-images, below", by="source")
def describe_images():
    assert says("sm-images-sklearn-spark", "ecr describe-images")


@claim(PAGE, "print pip freeze at the start of the script", by="run")
def pip_can_say_it():
    import subprocess
    import sys

    command = [sys.executable, "-m", "pip", "freeze", "--disable-pip-version-check"]
    done = subprocess.run(command, text=True, capture_output=True, check=True)
    assert "boto3==" in done.stdout


@claim(PAGE, "but for PyTorch 2.10: until 21 January 2027", by="source")
def pytorch_on_ubuntu():
    assert says("dlc-pytorch-2-10", 'eop: "2027-01-21"', "ubuntu22.04")
    assert says("dlc-support-policy", "We cannot fully patch Ubuntu-based PyTorch 2.8")


@claim(PAGE, "the tags latest and 1, which the SDK still knows", by="images")
def old_xgboost():
    for tag in ("latest", "1"):
        assert account("xgboost", version=tag) != account("xgboost", version="3.2-0")
    assert says("sm-xgboost", "do not use", ":latest")


@claim(PAGE, "its own data give PyTorch 2.6 for inference 517", by="source")
def days_of_patches():
    key = "dlc-pytorch-inference-2-6"
    assert says(key, 'ga: "2025-01-29"') and says(key, 'eop: "2026-06-30"')
    assert (datetime.date(2026, 6, 30) - datetime.date(2025, 1, 29)).days == 517


@claim(PAGE, "without image_scope the Deep Learning Containers name none", by="SDK")
def without_a_scope():
    for framework in ("pytorch", "tensorflow", "huggingface"):
        with pytest.raises(ValueError, match="Unsupported image scope: None") as caught:
            image_uris.retrieve(framework, region="us-east-1", version="?")
        assert "version(s)" not in str(caught.value)


@claim(PAGE, "PyTorch changed its key: from 2.11 on it is pytorch-amzn2023", by="images")
def two_keys():
    assert list(image_table("pytorch")["training"]["versions"])[-1] == "2.10.0"
    assert next(iter(image_table("pytorch-amzn2023")["training"]["versions"])) == "2.11"


@claim(
    PAGE,
    "In SDK v2 the import is from sagemaker import image_uris; its table ends at scikit-learn "
    "1.4-2.",
    by="SDK",
)
def table_of_version_2():
    assert v2("sagemaker/image_uris.py").is_file()
    text = v2("sagemaker/image_uri_config/sklearn.json").read_text(encoding="utf-8")
    assert list(json.loads(text)["training"]["versions"])[-1] == "1.4-2"


@claim(
    PAGE,
    "in us-east-1, 763104351884 for the Deep Learning Containers (so in 15 more Regions), "
    "683313688378 for scikit-learn and XGBoost, 382416733822 for linear-learner, 811284229777 "
    "for blazingtext.",
    "The number is the account that retrieve begins with.",
    by="images",
)
def accounts():
    for version in image_table("pytorch-amzn2023")["training"]["versions"].values():
        assert list(version["registries"].values()).count(DEEP_LEARNING) == 16
    assert account("pytorch-amzn2023", version="2.13", instance_type="ml.m5.xlarge") == (
        DEEP_LEARNING
    )
    assert account("sklearn", version="1.9-0") == account("xgboost", version="3.2-0")
    assert account("xgboost", version="3.2-0") == "683313688378"
    assert account("linear-learner") == "382416733822"
    assert account("blazingtext") == "811284229777"


@claim(PAGE, "a README in the SDK's sklearn folder", by="source")
def the_old_folder():
    assert says("sdk-v2-sklearn-source", "estimator.py")
    assert not v3("sagemaker/sklearn").exists()
