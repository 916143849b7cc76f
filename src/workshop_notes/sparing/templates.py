"""Spare Jinja what it does anew for each part that a page includes: forty on each page."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import Environment
from jinja2.runtime import Macro


def spare() -> None:
    """Change the library in this process."""
    Environment._load_template = _load_template(Environment._load_template)
    Macro._invoke = _invoke(Macro._invoke)


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


def _invoke(invoke: Callable) -> Callable:
    """Return a caller of macros that keeps the theme's words and the links of the menu.

    The words come from a dictionary of a hundred entries that is made anew for each word of each
    page; the links are those to all questions of a day, again on each of their pages.
    """
    words: dict[tuple, str] = {}

    def invoke_once(self, arguments, autoescape):
        code = self._func.__code__
        if code.co_filename.endswith("/partials/nav.html"):
            section, base_url = arguments
            kept = section.__dict__.setdefault("_links", {})  # goes when the menu does
            if base_url not in kept:
                kept[base_url] = invoke(self, arguments, autoescape)
            return kept[base_url]
        if "/partials/language" not in code.co_filename:
            return invoke(self, arguments, autoescape)
        key = (code, autoescape, *arguments)
        if key not in words:
            words[key] = invoke(self, arguments, autoescape)
        return words[key]

    return invoke_once
