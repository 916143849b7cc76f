"""What the page on the newest Deep Learning Containers says."""

import pytest
from sagemaker.core import image_uris

from tests.claims import claim
from tests.claims.proofs import attributes, example, image_table, says, v3

PAGE = "asked-since/current-images.md"


def newest() -> dict[tuple[str, str], str]:
    """Return what the example printed: the version by key and scope."""
    rows = example("current-images/newest.out").splitlines()[2:]
    cells = [row.strip("| ").split(" | ") for row in rows]
    return {(key.strip("`"), scope): version for key, scope, version, _ in cells}


@claim(
    PAGE,
    "In November 2026 the SDK knows PyTorch 2.14, TensorFlow 2.21 and Transformers 5.3 for "
    "training",
    "For training the SDK knows PyTorch 2.14, TensorFlow 2.21 and Transformers 5.3; for inference "
    "PyTorch 2.6, TensorFlow 2.20 and Transformers 5.5.",
    by="images",
)
def newest_versions():
    assert newest() == {
        ("pytorch-amzn2023", "training"): "2.14",
        ("pytorch", "inference"): "2.6.0",
        ("tensorflow", "training"): "2.21.0",
        ("tensorflow", "inference"): "2.20.0",
        ("huggingface", "training"): "5.3.0",
        ("huggingface", "inference"): "5.5.3",
    }


@claim(
    PAGE,
    "name one as instance_type, such as ml.g5.xlarge. Hugging Face's images for training exist "
    "for those only. For another Region, pass region.",
    by="images",
)
def graphics_cards():
    table = image_table("huggingface")["training"]
    assert table["processors"] == ["gpu"]
    address = image_uris.retrieve(
        "pytorch-amzn2023", region="eu-west-1", version="2.13", instance_type="ml.g5.xlarge"
    )
    assert ".eu-west-1." in address and "cu133" in address


@claim(
    PAGE,
    "PyTorch has two keys. Up to 2.10 it is pytorch, with an image_scope; from 2.11 on it is "
    "pytorch-amzn2023, one image on Amazon Linux. Who asks for pytorch is told that 2.10 is the "
    "newest.",
    by="images",
)
def two_keys():
    with pytest.raises(ValueError, match=r"2\.10\.$"):
        image_uris.retrieve("pytorch", region="us-east-1", version="?", image_scope="training")
    versions = image_table("pytorch-amzn2023")["training"]["versions"]
    assert min(versions) == "2.11"
    assert all("amzn2023" in each["container_version"]["cpu"] for each in versions.values())


@claim(PAGE, "TensorFlow 2.21 has -sagemaker at the end of each tag", by="images")
def tensorflow():
    (row,) = [r for r in example("current-images/newest.out").splitlines() if "| 2.21.0 |" in r]
    assert row.endswith(":2.21.0-cpu-py312` |")
    assert says("dlc-tensorflow-2-21", "2.21.0-cpu-py312-sagemaker")


@claim(
    PAGE,
    "The key inference_graviton of PyTorch was a year behind when people asked; now it knows 2.6",
    by="images",
)
def graviton():
    assert list(image_table("pytorch")["inference_graviton"]["versions"])[-1] == "2.6.0"
    assert says("sdk-issue-graviton", "has been available for a year")


@claim(PAGE, "as image_uri or training_image", by="SDK")
def by_hand():
    trainer, builder = (
        v3("sagemaker/train/model_trainer.py"),
        v3("sagemaker/serve/model_builder.py"),
    )
    assert "training_image" in attributes(trainer, "ModelTrainer")
    assert "image_uri" in attributes(builder, "ModelBuilder")


@claim(PAGE, "PyTorch 2.13 | 20 July 2027", by="source")
@claim(PAGE, "PyTorch 2.12 | 2 July 2027", by="source")
@claim(PAGE, "PyTorch 2.11 | 30 April 2027", by="source")
@claim(PAGE, "PyTorch 2.10, training | 21 January 2027", by="source")
@claim(PAGE, "PyTorch 2.6, inference | 30 June 2026", by="source")
@claim(PAGE, "TensorFlow 2.21, training | 10 July 2027", by="source")
def ends_of_patch():
    for key, end in {
        "dlc-pytorch-2-13": "2027-07-20",
        "dlc-pytorch-2-12": "2027-07-02",
        "dlc-pytorch-2-11": "2027-04-30",
        "dlc-pytorch-2-10": "2027-01-21",
        "dlc-pytorch-inference-2-6": "2026-06-30",
        "dlc-tensorflow-2-21": "2027-07-10",
    }.items():
        assert says(key, f'eop: "{end}"'), key


@claim(PAGE, "the images of 2.11 and later are for training", by="source")
def for_training():
    assert says("dlc-pytorch-2-13-config", 'job_type: "training"')
    assert set(image_table("pytorch-amzn2023")) == {"training"}
