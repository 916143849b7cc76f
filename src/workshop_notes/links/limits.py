"""How hard the checker may ask, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Every bound of a run. The defaults are for servers of other people.

    Attributes:
        concurrency: requests under way at once, over all hosts.
        per_host: requests under way at once on one host.
        delay: seconds between the starts of two requests to one host.
        total: seconds for one request with its body.
        connect: seconds for the connection, TLS included.
        read: seconds of silence in an answer.
        tries: how often an address is asked that answers 429 or 5xx, or not at all.
        backoff: seconds before the second try; doubled for each further one, with jitter.
        longest_wait: seconds that are waited for at most; a host that asks for more is left alone.
        max_body: bytes of a body, on the wire and after decompression.
        max_hops: redirects that are followed; 10, as curl's and RFC 9110's "limited number".
        lost_host: sources of one host that get in a row no answer, or nothing but 429, before the
            rest is not tried.
        budget: seconds for a whole run, after which it writes down what it has.
    """

    concurrency: int = 20
    per_host: int = 3
    delay: float = 0.5
    total: float = 60.0
    connect: float = 10.0
    read: float = 20.0
    tries: int = 4
    backoff: float = 1.0
    longest_wait: float = 120.0
    max_body: int = 8 * 2**20
    max_hops: int = 10
    lost_host: int = 3
    budget: float = 1200.0
