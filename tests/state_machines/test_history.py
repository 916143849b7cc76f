"""An execution history is read as Step Functions writes it: what ran, how long, what failed."""

from __future__ import annotations

import json

import pytest

from state_machines import history, load
from state_machines.history import HistoryError
from tests.site import ROOT

FOLDER = ROOT / "examples" / "schedule-jobs"
RECORDS = sorted(FOLDER.glob("*.history.json"))


def events(*rows):
    """Return events from (second, type, previous id, name or error)."""
    found = []
    for number, (second, kind, before, word) in enumerate(rows, 1):
        event = {"id": number, "previousEventId": before, "type": kind}
        event["timestamp"] = f"2026-11-24T10:{second // 60:02}:{second % 60:02}.500+01:00"
        if kind.endswith("StateEntered"):
            event["stateEnteredEventDetails"] = {"name": word, "input": "{}"}
        elif kind.endswith("StateExited"):
            event["stateExitedEventDetails"] = {"name": word, "output": "{}"}
        elif word:
            event[kind[0].lower() + kind[1:] + "EventDetails"] = {"error": word, "cause": "x"}
        found.append(event)
    return found


def read(tmp_path, listed, machine=None):
    path = tmp_path / "x.history.json"
    path.write_text(json.dumps({"events": listed}), encoding="utf-8")
    return history.load(path, machine)


RETRIED = [
    (0, "ExecutionStarted", 0, ""),
    (0, "TaskStateEntered", 0, "Ask"),
    (1, "TaskScheduled", 2, ""),
    (2, "TaskFailed", 3, "Some.Error"),
    (4, "TaskScheduled", 4, ""),
    (5, "TaskSucceeded", 5, ""),
    (6, "TaskStateExited", 6, "Ask"),
    (6, "SucceedStateEntered", 7, "Done"),
    (6, "SucceedStateExited", 8, "Done"),
    (6, "ExecutionSucceeded", 9, ""),
]


def test_a_retry_that_helped_is_no_failure(tmp_path):
    run = read(tmp_path, events(*RETRIED))
    assert run.passages["Ask"].words == "ran 6.0 s"
    assert run.passages["Done"].words == "ran 0.1 s"
    assert run.moves == {("", "Ask"), ("Ask", "Done"), ("Done", "")}


def test_a_caught_failure_belongs_to_its_state(tmp_path):
    run = read(
        tmp_path,
        events(
            (0, "ExecutionStarted", 0, ""),
            (0, "TaskStateEntered", 0, "Train"),
            (1, "TaskScheduled", 2, ""),
            (200, "TaskTimedOut", 3, "States.Timeout"),
            (200, "TaskStateExited", 4, "Train"),
            (200, "FailStateEntered", 5, "Report"),
            (200, "ExecutionFailed", 6, "States.Timeout"),
        ),
    )
    assert run.passages["Train"].words == "failed after 3 min: States.Timeout"
    assert run.passages["Report"].error == "States.Timeout"
    assert run.moves == {("", "Train"), ("Train", "Report")}


def test_an_uncaught_failure_ends_where_it_was(tmp_path):
    run = read(
        tmp_path,
        events(
            (0, "ExecutionStarted", 0, ""),
            (0, "TaskStateEntered", 0, "Train"),
            (12, "ExecutionFailed", 2, "States.Runtime"),
        ),
    )
    assert run.passages["Train"].words == "failed after 12 s: States.Runtime"
    assert ("Train", "") not in run.moves


def test_branches_are_told_apart_by_their_chains(tmp_path):
    run = read(
        tmp_path,
        events(
            (0, "ExecutionStarted", 0, ""),
            (0, "ParallelStateEntered", 0, "Both"),
            (0, "ParallelStateStarted", 2, ""),
            (0, "TaskStateEntered", 3, "Left"),
            (0, "TaskStateEntered", 3, "Right"),
            (1, "TaskScheduled", 5, ""),
            (2, "TaskScheduled", 4, ""),
            (3, "TaskFailed", 6, "Right.Wrong"),
            (4, "TaskStateExited", 7, "Left"),
            (5, "ParallelStateFailed", 8, ""),
            (5, "ExecutionFailed", 10, "Right.Wrong"),
        ),
    )
    assert run.passages["Left"].words == "ran 4.0 s"
    assert run.passages["Right"].words == "failed after 5.0 s: Right.Wrong"
    assert run.passages["Both"].error


def test_a_loop_adds_its_visits_up(tmp_path):
    run = read(
        tmp_path,
        events(
            (0, "ExecutionStarted", 0, ""),
            (0, "WaitStateEntered", 0, "Wait"),
            (3, "WaitStateExited", 2, "Wait"),
            (3, "WaitStateEntered", 3, "Wait"),
            (7, "WaitStateExited", 4, "Wait"),
            (7, "ExecutionSucceeded", 5, ""),
        ),
    )
    assert run.passages["Wait"].words == "ran 2 times, 7.0 s"
    assert ("Wait", "Wait") in run.moves


def test_times_may_be_seconds_since_1970(tmp_path):
    listed = events(*RETRIED)
    for number, event in enumerate(listed):
        event["timestamp"] = 1_700_000_000 + number / 2
    assert read(tmp_path, listed).passages["Ask"].words == "ran 2.5 s"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "JSONDecodeError"),
        ("{}", "KeyError: 'events'"),
        ("[]", "TypeError"),
        ('{"events": []}', "had not ended, or the list is cut off"),
        ('{"events": [{"type": "ExecutionStarted"}]}', "KeyError"),
        (json.dumps({"events": events(*RETRIED[:4])}), "had not ended, or the list is cut off"),
        (json.dumps({"events": events(*RETRIED)}).replace("2026-11", "2026-13"), "ValueError"),
    ],
)
def test_what_is_no_history_is_refused_with_the_remedy(tmp_path, text, said):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HistoryError, match="get-execution-history") as caught:
        history.load(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_history_of_another_machine_is_refused(tmp_path):
    with pytest.raises(HistoryError, match="the definition has no state 'Ask', 'Done'"):
        read(tmp_path, events(*RETRIED), load(FOLDER / "train.asl.json"))


def test_only_another_course_replaces_what_is_committed():
    def pack(rows):
        return json.dumps({"events": events(*rows)}).encode()

    slower = [(second * 7, *rest) for second, *rest in RETRIED]
    failed = [*RETRIED[:3], (2, "TaskFailed", 3, "Other.Error"), *RETRIED[4:]]
    assert history.settled(pack(RETRIED), pack(slower)) == pack(RETRIED)
    assert history.settled(pack(RETRIED), pack(failed)) == pack(failed)
    assert history.settled(pack(RETRIED), pack(RETRIED[:-1])) == pack(RETRIED[:-1])
    assert history.settled(b"spoilt", pack(slower)) == pack(slower)


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name)
def test_committed_histories_are_whole_and_hold_no_data(path):
    listed = json.loads(path.read_text(encoding="utf-8"))["events"]
    assert [event["id"] for event in listed] == list(range(1, len(listed) + 1))
    assert listed[0]["type"] == "ExecutionStarted"
    assert "arn:" not in path.read_text(encoding="utf-8")
    run = history.load(path)
    assert all(passage.seconds < 60 for passage in run.passages.values())
    assert any(passage.seconds > 0.2 for passage in run.passages.values())
