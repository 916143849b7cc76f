"""Ask the registry whether an image is there."""

# --8<-- [start:ask]
import re

import boto3
from sagemaker.core import image_uris

address = image_uris.retrieve("sklearn", region="us-east-1", version="1.9-0")
account, region, repository, tag = re.fullmatch(
    r"(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com/([\w/-]+):(\S+)", address
).groups()
ecr = boto3.client("ecr", region_name=region)
try:
    ecr.describe_images(
        registryId=account,
        repositoryName=repository,
        imageIds=[{"imageTag": tag}],
    )
except (
    ecr.exceptions.ImageNotFoundException,
    ecr.exceptions.RepositoryNotFoundException,
) as error:
    print(error)
# --8<-- [end:ask]
