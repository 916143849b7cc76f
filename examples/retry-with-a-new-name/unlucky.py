"""Runs in the training job: fails twice on purpose, as a broken machine might."""

# --8<-- [start:script]
import os
from pathlib import Path

name = os.environ["TRAINING_JOB_NAME"]
if name.endswith(("-0", "-1")):
    raise SystemExit(f"{name} fails on purpose")
Path(os.environ["SM_MODEL_DIR"], "model.txt").write_text(f"from {name}\n")
# --8<-- [end:script]
