"""How many small changes to the code the tests notice: mutants of a room of the site.

Cosmic Ray says where code can be changed, and changes it. A sample of these places is tried in
copies of the project, each with the quick tests that reached its line, the shortest first. What
survives is shown: either nothing depends on it, or a test is missing.

A test run is a fork of this process, which has imported every library before: that takes seconds.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import contextlib
import difflib
import importlib
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from tests.defects import Copy
from tests.site import ROOT

SEED = 20261130
TOOLS = ("cosmic-ray==8.7.0", "coverage==7.17.5")
ROOMS = ("content", "checks", "links")
OURS = "tests/workshop_notes"
COMMAND = f"{OURS}/links/test_command.py"
"""Tests that run the checker in a process of its own, where coverage sees nothing."""
VALUES = "tests/test_contracts.py"
"""Tests of what an import alone decides, which reach no line."""
TESTS = (
    *(f"{OURS}/checks/test_bad_input.py", f"{OURS}/links", COMMAND, f"{OURS}/notebooks"),
    *(f"{OURS}/content", f"{OURS}/test_other_site.py", f"{OURS}/checks", "tests/test_faults.py"),
    *(f"{OURS}/examples/test_examples.py", "tests/test_link_cases.py", VALUES),
)
"""Whose tests are asked, in parts that run beside each other; what stands twice is of the first."""
SLOW = {"shared", "playwright", "preloaded"}
"""Fixtures of the tests that build the whole site, start a browser, or run an example."""
FORMAT = "test_the_code_is_formatted_and_linted"
"""It would find how a mutant is written, not what it does."""
PYTEST = ("-n0", "-q", "-x", "-p", "no:cacheprovider")
PACKAGES = {path.name for path in (ROOT / "src").iterdir()} | {"tests", "benchmarks", "tools"}
"""What a run imports from its copy, as it may be changed there."""

Place = tuple[int, int]
"""Line, from 1, and column, from 0."""


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


class Asked:
    """A plugin of pytest that keeps the quick tests, or those that are asked for in their order.

    Args:
        seconds: after which a test hangs; the process ends with the signal then.
        tests: the ids of the tests; all that are quick where there are none.
        coverage: notes what each test reaches, where it is wanted.
    """

    def __init__(self, seconds: int, tests: Sequence[str] = (), coverage: Any = None) -> None:
        self.seconds, self.coverage, self.took = seconds, coverage, {}
        self.places = {name: place for place, name in enumerate(tests)}
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.places:
            items[:] = [each for each in items if each.nodeid in self.places]
            items.sort(key=lambda each: self.places[each.nodeid])
        else:
            items[:] = [
                each
                for each in items
                if not SLOW & {*each.fixturenames} and each.originalname != FORMAT
            ]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        signal.alarm(self.seconds)
        if self.coverage:
            self.coverage.switch_context(item.nodeid)
        begun = time.perf_counter()
        result = yield
        self.took[item.nodeid] = time.perf_counter() - begun
        return result


class Trials(Copy):
    """A copy of the project in which tests run in forks of this process."""

    def __init__(self, folder: Path, seconds: int) -> None:
        super().__init__(folder)
        self.seconds = seconds
        self.outputs = folder.with_name(f"{folder.name}-outputs")

    def run(self, *task: Any) -> tuple[int, str]:
        """Run a task in a fork; return its exit code, or less the number of a signal, and output.

        Args:
            task: a method and its arguments.
        """
        shutil.rmtree(self.outputs, ignore_errors=True)
        (self.outputs / "tmp").mkdir(parents=True)
        fork = multiprocessing.get_context("fork").Process(target=self._inside, args=task)
        fork.start()
        fork.join()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(fork.pid, signal.SIGKILL)  # what a test has started
        self.clean()
        assert fork.exitcode is not None
        return fork.exitcode, (self.outputs / "said").read_text("utf-8", "replace")

    def _inside(self, task: Any, *values: Any) -> None:
        os.setsid()
        with (self.outputs / "said").open("wb") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        os.chdir(self.root)
        for name in [each for each in sys.modules if each.partition(".")[0] in PACKAGES]:
            del sys.modules[name]
        sys.path[:0] = self.places
        importlib.invalidate_caches()
        tempfile.tempdir = None
        os.environ |= self.environment | {"TMPDIR": str(self.outputs / "tmp")}
        sys.exit(int(task(*values)))

    def reach(self, part: str, outside: Sequence[str]) -> int:
        """Run the quick tests of a part; note what each reaches and takes, and the libraries."""
        from coverage import Coverage

        data = self.outputs / "coverage"
        coverage = Coverage(data, source=[str(self.root / "src" / "workshop_notes")])
        coverage.start()
        for room in ROOMS:  # or the first test that imports a module would seem to be its only one
            for path in (self.root / "src" / "workshop_notes" / room).glob("[!_]*.py"):
                importlib.import_module(f"workshop_notes.{room}.{path.stem}")
        asked = Asked(self.seconds, coverage=coverage)
        ignored = [f"--ignore={each}" for each in outside if each.startswith(f"{part}/")]
        code = pytest.main([*PYTEST, *ignored, part], [asked])
        coverage.stop()
        lines = {
            Path(name).relative_to(self.root).as_posix(): {
                line: [each for each in tests if each]
                for line, tests in coverage.get_data().contexts_by_lineno(name).items()
            }
            for name in coverage.get_data().measured_files()
        }
        libraries = [
            name
            for name, module in [*sys.modules.items()]
            if "site-packages" in str(getattr(module, "__file__", ""))
        ]
        found = {"lines": lines, "took": asked.took, "libraries": libraries}
        (self.outputs / "reached.json").write_text(json.dumps(found), encoding="utf-8")
        return code

    def attempt(self, tests: Sequence[str]) -> int:
        """Run these tests."""
        sys.dont_write_bytecode = True
        files = dict.fromkeys(each.partition("::")[0] for each in tests)
        return pytest.main([*PYTEST, *files], [Asked(self.seconds, tests)])


_trials: list[Trials] = []
"""The copy of this process, one of the workers."""


def begin(place: Path, seconds: int) -> None:
    """Make the copy of a worker, and compile it once for all its runs."""
    _trials.append(Trials(place / str(os.getpid()), seconds))
    for name in ("src", "tests"):
        compileall.compile_dir(_trials[0].root / name, quiet=2)


def reached(part: str, outside: Sequence[str]) -> dict[str, Any]:
    """Return what the quick tests of a part reach; see `Trials.reach`.

    Raises:
        RuntimeError: they fail as it is.
    """
    (trials,) = _trials
    code, said = trials.run(trials.reach, part, outside)
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(said)
    return json.loads((trials.outputs / "reached.json").read_text(encoding="utf-8"))


def tried(mutant: Mutant, tests: Sequence[str]) -> tuple[str, float, str]:
    """Return what became of a mutant, the seconds that it took, and what the tests said."""
    (trials,) = _trials
    begun = time.monotonic()
    (trials.root / mutant.name).write_text(mutant.code, encoding="utf-8")
    code, said = trials.run(trials.attempt, tests) if tests else (0, "")
    words = {0: "SURVIVED", int(pytest.ExitCode.NO_TESTS_COLLECTED): "SURVIVED"}
    word = words.get(code, "hung" if code == -signal.SIGALRM else "killed")
    return word, time.monotonic() - begun, said


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
    for path, code, (line, _), ways in draw.sample(found, len(found)):
        operator, occurrence = draw.choice(sorted(ways))
        changed = mutate_code(code, get_operator(operator)(), occurrence)
        assert changed
        with contextlib.suppress(SyntaxError):  # it takes the stars of an unpacking for operators
            ast.parse(changed)
            name = path.relative_to(ROOT).as_posix()
            mutants.append(Mutant(name, line, operator.removeprefix("core/"), changed))
        if len(mutants) == count:
            break
    return mutants


def tests_of(mutant: Mutant, lines: dict[str, dict[str, list[str]]], took: dict) -> list[str]:
    """Return the tests that came to a line; where an import did, those beside tests of its file.

    The shortest stand first, those that run the checker as a command last.
    """
    of_file = lines.get(mutant.name, {})
    found = set(of_file.get(str(mutant.line), ()))
    if not found:
        room = f"{OURS}/{Path(mutant.name).parent.name}/"
        beside = {each for names in of_file.values() for each in names}
        beside = beside or {each for each in took if each.startswith(room)}  # only definitions
        files = {each.partition("::")[0] for each in beside} | {VALUES}
        found = {each for each in took if each.partition("::")[0] in files}
    if "/links/" in mutant.name:
        found |= {each for each in took if each.startswith(COMMAND)}
    return sorted(found, key=lambda name: (name.startswith(COMMAND), took[name]))


def main() -> int:
    """Try the mutants; print what became of each, and a row for each room."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", nargs="+", default=list(ROOMS), choices=ROOMS)
    parser.add_argument("--count", type=int, default=20, help="mutants of each room")
    parser.add_argument("--seed", type=int, default=SEED, help="another draws other mutants")
    parser.add_argument("--only", nargs="+", default=[""], help="those at FILE:LINE ...")
    parser.add_argument("--seconds", type=int, default=120, help="after which a test hangs")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    install(ROOT / "build" / "mutants")
    drawn = {
        room: [
            each
            for each in sample(room, options.count, options.seed)
            if any(f"{each.name}:{each.line}".endswith(only) for only in options.only)
        ]
        for room in options.rooms
    }
    lines: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        begun = (Path(folder), options.seconds)
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(options.workers, fork, begin, begun) as pool:
            for part in pool.map(reached, TESTS, repeat(TESTS)):
                took |= part["took"]
                for name, of_file in part["lines"].items():
                    for line, tests in of_file.items():
                        lines[name][line] += tests
                for library in part["libraries"]:
                    with contextlib.suppress(Exception):
                        importlib.import_module(library)
        print(f"{len(took)} tests, {sum(took.values()):.0f} s with coverage")
        rows = []
        with ProcessPoolExecutor(options.workers, fork, begin, begun) as pool:
            for room, mutants in drawn.items():
                asked = [tests_of(each, lines, took) for each in mutants]
                words: Counter[str] = Counter()
                for mutant, tests, (word, seconds, said) in zip(
                    mutants, asked, pool.map(tried, mutants, asked), strict=True
                ):
                    words[word] += 1
                    where = f"{mutant.name}:{mutant.line} {mutant.operator}"
                    print(f"{word} {seconds:.1f} s {where}, {len(tests)} tests")
                    print(mutant.shown())
                    print(*re.findall(r"^(?:FAILED|ERROR|E  ) .*", said, re.M)[:3], sep="\n")
                    sys.stdout.flush()
                rows.append((room, len(mutants), words["killed"], words["hung"], words["SURVIVED"]))
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
