"""A small site of another subject, which builds in a third of the time of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workshop_notes.authoring.site import TEMPLATE
from workshop_notes.content.project import Project

FILES = {
    "mkdocs.yml": """\
nav:
  - Home: index.md
  - Dough: [dough/index.md, dough/how-warm.md, dough/how-long.md, dough/lukewarm.md]
  - Later: [later/index.md, later/freezing.md]
  - Recipes: [recipes/index.md, recipes/rye.md]
  - What was checked: status.md
""",
    "settings": """\
  - workshop-notes:
      slug: bread
      origin: the course
      follow_ups: later
      appendix: recipes
      statuses: {holds: As it was said, wrong: Said otherwise at the course}
      sections: {wrong: [What was said]}
      code_titles: [Oven]
      contradiction: Bakers disagree
      search_hint: Yeast, rye …
      contents: By step
      private: {'cellar [0-9]+': write no number}
""",
    "search.yml": "faint: bread\nneighbours: pizza cake\n",
    "sources.yml": """\
dead:
  - {pattern: "^https://old\\\\.example\\\\.org/", why: it closed, instead: cite the new one}
sources:
  - key: guide
    url: https://example.org/guide
    title: A guide to dough
    expects: [26 degrees]
    replaces:
      - {url: "http://example.org/first", outcome: It was taken down.}
    evidence: {kind: copy, date: 2026-11-23, copy: a print of it}
  - key: thread
    url: https://example.org/thread
    title: A thread on freezing
    evidence: {kind: none}
""",
    "docs/index.md": """\
---
description: Questions on dough that bakers asked at a course, each with its answer.
template: home.html
hide: [navigation, toc]
---
# Bread questions

<!-- search -->

## Every question

<!-- questions -->
""",
    "docs/dough/index.md": """\
---
description: Questions on dough, on the time that it takes and on how warm it wants to be.
---
# Dough: warmth and time

<!-- questions -->
""",
    "docs/dough/how-warm.md": """\
---
description: Twenty-six degrees suit most wheat doughs; a warmer one rises faster than you like.
status: holds
reviewed: 2026-11-23
tags: [Warmth]
aliases: [temperature]
---
# How warm should the dough be?

**About 26 degrees**, says [the guide](https://example.org/guide). Bakers disagree on
rye, which some of them want warmer.

<!-- badge: how-warm/bake -->

```python title="Oven"
--8<-- "how-warm/bake.py"
```
""",
    "examples/how-warm/example.yml": "runs:\n  - {name: bake, badge: checked, versions: [oven]}\n",
    "examples/how-warm/bake.py": "bake(degrees=26)\n",
    "examples/how-warm/bake.badge.json": """\
{"badge": "checked", "versions": {"oven": "2.0"}, "stands_in": [], "date": "2026-11-23"}
""",
    "docs/dough/how-long.md": """\
---
description: As long as it takes to double, which the clock does not know and your finger does.
status: wrong
reviewed: 2026-11-22
tags: [Time]
aliases: [proofing]
---
# How long must it rise?

**Until it has doubled.** Then it goes into the oven.

## What was said

One hour.
""",
    "docs/dough/lukewarm.md": """\
---
description: نعم، فالماء الفاتر يكفي لمعظم العجين، والماء الساخن يقتل الخميرة قبل أن تعمل.
status: holds
reviewed: 2026-11-22
tags: [Warmth]
aliases: [الماء الفاتر]
---
# هل يكفي الماء الفاتر؟

**نعم**، يكفي مع `yeast()`، كما في [السؤال الأول](how-warm.md).

- لا تسخن الماء
- انتظر قليلا

```bash title="Oven, not run yet"
warm --water
```

See the oven.
""",
    "docs/later/index.md": """\
---
description: Questions that came up after the course, each with the place where it was asked.
---
# Asked later

<!-- questions -->
""",
    "docs/later/freezing.md": """\
---
description: A loaf keeps in the freezer for three months, where it was cut before it went in.
status: draft
follows: dough/how-long.md
asked: [https://example.org/thread]
---
# Can a loaf be frozen?

**Yes, for three months.** Cut it first.
""",
    "docs/recipes/index.md": """\
---
description: Recipes that answer no question, and are printed after everything else.
---
# Recipes
""",
    "docs/recipes/rye.md": """\
---
description: One recipe for a rye loaf, with what goes into it and for how long it bakes.
---
# A rye loaf

Flour, water, salt.
""",
}


def write(root: Path) -> Project:
    """Write the site, with the configuration that a new site begins with."""
    theme = (TEMPLATE / "mkdocs.yml").read_text(encoding="utf-8")
    before, _, rest = theme.replace("{{ name | json }}", "Bread questions").partition("nav:\n")
    rest = rest[rest.index("\ntheme:") :]
    rest = re.sub(r"  - workshop-notes:\n(?:      .*\n)+", FILES["settings"], rest)
    for name, text in FILES.items():
        if name != "settings":
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
    (root / "mkdocs.yml").write_text(before + FILES["mkdocs.yml"] + rest, encoding="utf-8")
    (root / "docs" / "status.md").write_text(
        (TEMPLATE / "docs" / "status.md").read_text(encoding="utf-8")
        + "\n## Where bakers disagree\n\n<!-- status: contradictions -->\n"
        + "\n## The links of the course\n\n<!-- status: workshop -->\n",
        encoding="utf-8",
    )
    return Project(root)


@pytest.fixture
def small_site(tmp_path: Path) -> Project:
    """The site, not built yet, which a test may break."""
    return write(tmp_path)
