"""How long to wait before an address is asked again."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after(value: str, now: datetime) -> float | None:
    """Read `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.

    Args:
        value: the field as it was sent.
        now: the time, with a zone.

    Returns:
        Seconds from `now`, at least 0; nothing when the value is of neither form.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def backoff(base: float, attempt: int, longest: float) -> float:
    """Return seconds to wait after the `attempt`-th failure, counted from 1.

    Exponential with half of it random ("equal jitter", AWS Architecture Blog, 2015), so that
    those who failed together do not come back together, and none comes back at once.
    """
    full = min(base * 2 ** (attempt - 1), longest)
    return full * random.uniform(0.5, 1)
