"""A small reading of the built-in XGBoost algorithm: rows in, a booster or predictions out.

After "XGBoost algorithm with Amazon SageMaker AI" in the developer guide (2026-11): the label is
the first column, there is no header, hyperparameters are strings, and metrics are read from lines
of the form `[0]#011train-rmse:0.48`. Left out: Parquet and recordIO input, requests that are not
CSV, several hosts, checkpoints, cross-validation, and all checks of hyperparameters but those of
type and range below.
"""

from __future__ import annotations

import json
import math
import os
import warnings
from pathlib import Path
from typing import Any

from local_sagemaker.containers.contract import HttpError, fail
from local_sagemaker.containers.contract import serve as serve_http

MODEL = "xgboost-model"
_USER_ERROR = 2  # the algorithm toolkit's exit code for mistakes that the customer can correct
_ANY = (-math.inf, math.inf)
_NUMBERS: dict[str, tuple[type, float, float]] = {
    "num_round": (int, 1, math.inf),
    "max_depth": (int, 0, math.inf),
    "max_delta_step": (float, 0, math.inf),
    "max_leaves": (int, 0, math.inf),
    "max_bin": (int, 2, math.inf),
    "num_class": (int, 1, math.inf),
    "num_parallel_tree": (int, 1, math.inf),
    "early_stopping_rounds": (int, 1, math.inf),
    "seed": (int, *_ANY),
    "nthread": (int, 1, math.inf),
    "verbosity": (int, 0, 3),
    "eta": (float, 0, 1),
    "gamma": (float, 0, math.inf),
    "alpha": (float, *_ANY),
    "lambda": (float, *_ANY),
    "min_child_weight": (float, 0, math.inf),
    "subsample": (float, 0, 1),
    "colsample_bytree": (float, 0, 1),
    "colsample_bylevel": (float, 0, 1),
    "colsample_bynode": (float, 0, 1),
    "base_score": (float, *_ANY),
    "scale_pos_weight": (float, *_ANY),
    "tweedie_variance_power": (float, 1, 2),
}
_WORDS = {"objective", "eval_metric", "booster", "tree_method", "grow_policy", "updater",
          "sampling_method", "csv_weights"}  # fmt: skip


class UserError(Exception):
    """A mistake that the customer can correct."""


def train(base: Path) -> None:
    """Train on `input/data/train`, evaluate on it and on `validation`, and save the booster."""
    config = base / "input/config"
    given = json.loads((config / "hyperparameters.json").read_text())
    if "sagemaker_program" in given:
        from local_sagemaker.containers import script_mode

        return script_mode.train(base)
    import xgboost

    try:
        parameters = hyperparameters(given)
        channels = json.loads((config / "inputdataconfig.json").read_text())
        rounds = parameters.pop("num_round")
        patience = parameters.pop("early_stopping_rounds", None)
        if "train" not in channels:
            raise UserError("Channels: the channel 'train' is required.")
        data = {
            name: matrix(base / "input/data" / name, channels[name].get("ContentType", "libsvm"))
            for name in ("train", "validation")
            if name in channels
        }
        booster = xgboost.train(
            parameters,
            data["train"],
            rounds,
            evals=[(rows, name) for name, rows in data.items()],
            early_stopping_rounds=patience,
            verbose_eval=False,
            callbacks=[_printer(xgboost)],
        )
    except UserError as error:
        print(f"ERROR - {error}")
        fail(base, str(error), _USER_ERROR)
    except (xgboost.core.XGBoostError, ValueError) as error:
        # The library refuses labels and settings that only it understands.
        print(f"ERROR - XGBoost: {error}")
        reason = str(error).partition("Stack trace:")[0].strip()
        fail(base, f"XGB train call failed with exception:\n{reason}", _USER_ERROR)
    (base / "model" / MODEL).write_bytes(booster.save_raw("ubj"))
    return None


def serve(base: Path) -> None:
    """Answer CSV requests with one prediction for each line."""
    if "SAGEMAKER_PROGRAM" in os.environ:
        from local_sagemaker.containers import script_mode

        return script_mode.serve(base)
    import xgboost

    booster = xgboost.Booster(model_file=bytearray((base / "model" / MODEL).read_bytes()))

    def predict(body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        kind = content_type.partition(";")[0].strip()
        if kind != "text/csv":
            raise HttpError(415, f"Content type {kind} is not supported; here: text/csv")
        rows = read_csv(body.decode(), "request")
        if len(rows[0]) != booster.num_features():
            raise HttpError(
                400,
                f"Feature size of csv inference data {len(rows[0])} is not consistent with "
                f"feature size of trained model {booster.num_features()}.",
            )
        import numpy

        scores = booster.predict(xgboost.DMatrix(numpy.array(rows)))
        if accept.partition(";")[0] in {"", "*/*", "text/csv"}:
            lines = [",".join(str(float(x)) for x in numpy.atleast_1d(row)) for row in scores]
            return ("\n".join(lines) + "\n").encode(), "text/csv"
        if accept == "application/json":
            answer = {"predictions": [{"score": score} for score in scores.tolist()]}
            return json.dumps(answer).encode(), accept
        raise HttpError(406, f"Accept type {accept} is not supported")

    serve_http(predict)
    return None


def hyperparameters(given: dict[str, str]) -> dict[str, Any]:
    """Return the hyperparameters as the library takes them.

    Raises:
        UserError: one is unknown, of the wrong type or out of range, or `num_round` is missing.
    """
    result: dict[str, Any] = {"nthread": 1}
    for name, text in given.items():
        if name.startswith(("_", "sagemaker_")):
            continue  # what the tuning service and SDKs add
        if name in _WORDS:
            result[name] = text.split(",") if name == "eval_metric" else text
        elif name in _NUMBERS:
            kind, low, high = _NUMBERS[name]
            try:
                result[name] = kind(text)
            except ValueError:
                raise UserError(
                    f"Hyperparameter {name}: could not parse value {text!r} as {kind.__name__}"
                ) from None
            if not low <= result[name] <= high:
                raise UserError(
                    f"Hyperparameter {name}: {text} is not in the range from {low} to {high}"
                )
        else:
            raise UserError(f"Extraneous hyperparameter found: {name}")
    if "num_round" not in result:
        raise UserError("Missing required hyperparameter: num_round")
    return result


def matrix(folder: Path, content_type: str) -> Any:
    """Return the DMatrix of all files of a channel, with their labels.

    Raises:
        UserError: they are no table of one width, or of a type that is not read here.
    """
    import numpy
    from xgboost import DMatrix

    kind = content_type.partition(";")[0].strip().rpartition("/")[2]
    if kind in {"libsvm", "x-libsvm"}:
        with warnings.catch_warnings(action="ignore"):  # the library wants to leave this to others
            return DMatrix(f"{folder}?format=libsvm")
    if kind != "csv":
        raise UserError(f"Content type {kind} of channel {folder.name} is not read here")
    rows: list[list[float]] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        rows += read_csv(path.read_text(encoding="utf-8"), path.name)
    if not rows or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        raise UserError(f"Failed to load csv data of channel {folder.name}: no table of one width")
    table = numpy.array(rows)
    return DMatrix(table[:, 1:], label=table[:, 0])


def read_csv(text: str, name: str) -> list[list[float]]:
    """Return the rows of a text; an empty cell is missing.

    Raises:
        UserError: a cell is no number; `name` says where.
    """
    try:
        return [
            [float(cell) if cell.strip() else math.nan for cell in line.split(",")]
            for line in text.splitlines()
            if line.strip()
        ]
    except ValueError as error:
        raise UserError(f"Failed to load csv data with exception: {name}: {error}") from None


def _printer(xgboost: Any) -> Any:
    class Printer(xgboost.callback.TrainingCallback):
        """Prints each round as the container's log has it: a tab is shown as `#011`."""

        def after_iteration(self, model: Any, epoch: int, evals_log: dict[str, Any]) -> bool:
            parts = [
                f"{data}-{metric}:{history[-1]:.5f}"
                for data, metrics in evals_log.items()
                for metric, history in metrics.items()
            ]
            print("#011".join([f"[{epoch}]", *parts]))
            return False

    return Printer()
