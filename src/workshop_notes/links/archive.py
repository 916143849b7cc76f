"""Look up a copy of a source in the Wayback Machine, by its availability API.

Its form: https://archive.org/help/wayback_api.php. An archive is never required: where it has
nothing, or does not answer, nothing changes.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

from workshop_notes.content.ledger import Source
from workshop_notes.links.fetch import Client

API = "https://archive.org/wayback/available"
_SNAPSHOT = re.compile(r"https?://(web\.archive\.org/web/\d{14}/https?://\S+)")


async def closest(client: Client, source: Source, api: str) -> str:
    """Return the address of the copy nearest to the day on which a source was read, or nothing.

    Args:
        client: an open client.
        source: its entry in the ledger.
        api: where the archive answers.
    """
    day = source.evidence.get("date", "").replace("-", "")
    query = {"url": source.url} | ({"timestamp": day} if day else {})
    answer = await client.fetch(f"{api}?{urlencode(query)}")
    try:
        found = json.loads(answer.body)["archived_snapshots"]["closest"]
        snapshot = _SNAPSHOT.fullmatch(found["url"])
        is_there = found["available"] is True and found["status"] == "200"
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return f"https://{snapshot[1]}" if snapshot and is_there else ""
