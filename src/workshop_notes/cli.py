"""The command line: `python -m workshop_notes check | new | import | format | offline | expand`.

MkDocs itself builds and serves the site; see `plugin.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from workshop_notes.content.problems import ContentError
from workshop_notes.content.project import Project

_OF_THE_PLUGIN = ("theme/partials/header.html", "theme/assets/site.js")
"""What opens the plugin's search; without the plugin the engine's own header opens its own."""
_FORM = re.compile(r'<form class="find".*?</form>\n?', re.S)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: the command line, that of the process by default.
    """
    parser = argparse.ArgumentParser(prog="python -m workshop_notes", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="name every mistake in the content; write nothing")
    rewrite = commands.add_parser("format", help="rewrite everything that is generated")
    rewrite.add_argument("--heavy", action="store_true", help="the slow and large examples too")
    rewrite.add_argument("examples", nargs="*", help="only these, such as processing/start_job")
    offline = commands.add_parser("offline", help="build the site, and PDFs and a zip into dist/")
    offline.add_argument("--without-pdf", action="store_true", help="make the zip and texts only")
    for command in (check, offline):
        command.add_argument(
            "--strict-evidence", action="store_true", help="refuse drafts and sources nobody read"
        )
    begin = commands.add_parser("new", help="begin the page of a question")
    begin.add_argument("question")
    where = begin.add_mutually_exclusive_group(required=True)
    where.add_argument("--day", type=int, help="below day-N")
    where.add_argument("--in", dest="folder", help="below another folder of docs")
    begin.add_argument("--slug", default="", help="its address; else it is made of its words")
    begin.add_argument("--source", action="append", default=[], help="an address it rests on")
    begin.add_argument("--follows", default="", help="the page that it follows up")
    begin.add_argument("--example", action="store_true", help="it is going to show code")
    take = commands.add_parser("import", help="write a new site of drafts from a file of notes")
    take.add_argument("notes", type=Path)
    take.add_argument("--into", type=Path, required=True, metavar="FOLDER")
    take.add_argument("--name", default="", help="of the site; else the first heading")
    take.add_argument("--base", default="", help="where the notes stand, for what they link to")
    take.add_argument("--addresses", type=Path, help="a site whose questions keep their addresses")
    plain = commands.add_parser("expand", help="write the project for an engine without plugins")
    plain.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    project = Project(Path.cwd())
    try:
        if options.command == "check":
            return _check(project, strict=options.strict_evidence)
        if options.command == "format":
            return _format(project, options.examples, heavy=options.heavy)
        if options.command == "offline":
            strict = options.strict_evidence
            return _offline(project, with_pdf=not options.without_pdf, strict=strict)
        if options.command == "new":
            return _new(project, options)
        if options.command == "import":
            return _import(options)
        return expand(project, options.folder)
    except ContentError as error:
        count = len(error.problems)
        print(error, file=sys.stderr)
        print(f"{count} problem{'s' * (count != 1)} in the content.", file=sys.stderr)
    except OSError as error:
        place, what = error.filename or project.root, error.strerror or error
        print(f"{place}: {what}; mend that and run again.", file=sys.stderr)
    except ModuleNotFoundError as error:
        if options.command != "format":
            raise
        print(f"'{error.name}' is missing: 'make format' installs what it needs.", file=sys.stderr)
    return 1


def _new(project: Project, options: argparse.Namespace) -> int:
    from workshop_notes.authoring.new import new

    folder = options.folder or f"day-{options.day}"
    named = {"slug": options.slug, "sources": options.source, "follows": options.follows}
    for path in new(project, options.question, folder, example=options.example, **named):
        print(f"wrote {project.relative(path)}")
    print("What is left to write, the checks name: 'make check', or workshop_notes check.")
    return 0


def _import(options: argparse.Namespace) -> int:
    from workshop_notes.authoring import site
    from workshop_notes.content.pages import read_pages

    kept = {}
    if options.addresses:
        pages = read_pages(Project(options.addresses.resolve()))
        kept = {page.title: page.name for page in pages if page.is_question}
    try:
        done = site.write(
            options.notes, options.into.absolute(), name=options.name, base=options.base, kept=kept
        )
    except UnicodeDecodeError as error:
        print(f"{options.notes}: not UTF-8 ({error.reason}); save it so.", file=sys.stderr)
        return 1
    for note in done.notes:
        print(f"{options.notes}:{note.line}: {note.what}")
    print(
        f"{len(done.questions)} questions in {done.groups} groups, {done.sources} sources, "
        f"{done.pictures} pictures; each is a draft. Now: cd {options.into} && mkdocs serve"
    )
    return _check(Project(options.into.resolve()), strict=False)


def _check(project: Project, *, strict: bool) -> int:
    """Build the site into a folder that is thrown away: what the build refuses is all there is."""
    with tempfile.TemporaryDirectory() as folder:
        return _build(project, Path(folder), strict=strict)


def _build(
    project: Project, site: Path | None = None, editions=None, *, strict: bool = False
) -> int:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, ConfigurationError, PluginError

    from workshop_notes.plugin import WorkshopNotes

    logging.basicConfig(level=logging.WARNING, format="%(message)s")  # what MkDocs' command prints
    named = {"site_dir": str(site)} if site else {}
    try:
        config = load_config(str(project.config), strict=True, **named)
        plugin = config.plugins["workshop-notes"]
        assert isinstance(plugin, WorkshopNotes)
        plugin.editions, plugin.strict_evidence = editions, strict
        build(config)
    except (Abort, ConfigurationError, PluginError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _offline(project: Project, *, with_pdf: bool, strict: bool) -> int:
    from workshop_notes.content.files import write_if_changed
    from workshop_notes.export.editions import Editions
    from workshop_notes.html.downloads import size_words

    editions = Editions(project, with_pdf)
    if _build(project, editions=editions, strict=strict):
        return 1
    for words in editions.missing:
        print(words, file=sys.stderr)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in editions.files.items()}
    listed = project.dist / "SHA256SUMS"
    before = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    for name, data in editions.files.items():
        write_if_changed(project.dist / name, data)
        print(f"{project.relative(project.dist / name)}: {size_words(len(data))}")
    # Nobody should take an earlier run's for today's; what is not an earlier run's stays.
    for sha256, _, name in (line.partition("  ") for line in before):
        path = (project.dist / name).resolve()
        ours = name not in sums and path.is_relative_to(project.dist.resolve())
        if ours and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            path.unlink()
    write_if_changed(listed, "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)))
    return 1 if editions.missing else 0


def expand(project: Project, folder: Path) -> int:
    """Write a project for an engine that runs no plugins: Markdown, configuration and theme.

    Args:
        project: the project.
        folder: where to, which must be new or empty.

    Returns:
        The exit status.
    """
    from workshop_notes.checks import read_checked
    from workshop_notes.content.files import write_if_changed
    from workshop_notes.directives import experiment
    from workshop_notes.directives.expand import expanded
    from workshop_notes.html import THEME

    if folder.exists() and any(folder.iterdir()):
        print(f"{folder} is not empty: name a new folder.", file=sys.stderr)
        return 1
    pages, ledger = read_checked(project)
    texts, problems = expanded(project, pages, ledger)
    if problems:
        raise ContentError(problems)
    for source, target in (
        (project.docs, "docs"),
        (project.root / "examples", "examples"),
        (THEME, "theme"),
    ):
        shutil.copytree(source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _OF_THE_PLUGIN:
        (folder / name).unlink()
    (folder / "theme/partials/search-form.html").write_text("")
    for name, text in texts.items():
        write_if_changed(folder / "docs" / name, _FORM.sub("", text))
    for name, data in experiment.files(project, pages).items():
        write_if_changed(folder / "docs" / name, data)
    config = project.config.read_text(encoding="utf-8")
    config = config.replace("\n  name: material\n", "\n  name: material\n  custom_dir: theme\n")
    config = re.sub(r"\nplugins:\n(?:  .*\n)+", "\nplugins: [search]\n", config)
    config = re.sub(r"\nextra_javascript:\n(?:  .*\n)+", "\n", config)
    write_if_changed(folder / "mkdocs.yml", config)
    return 0


def _format(project: Project, names: list[str], *, heavy: bool) -> int:
    from local_sagemaker.launcher import kept_warm
    from workshop_notes.content.files import write_if_changed
    from workshop_notes.directives import readme
    from workshop_notes.examples import execution, pictures
    from workshop_notes.examples.run import RunError

    changed: list[Path] = []
    failed = 0
    runs = execution.read_runs(project)
    if unknown := set(names) - {run.label for run in runs}:
        known = ", ".join(run.label for run in runs)
        print(f"no example {', '.join(sorted(unknown))}; use one of: {known}", file=sys.stderr)
        return 1
    light = [run for run in runs if heavy or not run.heavy]
    with kept_warm():
        for run in [run for run in runs if run.label in names] if names else light:
            try:
                with tempfile.TemporaryDirectory() as work:
                    changed += execution.update(run, Path(work))
            except RunError as error:
                failed += 1
                print(error, file=sys.stderr)
    changed += pictures.write_all(project.root)  # after the runs, whose histories it draws
    path = project.root / "README.md"
    if write_if_changed(path, readme.with_questions(project)):
        changed.append(path)
    for path in changed:
        print(f"rewrote {project.relative(path)}")
    code = subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", "."], check=False)
    return 1 if failed or code.returncode else 0
