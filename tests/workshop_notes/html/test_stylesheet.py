"""The one stylesheet keeps every rule that can match, and only those."""

from __future__ import annotations

from pathlib import Path

import material
import pytest

from tests.site import html_pages
from workshop_notes.html.stylesheet import kept_rules

THEME = Path(next(iter(material.__path__))) / "templates" / "assets" / "stylesheets"


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        (".a{x:y}.b{x:y}", ".a{x:y}"),
        (".a,.b{x:y}", ".a{x:y}"),
        (".a.b,.b .a{x:y}", ""),
        ("p,[class~=b]{x:y}", "p,[class~=b]{x:y}"),
        (".a:not(.b){x:y}", ".a:not(.b){x:y}"),
        (".a:is(.b,.c):hover{x:y}", ".a:is(.b,.c):hover{x:y}"),
        ("@media print{.b{x:y}}", ""),
        ("@media print{.a{x:y}.b{x:y}}", "@media print{.a{x:y}}"),
        ("@keyframes b{0%{x:y}to{x:z}}", "@keyframes b{0%{x:y}to{x:z}}"),
        ('@charset "UTF-8";.a{x:y}', '@charset "UTF-8";.a{x:y}'),
        (".a{x:url(\"data:<svg d='}'>\")}", ".a{x:url(\"data:<svg d='}'>\")}"),
        (".b{x:'}'}.a{x:y}", ".a{x:y}"),
        ("/* .a{} */.a{x:y}", ".a{x:y}"),
    ],
)
def test_rules(sheet, kept):
    assert "".join(kept_rules(sheet, {"a"})) == kept


def test_the_pages_load_one_stylesheet(site):
    assert not list(site.glob("assets/stylesheets/*"))
    for path in html_pages(site):
        assert path.read_text(encoding="utf-8").count('rel="stylesheet"') == 1, path


RULES = """
  function list(rules, around = "") {
    return [...rules].flatMap(rule => {
      if (rule.selectorText === undefined) {
        const inside = rule.cssRules && !(rule instanceof CSSKeyframesRule)
        return inside ? list(rule.cssRules, around + rule.conditionText) : []
      }
      return split(rule.selectorText).map(selector => [around, selector, rule.style.cssText])
    })
  }
  // At the commas that stand outside of brackets, as the browser wrote them.
  function split(text) {
    let depth = 0, parts = [""]
    for (const sign of text) {
      depth += ("([".includes(sign)) - (")]".includes(sign))
      if (sign == "," && !depth) parts.push("")
      else parts[parts.length - 1] += sign
    }
    return parts.map(part => part.trim())
  }
  function matches([, selector]) {
    try {
      // A part such as ::before, or a state such as :hover, is not there to be found.
      const bare = selector.replace(/::?(before|after|placeholder|-webkit-[\\w-]+)/g, "")
      return document.querySelector(bare.replace(/:(hover|focus|focus-within|active)/g, "") || "*")
    } catch { return false }
  }
"""


@pytest.mark.parametrize("name", ["", "day-1/schedule-jobs/", "day-3/", "status/", "404.html"])
def test_every_rule_that_matches_an_element_is_kept(page, address, name):
    """The browser itself says which of the theme's rules match: none of them may be missing."""
    page.goto(address + name, wait_until="networkidle")
    kept = page.evaluate(f"() => {{ {RULES} return list(document.styleSheets[0].cssRules) }}")
    wanted = []
    for path in sorted(THEME.glob("*.css")):
        wanted += page.evaluate(
            f"""text => {{ {RULES}
              const sheet = new CSSStyleSheet()
              sheet.replaceSync(text)
              return list(sheet.cssRules).filter(matches)
            }}""",
            path.read_text(encoding="utf-8"),
        )
    assert len(wanted) > 100
    known = {tuple(rule) for rule in kept}
    assert [rule for rule in wanted if tuple(rule) not in known] == []
