"""One run of the checker: ask every source, keep each answer as it comes, then write them down."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from workshop_notes.content.ledger import Source
from workshop_notes.content.project import Project
from workshop_notes.links import github, record, state
from workshop_notes.links.fetch import Client
from workshop_notes.links.journal import Journal, Note, question
from workshop_notes.links.judge import judge
from workshop_notes.links.verdicts import Outcome, Verdict


@dataclass
class LinkCheck:
    """What a run found.

    Attributes:
        sources: the entries it was to ask, as they stood when it began.
        notes: what it found and when, by the key of the entry.
        changes: what the ledger is to say of each entry that was asked.
        left: keys of entries that were edited while the run was under way.
        stopped: whether it was interrupted.
    """

    sources: list[Source]
    notes: dict[str, Note] = field(default_factory=dict)
    changes: dict[str, record.Change] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    stopped: bool = False

    @property
    def has_answers(self) -> bool:
        """Whether anything out there answered: without a network nothing does."""
        found = [note.outcome.verdict for note in self.notes.values()]
        return any(verdict is not Verdict.UNREACHABLE for verdict in found)


async def ask(client: Client, source: Source) -> Outcome:
    """Ask one source and judge the answer.

    Args:
        client: an open client.
        source: its entry in the ledger.
    """
    begun = time.monotonic()
    answer = await client.fetch(source.url)
    raw = None
    address = github.raw_address(source.url)
    # The page of a file shows that it is there; its words and lines stand in the raw file.
    if address and answer.failure is None and 200 <= answer.status < 300:
        raw = await client.fetch(address)
    found = judge(source, answer, raw)
    return dataclasses.replace(found, seconds=time.monotonic() - begun)


async def ask_all(
    client: Client,
    run: LinkCheck,
    journal: Journal,
    progress: Callable[[], object] = lambda: None,
) -> None:
    """Ask every source that the journal does not know yet, and put what is found into `run`.

    Each outcome is in the journal before the next one, so a run may be cancelled or killed. When
    none of the hosts can be reached, one source of each host was asked, and the rest is not.

    Args:
        client: an open client.
        run: the run; its notes are filled.
        journal: where each outcome is kept at once; this process holds it.
        progress: called after each source.
    """
    known = journal.answers(datetime.now(UTC))

    async def one(source: Source) -> None:
        note = known.get(source.key)
        if note is None or note.question != question(source):
            note = journal.add(source, await ask(client, source))
        run.notes[source.key] = note
        progress()

    # One of each host first: without a network the others need not wait for their turns.
    hosts = {urlsplit(source.url).hostname: source for source in reversed(run.sources)}
    await _together(one, hosts.values())
    if run.has_answers:
        rest = [source for source in run.sources if source.key not in run.notes]
        await _together(one, rest)


async def _together(one: Callable, sources: Iterable[Source]) -> None:
    async with asyncio.TaskGroup() as group:
        for source in sources:
            group.create_task(one(source))


def settle(run: LinkCheck) -> None:
    """Work out what the ledger is to say of each source that was asked."""
    for source in run.sources:
        if note := run.notes.get(source.key):
            after = state.next_check(source, note.outcome, note.time.date())
            run.changes[source.key] = record.Change(source, *after)


def write_down(project: Project, run: LinkCheck, journal: Journal) -> None:
    """Write what a run found into the ledger, and forget it in the journal.

    Args:
        project: the project.
        run: the run, settled.
        journal: its journal.

    Raises:
        ContentError: when the ledger cannot be read or edited; the journal is kept then.
    """
    shown = project.relative(project.ledger)
    run.left = record.write(project.ledger, shown, list(run.changes.values()))
    journal.forget(run.notes.keys())
