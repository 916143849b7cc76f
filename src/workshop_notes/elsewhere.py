"""Steps of a large build in processes of their own.

What a process has taken goes back to the system only when it ends, so the memory of one step would
stay beside that of the next.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

MANY_PAGES = 1000
"""From here on a step takes more memory than another process does."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def run(pages: int, function: Callable[_P, _T], /, *arguments: _P.args, **named: _P.kwargs) -> _T:
    """Call a function, in another process where there are many pages.

    Args:
        pages: how many there are.
        function: one of a module, whose arguments, result and errors can be pickled.
        arguments: what it is called with.
        named: the same, by name.

    Returns:
        What the function returns.
    """
    if pages < MANY_PAGES:
        return function(*arguments, **named)
    with ProcessPoolExecutor(max_workers=1) as other:
        return other.submit(function, *arguments, **named).result()
