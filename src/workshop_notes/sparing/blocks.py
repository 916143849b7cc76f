"""Spare Python-Markdown and its extensions work on blocks and pages that give no cause for it.

Each block is held to a dozen patterns, most of which ask for a sign that the block does not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from markdown import Markdown, blockprocessors
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.tables import TableProcessor
from markdown.extensions.toc import TocTreeprocessor
from pymdownx.snippets import SnippetPreprocessor

_SIGNS = {
    blockprocessors.BlockQuoteProcessor: ">",
    blockprocessors.HashHeaderProcessor: "#",
    blockprocessors.SetextHeaderProcessor: "\n",
    TableProcessor: "|",
}
"""What a block has to hold to be a quotation, a heading or a table."""


def spare() -> None:
    """Change the libraries in this process."""
    for processor, sign in _SIGNS.items():
        processor.test = _test(processor.test, sign)
    AdmonitionProcessor.test = _test_admonition(AdmonitionProcessor.test)
    references = blockprocessors.ReferenceProcessor
    references.run = _run_reference(references.run)
    Markdown.is_block_level = _is_block_level(Markdown.is_block_level)
    TocTreeprocessor.build_toc_div = _build_toc_div(TocTreeprocessor.build_toc_div)
    TocTreeprocessor.replace_marker = _replace_marker(TocTreeprocessor.replace_marker)
    SnippetPreprocessor.parse_snippets = _parse_snippets(SnippetPreprocessor.parse_snippets)


def _test(test: Callable, sign: str) -> Callable:
    """Return a test of a block that looks for a sign first."""
    return lambda self, parent, block: sign in block and test(self, parent, block)


def _test_admonition(test: Callable) -> Callable:
    """Return a test that looks for the marks of an admonition, or for one that goes on."""

    def test_admonition(self, parent: ElementTree.Element, block: str) -> bool:
        if "!!!" in block:
            return test(self, parent, block)
        return self.parse_content(parent, block)[0] is not None

    return test_admonition


def _run_reference(run: Callable) -> Callable:
    """Return a reader of link definitions that leaves a block without one alone."""
    return lambda self, parent, blocks: "]:" in blocks[0] and run(self, parent, blocks)


def _is_block_level(ask: Callable) -> Callable:
    """Return a test for block elements that goes through the list of them once for each name."""

    def is_block_level(self, tag) -> bool:
        known = self.__dict__.setdefault("_block_levels", {})
        if tag not in known:
            known[tag] = ask(self, tag)
        return known[tag]

    return is_block_level


def _wants_contents(self) -> bool:
    """Tell whether a page asks for its contents in its text; the theme makes those at its side."""
    return bool(self.marker) and any(self.marker in line for line in self.md.lines)


def _build_toc_div(build: Callable) -> Callable:
    """Return a maker of the contents for pages that ask for them."""

    def build_toc_div(self, toc_list: list) -> ElementTree.Element:
        return build(self, toc_list) if _wants_contents(self) else ElementTree.Element("div")

    return build_toc_div


def _replace_marker(replace: Callable) -> Callable:
    """Return a search for the place of the contents on pages that ask for them."""

    def replace_marker(self, root: ElementTree.Element, element: ElementTree.Element) -> None:
        if _wants_contents(self):
            replace(self, root, element)

    return replace_marker


def _parse_snippets(parse: Callable) -> Callable:
    """Return a reader of includes that asks first whether there is one: its patterns are slow."""

    def parse_snippets(self, lines, *arguments, **named):
        if any("-8<-" in line for line in lines):
            return parse(self, lines, *arguments, **named)
        return list(lines)

    return parse_snippets
