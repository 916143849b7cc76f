"""Write the table of images that the SDK knows, newest first, as Markdown.

What is still patched is not in the SDK: those dates are AWS's support policy, as read on the day
that `end_of_patch.json` names.
"""

import datetime
import json
import re
from importlib import metadata, resources
from pathlib import Path

from sagemaker.core import image_uris

POLICY = json.loads(Path(__file__).with_name("end_of_patch.json").read_text(encoding="utf-8"))
TODAY = datetime.date.fromisoformat(POLICY["read"])
ROWS = {"sklearn": 2, "xgboost": 2, "spark": 1}
NAMES = {"sklearn": "scikit-learn", "xgboost": "XGBoost", "spark": "Spark"}
REGION = "us-east-1"


def versions(framework: str) -> list[str]:
    """Versions in the SDK's own table, in the order of its file."""
    text = resources.files("sagemaker.core.image_uri_config").joinpath(f"{framework}.json")
    table = json.loads(text.read_text(encoding="utf-8"))
    table = table.get("training") or table.get("processing") or table
    return [name for name in table["versions"] if name[0].isdigit() and "." in name]


def patched(framework: str, version: str) -> str:
    """Whether the policy still promises patches on the day on which it was read."""
    end = POLICY["end_of_patch"].get(framework, {}).get(version)
    if end is None:
        return "not in the policy we read"
    day = datetime.date.fromisoformat(end)
    words = f"{day.day} {day:%B %Y}"
    return f"until {words}" if day >= TODAY else f"no, ended {words}"


def by_number(version: str) -> list[int]:
    """The numbers in a version, so that 3.10 comes after 3.9."""
    return [int(number) for number in re.findall(r"\d+", version)]


print("| Image | Address in us-east-1 | Patched |")
print("| --- | --- | --- |")
for framework, count in ROWS.items():
    newest = sorted(versions(framework), key=by_number, reverse=True)[:count]
    for version in newest:
        uri = image_uris.retrieve(
            framework, region=REGION, version=version, instance_type="ml.m5.xlarge"
        )
        print(f"| {NAMES[framework]} {version} | `{uri}` | {patched(framework, version)} |")
print(
    f"\nThe addresses come from the table in sagemaker-core {metadata.version('sagemaker-core')}, "
    f"the dates from the support policy as read on {TODAY.day} {TODAY:%B %Y}."
)
