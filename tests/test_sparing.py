"""What is spared gives the same result; `test_build` compares whole sites."""

from __future__ import annotations

import pytest
from markdown.inlinepatterns import BACKTICK_RE, BacktickInlineProcessor
from pygments.lexer import RegexLexer
from pygments.lexers import get_lexer_by_name

from tests.site import ROOT
from workshop_notes.sparing import inline, lexing

LANGUAGES = [
    "python",
    "bash",
    "json",
    "yaml",
    "html",
    "css",
    "javascript",
    "docker",
    "ini",
    "toml",
    "sql",
    "console",
    "http",
    "java",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_has_the_same_tokens(language, monkeypatch):
    files = [*ROOT.glob("src/workshop_notes/sparing/*.py"), *ROOT.glob("docs/day-3/*.md")]
    files += [*ROOT.glob("examples/**/*.json"), *ROOT.glob("docs/assets/*"), ROOT / "mkdocs.yml"]
    texts = [path.read_text(encoding="utf-8") for path in files]
    lexer = get_lexer_by_name(language)
    plain = [list(lexer.get_tokens_unprocessed(text)) for text in texts]
    monkeypatch.setattr(RegexLexer, "get_tokens_unprocessed", lexing.tokens)
    for text, expected in zip(texts, plain, strict=True):
        assert list(lexer.get_tokens_unprocessed(text)) == expected


@pytest.mark.parametrize("text", ["`a`", "``a`b``", "``a`", "`a", "```a``b`", "`", "``", "` `` `"])
def test_code_within_a_line_ends_at_the_same_sign(text):
    processor = BacktickInlineProcessor(BACKTICK_RE)
    for start in range(len(text)):
        if text[start] == "`":
            expected = processor.find_code_spans(start, text)
            assert inline.find_code_spans(processor, start, text) == expected
