"""Ask the SDK for the address of an image, and for the versions that it knows."""

# --8<-- [start:retrieve]
from sagemaker.core import image_uris

print(
    image_uris.retrieve(
        framework="sklearn",
        region="us-east-1",
        version="1.9-0",
    )
)
# --8<-- [end:retrieve]

# --8<-- [start:versions]
for framework in ("sklearn", "xgboost", "pytorch-amzn2023", "pytorch", "tensorflow"):
    try:
        image_uris.retrieve(
            framework,
            region="us-east-1",
            version="?",
            image_scope="training",
        )
    except ValueError as error:
        versions = str(error).rpartition(": ")[2].rstrip(".").split(", ")
        print(f"{framework}: {', '.join(versions[-4:])}")
# --8<-- [end:versions]
