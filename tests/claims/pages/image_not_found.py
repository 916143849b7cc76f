"""What the page on images that are not found says."""

import pytest
from sagemaker.core import image_uris

from tests.claims import claim
from tests.claims.proofs import attributes, example, field, parameters, says, v3

PAGE = "asked-since/image-not-found.md"


@claim(PAGE, "Because image_uris.retrieve asks no registry", by="SDK")
def no_registry_is_asked():
    source = v3("sagemaker/core/image_uris.py").read_text(encoding="utf-8")
    assert "boto3.client" not in source and "describe_images" not in source


@claim(PAGE, "the same is aws ecr describe-images", by="source")
def on_the_command_line():
    assert says("sm-images-sklearn-spark", "ecr describe-images")


@claim(PAGE, "passed container_version", "newer SDKs refuse what gives no image", by="run")
def container_version():
    refused = "container_version '1.1' is not supported for framework 'pytorch' version '1.12'"
    assert refused in example("image-not-found/wrong_addresses.out")
    assert says("sdk-issue-container-version", "image URI does not exist")


@claim(PAGE, "asked for TensorFlow 2.21 | the SDK's tag ends before -sagemaker", by="images")
@claim(PAGE, "add -sagemaker to the address", by="images")
def tensorflow():
    built = example("image-not-found/wrong_addresses.out").splitlines()[1].rpartition(":")[2]
    assert built == "2.21-cpu-py312"
    assert says("dlc-tensorflow-2-21", f"{built}-sagemaker")


@claim(PAGE, "call retrieve with your Region", by="images")
def regions_differ():
    found = {
        image_uris.retrieve("sklearn", region=region, version="1.9-0").partition(".")[0]
        for region in ("us-east-1", "us-west-2", "eu-central-1")
    }
    assert len(found) == 3


@claim(PAGE, "pip install -U sagemaker, or pass the address by hand", by="SDK")
def the_sdk_says_so():
    with pytest.raises(ValueError, match="pip install -U sagemaker"):
        image_uris.retrieve("sklearn", region="us-east-1", version="99")


@claim(
    PAGE,
    "training_image of ModelTrainer, image_uri of ModelBuilder and of the processors, "
    "TrainingImage and Image in the API",
    by="SDK",
)
def by_hand():
    trainer, builder = (
        v3("sagemaker/train/model_trainer.py"),
        v3("sagemaker/serve/model_builder.py"),
    )
    assert "training_image" in attributes(trainer, "ModelTrainer")
    assert "image_uri" in attributes(builder, "ModelBuilder")
    processors = v3("sagemaker/core/processing.py")
    for name in ("ScriptProcessor", "FrameworkProcessor"):
        assert "image_uri" in parameters(processors, f"{name}.__init__")
    assert field("sagemaker", "CreateTrainingJob.AlgorithmSpecification.TrainingImage")
    assert field("sagemaker", "CreateModel.PrimaryContainer.Image")


@claim(
    PAGE,
    "For the Deep Learning Containers retrieve wants to know whether you train or predict: pass "
    'image_scope="training" or image_scope="inference".',
    by="SDK",
)
def scopes():
    with pytest.raises(ValueError, match="Unsupported image scope: None"):
        image_uris.retrieve("pytorch", region="us-east-1", version="2.6")
    for scope in ("training", "inference"):
        assert image_uris.retrieve(
            "pytorch",
            region="us-east-1",
            version="2.6",
            image_scope=scope,
            instance_type="ml.m5.xlarge",
        )
