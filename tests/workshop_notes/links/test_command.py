"""The command, against a real HTTPS server: exit status, reports, interruption, two at once."""

from __future__ import annotations

import functools
import http.server
import json
import os
import resource
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme

from tests import PATIENCE
from tests.github import BASIC, REPOSITORY, State, github
from tests.site import ROOT, environment
from tests.workshop_notes.links.servers import source
from workshop_notes.content import ledger as ledgers
from workshop_notes.links.__main__ import main
from workshop_notes.links.journal import Note
from workshop_notes.links.report import table
from workshop_notes.links.run import LinkCheck
from workshop_notes.links.verdicts import Outcome, Verdict

SNAPSHOT = """{"url": "URL", "archived_snapshots": {"closest": {"available": true, "status": "200",
"timestamp": "20261124010203", "url": "http://web.archive.org/web/20261124010203/URL"}}}"""


class Pages(http.server.BaseHTTPRequestHandler):
    """`/fine-N` says the words; `/gone-N` is not there; `/slow-N` and `/back-N` are let go.

    `/told-N` says what the test wants, and `/wayback/available` is the archive's API.
    """

    protocol_version = "HTTP/1.1"

    def __init__(self, site: Site, *arguments) -> None:
        self.site, self.gate, self.asked = site, site.gate, site.asked
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/slow"):
            self.gate.wait(PATIENCE)
        gone = self.path.startswith("/gone")
        gone = gone or (self.path.startswith("/back") and not self.gate.is_set())
        says = self.site.says if self.path.startswith("/told") else "the words"
        name = self.path.partition("?")[0]
        text = f"<!doctype html><title>{name}</title><h2 id=here>{says}</h2>"
        if self.path.startswith("/wayback"):
            (asked,) = parse_qs(urlsplit(self.path).query)["url"]
            text = self.site.archive.replace("URL", asked)
        body = text.encode()
        self.send_response(404 if gone else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        """Keep the test's output for the test."""


class Site:
    """A server, a ledger that cites it, and the command that checks both."""

    def __init__(self, root: Path, address: str, authority: Path) -> None:
        self.root, self.address, self.authority = root, address, authority
        self.gate, self.asked = threading.Event(), []
        self.says, self.archive = "", SNAPSHOT

    def cite(self, *paths: str) -> None:
        entries = [
            f"  - key: {path.strip('/')}\n    url: {self.address}{path}\n    fragment: here\n"
            f"    title: T\n    expects: [the words]\n    evidence:\n      kind: copy\n"
            f"      date: 2026-11-23\n      copy: c\n"
            for path in paths
        ]
        text = "# A comment that stays.\nsources:\n" + "\n".join(entries)
        (self.root / "sources.yml").write_text(text, encoding="utf-8")

    @property
    def ledger(self) -> str:
        return (self.root / "sources.yml").read_text(encoding="utf-8")

    def sources(self) -> dict[str, ledgers.Source]:
        path = self.root / "sources.yml"
        return {source.key: source for source in ledgers.read(path, path).sources}

    def command(self, *options: str) -> list[str]:
        options = (
            "--private",
            "--root",
            str(self.root),
            "--delay",
            "0",
            "--timeout",
            str(PATIENCE),
            *options,
        )
        return [sys.executable, "-m", "workshop_notes.links", *options]

    @property
    def environment(self) -> dict[str, str]:
        return environment() | {"SSL_CERT_FILE": str(self.authority)}

    def run(self, *options: str, room: int = -1) -> subprocess.CompletedProcess[str]:
        """Run the command, with so many bytes of room for each file that it writes."""
        bound = functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room))
        # Python 3.11 would keep a compiled module of which only a part could be written.
        return subprocess.run(
            self.command(*options), env=self.environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            text=True, capture_output=True, check=False, timeout=PATIENCE, preexec_fn=bound,
        )  # fmt: skip

    def start(self, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*options), env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def wait_for(self, count: int, *noted: str) -> None:
        """Wait until the server was asked so often and these outcomes are on the disk."""
        journal = self.root / "build" / "check-links.jsonl"
        end = time.monotonic() + PATIENCE
        while True:
            lines = journal.read_text(encoding="utf-8") if journal.exists() else ""
            if len(self.asked) >= count and all(f'"{key}"' in lines for key in noted):
                return
            assert time.monotonic() < end, (self.asked, lines)
            time.sleep(0.02)


@pytest.fixture
def site(tmp_path) -> Iterator[Site]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    root = tmp_path / "project"
    root.mkdir()
    made = Site(root, "", tmp_path / "authority.pem")
    handler = functools.partial(Pages, made)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        made.address = f"https://localhost:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        made.gate.set()
        server.shutdown()


def test_all_fine_is_written_as_live_evidence(site):
    site.cite("/fine-1", "/fine-2")
    done = site.run()
    assert done.returncode == 0, done.stderr
    assert {s.evidence["kind"] for s in site.sources().values()} == {"live"}
    assert site.ledger.startswith("# A comment that stays.\n")
    assert "fine" in done.stdout
    assert not list((site.root / "build").glob("*.jsonl")), "the journal is done with"


def test_a_bad_source_is_named_with_a_remedy(site):
    site.cite("/fine-1", "/gone-1")
    done = site.run()
    assert done.returncode == 1
    assert "gone-1: gone, HTTP 404" in done.stdout
    assert "find where the text went" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert site.sources()["gone-1"].check["finding"]["verdict"] == "gone"
    assert site.sources()["gone-1"].evidence["kind"] == "copy"


def test_a_dry_run_writes_nothing(site):
    site.cite("/fine-1", "/gone-1")
    before = site.ledger
    assert site.run("--dry-run").returncode == 1
    assert site.ledger == before


def test_the_report_for_programs(site):
    site.cite("/fine-1", "/gone-1")
    done = site.run("--json", "-")
    report = json.loads(done.stdout)
    assert '      "key": "gone-1",' in done.stdout.splitlines(), "a diff is read line by line"
    assert report["counts"] == {"fine": 1, "gone": 1}
    by_key = {entry["key"]: entry for entry in report["sources"]}
    assert by_key["gone-1"]["outcome"]["status"] == 404
    assert by_key["fine-1"]["evidence"]["kind"] == "live"
    assert by_key["fine-1"]["outcome"]["hops"] == [{"url": f"{site.address}/fine-1", "status": 200}]


def test_only_some(site):
    site.cite("/fine-1", "/fine-2")
    assert site.run("--only", "fine-2").returncode == 0
    assert [s.evidence["kind"] for s in site.sources().values()] == ["copy", "live"]
    done = site.run("--only", "fine-3")
    assert done.returncode == 2
    assert "has no source fine-3" in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--concurrency", "0"),
        ("--per-host", "0"),
        ("--delay", "-1"),
        ("--timeout", "0"),
        ("--budget", "0"),
    ],
)
def test_a_bound_that_would_never_end_is_refused(site, capsys, option, value):
    site.cite("/fine-1")
    with pytest.raises(SystemExit) as refusal:
        main(site.command(option, value)[3:])
    assert refusal.value.code == 2
    assert f"{option} must be at least" in capsys.readouterr().err
    assert site.asked == []


def test_without_a_network_nothing_is_written(site):
    site.cite("/fine-1")
    text = site.ledger.replace(site.address, "https://nowhere.invalid")
    (site.root / "sources.yml").write_text(text, encoding="utf-8")
    done = site.run()
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "Nothing could be asked (no address for the name nowhere.invalid)" in done.stderr
    assert site.ledger == text


def test_a_broken_ledger_is_named_with_its_line(site):
    (site.root / "sources.yml").write_text("sources:\n  - key: One\n", encoding="utf-8")
    done = site.run()
    assert done.returncode == 2
    assert "sources.yml:2:" in done.stderr


def test_two_at_once(site):
    site.cite("/slow-1")
    first = site.start()
    site.wait_for(1)
    second = site.run()
    assert second.returncode == 75
    assert f"process {first.pid}" in second.stderr
    assert second.stderr.count("\n") == 1
    site.gate.set()
    assert first.wait(PATIENCE) == 0
    assert site.sources()["slow-1"].evidence["kind"] == "live"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_writes_what_came(site, number, status):
    site.cite("/fine-1", "/slow-1", "/fine-2")
    run = site.start("--per-host", "3")
    # One of each host is asked first; then the other two.
    site.wait_for(3, "fine-1", "fine-2")
    run.send_signal(number)
    assert run.wait(PATIENCE) == status
    kinds = {key: source.evidence["kind"] for key, source in site.sources().items()}
    assert kinds == {"fine-1": "live", "slow-1": "copy", "fine-2": "live"}
    assert "not asked" in run.stdout.read()


def test_a_killed_run_is_taken_up_where_it_was(site):
    site.cite("/fine-1", "/slow-1", "/fine-2")
    before = site.ledger
    run = site.start()
    site.wait_for(3, "fine-1", "fine-2")
    run.send_signal(signal.SIGKILL)
    run.wait(PATIENCE)
    assert site.ledger == before
    site.gate.set()
    site.asked.clear()
    assert site.run().returncode == 0
    assert site.asked == ["/slow-1"], "what the killed run had found is asked again"
    assert {s.evidence["kind"] for s in site.sources().values()} == {"live"}


def test_a_run_ends_with_its_budget_and_writes_what_came(site):
    site.cite("/fine-1", "/slow-1")
    run = site.start("--budget", "1", "--json", str(site.root / "report.json"))
    assert run.wait(PATIENCE) == 0
    kinds = {key: source.evidence["kind"] for key, source in site.sources().items()}
    assert kinds["slow-1"] == "copy"
    assert json.loads((site.root / "report.json").read_text())["interrupted"] is True
    assert "not asked" in run.stdout.read()


class Weeks:
    """A project on a local GitHub, and the weekly workflow's scripts over it."""

    def __init__(self, site: Site, folder: Path, service: State) -> None:
        self.site, self.folder, self.service, self.number = site, folder, service, 0
        self.origin = f"{service.address}/{REPOSITORY}.git"
        site.root = folder / "week-0"
        site.root.mkdir(parents=True)

    def git(self, *arguments: str, check: bool = True) -> str:
        who = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        who += ("-c", f"http.extraHeader=Authorization: {BASIC}")
        return subprocess.run(
            ["git", *who, *arguments], cwd=self.site.root, check=check, text=True,
            capture_output=True,
        ).stdout  # fmt: skip

    def publish(self, *paths: str) -> None:
        bare = self.folder / f"{REPOSITORY}.git"
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(bare))
        self.git("clone", "--quiet", self.origin, ".")
        self.site.cite(*paths)
        (self.site.root / ".gitignore").write_text("build\n", encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "first")
        self.git("push", "--quiet", "origin", "HEAD:main")

    def script(self, name: str) -> None:
        environment = self.site.environment | self.service.environment()
        environment["HOME"] = str(self.folder)
        subprocess.run([ROOT / ".github" / name], cwd=self.site.root, env=environment, check=True)

    def week(self) -> dict[str, ledgers.Source]:
        """Check once from a clean clone, propose, and return what the proposal says."""
        self.number += 1
        self.site.root = self.folder / f"week-{self.number}"
        self.site.root.mkdir()
        self.git("clone", "--quiet", self.origin, ".")
        self.script("open-proposal")
        build = self.site.root / "build"
        done = self.site.run(
            "--proposed", str(build / "proposed.yml"), "--json", str(build / "report.json")
        )
        assert done.returncode in (0, 1), done.stderr
        (build / "report.txt").write_text(done.stdout, encoding="utf-8")
        self.script("propose-ledger")
        return self.site.sources()

    def pass_by(self) -> None:
        """Let a week pass: whatever the proposal dates was a week before."""
        day = datetime.now(UTC).date()
        text = self.site.ledger.replace(str(day), str(day - timedelta(days=7)))
        (self.site.root / "sources.yml").write_text(text, encoding="utf-8")
        self.git("commit", "--quiet", "--all", "--amend", "--no-edit")
        self.git("push", "--quiet", "--force", "origin", "HEAD:weekly-check-of-citations")


@pytest.fixture
def weeks(site, tmp_path) -> Iterator[Weeks]:
    with github(tmp_path / "weeks") as service:
        yield Weeks(site, tmp_path / "weeks", service)


def test_three_weeks_that_nobody_merged(weeks):
    weeks.publish("/fine-1", "/gone-1", "/back-1")
    first = weeks.week()
    assert first["gone-1"].check["finding"]["verdict"] == "gone"
    assert first["fine-1"].evidence["kind"] == "live"
    weeks.pass_by()
    weeks.site.gate.set()
    second = weeks.week()
    assert second["gone-1"].check["verdict"] == "gone", "the second finding, a week later"
    assert second["back-1"].check == {"verdict": "fine", "date": second["back-1"].evidence["date"]}
    weeks.pass_by()
    third = weeks.week()
    assert third["gone-1"].check["verdict"] == "gone"
    assert {key: each.evidence["kind"] for key, each in third.items()} == {
        "fine-1": "live",
        "gone-1": "copy",
        "back-1": "live",
    }
    assert len(weeks.service.pulls) == 1, "the weeks after the first write into the same proposal"


def test_an_entry_that_was_edited_meanwhile_starts_anew(weeks):
    weeks.publish("/gone-1", "/gone-2")
    weeks.week()
    weeks.pass_by()
    weeks.git("switch", "--quiet", "main")
    text = weeks.site.ledger.replace("title: T", "title: Mended", 1)
    (weeks.site.root / "sources.yml").write_text(text, encoding="utf-8")
    weeks.git("commit", "--quiet", "--all", "--message", "mend")
    weeks.git("push", "--quiet", "origin", "HEAD:main")
    found = weeks.week()
    assert (found["gone-1"].title, "finding" in found["gone-1"].check) == ("Mended", True)
    assert found["gone-2"].check["verdict"] == "gone"


def test_a_proposal_that_cannot_be_read_is_named(site):
    site.cite("/fine-1")
    proposed = site.root / "proposed.yml"
    proposed.write_text("sources:\n  - key: One\n", encoding="utf-8")
    done = site.run("--proposed", str(proposed))
    assert done.returncode == 2
    assert f"{proposed}:2: " in done.stderr
    assert site.asked == []


@pytest.mark.parametrize("what", ["the journal's folder", "the report", "the journal's end"])
def test_what_cannot_be_written_or_read_is_one_line(site, what):
    site.cite("/fine-1")
    options: list[str] = []
    if what == "the journal's folder":
        (site.root / "build").write_text("", encoding="utf-8")
    elif what == "the report":
        options = ["--json", str(site.root / "sources.yml" / "report.json")]
    else:
        (site.root / "build").mkdir()
        (site.root / "build" / "check-links.jsonl").write_text("[" * 200_000, encoding="utf-8")
    done = site.run(*options)
    assert done.returncode == (0 if what == "the journal's end" else 2), done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("\n") <= 1
    if what == "the report":
        assert site.sources()["fine-1"].evidence["kind"] == "live", "what was found is kept"


@pytest.mark.parametrize(("room", "full"), [(100, "check-links.jsonl"), (9_000, "sources.yml")])
def test_where_there_is_no_room_nothing_is_lost(site, room, full):
    site.cite("/fine-1", "/fine-2")
    with (site.root / "sources.yml").open("a", encoding="utf-8") as file:
        file.write("# A long remark.\n" * 1000)
    before = site.ledger
    done = site.run(room=room)
    assert done.returncode == 2, done.stderr
    assert "File too large; nothing is lost" in done.stderr and done.stderr.count("\n") == 1
    assert full in done.stderr
    assert site.ledger == before
    assert not [path for path in site.root.rglob("*") if ".tmp" in path.name]
    assert site.run().returncode == 0
    assert {each.evidence["kind"] for each in site.sources().values()} == {"live"}
    assert "# A long remark." in site.ledger


def test_a_ledger_that_is_a_link_is_written_where_it_leads(site):
    site.cite("/fine-1")
    target = site.root / "elsewhere.yml"
    (site.root / "sources.yml").rename(target)
    (site.root / "sources.yml").symlink_to(target)
    assert site.run().returncode == 0
    assert (site.root / "sources.yml").is_symlink()
    assert "kind: live" in target.read_text(encoding="utf-8")


def test_an_edit_during_the_run_is_kept(site):
    site.cite("/fine-1", "/slow-1")
    run = site.start()
    site.wait_for(2)
    text = site.ledger.replace("title: T", "title: Mended", 1)
    (site.root / "sources.yml").write_text(text, encoding="utf-8")
    site.gate.set()
    assert run.wait(PATIENCE) == 0
    assert "fine-1: its entry was edited meanwhile" in run.stdout.read()
    found = site.sources()
    assert (found["fine-1"].title, found["fine-1"].evidence["kind"]) == ("Mended", "copy")
    assert found["slow-1"].evidence["kind"] == "live"


def test_the_lock_is_given_back_by_a_dead_process(site):
    site.cite("/slow-1")
    run = site.start()
    site.wait_for(1)
    os.kill(run.pid, signal.SIGKILL)
    run.wait(PATIENCE)
    site.gate.set()
    assert site.run().returncode == 0


def entry(site: Site, path: str, **keys: str) -> str:
    """An entry of the ledger whose copies the server of the test keeps."""
    more = "".join(f"    {key}: {site.address}{place}\n" for key, place in keys.items())
    return (
        f"  - key: {path.strip('/')}\n    url: {site.address}{path}\n    title: {path}\n"
        f"    expects: [the words]\n{more}    evidence:\n      kind: copy\n"
        f"      date: 2026-11-23\n      copy: c\n"
    )


def test_the_copies_that_a_reader_may_follow_are_asked(site):
    text = entry(site, "/fine-1", moving="/gone-1", pinned="/fine-1?2", second="/gone-2")
    (site.root / "sources.yml").write_text(f"sources:\n{text}", encoding="utf-8")
    done = site.run()
    assert done.returncode == 1
    assert sorted(site.asked) == ["/fine-1", "/fine-1?2", "/gone-1", "/gone-2"]
    check = site.sources()["fine-1"].check
    assert check["verdict"] == check["pinned"]["verdict"] == "fine"
    assert check["moving"]["finding"]["verdict"] == check["second"]["finding"]["verdict"] == "gone"
    assert "fine-1/second: gone, HTTP 404" in done.stdout
    assert "and copies         3" in done.stdout


def test_the_history_tells_how_the_text_under_an_answer_changed(site):
    site.cite("/told-1")
    site.says = "Before that. Here the words are old. After that."
    assert site.run().returncode == 0
    site.says = "Another start. Here the words are quite new. After that."
    done = site.run()
    assert done.returncode == 0
    told = "told-1: the text that the answer rests on changed: Here the words are [-old-] {+quite"
    assert told in done.stdout
    (row,) = map(json.loads, (site.root / "checks.jsonl").read_text("utf-8").splitlines())
    assert (row["key"], row["asked"], row["unknown"]) == ("told-1", 2, 0)
    (verdict,), (change,) = row["verdicts"], row["changes"]
    assert verdict[2] == "fine" and change[1].startswith("Here the words")
    assert row["passages"] == ["Here the words are quite new"]
    site.says = "Quite another start. Here the words are quite new. After that."
    assert "changed" not in site.run().stdout, "what stands elsewhere on the page is not told"


@pytest.mark.parametrize(
    "spoilt",
    [
        '{"key": "fine-1"}',
        '{"key": "fine-1", "verdicts": [["2026-11-02", "2026-11-09", "fine"]]}',
        '{"key": "fine-1", "asked": "7", "unknown": 0, "verdicts": []}',
        '{"key": "fine-1", "asked": 7, "unknown": 0, "verdicts": [["2026-11-02", "fine"]]}',
        "<<<<<<< HEAD",
    ],
)
def test_a_history_that_somebody_spoilt_is_named_with_its_line(site, spoilt):
    site.cite("/fine-1")
    (site.root / "checks.jsonl").write_text(f"{spoilt}\n", encoding="utf-8")
    done = site.run()
    assert done.returncode == 2
    assert "checks.jsonl:1: not a line that the check wrote" in done.stderr


def test_a_host_is_asked_as_the_ledger_says(site):
    site.cite("/fine-1", "/fine-2")
    text = site.ledger.replace(
        "sources:\n", "hosts:\n  - host: localhost\n    reason: it asked us to\n    ignore: true\n"
        "sources:\n",
    )  # fmt: skip
    (site.root / "sources.yml").write_text(text, encoding="utf-8")
    done = site.run()
    assert done.returncode == 0 and site.asked == []
    assert "localhost is not asked: it asked us to" in done.stdout
    (site.root / "sources.yml").write_text(
        text.replace("    reason: it asked us to\n", ""), "utf-8"
    )
    done = site.run()
    assert done.returncode == 2
    assert "sources.yml:3: host 'localhost': 'reason' is a required property" in done.stderr
    slow = text.replace("ignore: true", "delay: 0.5")
    (site.root / "sources.yml").write_text(slow, encoding="utf-8")
    begun = time.monotonic()
    assert site.run().returncode == 0
    assert time.monotonic() - begun > 0.5 and len(site.asked) == 2


def test_an_archived_copy_is_looked_up_where_there_is_no_second_one(site):
    text = entry(site, "/fine-1") + entry(site, "/fine-2", pinned="/fine-3", second="/fine-4")
    (site.root / "sources.yml").write_text(f"sources:\n{text}", encoding="utf-8")
    assert site.run("--archive", f"{site.address}/wayback/available").returncode == 0
    asked = [path for path in site.asked if path.startswith("/wayback")]
    assert len(asked) == 1 and "timestamp=20261123" in asked[0]
    found = site.sources()
    assert found["fine-1"].check["archived"] == (
        f"https://web.archive.org/web/20261124010203/{site.address}/fine-1"
    )
    assert "archived" not in found["fine-2"].check
    site.asked.clear()
    assert site.run("--archive", f"{site.address}/wayback/available").returncode == 0
    assert not [path for path in site.asked if path.startswith("/wayback")], "it is known already"
    assert "archived" in site.sources()["fine-1"].check


@pytest.mark.parametrize(
    "answer",
    [
        *("{}", "[", '{"archived_snapshots": {}}'),
        SNAPSHOT.replace('"200"', '"404"'),
        SNAPSHOT.replace("http://web.archive.org", "http://example.org"),
    ],
    ids=["nothing", "no JSON", "no snapshot", "a snapshot of an error", "another host"],
)
def test_an_archive_that_has_nothing_changes_nothing(site, answer):
    site.cite("/fine-1")
    site.archive = answer
    assert site.run("--archive", f"{site.address}/wayback/available").returncode == 0
    assert "archived" not in site.sources()["fine-1"].check


def test_a_report_fits_into_an_issue():
    sources = [source(key=f"one-{number}") for number in range(2000)]
    run = LinkCheck(sources)
    for each in sources:
        outcome = Outcome(Verdict.GONE, "HTTP 404")
        run.notes[each.key] = Note(datetime.now(UTC), each.key, "", outcome)
    text = table(run)
    assert 50_000 < len(text) < 65_000
    assert text.endswith("The rest is in the run's report.json.")
