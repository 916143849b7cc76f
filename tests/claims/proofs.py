"""What checks of claims rest on: API models, image tables, SDK sources, runs and the ledger."""

from __future__ import annotations

import ast
import functools
import json
import sysconfig
import warnings
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from tests.site import ROOT
from workshop_notes.content import ledger


@functools.cache
def model(service: str) -> ServiceModel:
    """Return AWS's API model of a service, by the name that boto3 has for it."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def field(service: str, path: str) -> Shape:
    """Return the shape of a field: `CreateTrainingJob.ResourceConfig.InstanceCount`.

    The path begins with an operation, whose request is meant, or with a shape; the members of a
    list or a map are gone through. A name that the model does not have raises KeyError.
    """
    first, *names = path.split(".")
    api = model(service)
    if first in api.operation_names:
        shape = api.operation_model(first).input_shape
    else:
        if first not in api.shape_names:
            raise KeyError(f"{service} has no operation and no shape {first}")
        shape = api.shape_for(first)
    for name in names:
        while shape.type_name in {"list", "map"}:
            shape = shape.member if shape.type_name == "list" else shape.value
        shape = shape.members[name]
    return shape


def bounds(service: str, path: str) -> tuple[int | None, int | None]:
    """Return the least and the greatest value, length or number of entries of a field."""
    found = field(service, path).metadata
    return found.get("min"), found.get("max")


def says(key: str, *words: str) -> bool:
    """Whether the ledger's source `key` holds the words, which were seen in the copy it names."""
    (source,) = [each for each in _sources() if each.key == key]
    return all(any(each in expected for expected in source.expects) for each in words)


@functools.cache
def _sources() -> tuple[ledger.Source, ...]:
    return ledger.read(ROOT / "sources.yml", ROOT / "sources.yml").sources


def example(name: str) -> str:
    """Return a file below `examples`: code that a test runs, or what it printed."""
    return (ROOT / "examples" / name).read_text(encoding="utf-8")


def v2(module: str) -> Path:
    """Return the source of SDK v2, or of smdebug: `v2("sagemaker/estimator.py")`. It is not run."""
    return ROOT / ".venv/read" / module


def v3(module: str) -> Path:
    """Return the source of SDK v3: `v3("sagemaker/train/model_trainer.py")`."""
    return Path(sysconfig.get_path("purelib")) / module


def resolves(name: str, root: Path) -> bool:
    """Whether an SDK's source has what a dotted name leads to. Nothing is imported or run.

    Args:
        name: such as `sagemaker.train.ModelTrainer` or `sagemaker.tuner`; it may end in a member
            that the class itself defines.
        root: where the package lies: `v2("")` or `v3("")`.
    """
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        base = root.joinpath(*parts[:cut])
        files = (base / "__init__.py", base.with_suffix(".py"))
        if module := next((each for each in files if each.is_file()), None):
            return cut == len(parts) or _binds(module, parts[cut:], root)
    return False


def _binds(module: Path, names: list[str], root: Path) -> bool:
    """Whether a module defines or imports a name, and what the name stands for has the others."""
    first, *members = names
    bound = set()
    for node in _statements(_tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sagemaker"):
            for alias in node.names:
                if alias.name == "*" and resolves(".".join([node.module, *names]), root):
                    return True
                if (alias.asname or alias.name) == first:
                    return resolves(".".join([node.module, alias.name, *members]), root)
        elif isinstance(node, ast.ClassDef) and node.name == first and members:
            return members[0] in {name for each in _statements(node) for name in _bound_by(each)}
        bound |= _bound_by(node)
    return not members and first in bound


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements of a module or class, also behind `if` and `try`, and when asked for."""
    for each in ast.iter_child_nodes(node):
        late = isinstance(each, ast.FunctionDef) and each.name == "__getattr__"
        if late or isinstance(each, ast.If | ast.Try | ast.ExceptHandler):
            yield from _statements(each)
        elif isinstance(each, ast.stmt):
            yield each


def _bound_by(statement: ast.stmt) -> set[str]:
    """Return the names that a definition or an assignment binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return {target.id for target in targets if isinstance(target, ast.Name)}


def defined(source: Path) -> set[str]:
    """Return the classes and functions of a module by name, methods as `Class.method`."""
    return set(_functions(source)) | {
        node.name for node in _tree(source).body if isinstance(node, ast.ClassDef)
    }


def parameters(source: Path, function: str) -> dict[str, Any]:
    """Return the parameters of a function or method, each with its default as code, or None.

    Args:
        source: the module.
        function: such as `Estimator.__init__`; a name that is not there raises KeyError.
    """
    arguments = _functions(source)[function].args
    ordered = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(ordered) - len(arguments.defaults)) + arguments.defaults
    pairs = [*zip(ordered, defaults, strict=True)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {each.arg: default and ast.unparse(default) for each, default in pairs}


def attributes(source: Path, name: str) -> list[str]:
    """Return the annotated attributes of a class: the fields of a model or a dataclass."""
    (found,) = [n for n in _tree(source).body if isinstance(n, ast.ClassDef) and n.name == name]
    return [node.target.id for node in found.body if isinstance(node, ast.AnnAssign)]


def body(source: Path, function: str) -> str:
    """Return the code of a function or method, without its comments."""
    return ast.unparse(_functions(source)[function])


@functools.cache
def _tree(source: Path) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escape sequences in other people's docstrings
        return ast.parse(source.read_text(encoding="utf-8"))


@functools.cache
def _functions(source: Path) -> dict[str, ast.FunctionDef]:
    found = {}
    for node in _tree(source).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            inside = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            found |= {f"{node.name}.{each.name}": each for each in inside}
    return found


def image_table(framework: str) -> dict[str, Any]:
    """Return the SDK's table of a framework's images (sagemaker-core, `image_uri_config`)."""
    folder = resources.files("sagemaker.core.image_uri_config")
    return json.loads((folder / f"{framework}.json").read_text(encoding="utf-8"))
