"""What the modules and classes of the engine's libraries hold, to see whether a build changes it.

As a program it builds a site in its own process and prints each attribute that is another object
than before: `python -m tests.attributes PLAIN_YML MKDOCS_YML SITE`; the first is of a project that
uses no plugin of ours.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import pkgutil
import sys
import warnings
from types import FunctionType, ModuleType

from mkdocs.commands.build import build
from mkdocs.config import load_config

LIBRARIES = ("mkdocs", "markdown", "pymdownx", "pygments", "jinja2", "material", "click", "yaml")
"""MkDocs, and what of its libraries somebody was tempted to make faster."""


def load() -> None:
    """Import every module of the libraries, so that none is new after the build."""
    for library in LIBRARIES:
        package = importlib.import_module(library)
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            for found in pkgutil.walk_packages(package.__path__, f"{library}.", lambda name: None):
                if "__main__" not in found.name:
                    with contextlib.suppress(Exception):  # for another system, or not installed
                        importlib.import_module(found.name)


def attributes() -> dict[str, object]:
    """Return every attribute of the libraries' modules, classes and functions, by its name."""
    found: dict[str, object] = {}
    for name, module in list(sys.modules.items()):
        if _is_of_a_library(name):
            _add(found, name, module)
    return found


def _is_of_a_library(module: str) -> bool:
    return module.partition(".")[0] in LIBRARIES


def _add(found: dict[str, object], place: str, holder: object) -> None:
    for key, value in list(vars(holder).items()):
        found[f"{place}.{key}"] = value
        if isinstance(value, FunctionType):
            found[f"{place}.{key}.__code__"] = value.__code__
        elif isinstance(value, type) and _is_of_a_library(value.__module__):
            name = f"{value.__module__}.{value.__qualname__}"
            if f"{name}.__module__" not in found:
                _add(found, name, value)


def changed(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """Name what is another object after than before, or new, modules left out."""
    return sorted(
        name
        for name, value in after.items()
        if before.get(name, before) is not value and not isinstance(value, ModuleType)
    )


def main(plain: str, config: str, site: str) -> None:
    """Build without the plugin, note what the libraries hold, build with it, and compare."""
    load()
    # What each build leaves behind, such as the last message of a log, is no news after this one.
    build(load_config(plain, site_dir=f"{site}-plain"))
    before = attributes()
    assert "workshop_notes" not in sys.modules
    build(load_config(config, site_dir=site))
    assert "workshop_notes.plugin" in sys.modules
    print(json.dumps(changed(before, attributes())))


if __name__ == "__main__":
    main(*sys.argv[1:])
