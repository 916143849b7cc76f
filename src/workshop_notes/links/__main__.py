"""Ask the live web about every source: `python -m workshop_notes.links`.

Exit status: 0 when something answered and nothing is bad; 1 when a source is bad or there is a
new finding against one; 2 for a wrong command or ledger, or a file that can't be read or written;
3 when nothing answered at all (then nothing is written); 75 when another run is under way; 130 or
143 when it was interrupted. What had come by then is written, and also what had come when the time
for the whole run was over.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

from tqdm import tqdm

from workshop_notes.content.files import write_if_changed
from workshop_notes.content.ledger import read as read_ledger
from workshop_notes.content.problems import ContentError
from workshop_notes.content.project import Project
from workshop_notes.links import archive, history, record, report
from workshop_notes.links.fetch import Client
from workshop_notes.links.journal import Busy, Journal
from workshop_notes.links.limits import Limits
from workshop_notes.links.run import LinkCheck, ask_all, look_up, settle, write_down

NO_NETWORK = 3


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _options(arguments)
    project = Project(options.root.resolve())
    journal = Journal(project.root / "build")
    try:
        with journal.held():
            if options.proposed:
                shown = project.relative(project.ledger)
                record.adopt(project.ledger, shown, options.proposed)
                proposed = options.proposed.with_name(history.NAME)
                history.adopt(project.root / history.NAME, proposed)
            return _run(project, _chosen(project, options.only), journal, options)
    except Busy as error:
        print(f"{error}.", file=sys.stderr)
        return os.EX_TEMPFAIL
    except ContentError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"{error.filename or project.root}: {error.strerror}; nothing is lost: mend that and "
            f"run again.",
            file=sys.stderr,
        )
        return 2


def _run(project: Project, run: LinkCheck, journal: Journal, options: argparse.Namespace) -> int:
    received = asyncio.run(_ask(project, run, journal, options))
    if run.notes and not run.has_answers:
        reason = next(iter(run.notes.values())).outcome.detail
        text = f"Nothing could be asked ({reason}): is there an internet? Nothing was written."
        print(text, file=sys.stderr)
        journal.forget(run.notes.keys())
        return NO_NETWORK
    settle(run)
    if not options.dry_run:
        write_down(project, run, journal)
    print(report.table(run), file=sys.stderr if options.json == "-" else sys.stdout)
    if options.json:
        text = json.dumps(report.document(run), indent=2) + "\n"
        if options.json == "-":
            print(text, end="")
        else:
            write_if_changed(Path(options.json), text)
    return 128 + received if received else int(report.is_bad(run))


async def _ask(
    project: Project, run: LinkCheck, journal: Journal, options: argparse.Namespace
) -> int:
    """Ask the sources; return the number of the signal that ended it, or 0."""
    limits = Limits(
        concurrency=options.concurrency,
        per_host=options.per_host,
        delay=options.delay,
        total=options.timeout,
        connect=min(options.timeout, Limits.connect),
        read=min(options.timeout, Limits.read),
    )
    received: list[int] = []
    quiet = not sys.stderr.isatty()
    token = os.environ.get("GITHUB_TOKEN", "")
    with tqdm(total=len(run.asked), unit="source", disable=quiet, leave=False) as bar:
        client = Client(
            limits, token, private=options.private, name=project.slug, settings=run.hosts
        )
        async with client:

            async def everything() -> None:
                await ask_all(client, run, journal, progress=bar.update)
                if options.archive and run.has_answers:
                    await look_up(client, run, options.archive)

            asking = asyncio.ensure_future(everything())

            def stop(number: int) -> None:
                received.append(number)
                asking.cancel()

            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop, number)
            loop.call_later(options.budget, asking.cancel)
            with contextlib.suppress(asyncio.CancelledError):
                await asking
    run.stopped = asking.cancelled()
    return received[0] if received else 0


def _chosen(project: Project, keys: list[str]) -> LinkCheck:
    shown = project.relative(project.ledger)
    ledger = read_ledger(project.ledger, shown)
    sources = ledger.sources
    unknown = set(keys) - {source.key for source in sources}
    if unknown:
        print(
            f"{shown} has no source {', '.join(sorted(unknown))}: look up its key there.",
            file=sys.stderr,
        )
        sys.exit(2)
    chosen = [source for source in sources if not keys or source.key in keys]
    return LinkCheck(chosen, ledger.hosts)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m workshop_notes.links",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="KEY", help="only these sources")
    parser.add_argument("--json", metavar="FILE", help="a report for programs; - for the output")
    parser.add_argument(
        "--proposed", type=Path, metavar="FILE", help="a ledger whose newer checks are taken over"
    )
    parser.add_argument(
        "--private", action="store_true", help="also ask hosts of this machine and its networks"
    )
    parser.add_argument(
        "--archive", nargs="?", const=archive.API, default="", metavar="ADDRESS",
        help="also look up copies in the Wayback Machine, or where its API is",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="leave the ledger alone")
    parser.add_argument("--concurrency", type=int, default=Limits.concurrency, metavar="N")
    parser.add_argument("--per-host", type=int, default=Limits.per_host, metavar="N")
    parser.add_argument("--delay", type=float, default=Limits.delay, metavar="SECONDS")
    parser.add_argument("--timeout", type=float, default=Limits.total, metavar="SECONDS")
    parser.add_argument("--budget", type=float, default=Limits.budget, metavar="SECONDS")
    parser.add_argument("--root", type=Path, default=Path(), metavar="DIR")
    options = parser.parse_args(arguments)
    # With none at a time a run would wait for ever.
    bounds = {"concurrency": 1, "per_host": 1, "delay": 0, "timeout": 0.1, "budget": 0.1}
    for name, least in bounds.items():
        if getattr(options, name) < least:
            parser.error(f"--{name.replace('_', '-')} must be at least {least}")
    return options


if __name__ == "__main__":
    sys.exit(main())
