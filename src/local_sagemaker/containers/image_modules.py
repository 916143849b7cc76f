"""What scripts import from the images' own packages: those names that one host can do without them.

After the sources of aws/sagemaker-xgboost-container and sagemaker-containers 2.8.6.post2 (2026-11).
Another name of these packages is missing, as an ImportError says.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from local_sagemaker.containers import script_mode, xgboost


def get_dmatrix(
    path: str, content_type: str, csv_weights: int = 0, is_pipe: bool = False
) -> Any | None:
    """Return the DMatrix of a channel's folder; None where there is no such folder."""
    if csv_weights or is_pipe:
        raise NotImplementedError("stand-in: get_dmatrix reads files without weights")
    return xgboost.matrix(Path(path), content_type) if path and Path(path).is_dir() else None


def libsvm_to_dmatrix(body: bytes) -> Any:
    """Return the DMatrix of a request's lines of libsvm."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "request").write_bytes(body)
        return xgboost.matrix(Path(folder), "libsvm")


def csv_to_dmatrix(body: str | bytes, dtype: Any = None) -> Any:
    """Return the DMatrix of a request's lines of CSV."""
    import numpy
    from xgboost import DMatrix

    text = body.decode() if isinstance(body, bytes) else body
    return DMatrix(numpy.array(xgboost.read_csv(text, "request"), dtype=dtype))


def _encode(array: Any, content_type: str) -> bytes:
    return script_mode.encode(array, content_type)[0]


def _response(response: Any, status: int = 200, mimetype: str = "") -> tuple[Any, str]:
    return response, mimetype


_MODULES: dict[str, dict[str, Any]] = {
    "sagemaker_containers": {},
    "sagemaker_containers.entry_point": {},
    "sagemaker_containers.beta": {},
    "sagemaker_containers.beta.framework": {
        "content_types": SimpleNamespace(
            JSON=script_mode.JSON, CSV=script_mode.CSV, NPY=script_mode.NPY
        ),
        "encoders": SimpleNamespace(encode=_encode, decode=script_mode.decode),
        "worker": SimpleNamespace(Response=_response),
        **{name: SimpleNamespace() for name in ("env", "modules", "transformer")},
    },
    "sagemaker_xgboost_container": {},
    "sagemaker_xgboost_container.data_utils": {"get_dmatrix": get_dmatrix},
    "sagemaker_xgboost_container.distributed": {},
    "sagemaker_xgboost_container.encoder": {
        "csv_to_dmatrix": csv_to_dmatrix,
        "libsvm_to_dmatrix": libsvm_to_dmatrix,
    },
}


def install() -> None:
    """Make the modules importable in this process, unless this Python has them itself."""
    packages = {name.partition(".")[0] for name in _MODULES}
    missing = {name for name in packages if importlib.util.find_spec(name) is None}
    for name, members in _MODULES.items():
        if name.partition(".")[0] in missing:
            module = sys.modules[name] = ModuleType(name, "A stand-in for the image's package.")
            vars(module).update(members, __path__=[])
            parent, _, last = name.rpartition(".")
            if parent:
                setattr(sys.modules[parent], last, module)
