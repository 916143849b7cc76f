"""The command behind `make offline`: what readers take away, in `dist/` and beside the pages."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from workshop_notes.build import BuildError, build
from workshop_notes.offline import archive
from workshop_notes.offline.downloads import publish, size_words
from workshop_notes.problems import ContentError
from workshop_notes.project import Project


def main(arguments: list[str] | None = None) -> int:
    """Write everything and return the exit status.

    Args:
        arguments: the command line, that of the process by default.
    """
    parser = argparse.ArgumentParser(prog="python -m workshop_notes.offline", description=__doc__)
    parser.parse_args(arguments)
    project = Project(Path.cwd())
    try:
        started = time.perf_counter()
        site = build(project)
        written = [archive.write_zip(project, project.dist / f"{archive.NAME}.zip")]
        publish(project, site, written)
        for path in written:
            print(f"{project.relative(path)}: {size_words(path.stat().st_size)}")
        print(f"Built site/ and dist/ in {time.perf_counter() - started:.1f} s.")
    except (ContentError, BuildError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        where = error.filename or project.dist
        print(f"{where}: {error.strerror}; make room for it and run again", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
