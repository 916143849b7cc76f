"""Spare the engine what it does anew for each page and each piece of text, with the same result.

Measured on 1,000 pages: MkDocs makes a Markdown converter for each page, Pygments a stylesheet
for each block of code, Python-Markdown tries twenty inline patterns on each piece of text with
more work around the search than in it, and Python looks for garbage among what stays. A test
builds with and without this module and compares every byte; without it, the site only takes
longer.
"""

from __future__ import annotations

import functools
import gc

import markdown
import pymdownx.highlight
from pygments.formatters import HtmlFormatter

from workshop_notes.sparing import blocks, inline, lexing, links, templates

_STYLESHEET = ("ttype2class", "class2style")


def spare() -> None:
    """Change the libraries in this process; called once, before the first page."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    markdown.Markdown = _one_converter(markdown.Markdown)
    HtmlFormatter._create_stylesheet = _one_stylesheet(HtmlFormatter._create_stylesheet)
    for part in (blocks, inline, lexing, links, templates):
        part.spare()
    pymdownx.highlight.get_lexer_by_name = functools.cache(pymdownx.highlight.get_lexer_by_name)


def _one_converter(make):
    """Return a maker that gives the same converter, reset, for the same configuration."""
    made: list[tuple] = []

    def converter(*arguments, **named):
        # MkDocs names these two for pages; it makes others to check its configuration.
        if arguments or named.keys() != {"extensions", "extension_configs"}:
            return make(*arguments, **named)
        for extensions, configs, found in made:
            if extensions is named["extensions"] and configs is named["extension_configs"]:
                return found.reset()
        found = make(**named)
        made[:] = [(named["extensions"], named["extension_configs"], found)]
        return found

    return converter


def _one_stylesheet(create):
    """Return a maker of a formatter's stylesheet that makes one for each style and prefix."""
    made: dict[tuple, tuple] = {}

    def create_stylesheet(self):
        key = (self.style, self.classprefix)
        if key not in made:
            create(self)
            made[key] = tuple(getattr(self, name) for name in _STYLESHEET)
        for name, value in zip(_STYLESHEET, made[key], strict=True):
            setattr(self, name, value)

    return create_stylesheet
