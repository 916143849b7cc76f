"""Script mode: run the reader's script to train, and the reader's functions to predict.

After the READMEs of aws/sagemaker-training-toolkit and aws/sagemaker-scikit-learn-container
(2026-11), and for content types after sagemaker-containers 2.8.6.post2 and Werkzeug 3.1, which the
images scikit-learn 1.9-0 and XGBoost 3.2-0 serve with (aws/deep-learning-containers, 2026-08). A
script's `requirements.txt` is not installed: nothing leaves the machine.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from werkzeug.utils import get_content_type

from local_sagemaker import layout, tasks
from local_sagemaker.containers.contract import HttpError, fail
from local_sagemaker.containers.contract import serve as serve_http

CSV, JSON, NPY = "text/csv", "application/json", "application/x-npy"


def train(base: Path) -> None:
    """Run the script that `sagemaker_program` names, with the hyperparameters as arguments."""
    given = json.loads((base / "input/config/hyperparameters.json").read_text(encoding="utf-8"))
    program = layout.decoded(given.get("sagemaker_program", ""))
    if not program:
        fail(base, "framework error: the hyperparameter sagemaker_program is missing", 1)
    path = base / "code" / program
    words = layout.arguments(layout.for_script(given))
    command = " ".join([f"python3 {path.name}", *words])
    if not path.is_file():
        fail(base, f"framework error: no file {path.name} in sagemaker_submit_directory", 1)
    os.chdir(path.parent)
    _prepare(path.parent)
    code = 1
    try:
        tasks.script([str(path), *words])
        return
    except SystemExit as error:
        code = tasks.exit_code(error)
        reason = "" if isinstance(error.code, int) else str(error.code)
    except BaseException:
        with contextlib.suppress(OSError):  # a log that is full
            traceback.print_exc()
        reason = traceback.format_exc().strip().splitlines()[-1]
    if code:
        fail(
            base,
            f"ExecuteUserScriptError:\nExitCode {code}\nErrorMessage {json.dumps(reason)}\n"
            f"Command {json.dumps(command)}",
            code,
        )


def serve(base: Path) -> None:
    """Answer requests with the script's `model_fn`, `input_fn`, `predict_fn`, `output_fn`."""
    module = _load(base)
    model_dir = base / "model"
    if not hasattr(module, "model_fn"):
        raise SystemExit(f"{module.__name__}.py has no model_fn: please provide one")
    model = module.model_fn(str(model_dir))
    default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)

    def answer(body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        # A request without Accept, as inside an inference pipeline, gets the container's default.
        wanted = default_accept if accept in {"", "*/*"} else accept
        # The script gets the header as it came; with a parameter in it, its body stays bytes.
        kind = content_type or JSON
        text: Any = body.decode() if kind in {CSV, JSON} else body
        if hasattr(module, "transform_fn"):
            result = module.transform_fn(model, text, kind, wanted)
        else:
            data = getattr(module, "input_fn", decode)(text, kind)
            predict = getattr(module, "predict_fn", lambda data, model: model.predict(data))
            prediction = predict(data, model)
            result = getattr(module, "output_fn", encode)(prediction, wanted)
        reply, kind = result if isinstance(result, tuple) else (result, wanted)
        # The container's web framework adds "; charset=utf-8" to each text/... type.
        sent = get_content_type(kind, "utf-8")
        return reply if isinstance(reply, bytes) else str(reply).encode(), sent

    serve_http(answer)


def _load(base: Path) -> ModuleType:
    program = os.environ["SAGEMAKER_PROGRAM"]
    folder = base / "model/code" if (base / "model/code" / program).is_file() else base / "code"
    if not (folder / program).is_file():
        raise SystemExit(f"no file {program} in SAGEMAKER_SUBMIT_DIRECTORY or the model's code/")
    _prepare(folder)
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location(Path(program).stem, folder / program)
    module = importlib.util.module_from_spec(spec)
    # Models that were pickled with the script's classes look for them under its name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _prepare(folder: Path) -> None:
    from local_sagemaker.containers import image_modules

    image_modules.install()
    if (folder / "requirements.txt").is_file():
        print("stand-in: requirements.txt is not installed; what this machine has is used")


def decode(body: Any, content_type: str) -> Any:
    """Return the array of a request, as a script without `input_fn` gets it."""
    import numpy

    if content_type == CSV:
        return numpy.genfromtxt(io.StringIO(body), dtype=numpy.float32, delimiter=",", ndmin=2)
    if content_type == JSON:
        return numpy.array(json.loads(body), dtype=numpy.float32)
    if content_type == NPY:
        return numpy.load(io.BytesIO(body))
    raise HttpError(415, f"Content type {content_type} is not supported by default_input_fn")


def encode(prediction: Any, accept: str) -> tuple[bytes, str]:
    """Return the answer that a prediction becomes for a script without `output_fn`."""
    import numpy

    stream = io.BytesIO()
    if accept == JSON:
        return json.dumps(numpy.asarray(prediction).tolist()).encode(), accept
    if accept == CSV:
        numpy.savetxt(stream, prediction, delimiter=",", fmt="%s")
    elif accept == NPY:
        numpy.save(stream, prediction)
    else:
        raise HttpError(406, f"Accept type {accept} is not supported by default_output_fn")
    return stream.getvalue(), accept
