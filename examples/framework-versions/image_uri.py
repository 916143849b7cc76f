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
try:
    image_uris.retrieve(framework="xgboost", region="us-east-1", version="?")
except ValueError as error:
    print(error)
# --8<-- [end:versions]
