"""Make a project of any number of questions, to measure growth with: `python -m benchmarks.corpus`.

The pages have the form of ours (front matter, headings, a table, a list, code, links between
questions, sources, one drawing) and differ in their words, whose frequencies follow Zipf's law as
in real text; one word in 25 is an identifier that stands on few pages. The same number and seed
give the same bytes.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import shutil
from pathlib import Path

from workshop_notes.content.project import Project

ROOT = Path(__file__).resolve().parent.parent

WORDS = """
    the of to and a in is for that on with as it by are this from at or be an job model data you
    training instance role bucket script container image endpoint version file input output step
    state pipeline request limit region account name key value error log metric batch transform
    notebook processing service page time default set list call run use make take give start stop
    wait send read write change keep move copy find show test build deploy serve train tune score
    split merge join sort filter encode scale impute sample shuffle cache retry throttle schedule
    trigger policy permission network subnet volume memory disk core cluster worker queue topic
    table column row cell schema type number text date category label target feature vector matrix
    weight loss gradient epoch round tree depth rate seed fold accuracy recall precision threshold
    small large fast slow new old first last same other each every single private public local
    remote manual automatic optional required missing empty broken stale daily weekly nightly
    because when before after until without between inside outside only also still already never
    often usually together again instead twice once more less most least enough long short
""".split()
VERBS = "schedule stop split tune deploy version encrypt share resume debug batch monitor".split()
THINGS = (
    "a training job|an endpoint|a processing job|a batch transform|a pipeline step|a notebook|"
    "a model package|a feature group|a tuning job|an inference container|a custom image|a role"
).split("|")
PARTS = (
    "in another account|from a Lambda function|with large files|without internet|per customer|"
    "on spot capacity|behind a proxy|for several models|after a failure|inside a VPC"
).split("|")
SYLLABLES = "ba co di fu ga ho ki lu mo ne pa qui ro su te vi wo xa yo zu".split()
LETTERS = str.maketrans("0123456789", "abcdefghij")
"""Letters for digits: the search mends typing errors of words, and never of numbers."""


def make(root: Path, count: int, seed: int = 0) -> Project:
    """Write a project of generated questions.

    Args:
        root: the folder to write into, which must not exist.
        count: how many questions; they are spread over about the square root of it of days.
        seed: another seed gives other words.

    Returns:
        The project.
    """
    root.mkdir(parents=True)
    shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
    for name in ("step-train.svg", "step-train.dark.svg"):
        (root / "docs" / "img").mkdir(exist_ok=True)
        shutil.copy(ROOT / "docs" / "img" / name, root / "docs" / "img" / name)
    shutil.copy(ROOT / "search.yml", root / "search.yml")
    (root / "examples").mkdir()
    days = max(3, math.isqrt(count))
    names = [f"day-{number % days + 1}/question-{number + 1}" for number in range(count)]
    titles = _titles()
    for number, name in enumerate(names):
        near = names[number - days] if number >= days else names[0]
        page = _Page(random.Random(f"{seed} {number}"), number + 1, next(titles), near)
        path = root / "docs" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(page.text(), encoding="utf-8")
    nav = ["  - Home: index.md"]
    for day in range(1, min(days, count) + 1):
        nav += [f"  - Day {day}:", f"      - day-{day}/index.md"]
        nav += [f"      - {name}.md" for name in names[day - 1 :: days]]
        (root / "docs" / f"day-{day}" / "index.md").write_text(
            f"---\ndescription: The questions of day {day} of a workshop that was made up to "
            f"measure with.\n---\n# Day {day}\n\nEvery question of this day.\n\n"
            "<!-- questions -->\n",
            encoding="utf-8",
        )
    nav.append("  - What was checked: status.md")
    (root / "docs" / "index.md").write_text(_HOME, encoding="utf-8")
    (root / "docs" / "status.md").write_text(_STATUS, encoding="utf-8")
    sources = _SOURCES if count > 9 else _SOURCES[: 4 * count]  # an unused one is a mistake
    (root / "sources.yml").write_text("sources:\n" + "".join(sources), encoding="utf-8")
    _write_config(root, nav)
    return Project(root)


_HOME = """\
---
description: A home page above generated questions, which were made up to measure the site with.
template: home.html
hide: [navigation, toc]
---
# Generated questions

<!-- search -->

## Every question

<!-- questions -->
"""

_STATUS = """\
---
description: What would be told here of the sources, if the questions had not been made up.
---
# What was checked

Nothing: the questions were made up to measure with.
"""

_SOURCES = [
    f"""\
  - key: source-{number}
    url: https://docs.example.org/guide/page-{number}.html
    title: Page {number} of a guide that was made up
    expects: [words]
    evidence:
      kind: copy
      date: 2026-11-23
      copy: a copy that was made up
"""
    for number in range(1, 41)
]


def _write_config(root: Path, nav: list[str]) -> None:
    """Write the project's own configuration with another menu."""
    before, _, rest = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")
    after = rest[rest.index("\ntheme:\n") :]
    (root / "mkdocs.yml").write_text("\n".join([before, "nav:", *nav]) + "\n" + after)


def _titles():
    """Yield titles, each once."""
    for turn in itertools.count(1):
        for verb, thing, part in itertools.product(VERBS, THINGS, PARTS):
            again = f", case {turn}" if turn > 1 else ""
            yield f"How do you {verb} {thing} {part}{again}?"


class _Page:
    """One generated question.

    Args:
        chance: what its words are drawn by.
        number: its number, from 1.
        title: its title.
        near: another question, which it links to.
    """

    def __init__(self, chance: random.Random, number: int, title: str, near: str) -> None:
        self.chance, self.number, self.title, self.near = chance, number, title, near
        self.identifiers = [self._identifier() for _ in range(6)]
        weights = [1 / (rank + 8) for rank in range(len(WORDS))]  # Zipf's law after Mandelbrot
        self._words = iter(chance.choices(WORDS, weights, k=3000))

    def text(self) -> str:
        """Return the page as a person would have written it."""
        sources = [(4 * (self.number - 1) + place) % 40 + 1 for place in range(4)]
        first, second, third, fourth = (
            f"[the guide](https://docs.example.org/guide/page-{source}.html)" for source in sources
        )
        up = "../" + self.near
        rows = "\n".join(f"| {self._some(4)} | {self._some(9)} |" for _ in range(4))
        items = "\n".join(f"- {self._sentence()} See {third}." for _ in range(3))
        code = "\n".join(
            f'{name} = client.describe(Name="{self._some(1)}-{self.number}")'
            for name in self.identifiers[:4]
        )
        alias = f"{self.identifiers[0].lower()}{self.number}".translate(LETTERS)
        return f"""\
---
description: {self._sentence(14)[:-1]}, as of today, for case {self.number}.
status: {self.chance.choice(["current", "changed", "closed"])}
reviewed: 2026-11-23
tags: [Training, Processing]
aliases: [alias{self.number}, {alias}]
---
# {self.title}

**{self._sentence(9)}** {self._paragraph(2)}

## Choose

| You have | Use |
| --- | --- |
{rows}

{self._paragraph(4)} It is in {first}.

## What to do

{self._paragraph(5)}

```python title="boto3 · not run yet"
import boto3

client = boto3.client("sagemaker")
{code}
```

{self._paragraph(3)} Another question is [near]({up}.md).

![State machine: generate data, train, save the model, run a batch transform](../img/step-train.svg)

## What to know

{items}

{self._paragraph(4)} {second} and {fourth} say so.

## What changed since the workshop

{self._paragraph(3)}
"""

    def _identifier(self) -> str:
        parts = ["".join(self.chance.choices(SYLLABLES, k=2)).capitalize() for _ in range(2)]
        return "".join(parts) + self.chance.choice(["Job", "Arn", "Name", "Config", "Uri"])

    def _some(self, count: int) -> str:
        return " ".join(itertools.islice(self._words, count))

    def _sentence(self, count: int = 0) -> str:
        words = [next(self._words) for _ in range(count or self.chance.randint(8, 18))]
        if not count:
            words[self.chance.randrange(len(words))] = f"`{self.chance.choice(self.identifiers)}`"
        line = " ".join(words)
        return f"{line[0].upper()}{line[1:]}."

    def _paragraph(self, sentences: int) -> str:
        return " ".join(self._sentence() for _ in range(sentences))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    make(options.root, options.count)
