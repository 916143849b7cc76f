"""Spare Python-Markdown work on the text inside a line: most of it holds no markup, or little."""

from __future__ import annotations

import re

from markdown import inlinepatterns
from markdown.inlinepatterns import BacktickInlineProcessor, InlineProcessor, LinkInlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import UnescapeTreeprocessor
from markdown.util import STX, AtomicString

_SIGNS = {
    inlinepatterns.BACKTICK_RE: "`",
    inlinepatterns.ESCAPE_RE: "\\",
    inlinepatterns.LINK_RE: "[",
    inlinepatterns.IMAGE_LINK_RE: "![",
    inlinepatterns.AUTOLINK_RE: "://",
    inlinepatterns.AUTOMAIL_RE: "@",
    inlinepatterns.LINE_BREAK_RE: "  \n",
    inlinepatterns.HTML_RE: "<",
    inlinepatterns.ENTITY_RE: "&",
}
"""What a text has to hold for a pattern to be found in it: to look for it takes a tenth."""

_TICKS = re.compile("`+")


def spare() -> None:
    """Change the library in this process."""
    InlineTreeprocessor._InlineProcessor__handleInline = _handle_inline
    BacktickInlineProcessor.find_code_spans = find_code_spans
    LinkInlineProcessor.getText = _get_text(LinkInlineProcessor.getText)
    LinkInlineProcessor.getLink = _get_link(LinkInlineProcessor.getLink)
    UnescapeTreeprocessor.unescape = _unescape(UnescapeTreeprocessor.unescape)


def _handle_inline(self, data: str, patternIndex: int = 0) -> str:
    """As Python-Markdown's, but a pattern that is not found costs its search alone."""
    if isinstance(data, AtomicString):
        return data
    patterns = self.__dict__.get("_in_order")
    if patterns is None:
        patterns = self._in_order = [
            (_SIGNS.get(pattern.pattern, ""), place, pattern, _search(pattern))
            for place, pattern in enumerate(self.inlinePatterns)
        ]
    # What was found leaves the text, so no sign comes into it on the way.
    for _, place, pattern, search in [each for each in patterns if each[0] in data]:
        if place >= patternIndex and (search is None or search(data)):
            matched, start = True, 0
            while matched:
                data, matched, start = self._InlineProcessor__applyPattern(
                    pattern, data, place, start
                )
    return data


def _search(pattern):
    return pattern.getCompiledRegExp().search if isinstance(pattern, InlineProcessor) else None


def find_code_spans(self, start: int, text: str) -> tuple[int, int | None]:
    """Find where code ends, from backticks to backticks instead of from sign to sign.

    Args:
        self: the processor, whose method of this name it takes the place of.
        start: where the code's first backtick is.
        text: the text with the code.

    Returns:
        Where the code begins and ends, without its backticks; no end where there is no code.
    """
    opened = _TICKS.match(text, start)
    count = opened.end() - start if opened else 0
    start += count
    longest, end = 0, 0
    for run in _TICKS.finditer(text, start):
        length = run.end() - run.start()
        if length == count:
            return start, run.start()
        if length > longest:
            longest, end = length, run.end()
    if 0 < longest < count:
        return start - (count - longest), end - longest
    return start + count, None


def _get_text(by_signs):
    """Return a reader of the text in brackets that takes it at once where no bracket is in it."""

    def get_text(self, data: str, index: int) -> tuple[str, int, bool]:
        end = data.find("]", index)
        if end < 0 or data.find("[", index, end) >= 0:
            return by_signs(self, data, index)
        return data[index:end], end + 1, True

    return get_text


def _get_link(by_signs):
    """Return a reader of an address in brackets that takes a plain one at once."""
    plain = re.compile(r"\(\s*([^\s()<>'\"][^()'\"]*)\)")

    def get_link(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        found = plain.match(data, index)
        if not found:
            return by_signs(self, data, index)
        return self.unescape(found[1]).strip(), None, found.end(), True

    return get_link


def _unescape(by_pattern):
    """Return a replacer of marked signs that looks for a mark first."""
    return lambda self, text: by_pattern(self, text) if STX in text else text
