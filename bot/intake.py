"""The way in: messages of a few milliseconds share one transaction, and are acknowledged after its COMMIT."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.domain.messages import Incoming
from bot.metrics import Metrics
from bot.platforms.base import QueueFull

BATCH = 200


class Intake:
    """Group commit: one task stores what waits, all callers of one batch return together."""

    def __init__(
        self,
        put_many: Callable[[Sequence[Incoming]], list[bool | Exception]],
        *,
        limit: int,
        ring: Callable[[], None],
        metrics: Metrics,
    ) -> None:
        self._put_many = put_many
        self._limit = limit
        self._ring = ring
        self._metrics = metrics
        self._waiting: list[tuple[Incoming, asyncio.Future[bool]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def accept(self, incoming: Incoming) -> None:
        """Return after the durable COMMIT, also for a duplicate; QueueFull where too many wait."""
        if len(self._waiting) >= self._limit:
            self._metrics.refused.inc()
            raise QueueFull
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((incoming, stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_all())
        # Shielded: a caller that hangs up must not undo what a whole batch waits for.
        is_new = await asyncio.shield(stored)
        (self._metrics.accepted if is_new else self._metrics.duplicates).inc()

    async def drain(self) -> None:
        """Wait until everything that was handed in is stored."""
        if self._storing:
            await self._storing

    async def _store_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            storing = asyncio.to_thread(self._put_many, [incoming for incoming, _ in batch])
            # Whatever goes wrong is told to all who wait: nobody may wait for ever.
            (told,) = await asyncio.gather(storing, return_exceptions=True)
            results = told if isinstance(told, list) else [told] * len(batch)
            for (_, stored), result in zip(batch, results, strict=True):
                if stored.cancelled():
                    continue
                if isinstance(result, BaseException):
                    stored.set_exception(result)
                else:
                    stored.set_result(result)
            self._ring()
