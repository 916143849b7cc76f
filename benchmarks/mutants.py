"""How many small changes to the code the tests notice: mutants of a room of the site.

Cosmic Ray says where code can be changed, and changes it. A sample of these places is tried in a
copy of the project, each with the quick tests that reached its line, as coverage saw it. What
survives is shown: either nothing depends on it, or a test is missing.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import queue
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from tests import PATIENCE
from tests.defects import Copy, Defect, Outcome, written
from tests.site import ROOT

SEED = 20261130
TOOLS = ("cosmic-ray==8.7.0", "coverage==7.17.5")
OURS = "tests/workshop_notes"
ROOMS = {
    "content": (
        *(f"{OURS}/{name}" for name in ("content", "checks", "test_other_site.py")),
        "tests/test_faults.py",
    ),
    "checks": (
        *(f"{OURS}/{name}" for name in ("checks", "examples/test_examples.py", "notebooks")),
        "tests/test_link_cases.py",
    ),
    "links": (f"{OURS}/links", "tests/test_link_cases.py"),
}
"""Whose tests are asked about a room: its own, and those that reach it through others."""
COMMAND = f"{OURS}/links/test_command.py"
"""Tests that run the checker in a process of its own, where coverage sees nothing."""
SLOW = {"shared", "playwright", "preloaded"}
"""Fixtures of the tests that build the whole site, start a browser, or run an example."""
FORMAT = "test_the_code_is_formatted_and_linted"
"""It would find how a mutant is written, not what it does."""
PYTEST = ("-m", "pytest", "-n0", "-q", "-x", "-p", "no:cacheprovider", "-p", "benchmarks.mutants")

Place = tuple[int, int]
"""Line, from 1, and column, from 0."""


def pytest_collection_modifyitems(items: list) -> None:
    """Leave out the tests that are slow, where pytest loads this file as a plugin."""
    items[:] = [
        each for each in items if not SLOW & {*each.fixturenames} and each.originalname != FORMAT
    ]


@dataclass(frozen=True)
class Mutant:
    """One change of the code.

    Attributes:
        name: the file, below the project.
        line: the line, from 1.
        operator: what was done, in Cosmic Ray's words.
        code: the whole file, changed.
    """

    name: str
    line: int
    operator: str
    code: str

    def shown(self) -> str:
        """Return the lines before and after."""
        before = (ROOT / self.name).read_text(encoding="utf-8").splitlines()
        lines = difflib.unified_diff(before, self.code.splitlines(), lineterm="", n=0)
        changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        return "\n".join(f"        {line}" for line in changed)


def install(folder: Path) -> None:
    """Install the tools beside the project's packages, which come before them."""
    done = folder / " ".join(TOOLS)
    if not done.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
        subprocess.run([*command, "--upgrade", *TOOLS], check=True)
        done.touch()
    sys.path.append(str(folder))


def unread(code: str) -> list[tuple[Place, Place]]:
    """Return where annotations stand, which nothing reads at run time."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.arg, ast.AnnAssign)):
            found.append(node.annotation)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(node.returns)
    return [
        ((each.lineno, each.col_offset), (each.end_lineno or 0, each.end_col_offset or 0))
        for each in found
        if each
    ]


def places(code: str) -> dict[Place, list[tuple[str, int]]]:
    """Return where a module can be changed, and by which occurrences of which operators."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    nodes, left_out = list(ast_nodes(get_ast(code))), unread(code)
    found: defaultdict[Place, list[tuple[str, int]]] = defaultdict(list)
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or name == "core/NoOp":
            continue
        positions = (each for node in nodes for each in operator().mutation_positions(node))
        for occurrence, (start, _) in enumerate(positions):
            if not any(begin <= start < end for begin, end in left_out):
                found[start].append((name, occurrence))
    return found


def sample(room: str, count: int, seed: int) -> list[Mutant]:
    """Draw some places of a room, and of each one change."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    draw, found = random.Random(f"{seed} {room}"), []
    for path in sorted((ROOT / "src" / "workshop_notes" / room).glob("*.py")):
        code = path.read_text(encoding="utf-8")
        found += [(path, code, place, ways) for place, ways in sorted(places(code).items())]
    mutants = []
    for path, code, (line, _), ways in draw.sample(found, min(count, len(found))):
        operator, occurrence = draw.choice(sorted(ways))
        changed = mutate_code(code, get_operator(operator)(), occurrence)
        assert changed
        name = path.relative_to(ROOT).as_posix()
        mutants.append(Mutant(name, line, operator.removeprefix("core/"), changed))
    return mutants


def reached(room: str, copy: Copy, tools: Path) -> dict[str, dict[str, list[str]]]:
    """Run the quick tests of a room once, and return which of them came to each line of each file.

    Raises:
        RuntimeError: they fail as it is.
    """
    settings, data, report = (tools / f"{room}.{name}" for name in ("rc", "data", "json"))
    settings.write_text(
        f"[run]\ndata_file = {data}\ndynamic_context = test_function\n"
        "source_pkgs = workshop_notes\nrelative_files = true\n",
        encoding="utf-8",
    )

    def covered(*words: str) -> Outcome:
        begin = f"import runpy, sys; sys.path.append({str(tools)!r}); sys.argv = {list(words)!r}"
        script = f"{begin}; runpy.run_module('coverage', run_name='__main__', alter_sys=True)"
        return copy.try_one(Defect("", lambda root: None, ("-c", script), ()))

    told = f"--rcfile={settings}"
    for words in (
        ("run", told, *PYTEST, *ROOMS[room]),
        ("json", told, "--show-contexts", f"-o{report}"),
    ):
        if (done := covered("coverage", *words)).failed or done.hung:
            raise RuntimeError(done.said)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return {name: each["contexts"] for name, each in files.items()}


def tests_of(mutant: Mutant, contexts: dict[str, dict[str, list[str]]]) -> list[str]:
    """Return the tests that came to a line, or to its file where only an import came to the line.

    Those of the mutant's own room stand first, those that run the checker as a command last.
    """
    lines, room = contexts.get(mutant.name, {}), Path(mutant.name).parent.name
    found = set(lines.get(str(mutant.line), ())) - {""} or {
        each for names in lines.values() for each in names if each
    }
    if not found:  # nothing but definitions stands in the file
        return list(ROOMS[room])
    split = (each.rpartition(".") for each in found)
    tests = {f"{module.replace('.', '/')}.py::{function}" for module, _, function in split}
    in_order = sorted(tests, key=lambda name: (not name.startswith(f"{OURS}/{room}/"), name))
    return in_order + [COMMAND] * (room != "checks")


def main() -> int:
    """Try the mutants; print what became of each, and a row for each room."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", nargs="+", default=list(ROOMS), choices=ROOMS)
    parser.add_argument("--count", type=int, default=20, help="mutants of each room")
    parser.add_argument("--seed", type=int, default=SEED, help="another draws other mutants")
    parser.add_argument("--only", nargs="+", default=[""], help="those at FILE:LINE ...")
    parser.add_argument("--seconds", type=int, default=PATIENCE, help="after which one hangs")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    tools = ROOT / "build" / "mutants"
    install(tools)
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        copies: queue.Queue[Copy] = queue.Queue()
        for number in range(options.workers):
            copies.put(Copy(Path(place, str(number)), seconds=options.seconds))
        whole = Copy(Path(place, "whole"), seconds=10 * PATIENCE)

        def try_one(mutant: Mutant, contexts: dict) -> tuple[Mutant, int, Outcome]:
            tests = tests_of(mutant, contexts)
            defect = Defect("", written(mutant.name, mutant.code), (*PYTEST, *tests), ())
            copy = copies.get()
            try:
                return mutant, len(tests), copy.try_one(defect)
            finally:
                copies.put(copy)

        rows = []
        for room in options.rooms:
            contexts = reached(room, whole, tools)
            drawn = sample(room, options.count, options.seed)
            tried = [
                each
                for each in drawn
                if any(f"{each.name}:{each.line}".endswith(only) for only in options.only)
            ]
            words: Counter[str] = Counter()
            with ThreadPoolExecutor(options.workers) as pool:
                for mutant, tests, outcome in pool.map(try_one, tried, repeat(contexts)):
                    word = "hung" if outcome.hung else "killed" if outcome.failed else "SURVIVED"
                    words[word] += 1
                    where = f"{mutant.name}:{mutant.line} {mutant.operator}"
                    print(f"{word} {outcome.seconds:.1f} s {where}, {tests} tests")
                    print(mutant.shown())
                    print(
                        *re.findall(r"^(?:FAILED|ERROR|E  ) .*", outcome.said, re.M)[:3], sep="\n"
                    )
                    sys.stdout.flush()
            rows.append((room, len(tried), words["killed"], words["hung"], words["SURVIVED"]))
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
