"""Give a table the columns that an Autopilot model was trained on, in their order."""

# --8<-- [start:tables]
import pandas

trained_on = pandas.DataFrame(
    {"carrier": ["UA", "DL"], "late": [1, 0], "distance": [719, 1400], "note": ["fog, rain", ""]}
)
new = pandas.DataFrame(
    {"flight": [17, 18], "note": ["", "snow"], "distance": [719, 600], "carrier": ["DL", "AA"]}
)
# --8<-- [end:tables]

# --8<-- [start:rows]
import csv


def rows(table: pandas.DataFrame, header: list[str], target: str) -> str:
    """Return a table as CSV: the features in training's order, no header, no index, no target."""
    features = [name for name in header if name != target]
    if missing := [name for name in features if name not in table]:
        raise ValueError(f"the model was trained on columns that are not here: {missing}")
    return table[features].to_csv(header=False, index=False)


def columns(text: str) -> set[int]:
    """Return how many columns the rows of a CSV text have."""
    return {len(row) for row in csv.reader(text.splitlines())}


header = list(trained_on)
print("columns of the training table:", len(header))
print("pandas' own way:", columns(new.to_csv()))
print("as the model wants it:", columns(rows(new, header, target="late")))
print(rows(new, header, target="late"))
try:
    rows(new.drop(columns="note"), header, target="late")
except ValueError as error:
    print(error)
# --8<-- [end:rows]
