"""What the ledger remembers of a source, and how one more outcome changes it. No clock, no files.

One bad answer may be a bad day. A finding becomes the verdict when a second bad one comes at least
a week after the first, with no good answer between. An outcome that says nothing (blocked,
unreachable, too large) changes neither the verdict nor the finding, and is no second finding.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from workshop_notes.content.ledger import COPIES, Source
from workshop_notes.links.verdicts import Outcome, Verdict

WEEK = 7
"""Days between the two findings that establish a verdict."""


def next_check(
    previous: Source, outcome: Outcome, today: date
) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the `evidence` and the `check` of an entry after one more outcome.

    Only a fine answer that was read for its words makes evidence `live`; no bad one touches it.
    Which copy had been read before stays told: the answer was written from it.
    To apply the same outcome again changes nothing, so that a run can be resumed.

    Args:
        previous: the entry as it stands.
        outcome: what asking found.
        today: the day of the asking, in UTC.
    """
    evidence, check = dict(previous.evidence), dict(previous.check)
    day = today.isoformat()
    if outcome.is_unknown:
        row = check.get("unknown", {})
        check["unknown"] = {
            "verdict": outcome.verdict.value,
            "since": row.get("since", day),
            "date": day,
            **_with("detail", outcome.detail),
        }
        return evidence, check
    kept = {name: check[name] for name in (*COPIES, "archived") if name in check}
    answered: dict[str, Any] = {
        "verdict": outcome.verdict.value,
        "date": day,
        **_with("detail", outcome.detail),
        **_with("final", outcome.final),
        **kept,
    }
    if not outcome.is_bad:
        if outcome.words:
            evidence |= {"kind": "live", "date": day}
        return evidence, answered
    if check.get("verdict", Verdict.FINE) != Verdict.FINE:
        return evidence, answered  # established already: the newest bad answer describes it best
    finding = check.get("finding", {})
    since = finding.get("since", day)
    if (today - date.fromisoformat(since)).days >= WEEK:
        return evidence, answered
    check.pop("unknown", None)
    check["finding"] = {
        "verdict": outcome.verdict.value,
        "since": since,
        **_with("detail", outcome.detail),
    }
    return evidence, check


def _with(key: str, value: str) -> dict[str, str]:
    return {key: value} if value else {}
