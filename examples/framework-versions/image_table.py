"""Write the table of images that the SDK knows, newest first, as Markdown.

What is still patched is not in the SDK: those dates are AWS's, out of the copies that
`end_of_patch.json` names, as is the address of an image whose tag the SDK does not have.
"""

import datetime
import json
import re
from importlib import metadata, resources
from pathlib import Path

from sagemaker.core import image_uris

POLICY = json.loads(Path(__file__).with_name("end_of_patch.json").read_text(encoding="utf-8"))
TODAY = datetime.date.fromisoformat(POLICY["read"])
ROWS = {"sklearn": 2, "xgboost": 2, "pytorch-amzn2023": 4, "tensorflow": 1, "spark": 1}
NAMES = {
    "sklearn": "scikit-learn",
    "xgboost": "XGBoost",
    "pytorch-amzn2023": "PyTorch",
    "tensorflow": "TensorFlow",
    "spark": "Spark",
}
REGION = "us-east-1"


def versions(framework: str) -> list[str]:
    """Versions in the SDK's own table, the newest first."""
    text = resources.files("sagemaker.core.image_uri_config").joinpath(f"{framework}.json")
    table = json.loads(text.read_text(encoding="utf-8"))
    table = table.get("training") or table.get("processing") or table
    numbered = [name for name in table["versions"] if name[0].isdigit() and "." in name]
    return sorted(numbered, key=by_number, reverse=True)


def patched(framework: str, version: str) -> str:
    """Whether the policy still promises patches on the day on which it was read."""
    end = POLICY["end_of_patch"].get(framework, {}).get(version)
    if end is None:
        return "not in the copies we read"
    day = datetime.date.fromisoformat(end)
    words = f"{day.day} {day:%B %Y}"
    return f"until {words}" if day >= TODAY else f"no, ended {words}"


def by_number(version: str) -> list[int]:
    """The numbers in a version, so that 3.10 comes after 3.9."""
    return [int(number) for number in re.findall(r"\d+", version)]


def address(framework: str, version: str) -> str:
    """The address of the image for a machine without a graphics card."""
    return POLICY["addresses"].get(f"{framework} {version}") or image_uris.retrieve(
        framework, region=REGION, version=version, instance_type="ml.m5.xlarge"
    )


print("| Image | Address in us-east-1 | Patched |")
print("| --- | --- | --- |")
for framework, count in ROWS.items():
    for version in versions(framework)[:count]:
        uri, end = address(framework, version), patched(framework, version)
        print(f"| {NAMES[framework]} {version} | `{uri}` | {end} |")
print(
    f"\nThe addresses come from the table in sagemaker-core {metadata.version('sagemaker-core')}, "
    "but that of TensorFlow from AWS's list, since the SDK leaves `-sagemaker` out. The dates are "
    f"AWS's, in copies of {POLICY['copies']}."
)
