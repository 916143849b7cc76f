"""Keep the checker out of private networks, and secrets out of what it writes.

A ledger and a redirect may name any address, and the checker runs where other machines trust it.
"""

from __future__ import annotations

import ipaddress
import socket

from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052, section 2.1


class PrivateAddressError(OSError):
    """A name leads to an address that is not of the public internet."""


def is_private(address: str) -> bool:
    """Tell whether an IP address is of a private, local or otherwise special network.

    Args:
        address: an IPv4 or IPv6 address, in any of the ways in which one carries the other.

    Raises:
        ValueError: it is no IP address.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(found.packed[-4:])
        found = inner or found
    return not found.is_global or found.is_multicast


def is_private_literal(host: str) -> bool:
    """Tell whether the host of an address is an IP address of a private network, and no name."""
    try:
        return is_private(host)
    except ValueError:
        return False


class PublicResolver(ThreadedResolver):
    """Looks names up as the system does, and refuses those that lead into private networks.

    aiohttp connects to what this returned, so that a name cannot change its mind in between.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name.

        Raises:
            PrivateAddressError: one of them is private.
        """
        found = await super().resolve(host, port, family)
        for each in found:
            if is_private(each["host"]):
                raise PrivateAddressError(f"{host} is {each['host']}, of a private network")
        return found
