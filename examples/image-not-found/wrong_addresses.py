"""An address that the SDK refuses to build, and one that it builds and AWS does not list."""

# --8<-- [start:built]
from sagemaker.core import image_uris

try:
    image_uris.retrieve(
        "pytorch",
        region="us-west-2",
        version="1.12",
        image_scope="inference",
        instance_type="ml.p3.8xlarge",
        container_version="1.1",
    )
except ValueError as error:
    print(str(error).partition(". ")[0])
print(
    image_uris.retrieve(
        "tensorflow",
        region="us-east-1",
        version="2.21",
        image_scope="training",
        instance_type="ml.m5.xlarge",
    )
)
# --8<-- [end:built]
