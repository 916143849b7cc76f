"""Spare Jinja what it does anew for each part that a page includes: forty on each page."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import Environment


def spare() -> None:
    """Change the library in this process."""
    Environment._load_template = _load_template(Environment._load_template)


def _load_template(load: Callable) -> Callable:
    """Return a loader that knows the templates of its environment by their names alone."""

    def load_template(self, name, globals):
        if globals or self.auto_reload:
            return load(self, name, globals)
        known = self.__dict__.setdefault("_by_name", {})
        if name not in known:
            known[name] = load(self, name, globals)
        return known[name]

    return load_template
