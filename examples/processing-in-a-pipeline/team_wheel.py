"""A package of the team, as a wheel beside the script: the job needs no package index."""

import zipfile

# --8<-- [start:wheel]
MODULE = """\
def add_all(rows):
    return rows.assign(hour=rows["departure"].dt.hour)
"""


def write(path: str) -> None:
    """Write the package as a wheel."""
    info = "flight_features-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("flight_features.py", MODULE)
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: flight_features\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


# --8<-- [end:wheel]
