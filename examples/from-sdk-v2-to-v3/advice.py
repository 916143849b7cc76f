"""Import modules of SDK v2 under v3, and print what its error advises."""

# --8<-- [start:advice]
import importlib
import re

for name in ("estimator", "inputs", "tuner", "processing", "transformer", "debugger"):
    try:
        importlib.import_module(f"sagemaker.{name}")
    except ModuleNotFoundError as error:
        advice = re.search(r"\((from .+)\)", str(error))
        print(f"sagemaker.{name}:", advice[1] if advice else "no advice")
# --8<-- [end:advice]
