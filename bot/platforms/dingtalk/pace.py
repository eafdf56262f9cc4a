"""Keeps each call of the API below the platform's rate by waiting a moment, not by failing (contract 7.1)."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable

SEND_RATE = 15
CARD_RATE = 10
"""Calls a second to one API; the platform refuses above twenty."""
SECOND = 1.05
"""A little longer than the platform's: the way there is not always equally long."""


def rate_of(path: str) -> int:
    """How many calls a second to this API are sound."""
    return CARD_RATE if "/card/" in path else SEND_RATE


class Pace:
    """Lets through in turn who may go; by API, in this process. `clock` counts in seconds."""

    def __init__(self, *, sleep: Callable[[float], Awaitable[object]], clock: Callable[[], float]) -> None:
        self._sleep = sleep
        self._clock = clock
        self._went: defaultdict[str, deque[float]] = defaultdict(deque)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, path: str) -> None:
        """Return when this API may be called once more."""
        async with self._turns[path]:
            went = self._went[path]
            if len(went) >= rate_of(path):
                wait = went[0] + SECOND - self._clock()
                if wait > 0:
                    await self._sleep(wait)
                went.popleft()
            went.append(self._clock())
