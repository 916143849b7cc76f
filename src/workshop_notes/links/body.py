"""Read a body as a stream: decompressed on the way, cut at the limit, so that memory is bounded.

aiohttp can decompress by itself, but its limit is one on the whole answer after the fact; zlib's
`max_length` stops inside one chunk, which is what a gzip bomb needs.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Iterator

STEP = 65_536
ACCEPTED = "gzip, deflate"
"""What the client asks for (RFC 9110, section 12.5.3): what the standard library can undo."""

_NO_CODING = frozenset({"", "identity", "none", "utf-8", "utf8"})  # the last three by mistake


class TooLarge(Exception):
    """The body is longer than the limit; the text says on which side of the decompression."""


class Damaged(Exception):
    """The body is not in the coding that the server names, or ends in its middle."""


class _Inflater:
    """Undo gzip or deflate, a bounded piece at a time."""

    def __init__(self, coding: str) -> None:
        self.coding = coding
        # 32: zlib's own detection of gzip and zlib headers.
        self.stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self.begun = False
        self.held = b""  # too little to tell what it begins

    def pieces(self, data: bytes) -> Iterator[bytes]:
        data, self.held, piece = self.held + data, b"", b""
        if not self.begun and len(data) < 2:  # zlib looks at a header of two bytes at once
            self.held = data
            return
        # A full piece may leave output behind in zlib even when all input is consumed.
        while data or len(piece) == STEP:
            if self.stream.eof:
                if self.coding == "gzip" and data == b"\x1f":
                    self.held = data
                    return
                if self.coding != "gzip" or not data.startswith(b"\x1f\x8b"):
                    return  # padding behind the end
                self.stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
            try:
                piece = self.stream.decompress(data, STEP)
            except zlib.error as error:
                if self.begun or self.coding != "deflate":
                    raise Damaged(f"not {self.coding}: {error}") from None
                # Some servers send deflate without the zlib header that RFC 9110, 8.4.1.2, asks.
                self.stream, self.begun = zlib.decompressobj(-zlib.MAX_WBITS), True
                continue
            self.begun = True
            yield piece
            data = self.stream.unused_data if self.stream.eof else self.stream.unconsumed_tail

    def check_end(self) -> None:
        if (self.begun or self.held) and not self.stream.eof:
            raise Damaged(f"the {self.coding} body ends in its middle")


async def read(
    chunks: AsyncIterator[bytes],
    coding: str,
    limit: int,
    enough: Callable[[bytearray], bool] = lambda body: False,
) -> bytes:
    """Read and decompress a body.

    Args:
        chunks: the body as it arrives.
        coding: the `Content-Encoding`, empty for none.
        limit: bytes, before and after decompression.
        enough: tells from what was read that the rest is not needed.

    Raises:
        TooLarge: as soon as the limit is passed; at most one step beyond it was held in memory.
        Damaged: when the coding is not one of those asked for, or the data are not in it.
    """
    names = [each.strip().removeprefix("x-") for each in coding.lower().split(",")]
    names = [each for each in names if each not in _NO_CODING]
    if other := set(names) - {"gzip", "deflate"}:
        raise Damaged(f"sent as {min(other)[:20]}, which was not asked for")
    inflaters = [_Inflater(each) for each in reversed(names)]
    body, received = bytearray(), 0
    async for chunk in chunks:
        received += len(chunk)
        for piece in _undone(chunk, inflaters):
            body += piece
            if enough(body):
                return bytes(body)
            if len(body) > limit:
                how = ", decompressed" if inflaters else ""
                raise TooLarge(f"more than {limit} bytes{how}")
        if received > limit:
            raise TooLarge(f"more than {limit} bytes")
    for inflater in inflaters:
        inflater.check_end()
    return bytes(body)


def _undone(data: bytes, inflaters: list[_Inflater]) -> Iterator[bytes]:
    """Undo one coding after the other; the first of them was put on last."""
    if not inflaters:
        yield data
        return
    for piece in inflaters[0].pieces(data):
        yield from _undone(piece, inflaters[1:])
