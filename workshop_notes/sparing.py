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
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.util import AtomicString
from pygments.formatters import HtmlFormatter

_STYLESHEET = ("ttype2class", "class2style")


def spare() -> None:
    """Change the libraries in this process; called once, before the first page."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    markdown.Markdown = _one_converter(markdown.Markdown)
    InlineTreeprocessor._InlineProcessor__handleInline = _handle_inline
    HtmlFormatter._create_stylesheet = _one_stylesheet(HtmlFormatter._create_stylesheet)
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


def _handle_inline(self, data: str, patternIndex: int = 0) -> str:
    """As Python-Markdown's, but a pattern that is not found costs its search alone."""
    if isinstance(data, AtomicString):
        return data
    patterns = self.__dict__.get("_in_order")
    if patterns is None:
        patterns = self._in_order = [
            (pattern, pattern.getCompiledRegExp().search)
            if isinstance(pattern, InlineProcessor)
            else (pattern, None)
            for pattern in self.inlinePatterns
        ]
    start = 0
    for pattern, search in patterns[patternIndex:]:
        if search is None or search(data, start):
            matched = True
            while matched:
                data, matched, start = self._InlineProcessor__applyPattern(
                    pattern, data, patternIndex, start
                )
        start = 0
        patternIndex += 1
    return data


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
