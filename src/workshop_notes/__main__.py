"""The command line behind the Makefile: `python -m workshop_notes site | serve | format`."""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workshop_notes import stamp
from workshop_notes.content.project import Project


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: the command line, that of the process by default.
    """
    parser = argparse.ArgumentParser(prog="python -m workshop_notes", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("site", help="build the site into site/")
    serve = commands.add_parser("serve", help="show the site, and rebuild when a file changes")
    serve.add_argument("--port", type=int, default=8000)
    rewrite = commands.add_parser("format", help="rewrite everything that is generated")
    rewrite.add_argument("--heavy", action="store_true", help="the slow and large examples too")
    options = parser.parse_args(arguments)
    project = Project(Path.cwd())
    if options.command == "site":
        inputs = stamp.inputs_hash(project)
        if stamp.is_current(project, inputs):
            print("site/ is up to date: nothing that it is built from has changed.")
            return 0
    # Only now: what follows takes longer to import than to find that there is nothing to do.
    from workshop_notes.build import BuildError, build
    from workshop_notes.content.problems import ContentError
    from workshop_notes.examples.execution import RunError

    try:
        if options.command == "site":
            # What a build makes stays until its end or goes by itself: little garbage to look for.
            gc.set_threshold(50_000, 20, 100)
            started = time.perf_counter()
            build(project)
            stamp.write(project, inputs)
            print(f"Built site/ in {time.perf_counter() - started:.1f} s.")
        elif options.command == "serve":
            from workshop_notes.serve import serve as run

            return run(project, options.port)
        else:
            _format(project, heavy=options.heavy)
    except ContentError as error:
        count = len(error.problems)
        print(error, file=sys.stderr)
        print(f"{count} problem{'s' * (count != 1)} in the content.", file=sys.stderr)
        return 1
    except (BuildError, RunError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _format(project: Project, *, heavy: bool) -> None:
    from state_machines import diagrams
    from workshop_notes.content.files import write_if_changed
    from workshop_notes.directives import readme
    from workshop_notes.examples import execution

    changed: list[Path] = []
    for run in execution.read_runs(project):
        if heavy or not run.heavy:
            with tempfile.TemporaryDirectory() as work:
                changed += execution.update(run, Path(work))
    changed += diagrams.write_all(project.root)  # after the runs, whose histories it draws
    path = project.root / "README.md"
    if write_if_changed(path, readme.with_questions(project)):
        changed.append(path)
    for path in changed:
        print(f"rewrote {project.relative(path)}")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", "."], check=True)


if __name__ == "__main__":
    sys.exit(main())
