"""The command behind `make offline`: what readers take away, in `dist/` and beside the pages.

Exit status 1 says that something is missing; the rest is built and published nevertheless, so
that one character without a glyph does not cost a reader the zip.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from workshop_notes.build import BuildError, build
from workshop_notes.content.problems import ContentError
from workshop_notes.content.project import Project
from workshop_notes.export import archive, pdf
from workshop_notes.html.downloads import publish, size_words


def main(arguments: list[str] | None = None) -> int:
    """Write everything and return the exit status.

    Args:
        arguments: the command line, that of the process by default.
    """
    parser = argparse.ArgumentParser(prog="python -m workshop_notes.export", description=__doc__)
    parser.add_argument("--without-pdf", action="store_true", help="make the zip and texts only")
    options = parser.parse_args(arguments)
    project = Project(Path.cwd())
    missing: list[str] = []
    try:
        started = time.perf_counter()
        site = build(project)
        built = time.perf_counter() - started
        written = [archive.write_zip(project, project.dist / f"{archive.NAME}.zip")]
        if not options.without_pdf:
            try:
                written += write_pdfs(project, site)
            except (ContentError, pdf.PdfError, pdf.MissingEngine) as error:
                missing.append(f"{error}\nThe PDFs are left out; the rest is built.")
        remove_others(project.dist, written)
        publish(project, site, written)
        for path in written:
            print(f"{project.relative(path)}: {size_words(path.stat().st_size)}")
        took = time.perf_counter() - started
        print(f"Built site/ and dist/ in {took:.1f} s, {took / built:.1f} times the site alone.")
    except (ContentError, BuildError) as error:
        missing.append(str(error))
    except OSError as error:
        where = error.filename or project.dist
        missing.append(f"{where}: {error.strerror}; make room for it and run again")
    for words in missing:
        print(words, file=sys.stderr)
    return 1 if missing else 0


def write_pdfs(project: Project, site: Path) -> list[Path]:
    """Write the whole site as PDF for both papers, and each question.

    Args:
        project: the project.
        site: the folder of its built site.

    Returns:
        The files, below `dist`.

    Raises:
        ContentError: for content that cannot be printed.
        PdfError: when the engine refuses the PDF.
        MissingEngine: when there is no engine.
        OSError: when a file cannot be written.
    """
    written = []
    for paper, ending in (("a4", ""), ("us-letter", "-letter")):
        written.append(project.dist / f"{archive.NAME}{ending}.pdf")
        pdf.write_pdf(project, site, written[-1], paper)
    return written + pdf.write_question_pdfs(project, site, project.dist)


def remove_others(dist: Path, written: list[Path]) -> None:
    """Remove PDFs that an earlier run left: nobody should take them for today's."""
    for path in dist.rglob("*.pdf"):
        if path not in written:
            path.unlink()


if __name__ == "__main__":
    sys.exit(main())
