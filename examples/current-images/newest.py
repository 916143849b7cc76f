"""The newest Deep Learning Containers that the SDK knows, as a table in Markdown."""

# --8<-- [start:newest]
import json
import re
from importlib import resources

from sagemaker.core import image_uris


def newest(framework, scope, instance_type, region="us-east-1"):
    """Return the newest version in the SDK's table, and the address of its image."""
    folder = resources.files("sagemaker.core.image_uri_config")
    table = json.loads((folder / f"{framework}.json").read_text())[scope]["versions"]
    version = max(table, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])
    # Hugging Face's images are made for several versions of PyTorch.
    bases = [name for name in table[version] if name.startswith("pytorch")]
    base = {"base_framework_version": max(bases)} if bases else {}
    return version, image_uris.retrieve(
        framework,
        region=region,
        version=version,
        image_scope=scope,
        instance_type=instance_type,
        **base,
    )


print("| Key in the SDK | For | Version | Address |")
print("| --- | --- | --- | --- |")
for framework, scope, instance_type in (
    ("pytorch-amzn2023", "training", "ml.m5.xlarge"),
    ("pytorch", "inference", "ml.m5.xlarge"),
    ("tensorflow", "training", "ml.m5.xlarge"),
    ("tensorflow", "inference", "ml.m5.xlarge"),
    ("huggingface", "training", "ml.g5.xlarge"),
    ("huggingface", "inference", "ml.g5.xlarge"),
):
    version, address = newest(framework, scope, instance_type)
    print(f"| `{framework}` | {scope} | {version} | `{address}` |")
# --8<-- [end:newest]
